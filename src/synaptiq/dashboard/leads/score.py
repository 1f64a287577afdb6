"""Why this score: the points of each criterion, and the words that they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synaptiq.agent import states
from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.phrasing import shown
from synaptiq.agent.core.score import Contribution
from synaptiq.agent.models import SOURCES, Fact
from synaptiq.leads.models import Lead

OUTCOMES: dict[str, str] = {
    "disqualified": "Disqualified",
    "qualified": "Qualified",
    "unreachable": "Good enough, but left no way to be reached",
    "nurture": "To be nurtured",
    "undecided": "Not decided yet",
}


def context(lead: Lead) -> dict[str, Any]:
    """What the section shows, as `why`; None where no conversation stands behind the lead."""
    now = states.standing_of_lead(lead)
    if now is None:
        return {"why": None}
    rows = Fact.objects.select_related("conversation").in_bulk([fact.seq for fact in now.facts])
    said_in = {pk: row.conversation.public_id for pk, row in rows.items()}
    return {
        "why": {
            "score": now.score.score,
            "outcome": OUTCOMES[now.score.outcome],
            "reason": now.score.reason or "",
            "parts": [
                _part(one, now.profile.criterion(one.criterion), said_in)
                for one in now.score.contributions
            ],
            "coverage": now.score.coverage,
            # Two leads became one, or somebody else set it: the facts come to something else.
            "differs": lead.score is not None and lead.score != now.score.score,
        }
    }


def _part(
    one: Contribution, criterion: Criterion | None, said_in: Mapping[int, str]
) -> dict[str, Any]:
    fact = one.fact
    return {
        "label": one.label,
        "points": one.points,
        "possible": one.possible,
        "value": shown(criterion, fact.value) if fact and criterion else "",
        "quote": fact.quote if fact else "",
        "source": SOURCES[fact.source] if fact else "",
        "conversation": said_in.get(fact.seq, "") if fact else "",
    }
