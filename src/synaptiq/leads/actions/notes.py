"""What members write about a lead, and whom they mention."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied, Invalid, NotFound
from synaptiq.leads import announcing, queries, values
from synaptiq.leads.actions import changes, once
from synaptiq.leads.actions.telling import tell_mentioned
from synaptiq.leads.models import Lead, Note

# `@alex@yourteam.com`: an address after an at sign that begins a word.
MENTION = re.compile(r"(?<!\S)@([^\s@,;]+@[^\s@,;]+[^\s@,;.:!?)])")
LONGEST_NOTE = 10_000


def add_note(actor: Actor, lead_id: str, text: Any, *, idempotency_key: str | None = None) -> Note:
    """Write a note about a lead; members who are mentioned by address are told.

    The same `idempotency_key` of an API key gives the note that it wrote before.
    """
    with audit.denials(actor, "note.added", target=lead_id[:80]):
        actor.check(Permission.EDIT)
    kept = _checked(text)
    with acting_for(actor.account.pk), transaction.atomic():
        # Before the lead, which may have been merged since the note was written.
        claimed = once.claim(actor, idempotency_key, {"note": kept, "lead": lead_id})
        if claimed and claimed.target:
            return queries.note(claimed.target)
        lead = queries.hold(lead_id)
        mentioned = _mentioned(kept)
        note = Note.objects.create(
            lead=lead, member=actor.member, via=actor.kind, text=kept,
            mentions=[m.public_id for m in mentioned], created_at=clock.DatabaseNow(),
        )  # fmt: skip
        # A note is an activity of the lead, and no change of its fields.
        Lead.objects.filter(pk=lead.pk).update(last_activity_at=changes.now())
        announcing.changed([lead.pk])
        tell_mentioned(actor.member, mentioned, lead.public_id)
        once.keep(claimed, note.public_id)
        note.refresh_from_db()
    return note


def edit_note(actor: Actor, public_id: str, text: Any) -> Note:
    """Change one's own note; only who is newly mentioned is told."""
    with audit.denials(actor, "note.edited", target=public_id[:80]):
        actor.check(Permission.EDIT)
        kept = _checked(text)
        with acting_for(actor.account.pk), transaction.atomic():
            note = _own(actor, public_id)
            mentioned = _mentioned(kept)
            new = [m for m in mentioned if m.public_id not in note.mentions]
            tell_mentioned(actor.member, new, note.lead.public_id)
            note.text, note.edited_at = kept, clock.now()
            note.mentions = [m.public_id for m in mentioned]
            note.save()
            announcing.changed([note.lead_id])
            # The old text is gone; that it was another one is kept, and what it said is not.
            audit.record(actor, "note.edited", target=note.public_id)
    return note


def delete_note(actor: Actor, public_id: str) -> Note:
    """Take one's own note away; an Admin also somebody else's."""
    with audit.denials(actor, "note.deleted", target=public_id[:80]):
        actor.check(Permission.EDIT)
        with acting_for(actor.account.pk), transaction.atomic():
            note = _own(actor, public_id, or_admin=True)
            note.deleted_at = clock.now()
            note.save()
            announcing.changed([note.lead_id])
            audit.record(actor, "note.deleted", target=note.public_id)
    return note


def _checked(text: Any) -> str:
    try:
        kept = values.text(text, LONGEST_NOTE)
    except ValueError as error:
        raise Invalid({"text": str(error)}) from None
    if not kept or not kept.strip():
        raise Invalid({"text": "is blank."})
    return kept.strip()


def _own(actor: Actor, public_id: str, *, or_admin: bool = False) -> Note:
    note = (
        Note.objects.select_for_update(of=("self",))
        .select_related("lead")
        .filter(public_id=public_id, deleted_at=None, lead__deleted_at=None)
        .first()
    )
    if note is None:
        raise NotFound(queries.NO_NOTE)
    is_own = actor.member is not None and note.member_id == actor.member.pk
    if not is_own and not (or_admin and actor.can(Permission.SETTINGS)):
        raise Denied("Only who wrote this note can change it.")
    return note


def _mentioned(text: str) -> list[Member]:
    addresses = {found.lower() for found in MENTION.findall(text)}
    return list(queries.assignable().filter(user__email__in=addresses)) if addresses else []
