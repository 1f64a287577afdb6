"""Reading calendars and meetings: whose time is offered to a visitor, and what stands in whose
calendar."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from synaptiq.accounts import queries as accounts
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import naming
from synaptiq.conversations.models import MESSAGE, Conversation, Event
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, NotFound
from synaptiq.kit.paging import Page, page
from synaptiq.meetings import calendars, slots
from synaptiq.meetings.models import Calendar, Meeting

NO_MEETING = "There is no such meeting in this account."
# What a visitor is shown at most.
MOST_DAYS, MOST_A_DAY = 14, 24
# Whoever has the fewest meetings in so many days gets the next.
WEIGHED = timedelta(days=14)
PAGE_SIZE = 50


class NoCalendar(Conflict):
    """Nobody of the account has time that could be offered."""

    status, code, title = 409, "no_calendar", "There is nothing to book"

    def __init__(self) -> None:
        super().__init__("Nobody here has a calendar with free times at the moment.")


@dataclass(frozen=True)
class Offering:
    """A calendar with the starts that it offers now, in order; `moves` is the meeting that would be
    moved to one of them."""

    calendar: Calendar
    starts: list[datetime]
    moves: Meeting | None = None

    @property
    def name(self) -> str:
        """What the visitor reads of whose calendar it is."""
        return called(self.calendar.member)

    def days(self, zone: str) -> list[tuple[date, list[datetime]]]:
        return slots.by_day(self.starts, zone, most_days=MOST_DAYS, most_a_day=MOST_A_DAY)


def called(member: Member) -> str:
    """What a member is called to a visitor; whoever has left is nobody they will meet."""
    return naming.TEAM if member.removed_at else naming.person(member.user.name)


def offering(conversation: Conversation, *, first: Member | None = None) -> Offering | None:
    """What is offered in a conversation now: of the first calendar that serves it and has free
    times, `first` that of this member. Whoever has a meeting already may move it, with the same
    member."""
    now = clock.now()
    moves = upcoming_of(conversation, conversation.lead_id)
    among = [own_calendar(moves)] if moves else serving(conversation, first=first)
    own = Q(conversation=conversation.pk, state="reserved")
    for calendar in among:
        starts = calendars.source_of(calendar).free(calendar, now, beside=own) if calendar else []
        if calendar and starts:
            return Offering(calendar, starts, moves)
    return None


def offered(account_id: int, conversation_pk: int) -> Offering:
    """The same for its visitor. Raises NoCalendar where there is nothing."""
    with acting_for(account_id):
        conversation = Conversation.objects.select_related("lead").get(pk=conversation_pk)
        found = offering(conversation)
    if found is None:
        raise NoCalendar
    return found


def times_to_move(meeting: Meeting) -> Offering | None:
    """When a meeting could be instead; None where its member has no other free times."""
    calendar = own_calendar(meeting)
    if calendar is None:
        return None
    source = calendars.source_of(calendar)
    found = source.free(calendar, clock.now(), beside=Q(pk=meeting.pk))
    starts = [start for start in found if start != meeting.starts_at]
    return Offering(calendar, starts, meeting) if starts else None


def serving(conversation: Conversation, *, first: Member | None = None) -> list[Calendar]:
    """The calendars that may be offered in a conversation, the first choice first: that of `first`,
    the one that a person offered, that of whom the lead is assigned to, the one that the agent
    offered, then whose 14 days hold the fewest meetings."""
    found = list(switched_on())
    if not found:
        return []
    now = clock.now()
    upcoming = Meeting.objects.filter(
        starts_at__gte=now, starts_at__lt=now + WEIGHED, state="booked", is_test=False
    )
    load = Counter(upcoming.values_list("member_id", flat=True))
    assigned = conversation.lead.assigned_to_id if conversation.lead else None
    sender, before = _offered_before(conversation)
    chosen = first.public_id if first else before if sender == "agent" else ""

    def rank(one: Calendar) -> tuple[bool, bool, bool, int, int]:
        id = one.member.public_id
        return id != chosen, one.member_id != assigned, id != before, load[one.member_id], one.pk

    return sorted(found, key=rank)


def switched_on() -> QuerySet[Calendar, Calendar]:
    """Calendars that are offered: switched on, of living members who talk with visitors."""
    able = accounts.members_who(Permission.CONVERSE).order_by()
    return Calendar.objects.select_related("member__user", "account").filter(
        is_on=True, member__in=able.values("pk")
    )


def calendar_of(member: Member) -> Calendar:
    """A member's calendar; one that was never saved is switched off, with the usual hours."""
    rows = Calendar.objects.select_related("member__user", "account").filter(member=member)
    return rows.first() or Calendar(account=member.account, member=member)


def members_with_calendars() -> list[Calendar]:
    """Who has time for visitors, for those who manage the account."""
    return list(switched_on().order_by("created_at", "pk"))


def get(public_id: str) -> Meeting:
    """A meeting that was booked, with its member, lead and conversation, or NotFound."""
    found = _whole(Meeting.objects.exclude(state="reserved")).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(NO_MEETING)
    return found


def of_visitor(public_id: str) -> Meeting | None:
    """The same of whichever account, for whoever has its link."""
    rows = _whole(Meeting.across_accounts.exclude(state="reserved"))
    return rows.filter(public_id=public_id, account__closed_at=None).first()


def upcoming_of(conversation: Conversation, lead_id: int | None) -> Meeting | None:
    """The meeting that this visitor has before them already."""
    whose = Q(conversation=conversation.pk)
    if lead_id is not None:
        whose |= Q(lead=lead_id)
    rows = Meeting.objects.select_related("member__user", "account", "lead")
    booked = rows.filter(whose, state="booked", starts_at__gt=clock.now())
    return booked.order_by("starts_at", "pk").first()


def before(member: Member) -> QuerySet[Meeting, Meeting]:
    """The meetings that a member has still before them, the next first. Tests are left out."""
    rows = Meeting.objects.filter(
        member=member, state="booked", ends_at__gt=clock.now(), is_test=False
    )
    return rows.order_by("starts_at", "pk")


def without_host() -> int:
    """How many meetings are to come whose host has left."""
    return Meeting.objects.filter(_hostless(clock.now()), is_test=False).count()


def hosts(meeting: Meeting | None = None) -> list[Member]:
    """Who may have a meeting handed to them, by name; not whose `meeting` it is."""
    able = accounts.members_who(Permission.CONVERSE).select_related("user")
    but = meeting.member_id if meeting else None
    return sorted((one for one in able if one.pk != but), key=lambda one: one.user.called.lower())


def listing(which: str, cursor: str | None, *, of: Member | None = None) -> Page[Meeting]:
    """A page of meetings: "upcoming" and "hostless" the next first, "past" and "cancelled" the
    latest first; with `of` those of one member. Tests are left out."""
    now = clock.now()
    chosen = {
        "upcoming": Q(state="booked", ends_at__gt=now),
        "hostless": _hostless(now),
        "past": Q(state="booked", ends_at__lte=now),
        "cancelled": Q(state="cancelled"),
    }[which]
    if of and which != "hostless":
        chosen &= Q(member=of)
    rows = _whole(Meeting.objects.filter(chosen, is_test=False))
    return page(
        rows, by="starts_at", newest_first=which in {"past", "cancelled"}, size=PAGE_SIZE,
        cursor=cursor,
    )  # fmt: skip


def ahead_of(lead_id: int) -> list[Meeting]:
    """What a lead has still before it, the next first."""
    rows = _whole(Meeting.objects.filter(lead=lead_id, state="booked", is_test=False))
    return list(rows.filter(starts_at__gt=clock.now()).order_by("starts_at", "pk"))


def unmarked() -> int:
    """How many meetings are over, and nobody said whether they took place."""
    over = Q(state="booked", ends_at__lte=clock.now(), attendance=None, is_test=False)
    return Meeting.objects.filter(over).count()


def of_lead(lead_id: int, most: int) -> list[Meeting]:
    """The meetings of a lead, the latest first."""
    rows = _whole(Meeting.objects.filter(lead=lead_id).exclude(state="reserved"))
    return list(rows.order_by("-starts_at", "-pk")[:most])


def is_booked(conversation_pk: int) -> bool:
    """Whether a conversation has a meeting that was not cancelled."""
    return Meeting.objects.filter(conversation=conversation_pk, state="booked").exists()


def own_calendar(meeting: Meeting) -> Calendar | None:
    """The calendar that a meeting stands in, also of one who offers no more times; not of one who
    has left."""
    rows = Calendar.objects.select_related("member__user", "account")
    return rows.filter(member=meeting.member_id, member__removed_at=None).first()


def _offered_before(conversation: Conversation) -> tuple[str, str]:
    """Who (agent: a person) offered times last in a conversation, and of which member (public
    id)."""
    said = Event.objects.filter(
        conversation=conversation.pk, type=MESSAGE, sender__in=("ai", "agent"),
        data__has_key="slots",
    )  # fmt: skip
    last = said.order_by("-seq").values_list("sender", "data").first()
    return (str(last[0]), str(last[1]["slots"].get("member", ""))) if last else ("", "")


def _hostless(now: datetime) -> Q:
    return Q(state="booked", ends_at__gt=now, member__removed_at__isnull=False)


def _whole(rows: QuerySet[Meeting, Meeting]) -> QuerySet[Meeting, Meeting]:
    return rows.select_related("member__user", "former__user", "lead", "conversation", "account")
