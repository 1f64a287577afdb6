"""The lines that must not be broken unnoticed: what to break in each, and which test notices.

Literal, so that a review sees each of them. A fragment stands exactly once in its file
(`tests/tools/test_mutants.py` keeps that); `tools/mutants.py` does the breaking.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """`before` becomes `after` in `file`; then `test` must fail. Both as they stand in the file."""

    name: str
    file: str
    before: str
    after: str
    test: str


EXPORTS = "src/synaptiq/exports"
PIPELINE, ACTIONS = f"{EXPORTS}/pipeline.py", f"{EXPORTS}/actions.py"
QUERIES = f"{EXPORTS}/queries.py"
FILES, CSV = f"{EXPORTS}/files.py", f"{EXPORTS}/formats/csv.py"
GUARD, AUDIT = "src/synaptiq/kit/spreadsheet.py", "src/synaptiq/accounts/audit.py"
LEADS = "src/synaptiq/leads"
MEMBERS = "src/synaptiq/accounts/actions/members.py"
MEETINGS = "tests/meetings"
IDENTITY = "src/synaptiq/sites/identity.py"

T, CHAT = "tests/exports", "tests/api/chat"

MUTATIONS: tuple[Mutation, ...] = (
    Mutation(
        "rows are counted", PIPELINE, "if spool.rows != total:", "if False:",
        f"{T}/test_pipeline.py::test_a_file_that_does_not_hold_what_the_filter_counts_is_thrown_away",
    ),
    Mutation(
        "the account's filter in the manager", "src/synaptiq/accounts/tenancy.py",
        "using=self._db).filter(account_id=current_account_id())", "using=self._db)",
        f"{T}/test_states.py::test_a_run_of_another_account_cannot_be_moved",
    ),
    Mutation(
        "the account in the SQL of COPY", QUERIES,
        "if not 1 <= read <= limited <= named:", "if False:",
        f"{T}/test_pipeline.py::test_no_statement_runs_that_is_not_limited_to_the_account",
    ),
    Mutation(
        "the account in the parameters of COPY", QUERIES,
        " <= limited <= named:", " <= limited:",
        f"{T}/test_pipeline.py::test_a_parameter_of_another_account_is_noticed_too",
    ),
    Mutation(
        "the account in each SELECT of COPY", QUERIES, "1 <= read <= limited", "1 <= limited",
        f"{T}/test_pipeline.py::test_each_table_that_a_statement_reads_is_limited_to_the_account",
    ),
    Mutation(
        "the account check of the pipeline", PIPELINE,
        "queries.check_account(statement, params, export.account_id)", "pass",
        f"{T}/test_pipeline.py::test_no_statement_runs_that_is_not_limited_to_the_account",
    ),
    Mutation(
        "the permission to ask", ACTIONS,
        "        actor.check(Permission.EXPORT)\n    with acting_for(actor.account.pk):\n",
        "    with acting_for(actor.account.pk):\n",
        f"{T}/test_actions.py::test_who_may_not_export_is_denied_and_the_denial_is_recorded",
    ),
    Mutation(
        "the permission when the job starts", PIPELINE,
        "        check_right(export)\n", "        pass\n",
        f"{T}/test_pipeline.py::test_a_member_who_lost_the_right_gets_no_file",
    ),
    Mutation(
        "the permission at download", ACTIONS, "actor.check(Permission.DOWNLOAD)", "pass",
        f"{T}/test_actions.py::test_the_right_is_checked_again_at_every_download",
    ),
    Mutation(
        "closed accounts", "src/synaptiq/accounts/actors.py",
        "if actor.account.closed_at:\n        raise", "if False:\n        raise",
        f"{T}/test_pipeline.py::test_a_closed_account_gets_no_file",
    ),
    Mutation(
        "CRLF", CSV,
        'yield b"\\r\\n".join(lines) + b"\\r\\n", len(lines)',
        'yield b"\\n".join(lines) + b"\\n", len(lines)',
        f"{T}/test_golden.py::test_the_example_lead_leaves_as_the_page_shows_it",
    ),
    Mutation(
        "the byte order mark", CSV,
        '(BOM if options.bom else b"")', '(b"" if options.bom else BOM)',
        f"{T}/test_golden.py::test_the_example_lead_leaves_as_the_page_shows_it",
    ),
    Mutation(
        "numbers and booleans stand bare", CSV,
        '[f"c{i}" for i, c in enumerate(columns) if c.kind not in {"number", "bool"}]',
        '[f"c{i}" for i, c in enumerate(columns)]',
        f"{T}/test_golden.py::test_the_example_lead_leaves_as_the_page_shows_it",
    ),
    Mutation(
        "redaction", f"{EXPORTS}/redaction.py",
        "if column.key in restricted:", "if False:",
        f"{T}/test_format_csv.py::TestCSV::"
        "test_a_restricted_column_is_redacted_in_every_row_whatever_it_holds",
    ),
    Mutation(
        "what begins a formula", GUARD, 'TRIGGERS = "=+-@\\t', 'TRIGGERS = "=+-\\t',
        "tests/kit/test_spreadsheet.py::test_python_guards_as_the_table_says",
    ),
    Mutation(
        "what is no formula, as a whole", GUARD, 'rf"\\A{EXEMPT}\\Z"', 'rf"\\A{EXEMPT}"',
        "tests/kit/test_spreadsheet.py::test_python_guards_as_the_table_says",
    ),
    Mutation(
        "the same in SQL", GUARD, "'\\\\A{EXEMPT}\\\\Z'", "'\\\\A{EXEMPT}'",
        "tests/kit/test_spreadsheet.py::test_sql_guards_as_the_table_says",
    ),
    Mutation(
        "the guard of rows that need it", CSV,
        "When(plain=Value(True), then=value)", "When(plain=Value(False), then=value)",
        f"{T}/test_roundtrip.py::test_the_cases_of_the_guard_hold_in_files",
    ),
    Mutation(
        "tabs in custom properties", f"{LEADS}/migrations/0001_initial.py",
        "\\\\uff20\\\\\\\\]\\''", "\\\\uff20]\\''",
        f"{T}/test_roundtrip.py::test_the_cases_of_the_guard_hold_in_files",
    ),
    Mutation(
        "the order of rows of one moment", f"{EXPORTS}/datasets/leads.py",
        'order_by("created_at", Collate("public_id", "C"))', 'order_by("created_at", "id")',
        f"{T}/test_format_csv.py::TestCSV::"
        "test_rows_of_one_moment_are_ordered_by_the_bytes_of_their_ids",
    ),
    Mutation(
        "the fence of attempts", f"{EXPORTS}/models.py",
        "row = row.filter(attempt=at_attempt)", "pass",
        f"{T}/test_states.py::test_a_move_at_another_attempt_changes_nothing",
    ),
    Mutation(
        "the fence of failing", PIPELINE,
        "State.FAILED, at_attempt=export.attempt, reason", "State.FAILED, reason",
        f"{T}/test_losses.py::test_a_late_worker_cannot_end_the_run_of_its_successor",
    ),
    Mutation(
        "the run's lock", PIPELINE, "return bool(row and row[0])", "return True",
        f"{T}/test_together.py::test_a_second_worker_does_not_wait_for_the_first",
    ),
    Mutation(
        "one snapshot", PIPELINE,
        "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "BEGIN READ ONLY",
        f"{T}/test_together.py::test_a_file_is_one_moment_while_others_write",
    ),
    Mutation(
        "three attempts", PIPELINE,
        "export.attempt - export.rebuilds >= MOST_ATTEMPTS",
        "export.attempt - export.rebuilds > MOST_ATTEMPTS",
        f"{T}/test_pipeline.py::test_a_run_that_was_begun_three_times_is_not_begun_again",
    ),
    Mutation(
        "restrictions that come meanwhile", PIPELINE,
        "            raise RulesMoved", "            pass",
        f"{T}/test_pipeline.py::test_a_restriction_that_comes_meanwhile_makes_the_file_anew",
    ),
    Mutation(
        "a commit whose answer was lost", PIPELINE,
        "whose it is.\n        raise\n", "whose it is.\n        files.remove(key)\n        raise\n",
        f"{T}/test_losses.py::test_a_commit_whose_answer_was_lost_counts_if_it_was_one",
    ),
    Mutation(
        "files of earlier attempts", PIPELINE,
        "        raise\n    discard_other_attempts(export)\n",
        "        raise\n",
        f"{T}/test_pipeline.py::test_an_earlier_attempt_leaves_no_file",
    ),
    Mutation(
        "the spool is emptied", FILES, "self.path.unlink(missing_ok=True)", "pass",
        f"{T}/test_pipeline.py::test_a_run_that_is_cancelled_in_mid_copy_leaves_nothing",
    ),
    Mutation(
        "a full disk is called by its name", FILES,
        "{errno.ENOSPC, errno.EDQUOT}", "{errno.EDQUOT}",
        f"{T}/test_losses.py::test_the_systems_own_word_for_a_full_disk_is_understood",
    ),
    Mutation(
        "tombstones", f"{LEADS}/models/lead.py",
        "return self.get_queryset().filter(deleted_at=None)", "return self.get_queryset()",
        f"{T}/test_pipeline.py::test_tombstones_are_not_exported",
    ),
    Mutation(
        "the expiry, to the second", f"{EXPORTS}/models.py",
        "self.expires_at <= clock.now()", "self.expires_at < clock.now()",
        f"{T}/test_actions.py::test_a_file_is_kept_for_thirty_days_and_not_a_second_longer",
    ),
    Mutation(
        "the body of an idempotent request", ACTIONS,
        "if earlier and earlier.request_sha256 != body:", "if False:",
        f"{T}/test_actions.py::test_the_same_key_with_another_body_is_refused",
    ),
    Mutation(
        "an empty selection is nothing", f"{EXPORTS}/spec.py", "if not request.ids:", "if False:",
        f"{T}/test_spec.py::test_what_cannot_be_is_refused_naming_the_field",
    ),
    Mutation(
        "the end of a day is not in it", "src/synaptiq/kit/filters/__init__.py",
        '{f"{column}__lt": end}', '{f"{column}__lte": end}',
        "tests/leads/test_filters.py::test_a_filter_chooses_these_rows_and_says_so",
    ),
    Mutation(
        "denials are recorded", AUDIT,
        'record(actor, action, outcome="denied", detail={"reason": denied.code}, **about)', "pass",
        f"{T}/test_actions.py::test_who_may_not_export_is_denied_and_the_denial_is_recorded",
    ),
    Mutation(
        "typed text is hashed", AUDIT,
        "for key in typed & kept.keys():", "for key in frozenset[str]():",
        f"{T}/test_audit.py::test_typed_text_stands_beside_the_log_and_only_its_salted_hash_in_it",
    ),
    Mutation(
        "the audit log cannot be emptied",
        "src/synaptiq/accounts/migrations/0002_audit_append_only.py",
        "BEFORE UPDATE OR DELETE OR TRUNCATE", "BEFORE UPDATE OR DELETE",
        f"{T}/test_audit.py::test_the_log_gives_no_line_back_whoever_asks",
    ),
    Mutation(
        "the record of a download", ACTIONS,
        "if sent.with_body and not (", "if False and not (",
        f"{T}/test_actions.py::test_a_download_is_recorded_once_however_many_pieces_it_has",
    ),
    Mutation(
        "no record of what was not sent", ACTIONS, "if sent.with_body and not (", "if not (",
        f"{T}/test_actions.py::test_an_answer_without_bytes_is_no_download",
    ),
    Mutation(
        "the account's lock", "src/synaptiq/accounts/actions/doing.py",
        "Account.objects.select_for_update(no_key=True).get(", "Account.objects.get(",
        "tests/accounts/test_members.py::test_two_owners_cannot_remove_each_other_at_once",
    ),
    Mutation(
        "who gives and takes the Owner's role", MEMBERS,
        "if concerns_owner and not actor.can(Permission.OWNERSHIP):", "if False:",
        "tests/accounts/test_members.py::test_only_an_owner_makes_and_unmakes_owners",
    ),
    Mutation(
        "the last Owner", "src/synaptiq/accounts/queries.py",
        "return not owners.exclude(pk=member.pk).exists()", "return False",
        "tests/accounts/test_members.py::test_the_last_owner_stays_one",
    ),
    Mutation(
        "the scope of a reading key", "src/synaptiq/api/authentication.py",
        "        actor.check_scope(scope)\n", "",
        "tests/api/test_errors.py::test_each_endpoint_needs_its_scope",
    ),
    Mutation(
        "the second editor is told", f"{LEADS}/actions/one.py", "if theirs:", "if False:",
        "tests/leads/test_editing.py::test_two_people_editing_one_field_the_second_is_told_and_nothing_is_lost",
    ),
    Mutation(
        "a note waits for a merge", f"{LEADS}/actions/notes.py",
        "lead = queries.hold(lead_id)",
        "lead = queries.get(lead_id)",
        "tests/leads/test_merge_together.py::test_a_note_for_a_lead_that_is_being_merged_is_refused_not_lost",
    ),
    Mutation(
        "a table that points to a lead is moved", f"{LEADS}/actions/merging.py",
        '    "leads.Note.lead": _point,\n', "",
        "tests/leads/test_merge.py::test_every_table_that_points_to_a_lead_is_moved",
    ),
    Mutation(
        "an undo leaves what a merge decided", f"{LEADS}/queries.py",
        'return LeadEvent.objects.filter(batch=batch).exclude(detail__has_key="of")',
        "return LeadEvent.objects.filter(batch=batch)",
        "tests/leads/test_merge.py::test_undoing_an_act_on_many_leaves_what_a_merge_decided",
    ),
    Mutation(
        "a merge asks again when a lead has changed", f"{LEADS}/actions/merging.py",
        "if public_id in found and found[public_id].version != version:", "if False:",
        "tests/leads/test_merge.py::test_choices_made_on_what_has_changed_since_are_refused",
    ),
    Mutation(
        "the scope to write is asked", "src/synaptiq/api/leads/routing.py",
        "        request.auth.check_scope(Scope.LEADS_WRITE)\n", "        pass\n",
        "tests/api/test_errors.py::test_each_endpoint_needs_its_scope",
    ),
    Mutation(
        "an older ETag writes nothing", f"{LEADS}/actions/one.py",
        "    if version is None:\n        return\n", "    return\n",
        "tests/api/test_lead_writes.py::test_who_read_an_older_version_writes_nothing",
    ),
    Mutation(
        "an idempotency key is of one body", f"{LEADS}/actions/once.py",
        "if row.request_sha256 != body:", "if False:",
        "tests/api/test_lead_requests.py::test_the_same_idempotency_key_gives_the_same_lead",
    ),
    Mutation(
        "a list is no body without fields", "src/synaptiq/api/schemas.py",
        "class LeadFields(BaseModel):", "class LeadFields(Schema):",
        "tests/api/test_lead_writes.py::test_a_body_that_is_no_object_is_refused",
    ),
    Mutation(
        "no more is lost than was shown", f"{LEADS}/actions/converting.py",
        "if plan.lost > lose:", "if False:",
        "tests/leads/test_converting.py::test_a_job_that_would_lose_more_than_was_said_loses_nothing",
    ),
    Mutation(
        "a change of type waits for who writes by the old one", f"{LEADS}/actions/converting.py",
        "queries.hold_definitions(alone=True)", "queries.hold_definitions()",
        "tests/leads/test_converting.py::test_who_writes_by_the_old_type_is_waited_for",
    ),
    Mutation(
        "who edits values holds the definitions", f"{LEADS}/actions/one.py",
        "            queries.hold_definitions()\n        lead =",
        "            pass\n        lead =",
        "tests/leads/test_converting.py::test_who_writes_by_the_old_type_is_waited_for",
    ),
    Mutation(
        "a deleted lead's value is converted too", f"{LEADS}/actions/converting.py",
        "rows = Lead.objects.filter(custom__has_key=found.slug)",
        "rows = Lead.objects.alive().filter(custom__has_key=found.slug)",
        "tests/leads/test_converting.py::test_a_deleted_lead_comes_back_with_the_new_type",
    ),
    Mutation(
        "whoever goes on begins behind what is done", f"{LEADS}/imports/running.py",
        "    if imported.row != start:\n        raise _Elsewhere\n", "",
        "tests/leads/imports/test_running.py::test_two_workers_at_once_do_each_row_once",
    ),
    Mutation(
        "rejected rows of a killed worker are overwritten", f"{LEADS}/imports/files.py",
        "            file.truncate(imported.rejected_bytes)\n"
        "            file.seek(imported.rejected_bytes)\n",
        "            file.seek(0, 2)\n",
        "tests/leads/imports/test_running.py::test_whoever_goes_on_after_a_kill_does_no_row_twice",
    ),
    Mutation(
        "an import asks for the right at each piece", f"{LEADS}/imports/running.py",
        "actor = actors.still(_asked(batch), Permission.EDIT)", "actor = _asked(batch)",
        "tests/leads/imports/test_running.py::test_rights_are_asked_at_the_start_and_at_each_piece",
    ),
    Mutation(
        "an import knows how properties are defined now", f"{LEADS}/imports/running.py",
        "    if work.definitions() != going.definitions:\n        raise _Elsewhere\n", "",
        "tests/leads/imports/test_running.py::"
        "test_a_property_that_becomes_another_meanwhile_is_what_later_rows_are_checked_by",
    ),
    Mutation(
        "the guard's apostrophe goes only where it was put", f"{LEADS}/imports/cells.py",
        "cell[0] == \"'\" and guard(cell[1:]) == cell", "cell[0] == \"'\"",
        "tests/leads/imports/test_roundtrip.py::"
        "test_into_an_empty_account_it_makes_the_same_leads",
    ),
    Mutation(
        "an email finds no lead of another external id", f"{LEADS}/imports/plan.py",
        "leads = [t for t in leads if t.now(\"external_id\") is None]", "pass",
        "tests/leads/imports/test_running.py::"
        "test_an_external_id_goes_before_an_email_and_never_changes",
    ),
    Mutation(
        "a notification names a lead only to who may read leads",
        "src/synaptiq/dashboard/notices/shown.py", "if leads and actor.can(Permission.READ)",
        "if leads",
        "tests/dashboard/notices/test_pages.py::"
        "test_a_lead_is_named_as_it_is_now_and_only_to_who_may_see_it",
    ),
    Mutation(
        "a mail holds no reason of a failure", "src/synaptiq/accounts/actions/letters.py",
        "if kind.quoted else kind.subject", "if kind else kind.subject",
        "tests/accounts/test_notices.py::"
        "test_every_kind_has_words_and_a_reason_stays_in_the_product",
    ),
    Mutation(
        "no mail to a member as they were before", "src/synaptiq/accounts/actions/notices.py",
        "found = reached.filter(pk=member.pk, mailed_kinds__contains=[kind]).first()",
        "found = member if kind in member.mailed_kinds else None",
        "tests/accounts/test_notices.py::test_no_mail_goes_to_who_does_not_want_it_or_is_gone",
    ),
    Mutation(
        "nobody marks the notification of another member", "src/synaptiq/accounts/queries.py",
        "Notice.objects.filter(member=member, public_id=public_id)",
        "Notice.objects.filter(public_id=public_id)",
        "tests/accounts/test_notices.py::test_one_is_marked_read_once_and_unread_again",
    ),
    Mutation(
        "nobody is told of a lead that they took themselves", f"{LEADS}/actions/telling.py",
        "    if by != member:\n        notify(member, NoticeKind.LEAD_ASSIGNED",
        "    if True:\n        notify(member, NoticeKind.LEAD_ASSIGNED",
        "tests/leads/test_telling.py::test_nobody_is_told_of_what_they_did_themselves",
    ),
    Mutation(
        "a visitor's identity is signed with HS256", IDENTITY, 'algorithms=["HS256"]',
        'algorithms=["HS256", "HS512"]',
        f"{CHAT}/test_identify.py::test_what_is_wrong_is_said_and_nothing_changes",
    ),
    Mutation(
        "an identity ends within a day", IDENTITY,
        "if exp > now + LONGEST_LIFE.total_seconds() + leeway:", "if False:",
        f"{CHAT}/test_identify.py::test_what_is_wrong_is_said_and_nothing_changes",
    ),
    Mutation(
        "who is somebody becomes nobody else", "src/synaptiq/conversations/identifying.py",
        ".filter(site=site, external_id=None)", ".filter(site=site)",
        f"{CHAT}/test_identify.py::test_two_people_are_never_mixed",
    ),
    Mutation(
        "identified visitors are unknown once the secret is removed", IDENTITY,
        "cursor.execute(_FORGET_TOKENS, [site.account_id, site.pk])", "pass",
        f"{CHAT}/test_identify.py::test_without_a_secret_nobody_is_known_any_more",
    ),
    Mutation(
        "a lead that others know survives an erasing", "src/synaptiq/agent/actions/erasing.py",
        'if lead.origin != "conversation" or others or facts or merged:', "if False:",
        f"{CHAT}/test_erase.py::test_a_lead_that_others_know_stays",
    ),
    Mutation(
        "an erased visitor's messages go", "src/synaptiq/agent/actions/erasing.py",
        '.exclude(type="closed").delete()', '.filter(type="none").delete()',
        f"{CHAT}/test_erase.py::test_nothing_of_the_visitor_stays",
    ),
    Mutation(
        "nobody reads what was erased", "src/synaptiq/conversations/filters.py",
        "Q(~Exists(gone), erased_at=None)", "Q(~Exists(gone))",
        f"{CHAT}/test_erase.py::test_nothing_of_the_visitor_stays",
    ),
    Mutation(
        "few transcripts go to one address", "src/synaptiq/exports/transcripts.py",
        '_check(MOST_TO_ADDRESS, "to this address", address=hashed)', "pass",
        f"{CHAT}/test_transcript.py::test_little_goes_to_one_address",
    ),
    Mutation(
        "where the widget stands is written seldom", "src/synaptiq/sites/installing.py",
        "WRITTEN_EVERY = timedelta(minutes=10)", "WRITTEN_EVERY = timedelta()",
        f"{CHAT}/test_widget.py::test_where_it_stands_is_remembered_every_ten_minutes",
    ),
    Mutation(
        "a meeting: who comes second is told so", "src/synaptiq/meetings/actions/writing.py",
        "isinstance(cause(error), psycopg.errors.ExclusionViolation)", "False",
        f"{MEETINGS}/test_booking.py::test_without_the_calendars_lock_the_constraint_alone_decides",
    ),
    Mutation(
        "a meeting: the buffers are blocked", "src/synaptiq/meetings/slots.py",
        "return start - before, self.end(start) + after", "return start, self.end(start)",
        f"{MEETINGS}/test_booking.py::test_buffers_stand_between_two_meetings",
    ),
    Mutation(
        "a meeting: only what is offered is kept", "src/synaptiq/meetings/slots.py",
        "return start in _worked(rules, now)", "return True",
        f"{MEETINGS}/test_booking.py::test_only_what_is_offered_can_be_had",
    ),
    Mutation(
        "a meeting: a reservation ends", "src/synaptiq/meetings/calendars.py",
        'Q(state="reserved", expires_at__gt=now)', 'Q(state="reserved")',
        f"{MEETINGS}/test_calendars.py::TestBuiltIn"
        "::test_what_is_reserved_is_not_free_until_it_is_over",
    ),
    Mutation(
        "a meeting: of what clocks repeat the first is offered", "src/synaptiq/meetings/slots.py",
        'return _moment(day, minute, zone, "earlier")',
        'return _moment(day, minute, zone, "later")',
        f"{MEETINGS}/test_slots.py::test_what_clocks_repeat_is_offered_once_at_its_first",
    ),
    Mutation(
        "a meeting: each state is told once", "src/synaptiq/meetings/letters.py",
        "told__lt=sequence)", "told__lt=sequence + 1)",
        f"{MEETINGS}/test_letters.py::test_each_state_is_told_once_and_only_the_last",
    ),
    Mutation(
        "a meeting: its link is signed", "src/synaptiq/conversations/linking.py",
        "found = _signer().unsign(token)", 'found = token.rpartition(".")[0]',
        "tests/dashboard/meetings/test_visitor.py::test_a_forged_link_leads_nowhere",
    ),
    Mutation(
        "a meeting: its link ends with it", "src/synaptiq/dashboard/meetings/visitor.py",
        "if found.ends_at <= clock.now():", "if False:",
        "tests/dashboard/meetings/test_visitor.py::test_a_link_ends_with_the_meeting",
    ),
    Mutation(
        "a meeting: a picked day is no answer", "src/synaptiq/agent/core/learning.py",
        'if said.data.get("slot"):', "if False:",
        "tests/agent/test_booking.py::test_a_day_that_was_picked_is_no_answer_to_another_question",
    ),
)  # fmt: skip
