"""Figures by API key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from synaptiq.accounts.models import Account
from synaptiq.analytics import metrics
from synaptiq.exports.models import RestrictedField
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from tests.api.conftest import Caller, assert_problem

MARCH = datetime(2026, 3, 15, 12, tzinfo=UTC)
FIGURES = "/api/v1/analytics"


@pytest.fixture
def reader(account: Account, caller: Callable[..., Caller]) -> Caller:
    Lead.objects.create(
        email="a@acme.example", origin="api", created_at=MARCH, first_qualified_at=MARCH,
        meeting_booked_at=MARCH, tags=["a"],
    )  # fmt: skip
    return caller("viewer", scopes=("analytics:read",))


def test_the_columns_of_the_csv_with_what_they_are_of(reader: Caller) -> None:
    with clock.freeze(MARCH):
        got = reader.get(FIGURES, {"from": "2026-03-14", "to": "2026-03-15"})
    assert got.status_code == 200, got.content
    body = got.json()
    rows = body.pop("data")
    assert body == {
        "as_of": "2026-03-15T12:00:00Z", "timezone": "UTC",
        "range": {"from": "2026-03-14", "to": "2026-03-15"}, "granularity": "day",
        "breakdown": None, "conversion_goal": "meeting_booked",
        "definitions_version": metrics.VERSION,
    }  # fmt: skip
    assert [row["date"] for row in rows] == ["2026-03-14", "2026-03-15"]
    assert rows[1] == {
        "date": "2026-03-15", "total_leads": 1, "qualified_leads": 1, "conversations": 0,
        "conversion_rate": 100.0, "avg_response_time_ms": None, "engagement_score": None,
        "widget_engagement_rate": None, "maturing": True,
    }  # fmt: skip


def test_a_breakdown_names_the_segment_and_what_a_filter_takes(reader: Caller) -> None:
    given = {"from": "2026-03-15", "to": "2026-03-15", "breakdown": "tag", "granularity": "week"}
    (row,) = reader.get(FIGURES, given).json()["data"]
    assert (row["segment"], row["segment_value"], row["total_leads"]) == ("a", "a", 1)
    none = reader.get(FIGURES, {**given, "tag": "b"}).json()
    assert none["data"] == []


def test_one_end_alone_is_thirty_days(reader: Caller) -> None:
    body = reader.get(FIGURES, {"from": "2026-03-01"}).json()
    assert body["range"] == {"from": "2026-03-01", "to": "2026-03-30"}


def test_a_restricted_column_says_so_in_every_row(reader: Caller) -> None:
    RestrictedField.objects.create(dataset="analytics", column="total_leads")
    rows = reader.get(FIGURES, {"from": "2026-03-15", "to": "2026-03-15"}).json()["data"]
    assert [row["total_leads"] for row in rows] == ["[REDACTED]"]


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"from": "15.3.2026"}, "dates"),
        ({"granularity": "hour"}, "granularity"),
        ({"breakdown": "shoe"}, "breakdown"),
        ({"shoe": "1"}, "shoe"),
    ],
)
def test_what_is_wrong_is_named(reader: Caller, given: dict[str, str], param: str) -> None:
    got = reader.get(FIGURES, given)
    assert got.status_code == 422
    assert got.json()["param"] == param


def test_a_key_without_the_scope_reads_no_figures(
    account: Account, caller: Callable[..., Caller]
) -> None:
    other = caller("admin", scopes=("leads:read",))
    for path in (FIGURES, f"{FIGURES}/definitions"):
        assert other.get(path).status_code == 403
    assert_problem(caller("auditor").get(FIGURES), 403, "role_missing")


def test_the_definitions_are_those_of_the_table(reader: Caller) -> None:
    body = reader.get(f"{FIGURES}/definitions").json()
    assert body["version"] == metrics.VERSION
    assert [one["key"] for one in body["metrics"]] == list(metrics.BY_KEY)
    assert body["metrics"][0]["definition"] == metrics.METRICS[0].definition
    assert [one["key"] for one in body["funnel"]["stages"]] == list(metrics.STAGES)
