"""Addresses under /m: a meeting for its visitor."""

from __future__ import annotations

from django.urls import URLPattern, path

from synaptiq.dashboard.meetings import visitor

urlpatterns: list[URLPattern] = [
    path("<str:token>", visitor.meeting, name="visitor_meeting"),
    path("<str:token>/move", visitor.move, name="visitor_move"),
    path("<str:token>/cancel", visitor.cancel, name="visitor_cancel"),
    path("<str:token>/meeting.ics", visitor.file, name="visitor_file"),
]
