"""Bringing a file in: piece by piece, each one transaction with the position in the file.

Under the lock of its batch's row a piece is done by one worker only, and whoever comes next begins
behind it: a worker that is killed is followed by one that goes on, and no row is done twice. New
leads are written by COPY; those that are there change as everywhere, with an event each, so that
`undo_batch` takes the import back, but for leads that were worked on since.

A piece also holds the definitions of custom properties, so that none changes its type between the
check of a value and its writing, and the account's row: imports of one account take turns, and two
of them never make the same person twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction

from synaptiq.accounts import actors, audit
from synaptiq.accounts.actions import notify
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import current_account_id
from synaptiq.kit import clock
from synaptiq.kit.database import is_away
from synaptiq.kit.errors import Refusal
from synaptiq.kit.faults import log_failure
from synaptiq.kit.ids import new_ids
from synaptiq.kit.lookups import array_of
from synaptiq.leads import queries
from synaptiq.leads.actions import changes
from synaptiq.leads.actions.one import register_tags
from synaptiq.leads.actions.telling import tell_assignees
from synaptiq.leads.imports import files, work
from synaptiq.leads.imports.plan import Plan, Target, plan, tags_of
from synaptiq.leads.imports.reading import Unreadable
from synaptiq.leads.imports.work import Piece, Work
from synaptiq.leads.models import Batch, BatchState, Import, Lead

log = logging.getLogger(__name__)

UNFINISHED = (BatchState.REQUESTED, BatchState.RUNNING)
# A lead with an external id of the piece, which somebody else makes meanwhile, breaks the COPY, and
# is found the next time.
MOST_TRIES = 5
# A text is what most columns hold.
_TEXTS = ("email", "name", "phone", "phone_normal", "company", "external_id", "source_url")
# What comes with a status: the moments of the stages that are reached.
_REACHED = tuple(changes.REACHED.values())
_COLUMNS = (
    "account_id", "public_id", "import_batch_id", "origin", "created_at", "updated_at",
    "last_activity_at", *_TEXTS, "status", "score", "tags", "custom", "assigned_to_id",
    *_REACHED, "status_locked", "is_test", "is_spam",
)  # fmt: skip
_SLUG = len(changes.CUSTOM)
_INSERT = f"COPY {Lead._meta.db_table} ({', '.join(_COLUMNS)}) FROM STDIN"


class _Elsewhere(Exception):
    """Another worker has done this piece, or a custom property became another: the file has to be
    read again, from where the import is."""


def run(imported: Import, show: Callable[[Import], None] | None = None) -> None:
    """Bring a file in to its end, from where it is. Needs the account as the current one.

    Raises only what is worth another try by the job (the database went away); every other failure
    ends the import with its reason. `show` is called after each piece.
    """
    assert imported.batch is not None
    try:
        _run(imported, show)
    except (Refusal, Unreadable) as refusal:
        fail(imported, str(refusal))
    except Exception as error:
        if is_away(error):
            raise
        log_failure(log, imported.public_id, error)
        fail(imported, "An unexpected error; the server's log has the details.")


def end(imported: Import, batch: Batch, state: BatchState, reason: str = "",
        by: Actor | None = None) -> None:  # fmt: skip
    """Write how it ended, the second audit entry and the member's notice; in the caller's
    transaction, with the batch's row locked and the import read behind that lock."""
    batch.state, batch.reason, batch.ended_at = state, reason, clock.now()
    batch.total = batch.seen
    batch.save()
    actor = by or _asked(batch)
    outcomes = {BatchState.DONE: "ok", BatchState.FAILED: "failed"}
    detail: dict[str, Any] = {"batch": batch.public_id, **counts(imported)}
    audit.record(
        actor, "import.finished", outcome=outcomes.get(state, "cancelled"),
        target=imported.public_id, dataset="leads", format="csv", rows=batch.seen,
        bytes=imported.size, sha256=imported.sha256,
        detail=detail | ({"reason": reason} if reason else {}),
    )  # fmt: skip
    if batch.member and state != BatchState.CANCELLED:
        kind = NoticeKind.IMPORT_FAILED if reason else NoticeKind.IMPORT_DONE
        notify(batch.member, kind, _notice(imported, reason), imported.public_id)
    if any(one.to == "assigned_to" for one in work.mapping_of(imported)):
        tell_assignees(batch)


def counts(imported: Import) -> dict[str, int]:
    """What came of the rows that are done."""
    names = ("created", "changed", "unchanged", "rejected")
    return {name: getattr(imported, name) for name in names}


def _run(imported: Import, show: Callable[[Import], None] | None) -> None:
    imported.refresh_from_db()
    chosen, options = work.mapping_of(imported), work.options_of(imported)
    members: dict[str, int] = {}
    tags: set[str] = set()
    while True:
        properties = {p.slug: p for p in queries.custom_properties()}
        with work.opened(imported, chosen, options, properties) as going:
            try:
                for piece in going.pieces():
                    if not _piece(imported, going, piece, members, tags):
                        return
                    if show:
                        show(imported)
            except _Elsewhere:
                continue
            if _finish(imported, going):
                return


def _piece(
    imported: Import, going: Work, piece: Piece, members: dict[str, int], tags: set[str]
) -> bool:
    """Write a piece; False where the import has ended."""
    for tries in range(1, MOST_TRIES + 1):
        try:
            with transaction.atomic():
                return _write(imported, going, piece, members, tags)
        except IntegrityError:
            if tries == MOST_TRIES:
                raise
            tags.clear()
    raise AssertionError


def _write(
    imported: Import, going: Work, piece: Piece, members: dict[str, int], tags: set[str]
) -> bool:
    batch = _locked(imported)
    if batch.state not in UNFINISHED:
        return False
    _check_position(imported, piece.start)
    queries.hold_definitions()
    batch.account = Account.objects.select_for_update(no_key=True).get(pk=batch.account_id)
    actor = actors.still(_asked(batch), Permission.EDIT)
    if work.definitions() != going.definitions:
        raise _Elsewhere
    at = changes.now()
    found = plan(piece.rows, going.rule, at, lock=True)
    _insert(found.made, batch, at, members)
    _change(actor, found, batch, at)
    register_tags(sorted(tags_of([*found.made, *found.changed]) - tags))
    tags |= tags_of(found.made)
    imported.row = piece.end
    imported.created += len(found.made)
    imported.changed += len(found.changed)
    imported.unchanged += found.unchanged
    imported.rejected += len(found.rejected)
    if found.rejected:
        given_back = [(row.number, row.cells, " ".join(why)) for row, why in found.rejected]
        imported.rejected_bytes = files.add_rejected(imported, going.header, given_back)
    imported.save()
    batch.seen += len(piece.rows)
    batch.changed += len(found.made) + len(found.changed)
    batch.total = max(batch.total, batch.seen)
    batch.state = BatchState.RUNNING
    batch.save()
    return True


def _finish(imported: Import, going: Work) -> bool:
    """End an import whose file is read; False where somebody else is not as far yet."""
    try:
        with transaction.atomic():
            batch = _locked(imported)
            if batch.state in UNFINISHED:
                _check_position(imported, going.row)
                end(imported, batch, BatchState.DONE)
    except _Elsewhere:
        return False
    return True


def _check_position(imported: Import, start: int) -> None:
    """Read how far the import is, which others may have brought further; _Elsewhere if so."""
    imported.refresh_from_db(fields=[
        "row", "created", "changed", "unchanged", "rejected", "rejected_bytes",
    ])  # fmt: skip
    if imported.row != start:
        raise _Elsewhere


def _insert(made: Sequence[Target], batch: Batch, at: datetime, members: dict[str, int]) -> None:
    """Write new leads by COPY. It knows no account but the one that is named here."""
    if not made:
        return
    account = current_account_id()
    moment, to_json = at.isoformat(), json.JSONEncoder(ensure_ascii=False).encode
    _learn(members, {m for t in made if (m := t.values.get("assigned_to")) and m not in members})
    try:
        with connection.cursor() as cursor, cursor.copy(_INSERT) as copy:
            for target, public_id in zip(made, new_ids("lead", len(made)), strict=True):
                given = target.values
                get = given.get
                custom = {
                    name[_SLUG:]: value
                    for name, value in given.items()
                    if name[:_SLUG] == changes.CUSTOM
                }
                copy.write_row((
                    account, public_id, batch.pk, "import", moment, moment, moment,
                    *[get(name) for name in _TEXTS],
                    get("status", "new"), get("score"), array_of(get("tags", ())),
                    to_json(custom) if custom else "{}",
                    members[given["assigned_to"]] if get("assigned_to") else None,
                    *[get(name) for name in _REACHED], get("status_locked", False), False, False,
                ))  # fmt: skip
    except psycopg.errors.IntegrityError as error:
        # COPY goes round the part of Django that would say so in its own words.
        raise IntegrityError(str(error)) from error


def _change(actor: Actor, found: Plan, batch: Batch, at: datetime) -> None:
    wanted = {t.lead.pk: t.values for t in found.changed if t.lead}
    leads = [t.lead for t in found.changed if t.lead]
    if leads:
        changes.apply(
            actor, leads, lambda lead: wanted[lead.pk], at=at, batch=batch, is_activity=False
        )


def _learn(members: dict[str, int], unknown: set[Any]) -> None:
    if unknown:
        found = Member.objects.filter(public_id__in=unknown)
        members |= dict(found.values_list("public_id", "pk"))


def _locked(imported: Import) -> Batch:
    rows = Batch.objects.select_related("account", "member__user").select_for_update(of=("self",))
    assert imported.batch_id is not None
    return rows.get(pk=imported.batch_id)


def _asked(batch: Batch) -> Actor:
    return actors.of_member(batch.member) if batch.member else actors.of_terminal(batch.account)


def fail(imported: Import, reason: str) -> None:
    """End an import that cannot go on, with the reason; one that has ended stays as it is."""
    with transaction.atomic():
        batch = _locked(imported)
        if batch.state in UNFINISHED:
            imported.refresh_from_db()
            end(imported, batch, BatchState.FAILED, reason)


def _notice(imported: Import, reason: str) -> str:
    name = imported.file_name[:80]
    if reason:
        return f"The import of {name} failed: {reason}"
    leads = "lead" if imported.created == 1 else "leads"
    said = f"{imported.created:,} {leads} created, {imported.changed:,} changed"
    rows = "row" if imported.rejected == 1 else "rows"
    rejected = f", {imported.rejected:,} {rows} rejected" if imported.rejected else ""
    return f"{name} is imported: {said}{rejected}"
