"""The ways in: asking for an export, ending one, fetching its file, and the sweeps."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts import actors, audit
from synaptiq.accounts.actions import mark_notices_read
from synaptiq.accounts.actors import Actor, Scope
from synaptiq.accounts.models import AuditEntry, Member
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import files, pipeline, queries
from synaptiq.exports import spec as specs
from synaptiq.exports.datasets import ALL
from synaptiq.exports.models import Export
from synaptiq.exports.spec import ExportSpec
from synaptiq.exports.states import UNFINISHED, State
from synaptiq.kit import clock
from synaptiq.kit.database import own_connection
from synaptiq.kit.errors import Conflict, Gone, Invalid
from synaptiq.kit.ranges import Asked

log = logging.getLogger(__name__)

_T = TypeVar("_T")

# Up to here an export takes about a tenth of a second and may pass those that take longer.
SHORT_ROWS = 20_000
# A run without a job is only lost once its request must have been committed and begun.
LOST_AFTER = timedelta(seconds=60)
# How long a later part of a file still belongs to the download that began it.
RESUMABLE = timedelta(hours=24)
WHOLE_FILE = Asked()
# How a run ended, to go on from "This export".
ENDED: dict[str, str] = {
    State.READY: "is ready",
    State.FAILED: "failed",
    State.CANCELLED: "was cancelled",
    State.EXPIRED: "has expired",
    State.WITHDRAWN: "was withdrawn",
}


def request(
    actor: Actor,
    given: Mapping[str, Any],
    *,
    idempotency_key: str | None = None,
    in_this_process: bool = False,
) -> Export:
    """Ask for an export; the file is made by a job (or by the caller, `in_this_process`).

    The run, the audit entry "requested" and the job are committed together. The same
    `idempotency_key` gives the run that it made before; with another body, Invalid.
    """
    from synaptiq.exports import tasks

    with audit.denials(actor, "export.requested", dataset=str(given.get("dataset", ""))[:40]):
        actor.check_scope(Scope.EXPORTS_WRITE)
        actor.check(Permission.EXPORT)
    with acting_for(actor.account.pk):
        body = hashlib.sha256(
            json.dumps(given, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
        ).hexdigest()
        if idempotency_key is not None:
            _check_idempotency_key(idempotency_key)
            if earlier := _earlier(actor, idempotency_key, body):
                return earlier
        spec = specs.make(actor.account, given)
        dataset = ALL[spec.dataset]
        rows = queries.count(spec)
        export = Export(
            dataset=spec.dataset, format=spec.format, spec=spec.model_dump(mode="json"),
            sentence=queries.sentence(spec), actor_kind=actor.kind, actor=actor.name,
            member=actor.member, api_key=actor.api_key, idempotency_key=idempotency_key,
            request_sha256=body,
        )  # fmt: skip
        try:
            with transaction.atomic():
                if idempotency_key is not None and actor.api_key is None and actor.member:
                    # The constraint is about API keys. Requests of a page wait for each other here.
                    Member.objects.select_for_update().get(pk=actor.member.pk)
                    if earlier := _earlier(actor, idempotency_key, body):
                        return earlier
                export.save()
                audit.record(
                    actor, "export.requested", target=export.public_id, dataset=spec.dataset,
                    format=spec.format, fields=list(spec.columns), rows=rows,
                    typed=dataset.filters.typed, filter=spec.filter, detail=_detail(spec),
                )  # fmt: skip
                if not in_this_process:
                    queue = "short" if rows <= SHORT_ROWS else "long"
                    tasks.run.configure(queue=queue).defer(
                        account_id=actor.account.pk, export_id=export.pk
                    )
        except IntegrityError:
            # Another request with this key was committed between the look and the insert.
            if idempotency_key and (earlier := _earlier(actor, idempotency_key, body)):
                return earlier
            raise
    return export


def cancel(actor: Actor, public_id: str) -> Export:
    """End an unfinished run. One that has ended stays as it is: Conflict."""
    with audit.denials(actor, "export.cancelled", target=public_id[:80]):
        actor.check_scope(Scope.EXPORTS_WRITE)
        actor.check(Permission.EXPORT)
    with acting_for(actor.account.pk), transaction.atomic():
        export = queries.get(public_id)
        if not export.move(State.CANCELLED, reason="Cancelled.", ended_at=clock.now()):
            export.refresh_from_db()
            raise Conflict(f"This export {ENDED[export.state]}: there is nothing to cancel.")
        pipeline.finished(export, "cancelled", by=actor)
    return export


def download(actor: Actor, public_id: str, asked: Asked = WHOLE_FILE) -> Export:
    """The right to the file of a ready run, checked now and recorded. Gone when it is no more.

    An answer without bytes is no download. A later part belongs to the download that the same
    actor began within the day before; without one it is a download of its own.
    """
    with audit.denials(actor, "export.downloaded", target=public_id[:80]):
        actor.check_scope(Scope.EXPORTS_READ)
        actor.check(Permission.DOWNLOAD)
    with acting_for(actor.account.pk), transaction.atomic():
        export = queries.get(public_id)
        if export.state == State.WITHDRAWN:
            raise Gone(f"This file was withdrawn: {export.reason}", code="withdrawn")
        if export.state_now == State.EXPIRED:
            raise Gone(
                "This file was kept for 30 days and has expired. Export again.", code="expired"
            )
        if export.state != State.READY:
            has = "has no file yet" if export.state in UNFINISHED else ENDED[export.state]
            raise Conflict(f"This export {has}.", code="not_ready")
        sent = asked.of(export.file_size, export.sha256)
        if sent.with_body and not (sent.is_later_part and _began(actor, export)):
            audit.record(
                actor, "export.downloaded", target=export.public_id, dataset=export.dataset,
                format=export.format, rows=export.rows_written, bytes=export.bytes,
                sha256=export.sha256,
            )  # fmt: skip
            # Who fetches the file needs no notice that it is ready.
            mark_notices_read(actor, target=export.public_id)
    return export


def withdraw(export: Export, reason: str) -> bool:
    """Take a run or its file back for good. Tells whether there was anything to take back.

    Called by what makes earlier exports wrong, inside its own transaction; the bytes go when
    that is committed.
    """
    with transaction.atomic():
        before = Export.objects.select_for_update().get(pk=export.pk)
        if not export.move(State.WITHDRAWN, reason=reason, ended_at=clock.now()):
            return False
        audit.record(
            actors.of_system(export.account), "export.withdrawn", target=export.public_id,
            dataset=export.dataset, format=export.format, detail={"reason": reason},
        )  # fmt: skip
        if before.state in UNFINISHED:
            # A run has two entries, however it ends; a ready one has its second already.
            pipeline.finished(export, "withdrawn", {"reason": reason})
        transaction.on_commit(lambda: files.remove(before.file_key))
    return True


def expire() -> int:
    """End the time of files kept for 30 days, of all accounts; returns how many."""
    due = Export.across_accounts.filter(state=State.READY, expires_at__lte=clock.now())

    def end(export: Export) -> bool:
        if export.move(State.EXPIRED):
            files.remove(export.file_key)
            return True
        return False

    return _each(due, end)


def fail_lost() -> int:
    """Fail unfinished runs that no job will bring to an end and nobody works on."""
    since = clock.now() - LOST_AFTER
    runs = Export.across_accounts.filter(state__in=UNFINISHED, requested_at__lt=since)

    def end(export: Export) -> bool:
        if _has_job(export):
            return False
        with own_connection() as connection:
            connection.execute("BEGIN")
            return pipeline.lock(connection, export) and pipeline.fail(
                export, "Its worker was lost, and nothing was left to begin again."
            )

    return _each(runs, end)


def _each(runs: QuerySet[Export, Export], end: Callable[[Export], bool]) -> int:
    """How many of these `end` has ended. One that cannot be ended must not hold up the others."""
    done = 0
    for export in runs.select_related("account").defer("spec"):
        try:
            with acting_for(export.account_id):
                done += end(export)
        except DatabaseError:
            raise
        except Exception:
            log.exception("%s could not be ended", export.public_id)
    return done


def sweep_stored() -> list[str]:
    """Delete stored files that no run claims; returns their keys."""
    gone = []
    for keys in _batches(files.stored_keys()):
        named = [(key, *key.partition("/")[2].split(".")[:2]) for key in keys]
        claims = _claims(run for _, run, _ in named)
        for key, run, attempt in named:
            if claims.get((run, attempt)) not in (State.RUNNING, State.READY):
                files.remove(key)
                gone.append(key)
    return gone


def sweep_spool() -> list[str]:
    """Delete what was spooled on this machine and no run works on; returns the names."""
    gone = []
    for parts in _batches(files.spooled_parts()):
        claims = _claims(run for _, run, _ in parts)
        for path, run, attempt in parts:
            if claims.get((run, attempt)) != State.RUNNING:
                path.unlink(missing_ok=True)
                gone.append(path.name)
    return gone


def _claims(runs: Iterable[str]) -> dict[tuple[str, str], str]:
    """The states of these runs, of all accounts, by (run, its present attempt)."""
    found = Export.across_accounts.filter(public_id__in=set(runs))
    return {
        (run, str(attempt)): state
        for run, attempt, state in found.values_list("public_id", "attempt", "state")
    }


def _batches(found: Iterable[_T]) -> Iterator[list[_T]]:
    ahead = iter(found)
    while batch := list(islice(ahead, 500)):
        yield batch


def _has_job(export: Export) -> bool:
    return ProcrastinateJob.objects.filter(
        task_name="exports.run", status__in=["todo", "doing"], args__export_id=export.pk
    ).exists()


def _began(actor: Actor, export: Export) -> bool:
    """Whether this actor has a download of the file that may still go on."""
    return AuditEntry.objects.filter(
        target=export.public_id, action="export.downloaded", actor=actor.name, outcome="ok",
        at__gt=clock.now() - RESUMABLE,
    ).exists()  # fmt: skip


def _earlier(actor: Actor, idempotency_key: str, body: str) -> Export | None:
    earlier = Export.objects.filter(
        member=actor.member, api_key=actor.api_key, idempotency_key=idempotency_key
    ).first()
    if earlier and earlier.request_sha256 != body:
        raise Invalid(
            {"Idempotency-Key": "was used for another request; use a new key for a new request."},
            code="idempotency_key_reused",
        )
    return earlier


def _check_idempotency_key(key: str) -> None:
    if not 1 <= len(key) <= 255 or not key.isprintable() or not key.isascii():
        raise Invalid({"Idempotency-Key": "give 1 to 255 printable ASCII characters."})


def _detail(spec: ExportSpec) -> dict[str, Any]:
    detail: dict[str, Any] = {"scope": spec.scope}
    if spec.scope == "selection":
        detail["ids"] = len(spec.ids)
    if spec.options != specs.Options():
        detail["options"] = spec.options.model_dump()
    return detail
