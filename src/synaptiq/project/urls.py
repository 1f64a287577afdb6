"""Every address of the product, put together from its surfaces."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("synaptiq.project.health"):
    urlpatterns += [path("", include("synaptiq.project.health"))]
if find_spec("synaptiq.api.urls"):
    urlpatterns += [path("", include("synaptiq.api.urls"))]
if find_spec("synaptiq.dashboard.urls"):
    urlpatterns += [path("", include("synaptiq.dashboard.urls"))]
