"""Addresses under /admin/exports."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from synaptiq.dashboard.exports import views
from synaptiq.kit import ids

app_name = "exports"

_RUN = rf"^/(?P<public_id>exp_{ids.BODY})"

urlpatterns: list[URLPattern] = [
    path("", views.listing, name="list"),
    re_path(_RUN + r"$", views.run, name="run"),
    re_path(_RUN + r"/progress$", views.progress, name="progress"),
    re_path(_RUN + r"/row$", views.row, name="row"),
    re_path(_RUN + r"/cancel$", views.cancel, name="cancel"),
    re_path(_RUN + r"/file$", views.file, name="file"),
]
