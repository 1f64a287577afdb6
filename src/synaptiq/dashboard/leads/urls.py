"""Addresses under /admin/leads."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from synaptiq.dashboard.leads import export, one, views
from synaptiq.kit import ids

app_name = "leads"

_LEAD = rf"^/(?P<public_id>lead_{ids.BODY})"

urlpatterns: list[URLPattern] = [
    path("", views.listing, name="list"),
    path("/selection", views.select, name="selection"),
    path("/export", export.dialog, name="export"),
    path("/export/preview", export.preview, name="export_preview"),
    re_path(_LEAD + r"$", one.lead, name="lead"),
    re_path(_LEAD + r"/delete$", one.delete, name="delete"),
    re_path(_LEAD + r"/restore$", one.restore, name="restore"),
]
