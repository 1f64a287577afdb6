"""From figures to what a report says: the same numbers as the CSV and the page, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from synaptiq.analytics import charts, wording
from synaptiq.analytics.actions import LONGEST_NOTE
from synaptiq.analytics.charts import Inks
from synaptiq.analytics.metrics import IN_CSV, METRICS, SEGMENTS, Metric
from synaptiq.analytics.models import Annotation
from synaptiq.analytics.report import Report as Figures
from synaptiq.analytics.report import Stage as Counted
from synaptiq.analytics.report import percent
from synaptiq.analytics.top import Top
from synaptiq.exports.branding import Branding
from synaptiq.exports.columns import REDACTED
from synaptiq.exports.formats.pdf.content import Chart, Lead, Note, Paper, Report, Stage, Tile
from synaptiq.kit.languages import DEFAULT
from synaptiq.kit.text import shortened
from synaptiq.leads.models import STATUSES

# Letters of a lead's name, address or company: two or three lines of a cell.
LONGEST_CELL = 80

BROKEN_DOWN = "The breakdown by {} is left out: it is in the CSV."


def content(
    figures: Figures, *, account: str, branding: Branding, leads: Sequence[Top] | None,
    notes: Sequence[Annotation], redacted: Collection[str], hidden: Collection[str],
    filters: str, paper: Paper,
) -> Report:  # fmt: skip
    """`leads` None: left out by choice. `redacted` are keys of leads' columns, `hidden` of metrics,
    that the account restricts; `filters` the segments in force, as a sentence or ""."""
    over, zone = figures.range, figures.spec.timezone
    marks = charts.marks_of(figures, [note.day for note in notes])
    inks = Inks(now=branding.printed, before=branding.second)
    tiles = {metric.key: _tile(figures, metric, hidden) for metric in METRICS}
    remarks = [f"{filters}."] if filters else []
    if figures.spec.breakdown:
        remarks.append(BROKEN_DOWN.format(SEGMENTS[figures.spec.breakdown].lower()))
    return Report(
        account=account, zone=zone, paper=paper, remarks=remarks,
        range=wording.days(over.first, over.last, DEFAULT),
        compared=wording.days(over.before[0].first, over.before[-1].last, DEFAULT),
        generated=_moment(figures.as_of, zone),
        tiles=[] if figures.is_empty else list(tiles.values()),
        charts=[
            Chart(
                tiles[metric.key],
                None if metric.key in hidden
                else charts.of_metric(figures, metric.key, marks, inks=inks),
                charts.described(figures, metric.key),
            )
            for metric in IN_CSV
        ],
        maturing=any(figures.maturing),
        funnel=_funnel(figures), funnel_note=_funnel_note(figures),
        leads=None if leads is None else [_lead(one, redacted, zone) for one in leads],
        notes=[
            Note(
                number, note.day.strftime(DEFAULT.day_of_year), shortened(note.text, LONGEST_NOTE),
                note.member.user.called if note.member else "",
            )
            for number, note in enumerate(notes, 1)
        ],
        definitions=[(metric.label, metric.definition) for metric in METRICS],
    )  # fmt: skip


def _tile(figures: Figures, metric: Metric, hidden: Collection[str]) -> Tile:
    series = figures.series[metric.key]
    if metric.key in hidden:
        return Tile(metric.label, REDACTED)
    moved = wording.moved(series)
    sign = {"up": "+", "down": "−"}.get(moved.way, "") if moved and moved.words != "new" else ""
    return Tile(
        metric.label, wording.said(metric, series.total),
        change=f"{sign}{moved.words}" if moved else None,
        before=wording.said(metric, series.total_before),
        better={"good": True, "bad": False}.get(moved.tone) if moved else None,
        note=wording.note(figures, metric),
    )  # fmt: skip


def _funnel(figures: Figures) -> list[Stage]:
    stages = figures.funnel.stages if figures.funnel else ()
    found: list[Stage] = []
    before: Counted | None = None
    for stage in stages:
        came = percent(stage.count, before.count) if before else None
        found.append(
            Stage(
                stage.label, f"{stage.count:,}", None if came is None else float(came) / 100,
                "" if came is None else f"{came} %",
                f"{before.count - stage.count:,}" if before else wording.NONE,
                wording.between(stage.seconds),
                wording.NONE if stage.share is None else f"{stage.share} %",
            )
        )  # fmt: skip
        before = stage
    return found


def _funnel_note(figures: Figures) -> str:
    if figures.funnel is None:
        return ""
    parts = [figures.funnel.missing] if figures.funnel.missing else []
    beside = [f"{n:,} {wording.ORIGINS[origin]}" for origin, n in figures.funnel.beside.items()]
    if beside:
        parts.append(f"Beside it stand leads that came by no visit: {', '.join(beside)}.")
    gone = {"deleted": figures.deleted, "erased": figures.erased}
    still = [f"{n:,} {word}" for word, n in gone.items() if n]
    if still:
        parts.append(f"Of the leads, {' and '.join(still)} still count.")
    return " ".join(parts)


def _lead(one: Top, redacted: Collection[str], zone: str) -> Lead:
    def shown(key: str, value: str | None) -> str:
        return REDACTED if key in redacted else shortened(value or "", LONGEST_CELL)

    contact = shown("email", one.email) or shown("phone", one.phone)
    name = shown("name", one.name)
    return Lead(
        name=name or contact or one.public_id, contact=contact if name else "",
        company=shown("company", one.company),
        status=shown("status", STATUSES[one.status]),
        score=shown("score", None if one.score is None else str(one.score)),
        last_activity=shown("last_activity_at", _day(one.last_activity_at, zone)),
    )  # fmt: skip


def _day(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime(DEFAULT.day_of_year)


def _moment(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.strftime(DEFAULT.day_of_year)}, {local.strftime(DEFAULT.time)}"
