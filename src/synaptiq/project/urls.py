"""Every address of the product, put together from its surfaces."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("synaptiq.project.health")),
    path("", include("synaptiq.api.urls")),
    path("", include("synaptiq.widget.urls")),
    path("", include("synaptiq.dashboard.urls")),
]

handler400 = "synaptiq.dashboard.errors.bad_request"
handler403 = "synaptiq.dashboard.errors.permission_denied"
handler404 = "synaptiq.dashboard.errors.not_found"
handler500 = "synaptiq.dashboard.errors.server_error"
