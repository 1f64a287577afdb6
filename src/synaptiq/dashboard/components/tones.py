"""Which colour and words a state has, in literal tables: every list, page and dialog agrees."""

from __future__ import annotations

from synaptiq.exports.states import State
from synaptiq.leads.models import STATUSES

# Lead status → tone of its badge. The words are those of the leads domain.
STATUS_TONES: dict[str, str] = {
    "new": "",
    "nurture": "warn",
    "qualified": "good",
    "meeting_booked": "info",
    "won": "accent",
    "lost": "",
    "disqualified": "bad",
}

# Who speaks in a conversation → tone of its badge.
CONVERSATION_TONES: dict[str, str] = {
    "ai": "accent",
    "pending_human": "warn",
    "human": "info",
    "closed": "",
}

# What a check comes to → (words, tone, what they leave unsaid). One table for list, log and score.
OUTCOMES: dict[str, tuple[str, str, str]] = {
    "qualified": ("Qualified", "good", ""),
    "nurture": ("Nurture", "warn", ""),
    "disqualified": ("Disqualified", "bad", ""),
    "unreachable": ("Unreachable", "info", "Good enough, but left no way to be reached."),
    "undecided": ("Undecided", "", "More answers could still change it."),
}

# State of an export run → (words, tone).
RUN_STATES: dict[str, tuple[str, str]] = {
    State.REQUESTED: ("Requested", ""),
    State.RUNNING: ("Running", "info"),
    State.READY: ("Ready", "good"),
    State.FAILED: ("Failed", "bad"),
    State.CANCELLED: ("Cancelled", ""),
    State.EXPIRED: ("Expired", ""),
    State.WITHDRAWN: ("Withdrawn", "warn"),
}

# Django's message levels, and the levels of a toast → (tone, icon).
MESSAGE_TONES: dict[str, tuple[str, str]] = {
    "success": ("good", "good"),
    "warning": ("warn", "alert"),
    "error": ("bad", "bad"),
    "info": ("", "info"),
    "debug": ("", "info"),
}


def status(slug: str) -> tuple[str, str]:
    """(words, tone) of a lead's status; an unknown one shows as it is."""
    return STATUSES.get(slug, slug), STATUS_TONES.get(slug, "")


def outcome(slug: str) -> tuple[str, str]:
    """(words, tone) of what a check comes to; an unknown one shows as it is."""
    words, tone, _ = OUTCOMES.get(slug, (slug, "", ""))
    return words, tone


def run_state(state: str) -> tuple[str, str]:
    """(words, tone) of a run's state."""
    return RUN_STATES.get(state, (state, ""))
