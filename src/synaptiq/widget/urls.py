"""A page of ours on which a site's widget can be tried."""

from __future__ import annotations

from django.urls import URLPattern, path

from synaptiq.widget import views

urlpatterns: list[URLPattern] = [
    path("demo-site", views.demo_site, {"page": "home"}, name="demo_site"),
    path("demo-site/pricing", views.demo_site, {"page": "pricing"}, name="demo_site_pricing"),
]
