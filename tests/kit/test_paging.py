"""Pages by key: forwards, backwards, while rows come, and with cursors that nobody gave."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from synaptiq.accounts.models import Account
from synaptiq.kit.counting import _COSTS, Count, _looking, count, look
from synaptiq.kit.errors import Invalid
from synaptiq.kit.paging import Key, Page, beside, page
from synaptiq.leads.models import Lead

NOON = datetime(2026, 3, 15, 12, 0, 0, 123456, UTC)


def add(number: int) -> None:
    """Three leads of one moment, so that pages cut through equal moments."""
    at = NOON + timedelta(minutes=number // 3)
    Lead.objects.create(public_id=f"lead_{number:04d}", name=str(number), created_at=at)


@pytest.fixture
def leads(account: Account) -> None:
    for number in range(20):
        add(number)


def ask(cursor: str | None = None, *, size: int = 7, newest_first: bool = True) -> Page[Lead]:
    return page(
        Lead.objects.all(), by="created_at", newest_first=newest_first, size=size, cursor=cursor
    )


def names(found: Page[Lead]) -> list[int]:
    return [int(row.name or "") for row in found.rows]


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("size", [1, 4, 7, 10, 20, 21])
def test_all_rows_come_once_in_order_and_back_again(newest_first: bool, size: int) -> None:
    expected = sorted(range(20), reverse=newest_first)
    forwards, cursor = [], None
    pages = []
    while True:
        found = ask(cursor, size=size, newest_first=newest_first)
        pages.append(names(found))
        forwards += names(found)
        if not found.next:
            break
        cursor = found.next
    assert forwards == expected
    while found.previous:
        found = ask(found.previous, size=size, newest_first=newest_first)
        pages.pop()
        assert names(found) == pages[-1]
        assert found.next
    assert len(pages) == 1


@pytest.mark.usefixtures("leads")
def test_rows_that_come_meanwhile_move_nothing() -> None:
    first = ask()
    add(100)
    Lead.objects.filter(public_id="lead_0015").delete()
    second = ask(first.next)
    assert names(first) + names(second) == list(range(19, 5, -1))
    assert names(ask(second.previous)) == [100, 19, 18, 17, 16, 14, 13]


@pytest.mark.usefixtures("leads")
def test_the_first_page_has_nothing_before_it_and_an_empty_list_nothing_at_all() -> None:
    assert ask().previous is None
    Lead.objects.all().delete()
    empty = ask()
    assert (empty.rows, empty.next, empty.previous) == ([], None, None)


def encoded(text: str) -> str:
    return "n" + urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    "cursor",
    [
        "n",
        "x",
        "nonsense",
        "n\ud800",
        "né",
        encoded("[]"),
        encoded("1"),
        encoded('{"a": 1}'),
        encoded('["2026-03-15T12:00:00+00:00"]'),
        encoded('["2026-03-15T12:00:00", "lead_0001"]'),
        encoded('["0001-01-01T00:00:00+23:59", "lead_0001"]'),
        encoded('["2026-03-15T12:00:00+00:00", 5]'),
        encoded('["2026-03-15T12:00:00+00:00", "lead\\u0000"]'),
        encoded('["2026-03-15T12:00:00+00:00", "lead_\\ud800"]'),
        encoded("[" * 5000),
    ],
)
def test_a_cursor_from_elsewhere_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor"):
        ask(cursor)


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize("newest_first", [True, False])
def test_rows_beside_one_are_found_also_of_one_that_is_not_in_the_list(newest_first: bool) -> None:
    rows, by = Lead.objects.exclude(name__in=["9", "10"]), Key(F("created_at"))

    def neighbour(name: str, *, forward: bool) -> str | None:
        cursor = beside(Lead.objects.get(name=name), by=by, forward=forward)
        found = page(rows, by=by, newest_first=newest_first, size=1, cursor=cursor).rows
        return found[0].name if found else None

    found = [neighbour("9", forward=forward) for forward in (False, True)]
    assert found == (["11", "8"] if newest_first else ["8", "11"])
    assert neighbour("0" if newest_first else "19", forward=True) is None


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("size", [1, 7, 20, 21])
def test_what_is_looked_at_once_gives_the_pages_that_the_order_gives(
    newest_first: bool, size: int
) -> None:
    rows, by = Lead.objects.exclude(name="9"), Key(F("created_at"))
    cursor, seen = None, []
    while True:
        ways = {"by": by, "newest_first": newest_first, "size": size, "cursor": cursor}
        matches = look(rows, **ways)
        assert matches.count == Count(19)
        assert matches.keys is not None
        assert len(matches.keys) <= size + 1, "no more than a page takes"
        found = page(matches.of(rows), **ways)
        assert found == page(rows, **ways)
        seen += names(found)
        if not found.next:
            break
        cursor = found.next
    assert seen == sorted(set(range(20)) - {9}, reverse=newest_first)
    while found.previous:
        ways["cursor"] = found.previous
        found = page(look(rows, **ways).of(rows), **ways)
        assert found == page(rows, **ways)


@pytest.mark.usefixtures("leads")
def test_of_many_only_so_many_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synaptiq.kit.counting.BOUND", 10)
    monkeypatch.setattr("synaptiq.kit.counting.WHOLE", 10)
    matches = look(
        Lead.objects.all(),
        by=Key(F("created_at")),
        newest_first=True,
        size=5,
        cursor=None,
    )
    assert matches.keys is None
    assert not matches.count.is_exact
    assert matches.count.number > 10
    assert count(Lead.objects.filter(name="9")) == Count(1)
    assert not count(Lead.objects.all()).is_exact


@pytest.mark.usefixtures("leads")
def test_where_not_many_more_are_expected_all_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("synaptiq.kit.counting.BOUND", 10)
    by = Key(F("created_at"))
    matches = look(Lead.objects.all(), by=by, newest_first=True, size=5, cursor=None)
    assert matches.count == Count(20) == count(Lead.objects.all())
    assert matches.keys is not None
    assert len(matches.keys) == 6


@pytest.mark.usefixtures("leads")
def test_what_is_planned_for_a_look_is_over_with_it() -> None:
    def costs() -> list[str]:
        with connection.cursor() as asked:
            asked.execute("SELECT setting FROM pg_settings WHERE name = ANY(%s)", [list(_COSTS)])
            return [setting for (setting,) in asked.fetchall()]

    before = costs()
    with _looking():
        assert costs() != before
    # The transaction that it stood in goes on.
    assert connection.in_atomic_block
    assert costs() == before
    count(Lead.objects.all())
    assert costs() == before


@pytest.mark.usefixtures("leads")
def test_where_nothing_can_match_there_is_nothing() -> None:
    by, nobody = Key(F("created_at")), Lead.objects.filter(pk__in=[])
    found = look(nobody, by=by, newest_first=True, size=5, cursor=None)
    assert (found.count, found.keys, count(nobody)) == (Count(0), [], Count(0))
