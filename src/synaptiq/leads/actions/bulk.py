"""Acts on many leads: what may be done, doing it piece by piece, and undoing it as a whole."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max

from synaptiq.accounts import actors, audit
from synaptiq.accounts.actions import notify
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.database import is_away
from synaptiq.kit.errors import Conflict, Invalid, Refusal
from synaptiq.kit.faults import log_failure
from synaptiq.kit.filters import Context
from synaptiq.leads import queries, values
from synaptiq.leads.actions import changes
from synaptiq.leads.actions.one import assignee, register_tags, with_tags
from synaptiq.leads.actions.telling import tell_assignees
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import STATUSES, Batch, BatchState, Lead

log = logging.getLogger(__name__)

# So many are done within the request; more are a job's, which shows its progress.
AT_ONCE = 500
# Up to here a job may pass those that take longer.
SHORT_LEADS = 20_000
PIECE = 2_000
# An external id that somebody takes while a piece brings its lead back is seen the next time.
MOST_TRIES = 5
UNFINISHED = (BatchState.REQUESTED, BatchState.RUNNING)


@dataclass(frozen=True)
class Act:
    """What can be done to many: the check of its value, what a lead then gets, and a sentence.

    `check` returns the value as it is kept, in JSON types, or raises ValueError; `wanted(lead,
    value, at)` are fields as events hold them.
    """

    check: Callable[[Any], Any]
    wanted: Callable[[Lead, Any, datetime], Mapping[str, Any]]
    say: Callable[[Any], str]


def _status(lead: Lead, value: str, at: datetime) -> Mapping[str, Any]:
    return {} if lead.status == value else changes.with_status(lead, value, at)


def _add_tags(lead: Lead, value: Sequence[str], _: datetime) -> Mapping[str, Any]:
    tags = with_tags(lead.tags, value, ())
    # A lead that is full keeps what it has; the sum of changed leads tells.
    return {"tags": tags} if len(tags) <= values.MOST_TAGS else {}


def _some_tags(given: Any) -> list[str]:
    tags = values.tags(
        [t for t in given.split(",") if t.strip()] if isinstance(given, str) else given
    )
    if not tags:
        raise ValueError("give at least one tag.")
    return tags


def _name_of(member: str | None) -> str:
    found = Member.objects.select_related("user").filter(public_id=member).first()
    return str(found.user.called) if found else "nobody"


def _tags_said(tags: Sequence[str]) -> str:
    return ("Tag " if len(tags) == 1 else "Tags ") + ", ".join(tags)


ACTS: dict[str, Act] = {
    "status": Act(values.status, _status, lambda v: f"Status set to {STATUSES[v].lower()}"),
    "add_tags": Act(_some_tags, _add_tags, lambda v: f"{_tags_said(v)} added"),
    "remove_tags": Act(
        _some_tags,
        lambda lead, value, _: {"tags": with_tags(lead.tags, (), value)},
        lambda v: f"{_tags_said(v)} taken away",
    ),
    "assigned_to": Act(
        assignee,
        lambda _, value, __: {"assigned_to": value},
        lambda v: f"Assigned to {_name_of(v)}",
    ),
    "delete": Act(
        lambda _: True, lambda _, __, at: {"deleted_at": at.isoformat()}, lambda _: "Deleted"
    ),
}


def change_many(
    actor: Actor,
    act: Mapping[str, Any],
    *,
    ids: Sequence[str] | None = None,
    filter: Mapping[str, Any] | None = None,
) -> Batch:
    """Do one act (`{"status": "won"}`) to a selection or to all that a filter (JSON) chooses.

    Up to 500 leads are done before this returns; more are a job's. The batch says how far it is,
    and `undo_batch` takes it back.
    """
    with audit.denials(actor, "leads.changed"):
        actor.check(Permission.EDIT)
    if (ids is None) == (filter is None):
        raise Invalid({"scope": "give ids or a filter, not both."})
    with acting_for(actor.account.pk):
        kept = _checked(act)
        scope: dict[str, Any] = {"ids": list(ids)} if ids is not None else {"filter": {}}
        if filter is not None:
            read = LEAD_FILTERS.from_json(dict(filter))
            scope = {"filter": LEAD_FILTERS.to_json(read)} | _frozen(actor.account)
        chosen = _chosen(scope)
        found = chosen.aggregate(last=Max("pk"), total=Count("pk"))
        scope["up_to"] = found["last"] or 0
        ((name, value),) = kept.items()
        batch = Batch(
            kind="delete" if name == "delete" else "change", member=actor.member, via=actor.kind,
            said=ACTS[name].say(value), scope=scope, act=kept, total=found["total"],
        )  # fmt: skip
        if not batch.total:
            raise Invalid("No lead is left to change: the list has moved on. Look at it again.")
        if name == "add_tags":
            register_tags(value)
        return _begin(actor, batch)


def undo_batch(actor: Actor, public_id: str) -> Batch:
    """Take an act back: each lead gets the values from before, where nobody has changed them since.

    A lead that an import made is deleted, unless somebody worked on it since; one that was deleted
    stays so where another lead has its external id by now. `kept` counts both. Itself an act with
    progress. Possible once, within 30 days.
    """
    with audit.denials(actor, "leads.changed", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk):
        done = queries.batch(public_id)
        if done.kind == "undo":
            raise Conflict("An undo cannot be undone.")
        if done.state in UNFINISHED:
            raise Conflict("This is not finished. Cancel it first, then undo what was done.")
        if (done.ended_at or done.requested_at) < clock.now() - queries.UNDO_TIME:
            raise Conflict(f"This was more than {queries.UNDO_TIME.days} days ago.")
        batch = Batch(
            kind="undo", member=actor.member, via=actor.kind, said=f"Undone: {done.said}",
            undoes=done, total=done.changed,
        )  # fmt: skip
        try:
            return _begin(actor, batch)
        except IntegrityError:
            raise Conflict("This has been undone already.") from None


def cancel_batch(actor: Actor, public_id: str) -> Batch:
    """Stop an act that is going on. What was done stays, and can be undone."""
    with audit.denials(actor, "leads.changed", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=queries.batch(public_id).pk)
        if batch.state not in UNFINISHED:
            raise Conflict("This has ended already.")
        if batch.kind == "import":
            # `cancel_import` also tells the audit log what came in.
            raise Conflict("This is an import. Cancel it at its own page.")
        _end(batch, BatchState.CANCELLED)
    return batch


def run_batch(batch: Batch) -> None:
    """Bring an act to its end, from where it is. Needs the account as the current one.

    Called by any number of workers it does each lead once: a piece is one transaction under the
    lock of the batch's row.
    """
    try:
        while _tried_piece(batch):
            pass
    except Refusal as refusal:
        fail(batch, refusal.detail)
    except Exception as error:
        if is_away(error):
            # The job comes back, and goes on from the last piece.
            raise
        log_failure(log, batch.public_id, error)
        fail(batch, "An unexpected error; the server's log has the details.")


def _begin(actor: Actor, batch: Batch) -> Batch:
    from synaptiq.leads import tasks

    with transaction.atomic():
        batch.save()
        audit.record(
            actor, "leads.changed", target=batch.public_id, rows=batch.total,
            filter=batch.scope.get("filter", {}), typed=LEAD_FILTERS.typed,
            detail=_detail(batch),
        )  # fmt: skip
        # Also of few: it goes on where this request is killed, and else finds that all is done.
        queue = "short" if batch.total <= SHORT_LEADS else "long"
        tasks.run_batch.configure(queue=queue).defer(account_id=actor.account.pk, batch_id=batch.pk)
    if batch.total <= AT_ONCE:
        run_batch(batch)
        batch.refresh_from_db()
    return batch


def _detail(batch: Batch) -> dict[str, Any]:
    """What was done, for the audit log: names alone. `said` holds what somebody typed, as a tag or
    the name of a file, and nothing is ever taken out of the log."""
    if batch.undoes:
        return {"kind": batch.kind, "undoes": batch.undoes.public_id}
    return {"kind": batch.kind, "act": next(iter(batch.act))}


def _tried_piece(batch: Batch) -> bool:
    for tries in range(1, MOST_TRIES + 1):
        try:
            return _piece(batch)
        except IntegrityError:
            if tries == MOST_TRIES:
                raise
    raise AssertionError


def _piece(batch: Batch) -> bool:
    """Do the next leads; False when there are none left, or the act has ended."""
    with transaction.atomic():
        now = Batch.objects.select_for_update().get(pk=batch.pk)
        if now.state not in UNFINISHED:
            return False
        actor = _actor(now)
        leads = list(_next(now))
        if not leads:
            _end(now, BatchState.DONE)
            return False
        now.changed += _undo(actor, now, leads) if now.kind == "undo" else _do(actor, now, leads)
        now.seen += len(leads)
        now.last_id = leads[-1].pk
        now.state = BatchState.RUNNING
        now.save()
    return True


def _next(batch: Batch) -> Any:
    """The leads of the next piece, locked."""
    if batch.kind == "undo":
        rows = queries.touched_by(batch.undoes_id)
    else:
        rows = _chosen(batch.scope).filter(pk__lte=batch.scope["up_to"])
    return queries.locked(rows.filter(pk__gt=batch.last_id).order_by("pk"))[:PIECE]


def _do(actor: Actor, batch: Batch, leads: Sequence[Lead]) -> int:
    ((name, value),) = batch.act.items()
    at, act = changes.now(), ACTS[name]
    return changes.apply(
        actor, leads, lambda lead: act.wanted(lead, value, at), at=at, batch=batch,
        is_activity=name != "delete",
    )  # fmt: skip


def _undo(actor: Actor, batch: Batch, leads: Sequence[Lead]) -> int:
    events = queries.changes_of(batch.undoes_id, [lead.pk for lead in leads])
    made = [one.pk for one in leads if one.import_batch_id == batch.undoes_id]
    worked_on = queries.worked_on(batch.undoes_id, made) if made else set()
    gone = [one.external_id for one in leads if one.deleted_at and one.external_id]
    taken = queries.external_ids_taken(gone) if gone else set()
    at = changes.now()

    def keep(why: str) -> Mapping[str, Any]:
        batch.kept[why] = batch.kept.get(why, 0) + 1
        return {}

    def before(lead: Lead) -> Mapping[str, Any]:
        if lead.import_batch_id == batch.undoes_id:
            if lead.deleted_at:
                return {}
            return keep("worked_on") if lead.pk in worked_on else {"deleted_at": at.isoformat()}
        found = changes.back(lead, events.get(lead.pk, {}))
        comes_back = lead.deleted_at and "deleted_at" in found
        return keep("taken") if comes_back and lead.external_id in taken else found

    return changes.apply(actor, leads, before, at=at, batch=batch, is_activity=False)


def _end(batch: Batch, state: BatchState, reason: str = "") -> None:
    """Write how it ended, and tell whoever could not wait for it; in the caller's transaction."""
    batch.state, batch.reason, batch.ended_at = state, reason, clock.now()
    batch.save()
    if batch.member and batch.total > AT_ONCE and state != BatchState.CANCELLED:
        how = f"failed: {reason}" if reason else f"{batch.changed:,} leads"
        if batch.kind == "undo":
            how = "; ".join([how, *(f"{count:,} {why}" for count, why in batch.left)])
        notify(batch.member, NoticeKind.BATCH_ENDED, f"{batch.said}: {how}", batch.public_id)
    # Also of one that was stopped: what it gave until then is theirs.
    if batch.kind == "undo" or "assigned_to" in batch.act:
        tell_assignees(batch)


def fail(batch: Batch, reason: str) -> None:
    """End an act that cannot go on, with the reason; one that has ended stays as it is."""
    with transaction.atomic():
        now = Batch.objects.select_for_update().get(pk=batch.pk)
        if now.state in UNFINISHED:
            _end(now, BatchState.FAILED, reason)


def _actor(batch: Batch) -> Actor:
    """Who asked, with the rights of this moment."""
    member = batch.member
    asked = actors.of_member(member) if member else actors.of_terminal(batch.account)
    return actors.still(asked, Permission.EDIT)


def _checked(act: Mapping[str, Any]) -> dict[str, Any]:
    if len(act) != 1 or (name := next(iter(act))) not in ACTS:
        raise Invalid({"act": f"give one of {', '.join(ACTS)}."})
    try:
        return {name: ACTS[name].check(act[name])}
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def _frozen(account: Account) -> dict[str, str]:
    """What the filter's conditions depend on, as it is now."""
    context = context_of(account)
    return {"timezone": context.timezone, **context.facts}


def _chosen(scope: Mapping[str, Any]) -> Any:
    if "ids" in scope:
        return queries.selected(scope["ids"])
    return queries.matching(
        LEAD_FILTERS.from_json(scope["filter"]),
        Context(timezone=scope["timezone"], facts={"goal": scope["goal"]}),
    )
