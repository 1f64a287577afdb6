"""What figures must be, reckoned the slow way: plain Python over lists of what happened.

It shares nothing with the product: no SQL, no edges, no buckets; a day is what `zoneinfo` says a
moment's date is. Written from the definitions, so that both can be wrong only differently.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

NONE = "(none)"
MATURE = timedelta(hours=30 * 24)
MOMENTS = ("qualified", "booked", "held", "won")
GOALS = {"qualified": "qualified", "meeting_booked": "booked", "held": "held", "won": "won"}


@dataclass
class View:
    at: datetime
    browser: Hashable
    page: str | None
    site: str
    device: str | None = None
    language: str | None = None


@dataclass
class Open:
    at: datetime
    browser: Hashable


@dataclass
class Lead:
    at: datetime
    origin: str
    page: str | None = None
    tags: list[str] = field(default_factory=list)
    qualified: datetime | None = None
    booked: datetime | None = None
    held: datetime | None = None
    won: datetime | None = None
    into: Lead | None = None
    is_deleted: bool = False
    is_erased: bool = False

    @property
    def now(self) -> Lead:
        return self.into.now if self.into else self


@dataclass
class Talk:
    at: datetime
    browser: Hashable
    # The visitor of the chat: whoever is remembered has one for all days, others one for each.
    visitor: Hashable
    site: str
    page: str | None
    device: str | None = None
    language: str | None = None
    version: str | None = None
    is_test: bool = False
    is_spam: bool = False
    lead: Lead | None = None
    messages: int = 1
    asked: int = 0
    answered: int = 0
    volunteered: int = 0
    intents: int = 0
    seconds: int = 0

    @property
    def counts(self) -> bool:
        return not (self.is_test or self.is_spam)

    @property
    def score(self) -> Decimal:
        """In thousandths."""
        score = Decimal(35_000) * min(self.messages, 8) / 8
        score += Decimal(20_000) * min(self.answered, self.asked) / self.asked if self.asked else 0
        score += Decimal(20_000) * min(self.volunteered, 5) / 5 + 5_000 * self.intents
        score += Decimal(10_000) * min(self.seconds, 300) / 300
        return score.quantize(Decimal(1), ROUND_HALF_UP)


@dataclass
class Turn:
    at: datetime
    talk: Talk
    shown: datetime | None


@dataclass
class World:
    views: list[View] = field(default_factory=list)
    opens: list[Open] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    # Browsers that remember their chat.
    remembers: set[Hashable] = field(default_factory=set)


Pick = Callable[[date], bool]


class Figures:
    """Of one world, in a zone, with a goal, filtered."""

    def __init__(
        self, world: World, zone: str, goal: str, filters: dict[str, Iterable[str]] | None = None
    ) -> None:
        self.world, self.zone, self.goal = world, ZoneInfo(zone), GOALS[goal]
        self.filters = {key: set(values) for key, values in (filters or {}).items()}

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    # Who somebody was

    def person(self, browser: Hashable, at: datetime) -> Hashable:
        """The visitor of a view: the chat's visitor where this browser talked that UTC day, or
        remembers that it talked before; else itself, on that UTC day."""
        today = at.astimezone(UTC).date()
        for talk in self.world.talks:
            if talk.browser != browser or talk.is_test:
                continue
            then = talk.at.astimezone(UTC).date()
            if then == today or (browser in self.world.remembers and talk.at <= at):
                return ("visitor", talk.visitor)
        return ("hash", browser, today)

    def first_view(self, person: Hashable) -> View | None:
        views = [v for v in self.world.views if self.person(v.browser, v.at) == person]
        return min(views, key=lambda v: v.at, default=None)

    # Segments

    def of_visitor(self, person: Hashable, name: str, otherwise: str | None) -> str | None:
        first = self.first_view(person)
        return (getattr(first, name) if first else None) or otherwise

    def of_talk(self, talk: Talk) -> dict[str, Any]:
        person = ("visitor", talk.visitor)
        return {
            "site": talk.site, "page_group": group(talk.page), "agent_version": talk.version,
            "device": self.of_visitor(person, "device", talk.device),
            "language": self.of_visitor(person, "language", talk.language),
            "tag": [] if talk.lead is None or talk.lead.now.is_erased else talk.lead.now.tags,
        }  # fmt: skip

    def of_lead(self, lead: Lead) -> dict[str, Any]:
        talks = [t for t in self.world.talks if t.lead and t.lead.now is lead and t.counts]
        first = min(talks, key=lambda t: t.at, default=None)
        of = self.of_talk(first) if first else {}
        return {
            **{key: of.get(key) for key in ("site", "device", "language", "agent_version")},
            "page_group": group(lead.page), "tag": [] if lead.is_erased else lead.tags,
        }  # fmt: skip

    def of_view(self, view: View) -> dict[str, Any]:
        person = self.person(view.browser, view.at)
        return {
            "site": view.site, "page_group": group(view.page),
            "device": self.of_visitor(person, "device", None),
            "language": self.of_visitor(person, "language", None),
        }  # fmt: skip

    def passes(self, segments: dict[str, Any]) -> bool:
        for key, wanted in self.filters.items():
            value = segments[key]
            values = value if isinstance(value, list) else [value] if value is not None else []
            if not (set(values) or {NONE}) & wanted:
                return False
        return True

    # Rows that count

    def talks(self) -> list[Talk]:
        return [t for t in self.world.talks if t.counts and self.passes(self.of_talk(t))]

    def leads(self) -> list[Lead]:
        return [
            lead
            for lead in self.world.leads
            if lead.into is None and not self.is_left_out(lead) and self.passes(self.of_lead(lead))
        ]

    def is_left_out(self, lead: Lead) -> bool:
        """A test or spam: all its conversations are."""
        talks = [t for t in self.world.talks if t.lead and t.lead.now is lead]
        is_of_chat = lead.origin == "conversation"
        return is_of_chat and bool(talks) and not any(t.counts for t in talks)

    def views(self) -> list[View] | None:
        if self.filters.keys() & {"agent_version", "tag"}:
            return None
        return [v for v in self.world.views if self.passes(self.of_view(v))]

    # Figures of the days that `pick` picks

    def columns(self, pick: Pick) -> dict[str, Any]:
        leads = [lead for lead in self.leads() if pick(self.day(lead.at))]
        talks = [talk for talk in self.talks() if pick(self.day(talk.at))]
        views = self.views()
        visitors = None
        if views is not None:
            visitors = len({self.person(v.browser, v.at) for v in views if pick(self.day(v.at))})
        return {
            "total_leads": len(leads),
            "qualified_leads": sum(
                1 for lead in self.leads() if lead.qualified and pick(self.day(lead.qualified))
            ),
            "conversations": len(talks),
            "conversion_rate": rounded(
                100 * sum(1 for lead in leads if self.converted(lead)), len(leads), "0.01"
            ),
            "avg_response_time_ms": self.response(pick),
            "engagement_score": rounded(
                sum((talk.score for talk in talks), Decimal(0)), 1000 * len(talks), "0.1"
            ),
            "widget_engagement_rate": rounded(len(talks), visitors or 0, "0.0001"),
            "unique_visitors": visitors,
        }

    def converted(self, lead: Lead) -> bool:
        reached = getattr(lead, self.goal)
        return reached is not None and reached < lead.at.astimezone(UTC) + MATURE

    def response(self, pick: Pick) -> int | None:
        talks = self.talks()
        times = [
            int(
                (Decimal((t.shown - t.at) // timedelta(microseconds=1)) / 1000).quantize(
                    Decimal(1), ROUND_HALF_UP
                )
            )
            for t in self.world.turns
            if t.shown and t.talk in talks and pick(self.day(t.at))
        ]
        if not times:
            return None
        return int(Decimal(median(times)).quantize(Decimal(1), ROUND_HALF_UP))

    def funnel(self, first: date, last: date) -> list[tuple[int, int | None, int]]:
        """(count, median seconds, timed) of each stage."""
        people = []
        for person in {self.person(v.browser, v.at) for v in self.world.views}:
            view = self.first_view(person)
            assert view is not None
            if not first <= self.day(view.at) <= last or not self.passes(self.of_view(view)):
                continue
            opens = [o.at for o in self.world.opens if self.person(o.browser, o.at) == person]
            talks = [t for t in self.world.talks if t.counts and ("visitor", t.visitor) == person]
            leads = [t.lead.now for t in talks if t.lead and not self.is_left_out(t.lead.now)]
            people.append([
                view.at, min(opens, default=None), min((t.at for t in talks), default=None),
                min((lead.at for lead in leads), default=None),
                *(
                    min((at for lead in leads if (at := getattr(lead, m))), default=None)
                    for m in MOMENTS
                ),
            ])  # fmt: skip
        stages: list[tuple[int, int | None, int]] = []
        for i in range(8):
            count = sum(1 for one in people if any(one[i:]))
            times = [
                one[i] - one[i - 1]
                for one in people
                if i and one[i] and one[i - 1] and one[i] >= one[i - 1]
            ]
            seconds = None
            if times:
                halves = median(Decimal(t // timedelta(microseconds=1)) for t in times)
                seconds = int((halves / 1_000_000).quantize(Decimal(1), ROUND_HALF_UP))
            stages.append((count, seconds, len(times)))
        return stages


def group(page: str | None) -> str | None:
    return None if page is None else "/" + page.split("/")[1]


def rounded(top: Any, bottom: int, unit: str) -> Decimal | None:
    return (Decimal(top) / bottom).quantize(Decimal(unit), ROUND_HALF_UP) if bottom else None


def days_of(first: date, last: date, zone: str) -> list[date]:
    """The local days that there were: hour by hour, what the clocks said."""
    seen: set[date] = set()
    at = datetime.combine(first, datetime.min.time(), UTC) - timedelta(hours=30)
    end = datetime.combine(last, datetime.min.time(), UTC) + timedelta(hours=54)
    while at < end:
        day = at.astimezone(ZoneInfo(zone)).date()
        if first <= day <= last:
            seen.add(day)
        at += timedelta(minutes=30)
    return sorted(seen)
