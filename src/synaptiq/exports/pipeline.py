"""The one road of every export: claim → build → publish.

    claim     takes the run's lock, re-checks the right, commits "running" with the next attempt
    build     one REPEATABLE READ, READ ONLY snapshot → COPY → spool, counted and hashed
    publish   commits file, counts, hash and the audit entry "finished", if nothing moved meanwhile

`run` may be called any number of times for a run, by any number of workers: only one gets the
lock, and only the present attempt can publish. The lock is a transaction's, so it vanishes with
a killed worker, and the next call begins again from zero; a run is begun three times at most, not
counting the times that the rules moved under it. Progress is written through Django's own
connection, for the snapshot's one is read only and busy.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import transaction
from django.db.models import F, QuerySet
from pydantic import ValidationError

from synaptiq.accounts import audit
from synaptiq.accounts.actions import notify
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.notices import NoticeKind
from synaptiq.exports import files, queries
from synaptiq.exports.actors import actor_of, check_right
from synaptiq.exports.columns import Column
from synaptiq.exports.datasets import DATASETS, RECKONED
from synaptiq.exports.formats import FORMATS
from synaptiq.exports.formats.figures import FiguresCSV
from synaptiq.exports.formats.frame import Frame
from synaptiq.exports.formats.pdf import PDF
from synaptiq.exports.models import Export
from synaptiq.exports.spec import ExportSpec
from synaptiq.exports.states import UNFINISHED, State
from synaptiq.kit import clock
from synaptiq.kit.database import DATABASE_ERRORS, cause, is_away, own_connection
from synaptiq.kit.errors import Denied, Refusal

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
# Rules that move during each of so many builds will move during the next.
MOST_REBUILDS = 20
PROGRESS_SECONDS = 0.5
# Above every key of a run, so that no other advisory lock of the product meets these.
_LOCK = 0x53594E41 << 32


class NotWhole(Exception):
    """The file does not hold exactly the rows that the filter counts: it is never delivered."""


class Left(Exception):
    """The run was cancelled, withdrawn or taken over while it was built: stop quietly."""


class RulesMoved(Exception):
    """A field was restricted or a lead erased since the snapshot: build anew."""


@dataclass(frozen=True)
class Snapshot:
    """One consistent view of the data, and what was in force in it."""

    connection: psycopg.Connection[Any]
    restriction_version: int
    erasure_number: int

    def ask(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement in this view."""
        return self.connection.execute(sql, params).fetchall()


def run(export: Export) -> None:
    """Bring a run to its end, unless somebody else works on it or it has ended.

    Raises only what is worth another try by the job (the database went away); every other
    failure ends the run with its reason. Needs the run's account as current account.
    """
    while _attempt(export):
        log.info("%s begins again: restrictions or erasures changed meanwhile", export.public_id)


def _attempt(export: Export) -> bool:
    """One claim, build and publish. True when it has to be done again at once."""
    with own_connection() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # With helpers PostgreSQL sorts all rows on disk instead of following the index: not faster,
        # and it takes the cores from those who wait for a page (docs/performance.md).
        connection.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        if not lock(connection, export) or not claim(export):
            return False
        try:
            spec = ExportSpec.model_validate(export.spec)
            with files.spool(export) as spool:
                snapshot = open_snapshot(connection, export.account)
                build(export, spec, snapshot, spool)
                publish(export, spec, snapshot, spool)
        except RulesMoved:
            Export.objects.filter(pk=export.pk).update(rebuilds=F("rebuilds") + 1)
            # The lock goes with this, and now: a connection that is closed still has it for as long
            # as the server takes to notice, and the next attempt would think somebody else at work.
            connection.rollback()
            return True
        except Left:
            log.info("%s was ended by somebody else", export.public_id)
        except (NotWhole, files.CannotWrite) as error:
            fail(export, str(error))
        except Refusal as error:
            fail(export, error.detail)
        except ValidationError:
            # A newer web process met an older worker, or the other way round.
            log.exception("%s cannot be read", export.public_id)
            fail(export, "It was asked for by another version of Synaptiq. Export again.")
        except DATABASE_ERRORS as error:
            if is_away(error):
                # This run's lock is gone with it. The job comes back.
                raise
            log.exception("%s failed", export.public_id)
            fail(export, f"The database refused: {_said(error)}")
        except Exception:
            log.exception("%s failed", export.public_id)
            fail(export, "An unexpected error; the server's log has the details.")
    return False


def lock(connection: psycopg.Connection[Any], export: Export) -> bool:
    """Take the run's lock for this connection's transaction, without waiting."""
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK | export.pk]).fetchone()
    return bool(row and row[0])


def claim(export: Export) -> bool:
    """Commit "running" with the next attempt; end the run where it must not go on."""
    export.refresh_from_db()
    if export.state not in UNFINISHED:
        return False
    if export.rebuilds >= MOST_REBUILDS:
        fail(export, f"Restrictions or erasures changed during each of {MOST_REBUILDS} builds.")
        return False
    if export.attempt - export.rebuilds >= MOST_ATTEMPTS:
        fail(export, f"It was begun {MOST_ATTEMPTS} times and never came to its end.")
        return False
    try:
        check_right(export)
    except Denied as denied:
        fail(export, denied.detail)
        return False
    return export.move(
        State.RUNNING, at_attempt=export.attempt, attempt=export.attempt + 1,
        claimed_at=clock.now(), rows_written=0, rows_total=None,
    )  # fmt: skip


def open_snapshot(connection: psycopg.Connection[Any], account: Account) -> Snapshot:
    """What is in force in the snapshot that this connection's transaction reads."""
    row = connection.execute(
        "SELECT restriction_version, erasure_number FROM accounts_account WHERE id = %s",
        [account.pk],
    ).fetchone()
    if row is None:
        raise Left
    return Snapshot(connection, *row)


def build(export: Export, spec: ExportSpec, snapshot: Snapshot, spool: files.Spool) -> None:
    """Write the whole file to the spool, and prove that it is whole."""
    columns = queries.columns_for(spec)
    with _source(export, spec, snapshot, columns) as (total, messages):
        due = monotonic() + PROGRESS_SECONDS
        frame = Frame(spec.options, spec.timezone, spec.generated_at, total)
        for chunk, rows in FORMATS[spec.dataset, spec.format].chunks(messages, columns, frame):
            spool.write(chunk, rows)
            if monotonic() >= due:
                report_progress(export, spool.rows)
                due = monotonic() + PROGRESS_SECONDS
    spool.finish()
    if spool.rows != total:
        raise NotWhole(
            f"{spool.rows:,} rows were written, but the filter counts {total:,}. "
            "The file was thrown away; start the export again."
        )


@contextmanager
def _source(
    export: Export, spec: ExportSpec, snapshot: Snapshot, columns: list[Column]
) -> Iterator[tuple[int, Iterable[Any]]]:
    """How many rows there are in the snapshot, and their messages: of a COPY, or reckoned."""
    format = FORMATS[spec.dataset, spec.format]
    if spec.dataset in RECKONED:
        assert isinstance(format, FiguresCSV | PDF)
        total, reckoned = format.reckoned(export.account, spec, columns, snapshot.ask)
        _know_total(export, total)
        yield total, reckoned
        return
    dataset, bare = DATASETS[spec.dataset], queries.rows_of(spec)
    total = count(snapshot, bare)
    _know_total(export, total)
    try:
        statement, params = format.copy(dataset.ordered(bare), columns, spec.options)
    except EmptyResultSet:
        statement, params = "", ()
    with _copy(export, snapshot, statement, params) as messages:
        yield total, messages


def _know_total(export: Export, total: int) -> None:
    if not Export.objects.filter(pk=export.pk, attempt=export.attempt).update(rows_total=total):
        raise Left


def count(snapshot: Snapshot, bare: QuerySet[Any, Any]) -> int:
    """`count(*)` of the bare filter in the snapshot."""
    try:
        sql, params = bare.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    row = snapshot.connection.execute(f"SELECT count(*) FROM ({sql}) q", params).fetchone()
    return int(row[0]) if row else 0


def report_progress(export: Export, rows: int) -> None:
    """Show how far it is; Left when the run is no longer this attempt's."""
    still = Export.objects.filter(pk=export.pk, state=State.RUNNING, attempt=export.attempt)
    if not still.update(rows_written=rows):
        raise Left


def publish(export: Export, spec: ExportSpec, snapshot: Snapshot, spool: files.Spool) -> None:
    """Store the file and commit that it is ready; or begin again if the rules have moved."""
    key = files.key_of(export, export.attempt)
    files.store(spool, key)
    try:
        _commit(export, spec, snapshot, spool, key)
    except DATABASE_ERRORS:
        # It may have gone after it committed: the file stays until the record says whose it is.
        raise
    except BaseException:
        files.remove(key)
        raise
    discard_other_attempts(export)


def fail(export: Export, reason: str) -> bool:
    """End the run with a reason that its owner can read, and write the audit entry; False where it
    had ended already.

    A worker that lost its lock unnoticed must not end the run of its successor: hence the fence.
    """
    with transaction.atomic():
        if not export.move(
            State.FAILED, at_attempt=export.attempt, reason=reason, ended_at=clock.now()
        ):
            return False
        finished(export, "failed", {"reason": reason})
        _notice(export, NoticeKind.EXPORT_FAILED, f"An export failed: {reason}")
        return True


def finished(
    export: Export, outcome: str, detail: dict[str, Any] | None = None, *, by: Actor | None = None
) -> None:
    """The second audit entry of a run, in the caller's transaction; `by` whoever ended it early.

    The spec is not parsed: also a run that this version cannot read must be ended.
    """
    audit.record(
        by or actor_of(export), "export.finished", outcome=outcome, target=export.public_id,
        dataset=export.dataset, format=export.format, fields=list(export.spec.get("columns", [])),
        rows=export.rows_written, bytes=export.bytes, sha256=export.sha256, detail=detail or {},
    )  # fmt: skip


def discard_other_attempts(export: Export) -> None:
    """Delete what earlier attempts of this run stored but never published."""
    for attempt in range(1, export.attempt):
        files.remove(files.key_of(export, attempt))


def _commit(
    export: Export, spec: ExportSpec, snapshot: Snapshot, spool: files.Spool, key: str
) -> None:
    format = FORMATS[spec.dataset, spec.format]
    now = clock.now()
    with transaction.atomic():
        # The row lock orders this commit and a restriction or erasure: either its number is seen
        # here, or it comes after and finds a ready file to withdraw.
        account = Account.objects.select_for_update().get(pk=export.account_id)
        if account.closed_at:
            raise Denied("The account was closed.")
        if (account.restriction_version, account.erasure_number) != (
            snapshot.restriction_version,
            snapshot.erasure_number,
        ):
            raise RulesMoved
        done = export.move(
            State.READY, at_attempt=export.attempt, rows_written=spool.rows, bytes=spool.size,
            sha256=spool.sha256, file_key=key, file_name=files.name_of(spec, format, spool.rows),
            ended_at=now, expires_at=now + files.KEEP,
        )  # fmt: skip
        if not done:
            raise Left
        finished(export, "ok")
        _notice(
            export, NoticeKind.EXPORT_READY, f"{_counted(spec, spool.rows)} ready as {format.label}"
        )


@contextmanager
def _copy(
    export: Export, snapshot: Snapshot, statement: str, params: tuple[Any, ...]
) -> Iterator[Iterable[Any]]:
    """The messages of a COPY (none without a statement); leaving early cancels it."""
    if not statement:
        yield ()
        return
    queries.check_account(statement, params, export.account_id)
    with snapshot.connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        yield copy


def _counted(spec: ExportSpec, rows: int) -> str:
    if spec.dataset in RECKONED:
        return "The figures are"
    one = f"1 {spec.dataset.removesuffix('s')} is"
    return one if rows == 1 else f"{rows:,} {spec.dataset} are"


def _said(error: BaseException) -> str:
    """The first line of what the database said."""
    return str(cause(error)).strip().partition("\n")[0] or type(error).__name__


def _notice(export: Export, kind: NoticeKind, text: str) -> None:
    if export.member is not None and export.api_key is None:
        notify(export.member, kind, text, export.public_id)
