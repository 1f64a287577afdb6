"""Addresses under /admin/notifications."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from synaptiq.dashboard.notices import views
from synaptiq.kit import ids

app_name = "notices"

_NOTICE = rf"^/(?P<public_id>notice_{ids.BODY})"

urlpatterns: list[URLPattern] = [
    path("", views.listing, name="list"),
    path("/bell", views.bell, name="bell"),
    path("/read", views.read_all, name="read_all"),
    re_path(_NOTICE + r"$", views.follow, name="open"),
    re_path(_NOTICE + r"/mark$", views.mark, name="mark"),
]
