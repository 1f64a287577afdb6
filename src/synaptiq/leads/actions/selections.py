"""Ticking leads, over several pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.leads import queries
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import Selection

MOST_SELECTED = 50_000
SELECTIONS_KEPT = timedelta(days=7)


def change_selection(
    actor: Actor, key: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> list[str]:
    """Tick and untick leads of a session's selection; returns its ids in order of ticking.

    Where all that match a filter are ticked, they become ids by this.
    """
    with _selecting(actor, key) as row:
        ticked = row.lead_ids if row.filter is None else _matching_ids(actor, row.filter)
        known = set(queries.selected(add).values_list("public_id", flat=True)) if add else set()
        gone = set(remove)
        kept = [i for i in ticked if i not in gone]
        held = set(kept)
        kept += [i for i in dict.fromkeys(add) if i in known and i not in held]
        if len(kept) > MOST_SELECTED:
            raise Invalid(_too_many("Use a filter and select all that match instead."))
        row.lead_ids, row.filter = kept, None
    return kept


def select_matching(actor: Actor, key: str, filter: Mapping[str, Any]) -> None:
    """Tick all that a filter (JSON) chooses, also those that come later."""
    read = LEAD_FILTERS.from_json(dict(filter))
    with _selecting(actor, key) as row:
        row.lead_ids, row.filter = [], LEAD_FILTERS.to_json(read)


def clear_selection(actor: Actor, key: str) -> None:
    """Untick everything. Asks for no right: it takes away nothing but what oneself has ticked."""
    with acting_for(actor.account.pk):
        Selection.objects.filter(key=key, member=actor.member).delete()


def forget_selections() -> int:
    """Delete what nobody has ticked for a week, of all accounts; returns how many."""
    untouched = Selection.across_accounts.filter(updated_at__lt=clock.now() - SELECTIONS_KEPT)
    deleted, _ = untouched.delete()
    return deleted


@contextmanager
def _selecting(actor: Actor, key: str) -> Iterator[Selection]:
    """The session's selection, locked; written when the block ends."""
    with audit.denials(actor, "lead.selected"):
        actor.check(Permission.READ)
    if actor.member is None:
        raise Invalid("Only a signed-in member has a selection.")
    with acting_for(actor.account.pk), transaction.atomic():
        Selection.objects.get_or_create(key=key, defaults={"member": actor.member})
        row = Selection.objects.select_for_update().get(key=key, member=actor.member)
        yield row
        row.updated_at = clock.now()
        row.save()


def _matching_ids(actor: Actor, filter: Mapping[str, Any]) -> list[str]:
    chosen = queries.matching(LEAD_FILTERS.from_json(dict(filter)), context_of(actor.account))
    ids = list(chosen.values_list("public_id", flat=True)[: MOST_SELECTED + 1])
    if len(ids) > MOST_SELECTED:
        raise Invalid(_too_many("Leave all that match ticked, or narrow the filter first."))
    return ids


def _too_many(instead: str) -> str:
    return f"A selection holds at most {MOST_SELECTED:,} leads. {instead}"
