"""The ways in of an import: giving a file, looking at it, trying, starting, cancelling, tidying."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from django.db import transaction
from pydantic import ValidationError

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission, missing
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Gone, Invalid
from synaptiq.leads import queries
from synaptiq.leads.actions.properties import MOST_PROPERTIES, define_property
from synaptiq.leads.imports import counting, files, mapping, reading, running, work
from synaptiq.leads.imports.cells import Row
from synaptiq.leads.imports.counting import Counted
from synaptiq.leads.imports.mapping import NEW, Chosen, Mapped
from synaptiq.leads.imports.profile import MOST_ROWS, profile
from synaptiq.leads.imports.reading import Dialect
from synaptiq.leads.imports.work import Options
from synaptiq.leads.models import CUSTOM, Batch, BatchState, Import

# Up to here a job may pass those that take longer.
SHORT_ROWS = 20_000
# A page tries so many rows before it answers; the terminal tries all.
MOST_TRIED = 20_000
# A file that was given and never brought in.
DRAFTS_KEPT = timedelta(days=7)
ACTION = "import.requested"


@dataclass(frozen=True)
class Look:
    """What was found in a file: how it is written, what becomes of each column, and some rows.

    `unreadable` says from where on it cannot be read; what stands before was looked at.
    """

    dialect: Dialect
    columns: Chosen
    sample: list[list[str]]
    rows: int
    whole: bool
    unreadable: str = ""


def give_import(actor: Actor, source: BinaryIO, name: str) -> Import:
    """Keep a file of leads, without bringing anything in; how it is written is found out.

    Raises Invalid for what is no text, CannotWrite where there is no room.
    """
    with audit.denials(actor, ACTION):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk):
        made = Import(member=actor.member, via=actor.kind, file_name=_name(name))
        kept = files.keep(source, actor.account.public_id, made.public_id)
        made.file_key, made.size, made.sha256 = kept.key, kept.size, kept.sha256
        # An integer of four bytes.
        made.lines = min(kept.lines, 2**31 - 1)
        try:
            with files.open_file(kept.key) as file:
                made.dialect = reading.find(file).model_dump(exclude={"words"})
            made.save()
        except BaseException:
            files.remove(kept.key)
            raise
    return made


def look_at_import(
    actor: Actor,
    public_id: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    blanks: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> Look:
    """What is in a file that was given, and a proposal for each column.

    Encoding, delimiter and header that are given are taken; the others are found again. Nothing is
    written: whoever tries or starts the import hands the dialect on with the columns.
    """
    with audit.denials(actor, ACTION, target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk):
        given = _draft(queries.imported(public_id))
        with files.open_file(given.file_key) as file:
            dialect = reading.find(file, encoding=encoding, delimiter=delimiter, header=header)
            broken: list[str] = []
            with reading.opened(file, dialect) as records:
                rows = reading.readable(records, broken)
                names = next(rows, []) if dialect.header else None
                words = Options(blanks=tuple(blanks)).words
                seen = profile(rows, names, blanks=words, most=most)
        every = queries.custom_properties(archived=True)
        columns = mapping.propose(
            seen, [p for p in every if p.archived_at is None],
            taken=frozenset(p.slug for p in every), room=MOST_PROPERTIES - len(every),
            may_define=actor.can(Permission.SETTINGS),
        )  # fmt: skip
    return Look(dialect, columns, seen.sample, seen.rows, seen.whole, "".join(broken))


def map_columns(actor: Actor, columns: Chosen, given: Mapping[str, str]) -> Chosen:
    """The proposal with what a person says instead, target → column (`mapping.choose`). Asks for no
    right: it reads nothing but the names of properties, and whoever has a proposal was asked."""
    with acting_for(actor.account.pk):
        return mapping.choose(columns, given, queries.custom_properties())


def settle_columns(actor: Actor, columns: Chosen, given: Mapping[int, str]) -> Chosen:
    """The proposal with what a form says of each column by its number (`mapping.settle`)."""
    with acting_for(actor.account.pk):
        return mapping.settle(columns, given, queries.custom_properties())


def count_never_found_again(
    actor: Actor, public_id: str, columns: Chosen, dialect: Dialect, blanks: Sequence[str] = ()
) -> int:
    """Of the rows that a look goes through, those that make new leads each time the file is brought
    in, since nothing in them finds a lead again."""
    with audit.denials(actor, ACTION, target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk):
        words = Options(blanks=tuple(blanks)).words
        given = _draft(queries.imported(public_id))
        return counting.never_found_again(given, dialect, columns, words, most=MOST_ROWS)


def try_import(
    actor: Actor,
    public_id: str,
    columns: Chosen,
    options: Mapping[str, Any] | None = None,
    *,
    dialect: Dialect | None = None,
    most: int | None = MOST_TRIED,
    rejected: Callable[[Row, str], None] | None = None,
    show: Callable[[int], None] | None = None,
) -> Counted:
    """What the file would do, without doing it: counts, and the first problems.

    `dialect` is how the file is written, of the same look as the columns; else as it was found when
    the file was given.
    """
    with audit.denials(actor, ACTION, target=public_id[:80]):
        actor.check(Permission.EDIT)
        _check_defining(actor, columns)
    with acting_for(actor.account.pk):
        given = _draft(queries.imported(public_id))
        checked = _options(options)
        _check_mapping(columns)
        if dialect:
            given.dialect = dialect.model_dump()
        return counting.count(given, columns, checked, most=most, rejected=rejected, show=show)


def start_import(
    actor: Actor,
    public_id: str,
    columns: Chosen,
    options: Mapping[str, Any] | None = None,
    *,
    dialect: Dialect | None = None,
    in_this_process: bool = False,
) -> Import:
    """Bring a file in: by a job, or by the caller, who then calls `run_import`.

    `dialect` as in `try_import`. New properties of the mapping are defined, which needs the right
    to change settings. All of it is committed together with the audit entry and the job.
    """
    from synaptiq.leads import tasks

    with audit.denials(actor, ACTION, target=public_id[:80]):
        actor.check(Permission.EDIT)
        _check_defining(actor, columns)
    with acting_for(actor.account.pk):
        checked = _options(options)
        _check_mapping(columns)
        with transaction.atomic():
            started = _draft(
                Import.objects.select_for_update().get(pk=queries.imported(public_id).pk)
            )
            kept = tuple(_with_property(actor, column) for column in columns)
            written = dialect or work.dialect_of(started)
            # Its words are for whoever looks at the file, and somebody's name.
            started.dialect = written.model_dump(exclude={"words"})
            rows = max(0, started.lines - int(written.header))
            batch = Batch.objects.create(
                kind="import", member=actor.member, via=actor.kind, total=rows,
                said=f"Imported {started.file_name}", scope={"import": started.public_id},
            )  # fmt: skip
            started.batch, started.member, started.via = batch, actor.member, actor.kind
            started.mapping = [c.model_dump(exclude={"offered"}) for c in kept]
            started.options = checked.model_dump()
            started.save()
            audit.record(
                actor, ACTION, target=started.public_id, dataset="leads", format="csv", rows=rows,
                bytes=started.size, sha256=started.sha256, fields=[c.to for c in kept if c.to],
                detail={"batch": batch.public_id, "match": checked.match},
            )  # fmt: skip
            if not in_this_process:
                queue = "short" if rows <= SHORT_ROWS else "long"
                tasks.run_import.configure(queue=queue).defer(
                    account_id=actor.account.pk, import_id=started.pk
                )
    return started


def run_import(imported: Import, show: Callable[[Import], None] | None = None) -> None:
    """Bring a started import to its end, from where it is (`imports.running`)."""
    running.run(imported, show)


def cancel_import(actor: Actor, public_id: str) -> Import:
    """Stop an import that is going on. What was brought in stays, and can be undone."""
    with audit.denials(actor, "import.finished", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        found = queries.imported(public_id)
        if found.batch_id is None:
            raise Conflict("This import was never started.")
        batch = Batch.objects.select_for_update().get(pk=found.batch_id)
        if batch.state not in running.UNFINISHED:
            raise Conflict("This import has ended already.")
        found.refresh_from_db()
        running.end(found, batch, BatchState.CANCELLED, by=actor)
        found.batch = batch
    return found


def discard_import(actor: Actor, public_id: str) -> None:
    """Throw away a file that was given and not brought in."""
    with audit.denials(actor, ACTION, target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        found = Import.objects.select_for_update().get(pk=queries.imported(public_id).pk)
        key = _draft(found).file_key
        found.delete()
        transaction.on_commit(lambda: files.remove(key))


def open_rejected(actor: Actor, public_id: str) -> tuple[BinaryIO, int]:
    """The rejected rows as a CSV, open, and how many of its bytes count; recorded as a download is.
    Gone where they are not kept any more."""
    with audit.denials(actor, "import.rejected_read", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        found = queries.imported(public_id)
        if not found.rejected:
            raise Gone("No row of this import was rejected.")
        audit.record(
            actor, "import.rejected_read", target=found.public_id, dataset="leads", format="csv",
            rows=found.rejected, bytes=found.rejected_bytes,
        )  # fmt: skip
        return files.open_rejected(found), found.rejected_bytes


def forget_imports() -> int:
    """Delete files whose time to be undone is over or that were never brought in, of all accounts,
    and what no import claims; returns how many."""
    now, gone = clock.now(), 0
    kept = Import.across_accounts.exclude(file_key="")
    drafts = kept.filter(batch=None, uploaded_at__lt=now - DRAFTS_KEPT)
    ended = kept.filter(batch__ended_at__lt=now - queries.UNDO_TIME)
    for one in drafts:
        with acting_for(one.account_id):
            # Unless somebody has started it since it was read.
            deleted, _ = Import.objects.filter(pk=one.pk, batch=None).delete()
        if deleted:
            files.remove(one.file_key)
            gone += 1
    for one in ended:
        files.remove(one.file_key)
        with acting_for(one.account_id):
            Import.objects.filter(pk=one.pk).update(file_key="")
        gone += 1
    claimed = set(kept.values_list("file_key", flat=True))
    for key in files.kept_keys():
        if key not in claimed and files.age(key) > DRAFTS_KEPT:
            files.remove(key)
            gone += 1
    return gone


def _draft(found: Import) -> Import:
    if found.batch_id is not None:
        raise Conflict("This file is being imported, or was. Give it again for another import.")
    return found


def _name(given: str) -> str:
    """What the file is called, without folders; for people only."""
    bare = "".join(c for c in given.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    return bare.strip()[:200] or "leads.csv"


def _options(given: Mapping[str, Any] | None) -> Options:
    try:
        return work.check_options(Options.model_validate(dict(given or {})))
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid({".".join(map(str, first["loc"])): f"{first['msg']}."}) from None


def _check_defining(actor: Actor, columns: Chosen) -> None:
    if any(c.to.startswith(NEW) for c in columns) and not actor.can(Permission.SETTINGS):
        raise Denied(
            "The mapping defines custom properties. " + missing(Permission.SETTINGS),
            code="role_missing",
        )


def _check_mapping(columns: Chosen) -> None:
    if all(column.why in mapping.EMPTY for column in columns):
        raise Invalid({"file": "holds no rows."})
    every = queries.custom_properties(archived=True)
    mapping.check(
        columns, [p for p in every if p.archived_at is None],
        taken=frozenset(p.slug for p in every), room=MOST_PROPERTIES - len(every),
    )  # fmt: skip


def _with_property(actor: Actor, column: Mapped) -> Mapped:
    """The column with its new property defined."""
    if not column.to.startswith(NEW):
        return column
    slug = column.to.removeprefix(NEW)
    define_property(
        actor, slug=slug, label=column.label or slug, type=column.type, choices=column.choices
    )
    return column.model_copy(update={"to": CUSTOM + slug})
