"""Changing the type of a custom property, or its choices, with the values that leads hold.

Definition and values change in one transaction, so no export, page or program ever meets a value
that is not of its property's type; and no lead of the account is written meanwhile. That bounds
how many leads may hold one: what would be lost is told of any number, but above `MOST_VALUES` the
change itself is refused. A value that is lost stays in its lead's timeline.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Collate

from synaptiq.accounts import actors, audit
from synaptiq.accounts import values as accounts
from synaptiq.accounts.actions import notify
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.queries import member_named
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for, current_account_id
from synaptiq.kit.database import is_away
from synaptiq.kit.errors import Conflict, Invalid, Refusal
from synaptiq.kit.faults import log_failure
from synaptiq.leads import queries, values
from synaptiq.leads.actions import changes
from synaptiq.leads.actions.bulk import UNFINISHED
from synaptiq.leads.models import PROPERTY_TYPES, Batch, CustomProperty, Lead, LeadEvent

log = logging.getLogger(__name__)

# So many leads are converted within the request; more are a job's.
AT_ONCE = 500
# Three thousand a second, as measured on two cores.
MOST_VALUES = 30_000
# Leads that are read and rewritten at a time.
PIECE = 5_000
EXAMPLES = 5
_EVENT = "property.changed"


@dataclass(frozen=True)
class Conversion:
    """What a change of type would do: `held` leads hold a value, `lost` of them one that the new
    type cannot hold, such as `examples` (as text, with how many leads; the most frequent first)."""

    held: int
    lost: int
    examples: list[tuple[str, int]]

    @property
    def too_many(self) -> bool:
        """Whether more leads hold a value than one transaction may rewrite."""
        return self.held > MOST_VALUES


def plan_conversion(
    actor: Actor, public_id: str, type: str, choices: Sequence[str] = ()
) -> Conversion:
    """What `convert_property` would do now, or where it refuses, would have to do.

    It changes nothing, so a denial is not recorded, as of a page that one may not see.
    """
    actor.check(Permission.SETTINGS)
    with acting_for(actor.account.pk), transaction.atomic():
        found, wanted = _checked(public_id, type, choices)
        return _plan(found, wanted)


def convert_property(
    actor: Actor, public_id: str, type: str, choices: Sequence[str] = (), *, lose: int = 0
) -> CustomProperty:
    """Change type and choices, and convert what leads hold.

    `lose` is how many values may be lost: whoever asks has seen that many; raises Conflict when
    there are more by now. Above 500 leads a job does it, and `converting` says so meanwhile.
    """
    from synaptiq.leads import tasks

    with audit.denials(actor, _EVENT, target=public_id[:80]):
        actor.check(Permission.SETTINGS)
    with acting_for(actor.account.pk), transaction.atomic():
        lock(actor.account)
        found, wanted = _checked(public_id, type, choices)
        _check_no_import()
        if found.converting:
            raise Conflict("Its type is being changed already. Wait until that has ended.")
        if (found.type, found.choices) == (wanted.type, wanted.choices):
            return found
        if queries.count_up_to(_held(found, wanted), AT_ONCE) <= AT_ONCE:
            return _convert(actor, found, wanted, lose)
        _check(_plan(found, wanted), lose)
        found.converting = {
            "type": wanted.type, "choices": wanted.choices, "lose": lose,
            "by": actor.member.public_id if actor.member else actor.name,
        }  # fmt: skip
        found.save(update_fields=["converting"])
        tasks.convert_property.defer(account_id=actor.account.pk, property_id=found.pk)
    return found


def stop_conversion(actor: Actor, public_id: str) -> CustomProperty:
    """Let a property be as it is, where its conversion still waits."""
    with audit.denials(actor, _EVENT, target=public_id[:80]):
        actor.check(Permission.SETTINGS)
    with acting_for(actor.account.pk), transaction.atomic():
        lock(actor.account)
        found = queries.custom_property(public_id)
        if not found.converting:
            raise Conflict("This change has ended already.")
        found.converting = None
        found.save(update_fields=["converting"])
    return found


def run_conversion(waiting: CustomProperty) -> None:
    """Do what `convert_property` left to a job. Needs the account as the current one."""
    try:
        with transaction.atomic():
            lock(waiting.account)
            found = CustomProperty.objects.get(pk=waiting.pk)
            asked = found.converting
            if not asked:
                return
            actor = actors.still(_asker(found, asked["by"]), Permission.SETTINGS)
            _, wanted = _checked(found.public_id, asked["type"], asked["choices"])
            _check_no_import()
            _convert(actor, found, wanted, asked["lose"])
            if actor.member:
                text = f"{found.label} is of the type {_name(found.type)} now"
                _tell(actor.member, text, found)
    except Refusal as refusal:
        give_up(waiting, refusal.detail)
    except Exception as error:
        if is_away(error):
            # The job comes back.
            raise
        log_failure(log, f"The conversion of {waiting.public_id}", error)
        give_up(waiting, "An unexpected error; the server's log has the details.")


def _checked(
    public_id: str, type: str, choices: Sequence[str]
) -> tuple[CustomProperty, CustomProperty]:
    """The property as it is, and as it is to be (not saved)."""
    found = queries.custom_property(public_id)
    if found.archived_at is not None:
        raise Conflict("This property is archived. Bring it back first.")
    checked = accounts.checked(type=(values.property_type, type), choices=(values.choices, choices))
    if checked["type"] != "choice":
        checked["choices"] = []
    elif not checked["choices"]:
        raise Invalid({"choices": "give at least one."})
    return found, CustomProperty(slug=found.slug, label=found.label, **checked)


def _check_no_import() -> None:
    """Raise Conflict while an import goes on: it has read the definitions for all of its pieces."""
    if Batch.objects.filter(kind="import", state__in=UNFINISHED).exists():
        raise Conflict("An import is going on. Wait until it has ended, or cancel it.")


def _held(found: CustomProperty, wanted: CustomProperty) -> Any:
    """The leads whose value may have to change; deleted ones too, for they may come back."""
    rows = Lead.objects.filter(custom__has_key=found.slug)
    if found.type == wanted.type:
        # Only choices differ: what holds one that stays is not looked at.
        gone = [choice for choice in found.choices if choice not in wanted.choices]
        held = rows.annotate(held=KeyTextTransform(found.slug, "custom"))
        return held.filter(held__in=gone) if gone else rows.none()
    return rows


def _plan(found: CustomProperty, wanted: CustomProperty) -> Conversion:
    """Values are told apart by the database, so that memory does not grow with the leads."""
    slug = found.slug
    values_held = (
        _held(found, wanted)
        .order_by()
        .annotate(value=KeyTransform(slug, "custom"), text=KeyTextTransform(slug, "custom"))
        .values_list("value", "text")
        .annotate(count=Count("pk"))
        .order_by("-count", Collate("text", "C"))
    )
    held = lost = 0
    examples: list[tuple[str, int]] = []
    for value, _, count in values_held.iterator(chunk_size=PIECE):
        held += count
        try:
            values.converted(value, wanted)
        except ValueError:
            lost += count
            if len(examples) < EXAMPLES:
                examples.append((values.as_text(value), count))
    return Conversion(held, lost, examples)


def _check(plan: Conversion, lose: int) -> None:
    """Raise Conflict for more than can be done, or more lost than was agreed to."""
    if plan.too_many:
        raise Conflict(
            f"{plan.held:,} leads hold a value that would have to change, and {plan.lost:,} of "
            f"them would lose it. No more than {MOST_VALUES:,} can be changed at once. Define a "
            "new property of the type that you want, and archive this one.",
            code="too_many_values",
        )
    if plan.lost > lose:
        raise Conflict(
            f"{plan.lost:,} values would be lost, more than was said. Look at it again.",
            code="would_lose",
        )


def _convert(
    actor: Actor, found: CustomProperty, wanted: CustomProperty, lose: int
) -> CustomProperty:
    """Write the definition and all values, in the caller's transaction."""
    plan = _plan(found, wanted)
    _check(plan, lose)
    slug, at, converted = found.slug, changes.now(), 0
    for leads in _pieces(queries.locked(_held(found, wanted))):
        rewritten: list[tuple[int, str | None]] = []
        lost: list[LeadEvent] = []
        for lead in leads:
            before, after = lead.custom[slug], None
            try:
                after = values.converted(before, wanted)
            except ValueError:
                # As `changes.apply` writes it, which would update all leads one by one.
                gone = {changes.CUSTOM + slug: [before, None]}
                lost.append(
                    LeadEvent(
                        lead=lead, at=at, type="edited", via=actor.kind, member=actor.member,
                        changes=gone,
                    )
                )  # fmt: skip
            if json.dumps(before) != json.dumps(after):
                rewritten.append((lead.pk, None if after is None else json.dumps(after)))
        LeadEvent.objects.bulk_create(lost, batch_size=2_000)
        _rewrite(slug, rewritten, at)
        converted += len(rewritten) - len(lost)
    detail = {
        "slug": slug, "from": found.type, "type": wanted.type,
        "converted": converted, "lost": plan.lost,
    }  # fmt: skip
    audit.record(actor, _EVENT, target=found.public_id, rows=plan.held, detail=detail)
    found.type, found.choices, found.converting = wanted.type, wanted.choices, None
    found.save(update_fields=["type", "choices", "converting"])
    return found


def _pieces(rows: Any) -> Iterator[list[Lead]]:
    """These leads by their keys. Each is met once, also where rewriting it takes its value away."""
    last = 0
    while leads := list(rows.filter(pk__gt=last).order_by("pk")[:PIECE]):
        yield leads
        last = leads[-1].pk


def _rewrite(slug: str, rewritten: Sequence[tuple[int, str | None]], at: Any) -> None:
    """Give leads another JSON value of a property; None takes it away. One statement for all."""
    if not rewritten:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{Lead._meta.db_table}" AS l SET version = version + 1, updated_at = %s, '
            "custom = CASE WHEN n.value IS NULL THEN l.custom - %s "
            "ELSE jsonb_set(l.custom, ARRAY[%s], n.value::jsonb) END "
            "FROM unnest(%s::bigint[], %s::text[]) AS n(id, value) "
            "WHERE l.id = n.id AND l.account_id = %s",
            [
                at, slug, slug, [pk for pk, _ in rewritten], [value for _, value in rewritten],
                current_account_id(),
            ],
        )  # fmt: skip


def lock(account: Account) -> None:
    """One change of definitions at a time, and none while a lead is being written by the old ones.

    Not `FOR UPDATE`: whoever writes a lead's event shares the account's key while it holds the
    lead's lock, and would wait for this in a circle.
    """
    queries.hold_definitions(alone=True)
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)


def _asker(found: CustomProperty, name: str) -> Actor:
    if name == "terminal":
        return actors.of_terminal(found.account)
    return actors.of_member(Member.objects.select_related("user", "account").get(public_id=name))


def give_up(waiting: CustomProperty, reason: str) -> bool:
    """Leave all as it is, and tell whoever asked why. Tells whether there was anything to leave."""
    with transaction.atomic():
        lock(waiting.account)
        found = CustomProperty.objects.get(pk=waiting.pk)
        if not found.converting:
            return False
        by, wanted = found.converting["by"], _name(found.converting["type"])
        found.converting = None
        found.save(update_fields=["converting"])
        if member := member_named(by):
            text = f"{found.label} could not be changed to {wanted}: {reason}"
            _tell(member, text, found)
    return True


def _tell(member: Member, text: str, found: CustomProperty) -> None:
    notify(member, NoticeKind.PROPERTY_CONVERTED, text, found.public_id)


def _name(type: str) -> str:
    return PROPERTY_TYPES[type].lower()
