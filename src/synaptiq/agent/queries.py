"""Reading the agent: its versions, its answers, and what it has learned."""

from __future__ import annotations

import json
from collections.abc import Sequence

from synaptiq.accounts.tenancy import current_account_id
from synaptiq.agent.core import state
from synaptiq.agent.core.profile import DEFAULT, Profile
from synaptiq.agent.models import AgentVersion, Answer, Fact
from synaptiq.conversations.models import Conversation
from synaptiq.kit import paging
from synaptiq.kit.database import ask
from synaptiq.kit.errors import NotFound
from synaptiq.kit.paging import Page
from synaptiq.leads import queries as leads
from synaptiq.leads.models import Lead

MOST_VERSIONS = 100
# Of facts that say how a visitor can be reached: contact.email, contact.name, contact.phone. No
# criterion's key holds a dot.
CONTACT_PREFIX = "contact."


def current_version() -> AgentVersion:
    """The version that answers new conversations. An account that has none gets the default as its
    version 1: made at this moment, by nobody."""
    found = AgentVersion.objects.order_by("-number").first()
    if found is None:
        first = AgentVersion(
            number=1, name=DEFAULT.name, greeting=DEFAULT.greeting, profile=DEFAULT.to_json()
        )
        # Two who need it at once: one of them makes it.
        AgentVersion.objects.bulk_create([first], ignore_conflicts=True)
        found = AgentVersion.objects.get(number=1)
    return found


def versions() -> list[AgentVersion]:
    """The newest versions, with who made them; at most `MOST_VERSIONS`."""
    current_version()
    newest = AgentVersion.objects.order_by("-number").select_related("member__user")
    return list(newest[:MOST_VERSIONS])


def version(public_id: str) -> AgentVersion:
    """Raises NotFound."""
    found = AgentVersion.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such version of the agent in this account.")
    return found


def profile_of(version: AgentVersion) -> Profile:
    """Its profile as values, read once in a process: a version is never changed."""
    found = _profiles.get(version.public_id)
    if found is None:
        if len(_profiles) >= _MOST_KEPT:
            _profiles.clear()
        found = _profiles[version.public_id] = Profile.from_json(version.profile)
    return found


_profiles: dict[str, Profile] = {}
_MOST_KEPT = 1_000


def pinned_version(conversation: Conversation) -> AgentVersion:
    """The version of a conversation: the one that it is pinned to, before that the current one.
    Read once in a process, since a version is never changed."""
    if not conversation.agent_version:
        return current_version()
    key = (current_account_id(), conversation.agent_version)
    found = _versions.get(key)
    if found is None:
        if len(_versions) >= _MOST_KEPT:
            _versions.clear()
        found = _versions[key] = version(conversation.agent_version)
    return found


_versions: dict[tuple[int, str], AgentVersion] = {}


def answers(*, size: int = 50, cursor: str | None = None) -> Page[Answer]:
    """The Q&A list, the newest first."""
    return paging.page(
        Answer.objects.all(), by="created_at", newest_first=True, size=size, cursor=cursor
    )


def answer(public_id: str) -> Answer:
    """Raises NotFound."""
    found = Answer.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such answer; it may have been deleted.")
    return found


def facts_of(conversation: Conversation) -> list[Fact]:
    """What is known of whoever talks here, in order: of the visitor, and of the lead that the
    visitor is or has become. Of one that was deleted only in its own conversations: what it said
    makes nobody reachable any more, so whoever comes back is captured anew."""
    about = {
        "account": current_account_id(), "visitor": conversation.visitor_id,
        "lead": conversation.lead_id, "conversation": conversation.pk,
    }  # fmt: skip
    facts = [Fact.from_db("default", _OF_FACT, row) for row in ask(_FACTS, about)]
    for fact in facts:
        # As text, as Django's connections leave JSON.
        fact.value = json.loads(fact.value or "null")
    return facts


# As text: each answer asks it, and to put it together each time takes longer than to ask. Whoever
# became a lead left a way to be reached, which is a fact of both.
_OF_FACT = [field.attname for field in Fact._meta.concrete_fields]
_FACTS = f"""
SELECT {", ".join(f"f.{name}" for name in _OF_FACT)}
FROM agent_fact f LEFT JOIN leads_lead l ON l.id = f.lead_id
WHERE f.account_id = %(account)s
  AND (f.visitor_id = %(visitor)s OR f.lead_id = %(lead)s OR f.lead_id IN (
    SELECT lead_id FROM agent_fact WHERE account_id = %(account)s AND visitor_id = %(visitor)s
  ))
  AND (l.deleted_at IS NULL OR f.conversation_id = %(conversation)s OR f.lead_id = %(lead)s)
ORDER BY f.id
"""


def lead_of(conversation: Conversation, facts: Sequence[Fact]) -> int | None:
    """The integer key of the lead who talks here: the conversation's, else the one that its visitor
    became in another one, as the facts say (which follow a merge, and leave out the deleted)."""
    if conversation.lead_id:
        return conversation.lead_id
    of_visitor = (f.lead_id for f in facts if f.visitor_id == conversation.visitor_id)
    return max((lead_id for lead_id in of_visitor if lead_id), default=None)


def lead_named(external_id: str) -> int | None:
    """The integer key of the lead by which the customer's server knows somebody; where that was
    merged, of the one it is now."""
    public_id, _ = leads.by_external(external_id)
    named = Lead.objects.alive().filter(public_id=public_id)
    return named.values_list("pk", flat=True).first() if public_id else None


def facts_of_lead(lead: Lead) -> list[Fact]:
    """What is known of a lead, in order, with the conversation of each."""
    return list(Fact.objects.filter(lead=lead).select_related("conversation").order_by("pk"))


def plain(facts: list[Fact]) -> tuple[state.Fact, ...]:
    """Facts as the pure core takes them; their order is that of the integer keys. Ways to reach
    somebody are no facts there."""
    return tuple(
        state.Fact(
            criterion=fact.criterion, value=fact.value, quote=fact.quote,
            message_seq=fact.message_seq, source=fact.source, status=fact.status, seq=fact.pk,
            supersedes=fact.supersedes_id,
        )
        for fact in facts
        if not fact.criterion.startswith(CONTACT_PREFIX)
    )  # fmt: skip
