"""Addresses under /admin/agent."""

from __future__ import annotations

from django.urls import URLPattern, path

from synaptiq.dashboard.agent import answers, criteria, preview, versions, views

app_name = "agent"

urlpatterns: list[URLPattern] = [
    path("", views.index, name="index"),
    path("/words", views.words, name="words"),
    path("/criteria/new", criteria.new, name="new_criterion"),
    path("/criteria/<str:key>", criteria.edit, name="criterion"),
    path("/criteria/<str:key>/move", criteria.move, name="move_criterion"),
    path("/criteria/<str:key>/remove", criteria.remove, name="remove_criterion"),
    path("/answers", answers.answers, name="answers"),
    path("/answers/new", answers.new, name="new_answer"),
    path("/answers/<str:public_id>", answers.edit, name="answer"),
    path("/answers/<str:public_id>/delete", answers.delete, name="delete_answer"),
    path("/preview", preview.preview, name="preview"),
    path("/preview/start", preview.start, name="start_preview"),
    path("/preview/widget", preview.widget, name="preview_widget"),
    path("/preview/turns", preview.turns, name="preview_turns"),
    path("/versions", versions.versions, name="versions"),
    path("/versions/<str:public_id>", versions.version, name="version"),
    path("/versions/<str:public_id>/use", versions.use, name="use_version"),
]
