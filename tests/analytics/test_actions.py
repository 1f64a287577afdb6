"""Notes about days, goal, page groups, retention; and days in another zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.analytics import actions, queries, rebuilding, visits
from synaptiq.analytics.models import Annotation, Settings, Visit, VisitorDay
from synaptiq.analytics.spec import FigureSpec
from synaptiq.analytics.visits import Seen
from synaptiq.conversations.models import Turn
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied, Invalid, NotFound
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site
from tests.conversations.making import make_conversation, make_site, make_visitor

MARCH = date(2026, 3, 15)
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def log() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "outcome"))


@pytest.fixture
def agent(account: Account, actor: Callable[..., Actor]) -> Actor:
    return actor("agent")


def test_a_note_is_added_corrected_and_deleted_by_whoever_may_edit(
    agent: Actor, actor: Callable[..., Actor]
) -> None:
    made = actions.add_annotation(agent, "2026-03-15", "  Campaign begins ")
    assert (made.day, made.text, made.member, made.edited_at) == (
        MARCH, "Campaign begins", agent.member, None,
    )  # fmt: skip
    other = actor("admin")
    with clock.freeze(NOON):
        actions.change_annotation(other, made.public_id, MARCH, "Campaign began")
        actions.change_annotation(other, made.public_id, MARCH, "Campaign began")
    (found,) = queries.annotations_of(MARCH, MARCH)
    assert (found.text, found.member, found.edited_at) == ("Campaign began", agent.member, NOON)
    assert queries.annotations_of(MARCH + timedelta(days=1), date(2027, 1, 1)) == []
    actions.delete_annotation(agent, made.public_id)
    assert not Annotation.objects.exists()
    with pytest.raises(NotFound):
        actions.delete_annotation(agent, made.public_id)
    assert log() == [
        ("annotation.added", "ok"), ("annotation.changed", "ok"), ("annotation.deleted", "ok"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "text", "field"),
    [("15.3.2026", "x", "day"), (MARCH, "", "text"), (MARCH, "x" * 281, "text")],
)
def test_what_is_wrong_with_a_note_is_named(agent: Actor, day: Any, text: str, field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        actions.add_annotation(agent, day, text)
    assert list(wrong.value.fields) == [field]


def test_who_only_reads_changes_nothing_and_is_written_down(
    account: Account, actor: Callable[..., Actor]
) -> None:
    viewer, agent = actor("viewer"), actor("agent")
    for who, act in [
        (viewer, lambda a: actions.add_annotation(a, MARCH, "x")),
        (viewer, lambda a: actions.change_annotation(a, "ann_x", MARCH, "x")),
        (viewer, lambda a: actions.delete_annotation(a, "ann_x")),
        (agent, lambda a: actions.change_settings(a, goal="won", kept_months=3)),
        (agent, lambda a: actions.change_page_groups(a, [])),
    ]:
        with pytest.raises(Denied):
            act(who)
    assert [outcome for _, outcome in log()] == ["denied"] * 5


def test_goal_and_retention_are_changed_together(
    account: Account, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")
    assert queries.kept_months() == 25
    actions.change_settings(admin, goal="won", kept_months="13")
    actions.change_settings(admin, goal="won", kept_months=13)
    account.refresh_from_db()
    assert (account.conversion_goal, queries.kept_months()) == ("won", 13)
    assert log() == [("analytics.changed", "ok")]
    with pytest.raises(Invalid) as wrong:
        actions.change_settings(admin, goal="rich", kept_months=0)
    assert list(wrong.value.fields) == ["goal", "kept_months"]


def test_pages_go_by_the_first_group_that_they_fit(
    account: Account, actor: Callable[..., Actor]
) -> None:
    admin, site = actor("admin"), make_site()
    for page in ("/pricing", "/blog/a_b", "/blog/axb", "/jobs"):
        visitor = make_visitor(site)
        make_conversation(
            ("visitor", "Hi"), at=NOON, visitor=visitor, page_url=f"https://acme.example{page}?x"
        )

    def groups() -> dict[str, Any]:
        spec = FigureSpec(MARCH, MARCH, "day", "UTC", "won", breakdown="page_group")
        found = queries.report(spec).breakdown
        assert found is not None
        return {
            segment.label: found.series[segment]["conversations"].total
            for segment in found.segments
        }

    assert groups() == {"/blog": 2, "/jobs": 1, "/pricing": 1}
    actions.change_page_groups(
        admin,
        [{"name": "One", "pages": "/blog/a_b"}, {"name": "Bought", "pages": "/pric*\n/blog/*"}],
    )
    assert groups() == {"(none)": 1, "Bought": 2, "One": 1}
    with pytest.raises(Invalid):
        actions.change_page_groups(admin, [{"name": "a", "pages": "/"}] * 2)
    assert [one.name for one in queries.groups()] == ["One", "Bought"]


def seen(site: Site, *moments: datetime) -> None:
    visits.write([Seen("view", site.key, at, b"k" * 16) for at in moments])


def test_old_page_views_go_and_the_days_stay(account: Account) -> None:
    site = make_site()
    seen(site, NOON - timedelta(days=800), NOON)
    with clock.freeze(NOON):
        assert rebuilding.forget_views() == 1
        Settings.objects.update(kept_months=60)
        assert rebuilding.forget_views() == 0
    assert Visit.objects.count() == 1
    assert VisitorDay.objects.count() == 2


def test_days_follow_the_account_into_another_zone_but_those_without_page_views(
    account: Account,
) -> None:
    site = make_site()
    old = NOON - timedelta(days=800)
    seen(site, old, NOON)
    with clock.freeze(NOON):
        rebuilding.forget_views()
    assert not queries.is_rebuilding()
    assert rebuilding.rebuild_changed() == 0
    Account.objects.update(timezone="Pacific/Auckland")
    assert queries.is_rebuilding()
    assert rebuilding.rebuild_changed() == 1
    assert not queries.is_rebuilding()
    days = list(VisitorDay.objects.order_by("day").values_list("day", "previous"))
    assert days == [(old.date(), None), (date(2026, 3, 16), old.date())]


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [((2026, 3, 31), 1, (2026, 2, 28)), ((2026, 1, 15), 25, (2023, 12, 15)),
     ((2024, 3, 30), 1, (2024, 2, 29)), ((2026, 12, 31), 12, (2025, 12, 31))],
)  # fmt: skip
def test_months_before_end_on_the_last_day_of_a_shorter_one(
    at: tuple[int, int, int], months: int, then: tuple[int, int, int]
) -> None:
    found = rebuilding.months_before(datetime(*at, 9, tzinfo=UTC), months)
    assert found == datetime(*then, 9, tzinfo=UTC)


def test_pages_stand_by_their_views_with_their_visitors_and_what_began_there(
    account: Account,
) -> None:
    site = make_site()
    for n, page in enumerate(("/a", "/a", "/b", "/b", "/b", "/c")):
        visits.write([Seen("view", site.key, NOON, bytes([n % 2]) * 16, page=page)])
    make_conversation(("visitor", "Hi"), at=NOON, page_url="https://acme.example/b?x#y")
    spec = FigureSpec(MARCH, MARCH, "day", "UTC", "won")
    assert [(p.path, p.views, p.visitors, p.conversations) for p in queries.report(spec).pages] == [
        ("/b", 3, 2, 1), ("/a", 2, 2, 0), ("/c", 1, 1, 0),
    ]  # fmt: skip
    bare = queries.report(spec, parts=())
    assert (bare.pages, bare.funnel, bare.responses) == ((), None, None)


def test_response_times_stand_in_classes_with_their_middle_and_their_slow_end(
    account: Account,
) -> None:
    talk = make_conversation(("visitor", "Hi"), at=NOON, close=True)
    for milliseconds in (499.6, 999, 1000, 40_000):
        Turn.objects.create(
            conversation=talk, state="done", received_at=NOON,
            first_output_at=NOON + timedelta(milliseconds=milliseconds),
        )  # fmt: skip
    Turn.objects.create(conversation=talk, state="done", received_at=NOON)
    found = queries.report(FigureSpec(MARCH, MARCH, "day", "UTC", "won")).responses
    assert found is not None
    assert {(c.low, c.high): c.count for c in found.classes if c.count} == {
        (500, 1000): 2, (1000, 2000): 1, (30_000, None): 1,
    }  # fmt: skip
    assert (found.median, found.ninetieth, found.turns, found.conversations) == (
        1000, 40_000, 4, 1,
    )  # fmt: skip


def test_a_change_says_new_where_there_was_nothing_and_never_infinity(account: Account) -> None:
    def leads(day: date, n: int) -> None:
        for _ in range(n):
            at = datetime.combine(day, NOON.timetz())
            Lead.objects.create(email="a@b.example", created_at=at, origin="api")

    def change() -> tuple[Any, ...]:
        spec = FigureSpec(MARCH, MARCH, "day", "UTC", "won")
        one = queries.report(spec, parts=()).series["total_leads"].change
        return (one.percent, one.is_new, one.is_good)

    assert change() == (None, False, None)
    leads(MARCH, 2)
    assert change() == (None, True, True)
    leads(MARCH - timedelta(days=1), 3)
    assert change() == (Decimal("-33.3"), False, False)
    leads(MARCH, 1)
    assert change() == (Decimal(0), False, None)
