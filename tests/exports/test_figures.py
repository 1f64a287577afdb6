"""Figures as a CSV, to the byte (PRODUCT 1.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.analytics import visits
from synaptiq.analytics.visits import Seen
from synaptiq.conversations.models import Conversation, Turn
from synaptiq.exports import queries
from synaptiq.exports import spec as specs
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.leads.models import Lead
from tests.conversations.making import make_conversation, make_site, make_visitor
from tests.exports.running import ask, exported, run

pytestmark = pytest.mark.usefixtures("committed_db")

HEAD = (
    b"date,total_leads,qualified_leads,conversations,conversion_rate,avg_response_time_ms,"
    b"engagement_score,widget_engagement_rate\r\n"
)
BOM = b"\xef\xbb\xbf"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def admin(account: Account, actor: Callable[..., Actor]) -> Iterator[Actor]:
    """Two days in March: on the 2nd (a Monday) things happen, on the 3rd somebody comes by."""
    site = make_site("=acme")
    visitor = make_visitor(site)
    for n, (day, device) in enumerate([(0, "phone"), (0, "desktop"), (0, None), (1, "phone")]):
        at = NOON + timedelta(days=day, minutes=n)
        visits.write([Seen("view", site.key, at, bytes([n]) * 16, page="/", device=device)])
    talks = [
        make_conversation(("visitor", "Hi"), at=NOON, visitor=visitor, device="phone", close=True)
        for _ in range(2)
    ]
    Conversation.objects.filter(pk=talks[0].pk).update(
        visitor_message_count=8, asked=3, answered=1, volunteered=2, active_seconds=100
    )
    for talk, seconds in ((talks[0], 1.2), (talks[0], 3), (talks[1], 2.0005)):
        Turn.objects.create(
            conversation=talk,
            state="done",
            received_at=NOON,
            first_output_at=NOON + timedelta(seconds=seconds),
        )
    for n in range(8):
        Lead.objects.create(
            email=f"p{n}@acme.example", created_at=NOON, origin="import",
            first_qualified_at=NOON + timedelta(days=n % 2) if n < 3 else None,
            meeting_booked_at=NOON + timedelta(days=29) if n == 0 else None,
        )  # fmt: skip
    with clock.freeze(datetime(2026, 6, 1, tzinfo=UTC)):
        yield actor("admin")


def figures(
    admin: Actor, first: str = "2026-03-01", last: str = "2026-03-03", **more: object
) -> bytes:
    filter = {"dates": {"from": first, "to": last}, **more}
    return exported(admin, dataset="analytics", filter=filter)


def test_a_row_for_each_day_also_where_nothing_happened(admin: Actor) -> None:
    assert figures(admin) == (
        BOM
        + HEAD
        + b'"2026-03-01",0,0,0,,,,\r\n'
        + b'"2026-03-02",8,2,2,12.50,2001,28.7,0.6667\r\n'
        + b'"2026-03-03",0,1,0,,,,0.0000\r\n'
    )


def test_weeks_and_months_go_by_their_first_day_though_the_range_begins_later(
    admin: Actor,
) -> None:
    assert figures(admin, "2026-03-01", granularity=["week"]) == (
        BOM
        + HEAD
        + b'"2026-02-23",0,0,0,,,,\r\n'
        + b'"2026-03-02",8,3,2,12.50,2001,28.7,0.5000\r\n'
    )
    assert figures(admin, "2026-03-02", granularity=["month"]) == (
        BOM + HEAD + b'"2026-03-01",8,3,2,12.50,2001,28.7,0.5000\r\n'
    )


def test_a_breakdown_has_its_segment_first_guarded_and_ordered(admin: Actor) -> None:
    assert figures(admin, "2026-03-02", granularity=["month"], breakdown=["device"]) == (
        BOM
        + b"segment,"
        + HEAD
        + b'"(none)","2026-03-01",8,3,0,12.50,,,0.0000\r\n'
        + b'"desktop","2026-03-01",0,0,0,,,,0.0000\r\n'
        + b'"phone","2026-03-01",0,0,2,,2001,28.7,1.0000\r\n'
    )
    by_site = figures(admin, "2026-03-02", granularity=["month"], breakdown=["site"])
    assert b'"\'=acme","2026-03-01",0,0,2,' in by_site


def test_a_segment_that_visits_have_not_leaves_their_cells_empty(admin: Actor) -> None:
    assert figures(admin, "2026-03-02", "2026-03-02", agent_version=["(none)"]).endswith(
        b'"2026-03-02",8,2,2,12.50,2001,28.7,\r\n'
    )


def test_other_dialects_and_fewer_columns(admin: Actor) -> None:
    data = exported(
        admin, dataset="analytics", columns=["date", "conversion_rate"],
        filter={"dates": {"from": "2026-03-02", "to": "2026-03-02"}},
        options={"bom": False, "delimiter": "semicolon", "dialect": "raw"},
    )  # fmt: skip
    assert data == b'date;conversion_rate\r\n"2026-03-02";12.50\r\n'


def test_without_days_it_is_the_last_thirty_complete_ones(admin: Actor) -> None:
    lines = exported(admin, dataset="analytics").split(b"\r\n")
    assert len(lines) == 1 + 30 + 1
    assert lines[1].startswith(b'"2026-05-02"')
    assert lines[-2].startswith(b'"2026-05-31"')


def test_the_preview_and_the_record_say_what_the_file_holds(admin: Actor) -> None:
    export = ask(admin, dataset="analytics", filter={"breakdown": ["device"]})
    assert export.sentence == "the last 30 complete days, breakdown is device"
    spec = specs.ExportSpec.model_validate(export.spec)
    shown = queries.preview(spec)
    done = run(export)
    assert (done.state, done.rows_total, done.rows_written) == ("ready", shown.rows, shown.rows)
    assert done.file_name.startswith("synaptiq_analytics_20260601T000000Z")


def test_what_cannot_be_asked_is_refused_by_its_field(admin: Actor) -> None:
    for given, field in [
        ({"scope": "selection", "ids": ["x"]}, "scope"),
        ({"format": "json"}, "format"),
        ({"columns": ["date", "segment"]}, "columns"),
        ({"filter": {"granularity": ["day", "week"]}}, "granularity"),
        ({"filter": {"dates": {"from": "2000-01-01", "to": "2026-01-01"}}}, "dates"),
    ]:
        with pytest.raises(Invalid) as refused:
            ask(admin, dataset="analytics", **given)
        assert list(refused.value.fields) == [field]
