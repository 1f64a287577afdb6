"""The leads that a member ticked: kept on the server, over pages and filters, for the session.

Either single leads, or all that a filter chooses. The latter stands only beside that filter: where
the list shows another one, nothing is ticked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from synaptiq.dashboard.components.filtering import Filtering
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit import ids
from synaptiq.leads import actions, queries

SESSION = "lead_selection"


@dataclass(frozen=True)
class Ticked:
    """Public ids in order of ticking; or `everything` that the list's filter chooses."""

    ids: Sequence[str] = ()
    everything: bool = False
    among: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of_ids(cls, found: Sequence[str]) -> Ticked:
        return cls(ids=found, among=frozenset(found))

    def holds(self, public_id: str) -> bool:
        return self.everything or public_id in self.among

    def __bool__(self) -> bool:
        return self.everything or bool(self.ids)


def of(request: SignedIn, filters: Filtering) -> Ticked:
    """What is ticked where the list shows these filters."""
    if SESSION not in request.session:
        return Ticked()
    row = queries.selection(request.actor.member, _key(request))
    if row is None:
        return Ticked()
    if row.filter is not None:
        return Ticked(everything=not filters.errors and row.filter == _json(filters))
    return Ticked.of_ids(row.lead_ids)


def change(
    request: SignedIn, filters: Filtering, ticked: Sequence[str], shown: Sequence[str]
) -> Ticked:
    """Make the selection agree with a page of which `shown` were seen and `ticked` left ticked."""
    on = [i for i in ticked if ids.is_id("lead", i)]
    kept = set(on)
    off = [i for i in shown if i not in kept]
    if not of(request, filters) and not on:
        return Ticked()
    row = queries.selection(request.actor.member, _key(request))
    if row is not None and row.filter is not None and row.filter != _json(filters):
        # All of another filter: on this page nothing of it was to be seen.
        actions.clear_selection(request.actor, _key(request))
    return Ticked.of_ids(actions.change_selection(request.actor, _key(request), add=on, remove=off))


def everything(request: SignedIn, filters: Filtering) -> Ticked:
    """Tick all that these filters choose."""
    actions.select_matching(request.actor, _key(request), _json(filters))
    return Ticked(everything=True)


def clear(request: SignedIn) -> None:
    """Untick everything, on every page."""
    if SESSION in request.session:
        actions.clear_selection(request.actor, _key(request))


def _json(filters: Filtering) -> Mapping[str, Any]:
    return filters.declared.to_json(filters.values)


def _key(request: SignedIn) -> str:
    # The member is in it, since one session may look at several accounts in turn.
    if SESSION not in request.session:
        request.session[SESSION] = secrets.token_urlsafe(24)
    assert request.actor.member is not None
    return f"{request.session[SESSION]}:{request.actor.member.public_id}"
