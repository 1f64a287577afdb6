"""Addresses under /admin/analytics."""

from __future__ import annotations

from django.urls import URLPattern, path

from synaptiq.dashboard.analytics import annotating, exporting, views

app_name = "analytics"

urlpatterns: list[URLPattern] = [
    path("", views.analytics, name="page"),
    path("/days", views.days, name="days"),
    path("/export", exporting.export, name="export"),
    path("/annotations", annotating.add, name="annotations"),
    path("/annotations/<str:public_id>", annotating.change, name="annotation"),
    path("/annotations/<str:public_id>/delete", annotating.delete, name="delete_annotation"),
    path("/breakdown", views.breakdown, name="breakdown"),
]
