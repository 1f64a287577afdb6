"""Addresses under /admin/meetings."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from synaptiq.dashboard.meetings import views
from synaptiq.kit import ids

app_name = "meetings"

_ONE = rf"^/(?P<public_id>mtg_{ids.BODY})"

urlpatterns: list[URLPattern] = [
    path("", views.listing, name="list"),
    re_path(_ONE + r"$", views.meeting, name="meeting"),
    re_path(_ONE + r"/mark$", views.mark, name="mark"),
    re_path(_ONE + r"/move$", views.move, name="move"),
    re_path(_ONE + r"/hand-over$", views.hand_over, name="hand_over"),
    re_path(_ONE + r"/cancel$", views.cancel, name="cancel"),
]
