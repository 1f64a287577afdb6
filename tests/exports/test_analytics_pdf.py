"""The report says what the CSV says: figure by figure, chart by chart, from one snapshot."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

import pytest
from pypdf import PdfReader

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member
from synaptiq.analytics import queries
from synaptiq.analytics.metrics import IN_CSV
from synaptiq.analytics.spec import FigureSpec
from synaptiq.exports.columns import REDACTED
from synaptiq.exports.formats.pdf import making
from synaptiq.exports.models import RestrictedField
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from tests.dashboard.analytics.making import FIRST, LAST, NOW, make_world
from tests.exports.running import exported

DAYS = {"from": f"{FIRST}", "to": f"{LAST}"}


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(NOW):
        yield


@pytest.fixture
def asks(
    committed_db: str, account: Account, member: Callable[..., Member], actor: Callable[..., Actor]
) -> Actor:
    account.timezone = "UTC"
    account.save()
    make_world(member("admin", name="Morgan Ellis"))
    return actor("export")


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def spec(granularity: str = "week") -> FigureSpec:
    return FigureSpec(FIRST, LAST, granularity, "UTC", "meeting_booked")


@pytest.mark.parametrize("granularity", ["day", "week", "month"])
def test_charts_hold_the_values_of_the_csv(asks: Actor, granularity: str) -> None:
    given = {"dataset": "analytics", "filter": {"dates": DAYS, "granularity": [granularity]}}
    rows = list(csv.DictReader(io.StringIO(exported(asks, **given).decode("utf-8-sig"))))
    figures = queries.report(spec(granularity))
    report = making.content(
        figures, account="Acme", branding=making.Branding(), leads=[], notes=[], redacted=(),
        hidden=(), filters="", paper="a4",
    )  # fmt: skip
    assert len(report.charts) == len(IN_CSV)
    for metric, chart in zip(IN_CSV, report.charts, strict=True):
        column = [float(row[metric.key]) if row[metric.key] else None for row in rows]
        if chart.spec is None:
            assert set(column) == {None}
        else:
            assert [one["value"] for one in chart.spec["data"]["values"]] == column, metric.key


def test_its_words_are_figures_leads_and_annotations(asks: Actor) -> None:
    pdf = exported(asks, dataset="analytics", format="pdf", filter={"dates": DAYS})
    text = text_of(pdf)
    series = queries.report(spec("day")).series
    for said in (
        "13 Feb – 14 Mar 2026", "14 Jan – 12 Feb 2026", "UTC", "15 Mar 2026, 12:00",
        f"{series['total_leads'].total}", f"{series['conversion_rate'].total} %",
        f"{series['avg_response_time_ms'].total:,} ms", f"{series['engagement_score'].total}",
        f"{series['widget_engagement_rate'].total}", "Person 10", "Pricing <page> rewritten",
        "Morgan Ellis", "Visitors", "Meeting booked",
    ):  # fmt: skip
        assert said in text, said
    # Tests and spam are left out, and the one with the highest score stands first.
    assert "Not counted" not in text
    assert text.index("Person 10") < text.index("Person 9")


def test_what_is_restricted_reads_redacted(asks: Actor) -> None:
    for column in ("name", "email"):
        RestrictedField.objects.create(dataset="leads", column=column)
    RestrictedField.objects.create(dataset="analytics", column="conversations")
    given = {"dataset": "analytics", "format": "pdf", "filter": {"dates": DAYS}}
    text = text_of(exported(asks, **given))
    assert REDACTED in text
    assert "This figure is restricted" in text
    assert "Person" not in text
    assert "x.example" not in text


def test_a_name_of_any_length_stays_in_its_cell(asks: Actor) -> None:
    Lead.objects.update(name="N" * 10_000, company="C" * 10_000)
    given = {"dataset": "analytics", "format": "pdf", "filter": {"dates": DAYS}}
    pdf = PdfReader(io.BytesIO(exported(asks, **given)))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "…" in text
    assert "N" * 81 not in text.replace("\n", "").replace("\u200b", "")
    assert len(pdf.pages) < 7


def test_leads_are_left_out_by_choice_and_the_breakdown_always(asks: Actor) -> None:
    given = {
        "dataset": "analytics", "format": "pdf",
        "filter": {"dates": DAYS, "breakdown": ["device"]},
        "options": {"top_leads": False, "paper": "letter"},
    }  # fmt: skip
    pdf = exported(asks, **given)
    text = text_of(pdf)
    assert "Top leads" not in text
    assert "The breakdown by device is left out: it is in the CSV." in text
    assert float(PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width) == 612


def test_the_same_snapshot_makes_the_same_bytes(asks: Actor) -> None:
    given = {"dataset": "analytics", "format": "pdf", "filter": {"dates": DAYS}}
    assert exported(asks, **given) == exported(asks, **given)
