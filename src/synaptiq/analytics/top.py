"""The leads of a range that stand first: by score, then by what happened last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from synaptiq.analytics import sources
from synaptiq.analytics.queries import Ask, counting_of
from synaptiq.analytics.spec import FigureSpec

MOST = 10


@dataclass(frozen=True)
class Top:
    """A lead as a report lists it; None for what it has not."""

    public_id: str
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    status: str
    score: int | None
    last_activity_at: datetime


def top_leads(spec: FigureSpec, ask: Ask, most: int = MOST) -> list[Top]:
    """Of the leads that the figures count, those that have a page still."""
    counting = counting_of(spec, ask)
    picked = sources.chosen(spec, sources.LEAD, counting.groups)
    rows = ask(
        f"""
    SELECT k.public_id, k.name, k.email, k.phone, k.company, k.status, k.score, k.last_activity_at
    FROM {sources.LEADS} JOIN leads_lead k ON k.id = l.id AND NOT l.is_erased
      AND k.deleted_at IS NULL {picked.joins}
    WHERE l.created_at >= %(middle)s AND l.created_at < %(end)s {picked.where}
    ORDER BY k.score DESC NULLS LAST, k.last_activity_at DESC, k.public_id COLLATE "C"
    LIMIT {most}""",
        counting.params,
    )
    return [Top(*row) for row in rows]
