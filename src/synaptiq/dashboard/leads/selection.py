"""The leads that a member ticked: kept on the server, over pages and filters, for the session."""

from __future__ import annotations

import secrets

from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit import ids
from synaptiq.leads import actions, queries

SESSION = "lead_selection"


def of(request: SignedIn) -> list[str]:
    """Public ids in order of ticking; [] where nothing is ticked."""
    if SESSION not in request.session:
        return []
    row = queries.selection(request.actor.member, _key(request))
    return row.lead_ids if row else []


def change(request: SignedIn, ticked: list[str], shown: list[str]) -> list[str]:
    """Make the selection agree with a page of which `shown` were seen and `ticked` left ticked."""
    on = [i for i in ticked if ids.is_id("lead", i)]
    off = [i for i in shown if i not in set(on)]
    return actions.change_selection(request.actor, _key(request), add=on, remove=off)


def clear(request: SignedIn) -> None:
    """Untick everything, on every page."""
    if SESSION in request.session:
        actions.clear_selection(request.actor, _key(request))


def _key(request: SignedIn) -> str:
    # The member is in it, since one session may look at several accounts in turn.
    if SESSION not in request.session:
        request.session[SESSION] = secrets.token_urlsafe(24)
    assert request.actor.member is not None
    return f"{request.session[SESSION]}:{request.actor.member.public_id}"
