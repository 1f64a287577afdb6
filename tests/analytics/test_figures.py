"""All figures equal those of the oracle, for whatever happened, in zones with odd days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.analytics import queries, rebuilding
from synaptiq.analytics.spec import FigureSpec
from synaptiq.leads.models import Lead
from tests.analytics import oracle
from tests.analytics.worlds import Living
from tests.conversations.making import make_conversation, make_site, make_visitor

# Zone and a day around which things happen: half an hour of summer time, a day that never was,
# quarters of an hour, the night of the clock change.
PLACES = {
    "Australia/Lord_Howe": date(2026, 4, 5),
    "Pacific/Apia": date(2011, 12, 30),
    "Asia/Kathmandu": date(2026, 3, 1),
    "America/New_York": date(2026, 11, 1),
}
FIRST = ("view", "open", "talk")
THEN = (
    "capture", "capture", "add", "tag", "qualify", "qualify", "book", "cancel", "win", "delete",
    "undo", "merge", "mark", "mark",
)  # fmt: skip
LAST = ("erase_visitor", "erase_lead")
HOURS = 24 * 9
FILTERS: dict[str, list[tuple[str, ...]]] = {
    "site": [("0",), ("1",)],
    "device": [("phone",), (oracle.NONE, "desktop")],
    "language": [("en",), (oracle.NONE, "de")],
    "page_group": [("/blog",), ("/pricing", oracle.NONE)],
    "agent_version": [("agv_1",), (oracle.NONE,)],
    "tag": [("t1", "t2"), (oracle.NONE,)],
}


@st.composite
def plans(draw: Any) -> dict[str, Any]:
    """Drawn evenly and not from small to large: what happens must meet in the range, or nothing is
    compared with nothing."""
    dice = draw(st.randoms(use_true_random=True))

    def moment() -> int:
        return int(dice.randrange(HOURS * 60))

    acts = [
        (moment(), dice.choice(FIRST), dice.randrange(5), dice.randrange(200))
        for _ in range(dice.randrange(4, 16))
    ]
    then = [(moment(), dice.choice(THEN), dice.randrange(200)) for _ in range(dice.randrange(24))]
    filters = dice.sample(sorted(FILTERS), dice.choice((0, 0, 0, 1, 1, 2)))
    return {
        "zone": dice.choice(sorted(PLACES)),
        "acts": sorted(acts), "then": sorted(then),
        "last": [(moment(), dice.choice(LAST), dice.randrange(200))
                 for _ in range(dice.randrange(3))],
        "filters": {key: dice.choice(FILTERS[key]) for key in filters},
        "batch": dice.randrange(1, 6),
        "remembers": {browser for browser in range(5) if dice.random() < 0.5},
        # Where the account was before, and moved from after what it kept until then.
        "before": dice.choice((None, None, "Pacific/Kiritimati", "America/Los_Angeles")),
        "from": dice.randrange(-5, 2), "days": dice.randrange(1, 9),
        "granularity": dice.choice(("day", "week", "month")),
        "goal": dice.choice(("qualified", "meeting_booked", "held", "won")),
    }  # fmt: skip


def live(plan: dict[str, Any], admin: Actor) -> Living:
    Account.objects.filter(pk=admin.account.pk).update(timezone=plan["before"] or plan["zone"])
    world = Living(admin, [make_site("one"), make_site("two")])
    world.oracle.remembers |= plan["remembers"]
    begin = datetime.combine(PLACES[plan["zone"]], datetime.min.time(), UTC) - timedelta(days=5)
    for i, (minute, kind, browser, n) in enumerate(plan["acts"]):
        at = begin + timedelta(minutes=minute, milliseconds=i)
        getattr(world, kind)(at, browser, n)
        if i % plan["batch"] == 0:
            world.flush()
    world.flush()
    Account.objects.filter(pk=admin.account.pk).update(timezone=plan["zone"])
    rebuilding.rebuild_changed()
    for i, (minute, kind, n) in enumerate(plan["then"]):
        getattr(world, kind)(begin + timedelta(minutes=minute, milliseconds=i), n)
    for minute, kind, n in plan["last"]:
        getattr(world, kind)(begin + timedelta(minutes=minute), n)
    return world


def spec_of(plan: dict[str, Any], world: Living, **more: Any) -> FigureSpec:
    filters = dict(plan["filters"])
    if "site" in filters:
        filters["site"] = tuple(world.sites[int(i)].public_id for i in filters["site"])
    days = oracle.days_of(
        PLACES[plan["zone"]] + timedelta(days=plan["from"]),
        PLACES[plan["zone"]] + timedelta(days=plan["from"] + plan["days"]), plan["zone"],
    )  # fmt: skip
    return FigureSpec(
        days[0], days[-1], plan["granularity"], plan["zone"], plan["goal"], filters, **more
    )


def check(world: Living, spec: FigureSpec) -> None:
    found = queries.report(spec)
    figures = oracle.Figures(world.oracle, spec.timezone, spec.goal, dict(spec.filters))
    days = oracle.days_of(spec.first, spec.last, spec.timezone)
    earlier = oracle.days_of(
        spec.first - timedelta(days=len(days) + 3), spec.first - timedelta(days=1), spec.timezone
    )[-len(days) :]

    def columns(days: list[date]) -> dict[str, Any]:
        return figures.columns(lambda day: day in days)

    label = {
        "day": lambda d: d, "week": lambda d: d - timedelta(days=d.weekday()),
        "month": lambda d: d.replace(day=1),
    }[spec.granularity]  # fmt: skip
    labels = list(dict.fromkeys(label(day) for day in days))
    assert [b.label for b in found.range.buckets] == labels
    parts = [[i for i, day in enumerate(days) if label(day) == one] for one in labels]
    expected = {
        "values": [columns([days[i] for i in part]) for part in parts],
        "before": [columns([earlier[i] for i in part]) for part in parts],
    }
    for key, series in found.series.items():
        assert series.total == columns(days)[key], key
        assert series.total_before == columns(earlier)[key], key
        for name, of_buckets in expected.items():
            assert list(getattr(series, name)) == [one[key] for one in of_buckets], (key, name)
    assert found.funnel is not None
    if found.funnel.stages:
        assert [(s.count, s.seconds, s.timed) for s in found.funnel.stages] == figures.funnel(
            spec.first, spec.last
        )


@pytest.fixture
def admin(account: Account, actor: Callable[..., Actor]) -> Actor:
    return actor("admin", "agent")


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_every_column_and_the_funnel_are_those_of_the_oracle(
    admin: Actor, plan: dict[str, Any]
) -> None:
    with transaction.atomic():
        world = live(plan, admin)
        check(world, spec_of(plan, world))
        transaction.set_rollback(True)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(plan=plans(), key=st.sampled_from(sorted(FILTERS)))
def test_each_segment_of_a_breakdown_is_what_its_filter_gives(
    admin: Actor, plan: dict[str, Any], key: str
) -> None:
    plan = {**plan, "filters": {k: v for k, v in plan["filters"].items() if k != key}}
    with transaction.atomic():
        world = live(plan, admin)
        spec = spec_of(plan, world, breakdown=key)
        found = queries.report(spec).breakdown
        assert found is not None
        days = oracle.days_of(spec.first, spec.last, spec.timezone)
        shown = {segment.value for segment in found.segments}
        assert oracle_values(world, spec, key, days) <= shown
        for segment in found.segments:
            filters = {**spec.filters, key: (segment.value,)}
            figures = oracle.Figures(world.oracle, spec.timezone, spec.goal, filters)
            expected = figures.columns(lambda day: day in days)
            series = found.series[segment]
            assert {k: one.total for k, one in series.items()} == expected
        transaction.set_rollback(True)


def oracle_values(world: Living, spec: FigureSpec, key: str, days: list[date]) -> set[str]:
    """Every value that anything in the range has."""
    figures = oracle.Figures(world.oracle, spec.timezone, spec.goal, dict(spec.filters))
    rows: list[Any] = [
        figures.of_talk(t)[key] for t in figures.talks() if figures.day(t.at) in days
    ]
    rows += [figures.of_lead(one)[key] for one in figures.leads() if figures.day(one.at) in days]
    values = {value for row in rows for value in (row if isinstance(row, list) else [row])}
    return {oracle.NONE if value is None else value for value in values}


def test_beyond_twenty_values_the_rest_is_taken_together(admin: Actor) -> None:
    world = Living(admin, [make_site("one")])
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for n in range(23):
        lead = Lead.objects.create(
            email=f"{n}@acme.example",
            created_at=at,
            tags=["t00", f"t{n:02}", f"u{n}"][: 1 + 2 * (n > 0)],
            origin="api",
        )
        for _ in range(2 if n == 22 else 1):
            make_conversation(at=at, visitor=make_visitor(world.sites[0]), lead=lead)
    spec = FigureSpec(at.date(), at.date(), "day", "UTC", "won", breakdown="tag")
    found = queries.report(spec).breakdown
    assert found is not None
    counts = {s.label: found.series[s]["conversations"].total for s in found.segments}
    # t00 has all, t22 and u22 two, then by bytes. Of the others a conversation counts once, also
    # where two of its tags are among them.
    assert counts == {
        "(other)": 21, "t00": 24, "t22": 2, "u22": 2, **{f"t{n:02}": 1 for n in range(1, 18)},
    }  # fmt: skip
    assert [segment.label for segment in found.segments] == sorted(counts)
