"""Addresses under /docs."""

from __future__ import annotations

from django.urls import URLPattern, path

from synaptiq.dashboard.docs import views

app_name = "docs"

urlpatterns: list[URLPattern] = [
    path("", views.index, name="index"),
    path("/pictures/<slug:name>.png", views.picture, name="picture"),
    path("/<slug:slug>", views.page, name="page"),
    path("/<slug:slug>/helpful", views.helpful, name="helpful"),
]
