"""Addresses under /admin/conversations."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from synaptiq.dashboard.conversations import acts, assigning, export, facts, one, views
from synaptiq.kit import ids

app_name = "conversations"

_ONE = rf"^/(?P<public_id>conv_{ids.BODY})"

urlpatterns: list[URLPattern] = [
    path("", views.listing, name="list"),
    path("/rows", views.rows, name="rows"),
    path("/unread", views.unread, name="unread"),
    path("/export", export.dialog, name="export"),
    path("/export/preview", export.preview, name="export_preview"),
    re_path(_ONE + r"$", one.conversation, name="conversation"),
    re_path(_ONE + r"/transcript$", export.transcript, name="transcript"),
    re_path(_ONE + r"/news$", one.news, name="news"),
    re_path(_ONE + r"/earlier$", one.earlier, name="earlier"),
    re_path(_ONE + r"/looking$", acts.look, name="look"),
    re_path(_ONE + r"/typing$", acts.types, name="types"),
    re_path(_ONE + r"/facts/(?P<key>[a-z][a-z0-9_]{0,62})$", facts.fact, name="fact"),
    re_path(_ONE + r"/assign$", assigning.assign, name="assign"),
    re_path(_ONE + r"/claim$", acts.claim, name="claim"),
    re_path(_ONE + r"/take-over$", acts.take_over, name="take_over"),
    re_path(_ONE + r"/give-back$", acts.give_back, name="give_back"),
    re_path(_ONE + r"/reply$", acts.reply, name="reply"),
    re_path(_ONE + r"/offer-times$", acts.offer_times, name="offer_times"),
    re_path(_ONE + r"/notes$", acts.note, name="note"),
    re_path(_ONE + r"/mark$", acts.mark, name="mark"),
    re_path(_ONE + r"/close$", acts.close, name="close"),
]
