"""A visitor has all erased that is known of them. It stands with the agent, the lowest floor that
knows all of it: messages, notes and what they led to, facts, a lead.

What is left of a conversation is that there was one, when, and how long, for the figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from synaptiq.accounts import actors, audit, mail
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent.models import Fact
from synaptiq.conversations import closing, limiting, telling
from synaptiq.conversations.accepting import UnknownVisitor
from synaptiq.conversations.models import (
    Conversation,
    ConversationNote,
    Event,
    TranscriptMail,
)
from synaptiq.kit import clock
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from synaptiq.meetings import actions as meetings
from synaptiq.sites import queries as sites
from synaptiq.sites.models import ErasedToken, Visitor, new_visitor_id
from synaptiq.sites.tokens import hash_of

ASKED = "the visitor asked"


def erase_visitor(
    site_key: str, *, token: str | None, origin: str | None, address: str | None
) -> int:
    """Close and empty the conversations of the visitor of this token, and forget the visitor;
    returns how many conversations there were. Nothing where the token is not known (any more): so
    it may be asked twice. Raises NotFound, Denied, TooMany, Unauthenticated (no token).

    A lead that came of these conversations alone is deleted, as a member deletes it: it can be
    brought back for 30 days. Files that were exported before stay.
    """
    site = sites.of_page(site_key, origin, needs_origin=True)
    limiting.count(site.account_id, site.pk, address)
    if token is None:
        raise UnknownVisitor
    actor = actors.of_system(site.account)
    with acting_for(site.account_id), transaction.atomic():
        # Whoever accepts a message of this visitor waits, and then finds nobody of this token.
        known = Visitor.objects.select_for_update(no_key=True)
        visitor = known.filter(site=site, token_sha256=hash_of(token)).first()
        if visitor is None:
            return 0
        held = list(
            Conversation.objects.select_for_update(of=("self",))
            .filter(visitor=visitor, erased_at=None)
            .order_by("pk")
        )
        of_visitor = _leads_of(visitor, held)
        meetings.end_for_erased(held)
        _empty(held)
        Fact.objects.filter(supersedes__visitor=visitor).exclude(visitor=visitor).update(
            supersedes=None
        )
        Fact.objects.filter(visitor=visitor).delete()
        _forget(visitor)
        deleted = [lead.public_id for lead in of_visitor if _delete(actor, lead, visitor)]
        audit.record(
            actor, "visitor.erased", target=visitor.public_id,
            detail={
                "by": "visitor", "conversations": [one.public_id for one in held],
                "leads_deleted": deleted,
            },
        )  # fmt: skip
    return len(held)


def _leads_of(visitor: Visitor, held: Sequence[Conversation]) -> list[Lead]:
    keys = {one.lead_id for one in held} | set(
        Fact.objects.filter(visitor=visitor).values_list("lead", flat=True)
    )
    rows = Lead.objects.alive().select_for_update(of=("self",)).select_related("assigned_to")
    return list(rows.filter(pk__in=[key for key in keys if key]).order_by("pk"))


def _empty(held: Sequence[Conversation]) -> None:
    for one in held:
        if one.state != "closed":
            # Its open pages hear of it, and their streams end.
            closing.close(one, "visitor")
        telling.beside(one.pk)
    pks = [one.pk for one in held]
    Event.objects.filter(conversation__in=pks).exclude(type="closed").delete()
    ConversationNote.objects.filter(conversation__in=pks).delete()
    TranscriptMail.objects.filter(conversation__in=pks).delete()
    mail.forget([one.public_id for one in held])
    Conversation.objects.filter(pk__in=pks).update(
        lead=None, device=None, language=None, page_url=None, erased_at=clock.DatabaseNow(),
        updated_at=clock.DatabaseNow(),
    )  # fmt: skip


def _forget(visitor: Visitor) -> None:
    """A visitor of whom nothing is known, and whose token nobody has, nor gets anew by sending the
    first message again."""
    ErasedToken.objects.create(account=visitor.account, token_sha256=bytes(visitor.token_sha256))
    visitor.token_sha256 = hash_of(new_visitor_id())
    visitor.external_id = visitor.name = visitor.email = visitor.phone = None
    visitor.save()


def _delete(actor: Actor, lead: Lead, visitor: Visitor) -> bool:
    """Delete a lead that is known by this visitor's conversations alone; whether it was one."""
    others = Conversation.objects.filter(lead=lead).exclude(visitor=visitor).exists()
    facts = Fact.objects.filter(lead=lead).exclude(visitor=visitor).exists()
    merged = Lead.objects.filter(merged_into=lead).exists()
    if lead.origin != "conversation" or others or facts or merged:
        return False
    leads.delete_for_visitor(actor, lead, reason=ASKED)
    return True
