"""Giving a conversation to a member: its lead is theirs from then on."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import queries
from synaptiq.conversations.models import Conversation
from synaptiq.kit.errors import Conflict
from synaptiq.leads.actions import edit_lead

NO_LEAD = (
    "There is no lead yet: this visitor has left no way to be reached. Take over to make the "
    "conversation yours; once there is a lead it can be assigned."
)


def assign(actor: Actor, conversation_id: str, to: Any, *, was: Any = None) -> Conversation:
    """Give its lead to a member (public id or email; None: to nobody).

    `was` is who had it when the editor looked (public id, None for nobody). Raises Edited where
    somebody else has given it away since, Conflict where there is no lead, Invalid for who may
    be given none.
    """
    with audit.denials(actor, "conversation.assigned", target=conversation_id[:80]):
        actor.check(Permission.EDIT)
        with acting_for(actor.account.pk), transaction.atomic():
            found = queries.get(conversation_id)
            if found.lead is None:
                raise Conflict(NO_LEAD)
            before = found.lead.assigned_to
            lead = edit_lead(
                actor, found.lead.public_id, {"assigned_to": to}, was={"assigned_to": was}
            )
            if lead.assigned_to != before:
                detail = {"lead": lead.public_id, "to": _id(lead.assigned_to)}
                audit.record(actor, "conversation.assigned", target=conversation_id, detail=detail)
    found.lead = lead
    return found


def _id(member: Any) -> str | None:
    return member.public_id if member else None
