"""Figures as a report to send on (PRODUCT 1.5): one file that people read, and no records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import QuerySet

from synaptiq.accounts.models import Account
from synaptiq.analytics import queries, top
from synaptiq.analytics.filters import ANALYTICS_FILTERS
from synaptiq.analytics.metrics import IN_CSV
from synaptiq.analytics.queries import Ask
from synaptiq.analytics.spec import spec_of
from synaptiq.exports import branding, redaction
from synaptiq.exports.columns import Column
from synaptiq.exports.formats.frame import Frame

if TYPE_CHECKING:
    from synaptiq.exports.spec import ExportSpec, Options

_PAPERS: dict[str, Literal["a4", "us-letter"]] = {"a4": "a4", "letter": "us-letter"}


class PDF:
    key, label = "pdf", "PDF"
    extension, media_type = "pdf", "application/pdf"
    nested = False
    options: frozenset[str] = frozenset({"paper", "top_leads"})
    several: tuple[str, str] | None = None

    def columns(self) -> list[Column]:
        return []

    def copy(
        self, rows: QuerySet[Any, Any], columns: Sequence[Column], options: Options
    ) -> tuple[str, tuple[Any, ...]]:
        raise TypeError("a report is made of figures, and no table is copied")

    def reckoned(
        self, account: Account, spec: ExportSpec, columns: Sequence[Column], ask: Ask
    ) -> tuple[int, Iterator[tuple[bytes, int]]]:
        """The file as one message, made when it is asked for; it counts its periods."""
        values = ANALYTICS_FILTERS.from_json(spec.filter)
        figures = queries.report(
            spec_of(spec, values, spec.generated_at), ask=ask, as_of=spec.generated_at
        )
        hidden = {c.key for c in columns if c.value is not None}
        hidden |= {metric.key for metric in IN_CSV} - {c.key for c in columns}
        periods = len(figures.range.buckets)

        def made() -> Iterator[tuple[bytes, int]]:
            # What draws takes 70 MB: whoever only asks for figures goes without.
            from synaptiq.exports.formats.pdf import making, rendering

            looks = branding.branding()
            report = making.content(
                figures, account=account.name, branding=looks,
                leads=top.top_leads(figures.spec, ask) if spec.options.top_leads else None,
                notes=queries.annotations_of(figures.spec.first, figures.spec.last), hidden=hidden,
                redacted=redaction.restricted_fields("leads"),
                filters=queries.segments_said(figures.spec.filters),
                paper=_PAPERS[spec.options.paper],
            )  # fmt: skip
            yield rendering.render(report, looks).pdf, periods

        return periods, made()

    def chunks(
        self, messages: Iterable[Any], columns: Sequence[Column], frame: Frame
    ) -> Iterator[tuple[bytes, int]]:
        yield from messages
