"""The dashboard's addresses: one line for each area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from synaptiq.dashboard import palette

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("synaptiq.dashboard.people.urls")),
    path("admin/palette", palette.palette, name="palette"),
    path("admin/palette/leads", palette.leads, name="palette_leads"),
    path("admin/leads", include("synaptiq.dashboard.leads.urls")),
    path("admin/conversations", include("synaptiq.dashboard.conversations.urls")),
    path("admin/analytics", include("synaptiq.dashboard.analytics.urls")),
    path("admin/meetings", include("synaptiq.dashboard.meetings.urls")),
    path("m/", include("synaptiq.dashboard.meetings.visitor_urls")),
    path("admin/exports", include("synaptiq.dashboard.exports.urls")),
    path("admin/agent", include("synaptiq.dashboard.agent.urls")),
    path("admin/notifications", include("synaptiq.dashboard.notices.urls")),
    path("admin/settings", include("synaptiq.dashboard.settings.urls")),
    path("docs", include("synaptiq.dashboard.docs.urls")),
]
