"""Addresses under /admin/leads."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from synaptiq.dashboard.leads import (
    activity,
    adding,
    batches,
    editing,
    export,
    importing,
    merging,
    notes,
    one,
    saved,
    views,
)
from synaptiq.kit import ids

app_name = "leads"

_LEAD = rf"^/(?P<public_id>lead_{ids.BODY})"
_BATCH = rf"^/acts/(?P<public_id>batch_{ids.BODY})"
_IMPORT = rf"^/import/(?P<public_id>imp_{ids.BODY})"
_NOTE = rf"(?P<note_id>note_{ids.BODY})"

urlpatterns: list[URLPattern] = [
    path("", views.listing, name="list"),
    path("/new", adding.add, name="add"),
    path("/deleted", one.deleted, name="deleted"),
    path("/selection", views.select, name="selection"),
    path("/news", views.news, name="news"),
    path("/change", batches.change, name="change"),
    re_path(_BATCH + r"$", batches.batch, name="batch"),
    re_path(_BATCH + r"/undo$", batches.undo, name="undo"),
    re_path(_BATCH + r"/cancel$", batches.cancel, name="cancel"),
    path("/filters/save", saved.save, name="save_filter"),
    path("/filters/<str:public_id>/delete", saved.forget, name="delete_filter"),
    path("/display", saved.display, name="display"),
    path("/import", importing.give, name="import"),
    re_path(_IMPORT + r"$", importing.file, name="import_file"),
    re_path(_IMPORT + r"/cancel$", importing.cancel, name="import_cancel"),
    re_path(_IMPORT + r"/undo$", importing.undo, name="import_undo"),
    re_path(_IMPORT + r"/discard$", importing.discard, name="import_discard"),
    re_path(_IMPORT + r"/rejected$", importing.rejected, name="import_rejected"),
    path("/export", export.dialog, name="export"),
    path("/export/preview", export.preview, name="export_preview"),
    re_path(_LEAD + r"$", one.lead, name="lead"),
    re_path(_LEAD + r"/fresh$", one.fresh, name="fresh"),
    re_path(_LEAD + r"/(?P<way>next|previous)$", one.beside, name="beside"),
    re_path(_LEAD + r"/delete$", one.delete, name="delete"),
    re_path(_LEAD + r"/restore$", one.restore, name="restore"),
    re_path(_LEAD + r"/fields/(?P<key>[a-z0-9_.]{1,80})$", editing.field, name="field"),
    re_path(_LEAD + r"/tags$", editing.tags, name="tags"),
    re_path(_LEAD + r"/activity$", activity.earlier, name="activity"),
    re_path(_LEAD + r"/notes$", notes.add, name="note_add"),
    re_path(_LEAD + rf"/notes/{_NOTE}$", notes.edit, name="note_edit"),
    re_path(_LEAD + rf"/notes/{_NOTE}/delete$", notes.delete, name="note_delete"),
    re_path(_LEAD + r"/merge$", merging.find, name="merge_find"),
    re_path(_LEAD + rf"/merge/(?P<other_id>lead_{ids.BODY})$", merging.merge, name="merge"),
]
