"""What the agent writes of a lead: that there is one, how it is reached, how it is judged.

Each of these works within the caller's transaction, together with the conversation's log. The agent
asks nobody's permission and overrides nobody: a status that a person set is locked against it, and
a way of reaching somebody that a member wrote stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.functions import Lower

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.kit.errors import Invalid
from synaptiq.leads import values
from synaptiq.leads.actions import changes
from synaptiq.leads.models import Lead, LeadEvent, Note

WAYS = ("email", "phone", "name")
# Where the agent's judgement leads, from which status. It takes no qualified lead down again, and
# what a visitor corrects ("20, not 1") also undoes a disqualification.
FORWARD: dict[str, frozenset[str]] = {
    "new": frozenset({"nurture", "qualified", "disqualified"}),
    "nurture": frozenset({"qualified", "disqualified"}),
    "disqualified": frozenset({"nurture", "qualified"}),
}


def capture_lead(
    actor: Actor,
    ways: Mapping[str, str | None],
    *,
    source_url: str | None,
    first_visit_at: datetime | None,
    is_test: bool = False,
    is_spam: bool = False,
    external_id: str | None = None,
) -> Lead | None:
    """Add the lead that a visitor became by leaving a way to be reached (`ways`: email, phone,
    name); None where none of them can be kept. `external_id`: by which the customer's server
    vouched for them.

    Somebody of the same email who is there already is never merged, since nobody proved whose
    address it is: a note says so.
    """
    kept = checked_ways(ways)
    if not kept.get("email") and not kept.get("phone"):
        return None
    at = changes.now()
    lead = Lead(
        **kept, **checked_ways({"source_url": source_url}), origin="conversation",
        external_id=external_id,
        is_test=is_test, is_spam=is_spam, first_visit_at=first_visit_at,
        created_at=at, updated_at=at, last_activity_at=at,
    )  # fmt: skip
    lead.save()
    if twin := _same_email(lead):
        Note.objects.create(
            lead=lead, via=actor.kind, created_at=at,
            text=f"Possible duplicate: {twin.public_id} has the same email. Nobody proved whose "
            "address it is, so they were not merged.",
        )  # fmt: skip
    lead.refresh_from_db()
    return lead


def add_ways(actor: Actor, lead: Lead, ways: Mapping[str, str | None]) -> None:
    """Write what the visitor said later of how to be reached. The lead is held by the caller.

    A blank is filled; what the visitor said before is corrected; what a member wrote stays.
    """
    wanted = {k: v for k, v in checked_ways(ways).items() if k != "phone_normal" and v}
    written = {field for field in wanted if getattr(lead, field) and _is_members(lead, field)}
    found = {field: value for field, value in wanted.items() if field not in written}
    if "phone" in found:
        found["phone_normal"] = values.phone_normal(found["phone"])
    changes.apply(actor, [lead], lambda _: found)


def name_lead(actor: Actor, lead: Lead, external_id: str) -> None:
    """Give a lead that is held, and has none, the id by which the customer's server knows it."""
    taken = Lead.objects.alive().filter(external_id=external_id).exists()
    if lead.external_id is None and not taken:
        changes.apply(actor, [lead], lambda _: {"external_id": external_id})


def judge_lead(actor: Actor, lead: Lead, *, result: str, score: int | None) -> None:
    """Write the latest check of a lead that is held: its score, and the status that follows where
    no person has set one and it leads on (`FORWARD`).

    `result` is an outcome; unreachable and undecided leave the status. When it is first qualified
    is kept also where a person set the status.
    """
    at = changes.now()
    wanted: dict[str, Any] = {"score": score}
    if result in FORWARD.get(lead.status, frozenset()) and not lead.status_locked:
        wanted["status"] = result
    if result == "qualified" and lead.first_qualified_at is None:
        wanted["first_qualified_at"] = at.isoformat()
    changes.apply(actor, [lead], lambda _: wanted, at=at)
    if "first_qualified_at" in wanted and not (lead.is_test or lead.is_spam):
        from synaptiq.leads import tasks

        tasks.tell_qualified.defer(account_id=lead.account_id, lead_id=lead.pk)


def delete_for_visitor(actor: Actor, lead: Lead, *, reason: str) -> None:
    """Delete a lead that is held, as `delete_lead` does, since its visitor asked for it."""
    at = changes.now()
    gone, detail = {"deleted_at": at.isoformat()}, {"reason": reason}
    changes.apply(actor, [lead], lambda _: gone, at=at, is_activity=False, detail=detail)
    audit.record(actor, "lead.deleted", target=lead.public_id, detail=detail)


def touch_lead(lead: Lead) -> None:
    """Note that something happened with a lead: a message is an activity, and no change."""
    Lead.objects.filter(pk=lead.pk).update(last_activity_at=changes.now())


def mark_lead(pk: int, *, is_test: bool, is_spam: bool) -> None:
    """Have a lead be left out of lists and exports as its conversations are. One that an import or
    the API made, or somebody by hand, is nobody's test. No change of its fields, so no event."""
    marks = {"is_test": is_test, "is_spam": is_spam}
    of_chat = Lead.objects.filter(pk=pk, origin="conversation").exclude(**marks)
    of_chat.update(**marks, updated_at=changes.now(), version=F("version") + 1)


def checked_ways(ways: Mapping[str, str | None]) -> dict[str, Any]:
    """What of it can be kept, as columns. What cannot is left out: a visitor's typing mistake must
    not lose the conversation."""
    kept: dict[str, Any] = {}
    for field, value in ways.items():
        if not value or not value.strip():
            continue
        try:
            kept |= values.fields({field: value.strip()})
        except Invalid:
            continue
    return kept


def _same_email(lead: Lead) -> Lead | None:
    if not lead.email:
        return None
    known = Lead.objects.alive().annotate(lowered=Lower("email")).exclude(pk=lead.pk)
    return known.filter(lowered=lead.email.lower()).order_by("pk").first()


def _is_members(lead: Lead, field: str) -> bool:
    """Whether the team wrote what the field holds, at the lead's making or later."""
    wrote = LeadEvent.objects.filter(lead=lead, changes__has_key=field).order_by("-pk").first()
    return lead.origin != "conversation" if wrote is None else wrote.via != "system"
