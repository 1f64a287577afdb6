"""Reading conversations: lists, one of them, and its log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from synaptiq.accounts.models import Member
from synaptiq.conversations.filters import CONVERSATION_FILTERS, of_living_leads, of_members
from synaptiq.conversations.models import (
    EXPORTED_TYPES,
    FACT_CORRECTED,
    MEETING_EVENTS,
    MEETING_HANDED_OVER,
    MESSAGE,
    Conversation,
    ConversationNote,
    Event,
)
from synaptiq.kit import clock, counting, lookups, paging  # noqa: F401 (any_of)
from synaptiq.kit.errors import NotFound
from synaptiq.kit.filters import Context
from synaptiq.kit.paging import Key, Page
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site

NO_CONVERSATION = "There is no such conversation in this account."
_NEWEST = Key(F("started_at"), "moment")
# As the team's list has them: what goes on stands first.
LAST_SAID = Key(F("last_message_at"), "moment")
# Whatever said nothing for so long was closed long ago.
OPEN_AT_MOST = timedelta(days=1)


@dataclass(frozen=True)
class Listing:
    """A page of the list, and how many match in all."""

    page: Page[Conversation]
    count: counting.Count


def matching(values: Mapping[str, Any], context: Context) -> QuerySet[Conversation, Conversation]:
    """Conversations of the current account that the filter chooses; none of deleted leads."""
    chosen = Conversation.objects.filter(CONVERSATION_FILTERS.where(values, context))
    return chosen.filter(of_living_leads())


def selected(public_ids: Sequence[str]) -> QuerySet[Conversation, Conversation]:
    """Conversations of the current account with these public ids; others are simply not there."""
    return Conversation.objects.filter(of_living_leads(), public_id__any_of=list(public_ids))


def waiting(public_ids: Iterable[str]) -> dict[str, datetime]:
    """Of these conversations those whose visitor waits for a person, and since when."""
    rows = Conversation.objects.filter(
        of_living_leads(), public_id__in=list(public_ids), state="pending_human"
    )
    return {who: since for who, since in rows.values_list("public_id", "waiting_since") if since}


def meetings_of(lead: Lead, *, since: datetime | None, until: datetime | None) -> list[Event]:
    """What became of a lead's meetings, as the logs of its conversations have it: from `since` on
    and before `until`, None for no end."""
    rows = Event.objects.filter(conversation__lead=lead, type__in=MEETING_EVENTS)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    return list(rows.select_related("member__user").order_by("-at", "-pk"))


def listing(
    values: Mapping[str, Any], context: Context, *, size: int, cursor: str | None,
    by: Key = _NEWEST,
) -> Listing:  # fmt: skip
    """A page of what the filter chooses, the lately started first, or those in which something was
    said last (`LAST_SAID`). Raises Invalid where the cursor is not of this list."""
    chosen = matching(values, context)
    found = counting.look(chosen, by=by, newest_first=True, size=size, cursor=cursor)
    rows = found.of(chosen).select_related("lead", "member__user")
    page = paging.page(rows, by=by, newest_first=True, size=size, cursor=cursor)
    return Listing(page, found.count)


@dataclass(frozen=True)
class GoingOn:
    """How many conversations are open; how many of those wait for a person, and are a member's."""

    open: int
    waiting: int
    mine: int


def going_on(values: Mapping[str, Any], context: Context, member: Member | None) -> GoingOn:
    """Of what the filter chooses, whatever it says of state and person."""
    rest = {key: value for key, value in values.items() if key not in ("state", "person")}
    # What is older was closed: so PostgreSQL reads the newest and no more.
    since = clock.now() - OPEN_AT_MOST
    rows = matching(rest, context).filter(closed_at=None, last_message_at__gt=since)
    mine = of_members([member.pk] if member else [])
    found = rows.order_by().aggregate(
        open=Count("pk"),
        waiting=Count("pk", filter=Q(state="pending_human")),
        mine=Count("pk", filter=mine),
    )
    return GoingOn(**found)


def get(public_id: str) -> Conversation:
    """One conversation with its lead, site and person, or NotFound."""
    found = (
        selected([public_id])
        .select_related("lead__assigned_to__user", "site", "visitor", "member__user")
        .first()
    )
    if found is None:
        raise NotFound(NO_CONVERSATION)
    return found


def of_lead(lead_id: int, most: int) -> list[Conversation]:
    """The conversations of a lead (its integer key), the lately started first, tests and spam
    among them."""
    rows = Conversation.objects.filter(lead=lead_id).select_related("lead", "member__user")
    rows = rows.order_by("-started_at", "-public_id")
    return list(rows[:most])


def first_words(conversations: Iterable[Conversation]) -> dict[int, str]:
    """The visitor's first message of each, by the conversation's integer key."""
    said = Event.objects.filter(
        conversation__in=[one.pk for one in conversations], type=MESSAGE, sender="visitor"
    )
    rows = said.order_by("conversation", "seq").distinct("conversation")
    return {pk: content or "" for pk, content in rows.values_list("conversation", "content")}


def last_messages(conversations: Iterable[Conversation]) -> dict[int, Event]:
    """The newest message of each, by the conversation's integer key."""
    keys = [one.pk for one in conversations]
    said = Event.objects.filter(conversation__in=keys, type=MESSAGE)
    rows = said.order_by("conversation", "-seq").distinct("conversation")
    return {event.conversation_id: event for event in rows.select_related("member__user")}


def site_names(most: int) -> list[str]:
    """What sites are called, for those who filter by them."""
    return list(Site.objects.order_by("name").values_list("name", flat=True)[:most])


def log_of(
    conversation: Conversation, *, after: int = 0, before: int | None = None,
    most: int | None = None,
) -> list[Event]:  # fmt: skip
    """What the team reads of a log, in order: messages, and what happened. Of those behind the seq
    `after` and ahead of `before` the last, at most so many."""
    rows = _readable(conversation).filter(seq__gt=after)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    newest = rows.select_related("member__user").order_by("-seq")
    return list(newest if most is None else newest[:most])[::-1]


def happened(conversation: Conversation) -> list[Event]:
    """What happened beside messages, in order."""
    rows = _readable(conversation).exclude(type=MESSAGE)
    return list(rows.select_related("member__user").order_by("seq"))


def is_read_before(conversation: Conversation, seq: int) -> bool:
    """Whether the log holds something that the team reads ahead of that seq."""
    return _readable(conversation).filter(seq__lt=seq).exists()


def at_of(conversation: Conversation, seq: int) -> datetime | None:
    """When the entry of that seq was written; None where there is none."""
    rows = Event.objects.filter(conversation=conversation, seq=seq)
    return rows.values_list("at", flat=True).first()


def newest_reply(conversation: Conversation, *, after: int, but: Member | None) -> Event | None:
    """The last message behind that seq which a member other than this one wrote."""
    rows = Event.objects.filter(
        conversation=conversation, type=MESSAGE, sender="agent", seq__gt=after
    )
    return rows.exclude(member=but).select_related("member__user").order_by("-seq").first()


def _readable(conversation: Conversation) -> QuerySet[Event, Event]:
    shown = [MESSAGE, *EXPORTED_TYPES, FACT_CORRECTED, MEETING_HANDED_OVER]
    return Event.objects.filter(conversation=conversation, type__in=shown)


def messages_after(conversation: Conversation, seq: int, most: int) -> list[Event]:
    """Its messages behind that `seq`, in order."""
    rows = Event.objects.filter(conversation=conversation, type=MESSAGE, seq__gt=seq)
    return list(rows.order_by("seq")[:most])


def notes_of(conversation: Conversation) -> list[ConversationNote]:
    """What members wrote beside it, the oldest first."""
    rows = ConversationNote.objects.filter(conversation=conversation)
    return list(rows.select_related("member__user").order_by("pk"))
