"""Writing leads: one function for each use case, called by pages, API, jobs and terminal alike."""

from __future__ import annotations

from synaptiq.leads.actions.bulk import cancel_batch, change_many, run_batch, undo_batch
from synaptiq.leads.actions.capturing import (
    add_ways,
    capture_lead,
    checked_ways,
    delete_for_visitor,
    judge_lead,
    mark_lead,
    name_lead,
    touch_lead,
)
from synaptiq.leads.actions.converting import (
    MOST_VALUES,
    Conversion,
    convert_property,
    plan_conversion,
    run_conversion,
    stop_conversion,
)
from synaptiq.leads.actions.imports import (
    MOST_TRIED,
    Look,
    cancel_import,
    count_never_found_again,
    discard_import,
    forget_imports,
    give_import,
    look_at_import,
    map_columns,
    open_rejected,
    run_import,
    settle_columns,
    start_import,
    try_import,
)
from synaptiq.leads.actions.meeting import book_lead, note_held, unbook_lead
from synaptiq.leads.actions.merging import Plan, merge_leads, plan_merge
from synaptiq.leads.actions.notes import add_note, delete_note, edit_note
from synaptiq.leads.actions.once import forget_requests
from synaptiq.leads.actions.one import (
    Edited,
    create_lead,
    delete_lead,
    edit_lead,
    register_tags,
    restore_lead,
    tag_lead,
    upsert_lead,
)
from synaptiq.leads.actions.properties import (
    MOST_PROPERTIES,
    archive_property,
    define_property,
    move_property,
    rename_property,
    restore_property,
)
from synaptiq.leads.actions.saved import (
    delete_filter,
    save_filter,
    save_list_settings,
)
from synaptiq.leads.actions.selections import (
    MOST_SELECTED,
    SELECTIONS_KEPT,
    change_selection,
    clear_selection,
    forget_selections,
    select_matching,
)
from synaptiq.leads.actions.sweeping import fail_lost, forget_scopes
from synaptiq.leads.actions.telling import tell_qualified

__all__ = [
    "MOST_PROPERTIES", "MOST_SELECTED", "MOST_TRIED", "MOST_VALUES", "SELECTIONS_KEPT",
    "Conversion", "Edited", "Look", "Plan", "add_note", "add_ways", "archive_property", "book_lead",
    "cancel_batch", "cancel_import", "capture_lead", "change_many", "change_selection",
    "checked_ways", "clear_selection", "convert_property", "count_never_found_again", "create_lead",
    "define_property", "delete_filter", "delete_for_visitor", "delete_lead", "delete_note",
    "discard_import", "edit_lead", "edit_note", "fail_lost", "forget_imports", "forget_requests",
    "forget_scopes", "forget_selections", "give_import", "judge_lead", "look_at_import",
    "map_columns", "mark_lead", "merge_leads", "move_property", "name_lead", "note_held",
    "open_rejected", "plan_conversion", "plan_merge", "register_tags", "rename_property",
    "restore_lead", "restore_property", "run_batch", "run_conversion", "run_import", "save_filter",
    "save_list_settings", "select_matching", "settle_columns", "start_import", "stop_conversion",
    "tag_lead", "tell_qualified", "touch_lead", "try_import", "unbook_lead", "undo_batch",
    "upsert_lead",
]  # fmt: skip
