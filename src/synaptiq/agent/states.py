"""What a turn looks at, read from log, facts and lead; and where a conversation stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import current_account_id
from synaptiq.agent import queries
from synaptiq.agent.core import learning, score, state
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.score import Score
from synaptiq.agent.core.state import Contact, Said, State
from synaptiq.agent.models import Fact
from synaptiq.conversations.models import Conversation
from synaptiq.kit.database import ask
from synaptiq.leads.models import Lead

# How a visitor can be reached.
WAYS = ("email", "name", "phone")


@dataclass(frozen=True)
class Standing:
    """What is known in a conversation, and what it comes to by the version that it is pinned to.
    `facts` are those that hold now, by criterion, in the order of the profile; `refused` the keys
    of what was not told. `conversation` is its public id."""

    profile: Profile
    facts: tuple[state.Fact, ...]
    score: Score
    refused: frozenset[str]
    conversation: str


@dataclass(frozen=True)
class Vouched:
    """What the customer's server says of a visitor: the id by which it knows them, and the ways to
    reach them that are not taken up yet, as if a form had been sent."""

    external_id: str | None = None
    ways: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What was read for a turn: the state that the core looks at, whose it is, and `lead_id`, the
    integer key of the lead that the visitor is, or became in another conversation."""

    state: State
    account: Account
    lead_id: int | None
    vouched: Vouched = Vouched()


def read(conversation: Conversation) -> Seen:
    """All that is known of a conversation with at least one message of its visitor."""
    account = conversation.account
    facts = queries.facts_of(conversation)
    lead_id = queries.lead_of(conversation, facts)
    vouched = _vouched(conversation, facts)
    if vouched.external_id and conversation.lead_id is None:
        lead_id = queries.lead_named(vouched.external_id) or lead_id
    log, received_at = _said(conversation)
    checked = conversation.qualification and (conversation.qualification, conversation.score)
    state = State(
        today=received_at.astimezone(ZoneInfo(account.timezone)).date(),
        facts=queries.plain(facts),
        log=log,
        contact=_contact(facts, lead_id, vouched),
        checked=checked or None,
        language=(conversation.language or "en").partition("-")[0].lower(),
    )
    return Seen(state, account, lead_id, vouched)


def unanswered(said: Sequence[Said]) -> list[Said]:
    """The visitor's messages after the last word of the agent, of a person, or of the system."""
    spoke = max((one.seq for one in said if one.sender != "visitor"), default=0)
    return [one for one in said if one.seq > spoke and one.sender == "visitor"]


def standing(conversation: Conversation) -> Standing:
    """Where a conversation stands now."""
    profile = queries.profile_of(queries.pinned_version(conversation))
    now = read(conversation).state
    closed = learning.closed(profile, now)
    known = state.known(now.facts)
    return Standing(
        profile,
        tuple(known[one.key] for one in profile.criteria if one.key in known),
        score.assess(profile, now.facts, now.contact, closed),
        frozenset(k for k, f in state.present(now.facts).items() if f.status == "refused"),
        conversation.public_id,
    )


def standing_of_lead(lead: Lead) -> Standing | None:
    """Where a lead stands, by its last conversation with a check; None without one."""
    checked = Conversation.objects.filter(lead=lead, qualification__isnull=False)
    last = checked.order_by("-started_at", "-pk").first()
    return standing(last) if last else None


def _said(conversation: Conversation) -> tuple[tuple[Said, ...], datetime]:
    """The messages in order, and when the visitor's last one came."""
    rows = ask(_SAID, [current_account_id(), conversation.pk])
    log, last = [], None
    for seq, sender, content, data, at in rows:
        log.append(Said(seq, sender, content, json.loads(data) if data != "{}" else {}))
        if sender == "visitor":
            last = at
    return tuple(log), datetime.fromtimestamp(last, UTC) if last else conversation.started_at


# As text: each answer asks it, and to put it together each time takes longer than to ask. Times as
# numbers, since only one of them is made a time.
_SAID = """
SELECT seq, sender, content, data, extract(epoch FROM at)::float8 FROM conversations_event
WHERE account_id = %s AND conversation_id = %s AND type = 'message' ORDER BY seq
"""


def _vouched(conversation: Conversation, facts: Sequence[Fact]) -> Vouched:
    (external_id, *values), *_ = ask(_VISITOR, [conversation.visitor_id])
    if external_id is None:
        return Vouched()
    taken = {
        (fact.criterion, fact.value)
        for fact in facts
        if fact.visitor_id == conversation.visitor_id and fact.source == "form"
    }
    ways = {
        way: value
        for way, value in zip(WAYS, values, strict=True)
        if value and (queries.CONTACT_PREFIX + way, value) not in taken
    }
    return Vouched(external_id, ways)


_VISITOR = f"SELECT external_id, {', '.join(WAYS)} FROM sites_visitor WHERE id = %s"


def _contact(facts: Sequence[Fact], lead_id: int | None, vouched: Vouched) -> Contact:
    """As the lead says; before there is one, as the visitor said. What the customer's server says
    newly is the last word."""
    ways: dict[str, str] = {}
    for fact in facts:
        prefix, _, way = fact.criterion.rpartition(".")
        if f"{prefix}." == queries.CONTACT_PREFIX and way in WAYS:
            ways[way] = str(fact.value)
    lead = Lead.objects.alive().filter(pk=lead_id).first() if lead_id else None
    if lead:
        ways |= {way: value for way in WAYS if (value := str(getattr(lead, way) or ""))}
    return Contact(**{**ways, **vouched.ways})
