"""Changing the type of a custom property, or its choices, with the values that leads hold.

Definition and values change in one transaction, so no export, page or program ever meets a value
that is not of its property's type. That bounds how many leads may hold one: above `MOST_VALUES`
the change is refused. Values that are the same to a reader ("12" and 12) are rewritten by one
statement for all; a value that is lost stays in its lead's timeline.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models.fields.json import KeyTextTransform

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
MOST_VALUES = 10_000
EXAMPLES = 5
_EVENT = "property.changed"


@dataclass(frozen=True)
class Conversion:
    """What a change of type would do: `held` leads hold a value, `lost` of them one that the new
    type cannot hold, such as `examples` (as text, with how many leads; the most frequent first)."""

    held: int
    lost: int
    examples: list[tuple[str, int]]


def plan_conversion(
    actor: Actor, public_id: str, type: str, choices: Sequence[str] = ()
) -> Conversion:
    """What `convert_property` would do now. Raises Conflict where too many leads hold a value.

    It changes nothing, so a denial is not recorded, as of a page that one may not see.
    """
    actor.check(Permission.SETTINGS)
    with acting_for(actor.account.pk), transaction.atomic():
        found, wanted = _checked(public_id, type, choices)
        return _plan(wanted, _few(_held(found, wanted).only("pk", "custom")))


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
        _check_loss(_plan(wanted, _few(_held(found, wanted).only("pk", "custom"))), lose)
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


def _few(rows: Any) -> list[Lead]:
    """These leads. Raises Conflict where there are too many for one transaction."""
    leads = list(rows.order_by("pk")[: MOST_VALUES + 1])
    if len(leads) > MOST_VALUES:
        raise Conflict(
            f"More than {MOST_VALUES:,} leads hold a value that would have to change, which is "
            "more than can be done at once. Define a new property of the type that you want, and "
            "archive this one.",
            code="too_many_values",
        )
    return leads


def _plan(wanted: CustomProperty, leads: Sequence[Lead]) -> Conversion:
    lost: dict[str, int] = {}
    for lead in leads:
        value = lead.custom[wanted.slug]
        try:
            values.converted(value, wanted)
        except ValueError:
            text = values.as_text(value)
            lost[text] = lost.get(text, 0) + 1
    often = sorted(lost.items(), key=lambda one: (-one[1], one[0]))
    return Conversion(len(leads), sum(lost.values()), often[:EXAMPLES])


def _check_loss(plan: Conversion, lose: int) -> None:
    if plan.lost > lose:
        raise Conflict(
            f"{plan.lost:,} values would be lost, more than was said. Look at it again.",
            code="would_lose",
        )


def _convert(
    actor: Actor, found: CustomProperty, wanted: CustomProperty, lose: int
) -> CustomProperty:
    """Write the definition and all values, in the caller's transaction."""
    leads = _few(queries.locked(_held(found, wanted)))
    plan = _plan(wanted, leads)
    _check_loss(plan, lose)
    slug, at = found.slug, changes.now()
    rewritten: list[tuple[int, str | None]] = []
    lost: list[LeadEvent] = []
    for lead in leads:
        before, after = lead.custom[slug], None
        try:
            after = values.converted(before, wanted)
        except ValueError:
            # As `changes.apply` writes it, which would update ten thousand leads one by one.
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
    detail = {
        "slug": slug, "from": found.type, "type": wanted.type,
        "converted": len(rewritten) - len(lost), "lost": len(lost),
    }  # fmt: skip
    audit.record(actor, _EVENT, target=found.public_id, rows=len(leads), detail=detail)
    found.type, found.choices, found.converting = wanted.type, wanted.choices, None
    found.save(update_fields=["type", "choices", "converting"])
    return found


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
