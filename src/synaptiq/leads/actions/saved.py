"""What a member keeps of the list: filters with a name, columns, and how dense the rows are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.db import IntegrityError, transaction

from synaptiq.accounts import audit
from synaptiq.accounts import values as accounts
from synaptiq.accounts.actions import set_density
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import Conflict, Denied, Invalid
from synaptiq.leads import queries
from synaptiq.leads.filters import DEFAULT_SORT, LEAD_FILTERS, sort_of
from synaptiq.leads.models import ListSettings, SavedFilter

LONGEST_NAME = 80
# Of one's own, and of those that members share.
MOST_FILTERS = 200
MOST_COLUMNS = 100
_COLUMN = re.compile(r"[a-z][a-z0-9_.]{0,80}", re.ASCII)


def save_filter(
    actor: Actor,
    name: str,
    given: Mapping[str, Sequence[str]],
    *,
    sort: str = "",
    shared: bool = False,
) -> SavedFilter:
    """Keep a filter (key → texts, as in an address) and a sort under a name.

    A name that is there already is the member's own filter to be replaced, never somebody else's.
    What others see is in the audit log, without its name, which was typed.
    """
    with audit.denials(actor, "filter.saved"):
        actor.check(Permission.EDIT if shared else Permission.READ)
    if actor.member is None:
        raise Invalid("Only a signed-in member saves filters.")
    checked = accounts.checked(name=(lambda v: accounts.line(v, LONGEST_NAME), name))
    with acting_for(actor.account.pk), transaction.atomic():
        values = LEAD_FILTERS.from_text(given)
        pairs = LEAD_FILTERS.to_query(values)
        if sort and sort != DEFAULT_SORT:
            sort_of(sort)
            pairs.append(("sort", sort))
        mine = SavedFilter.objects.filter(member=actor.member, name=checked["name"], shared=shared)
        if mine.update(query=urlencode(pairs)):
            saved = mine.get()
        else:
            saved = _add(actor.member, checked["name"], urlencode(pairs), shared)
        if shared:
            audit.record(actor, "filter.saved", target=saved.public_id)
        return saved


def delete_filter(actor: Actor, public_id: str) -> SavedFilter:
    """Forget a filter of one's own; an Admin also a shared one."""
    with audit.denials(actor, "filter.deleted", target=public_id[:80]):
        actor.check(Permission.READ)
        with acting_for(actor.account.pk), transaction.atomic():
            found = queries.saved_filter(actor.member, public_id)
            if found.member_id != getattr(actor.member, "pk", None) and not actor.can(
                Permission.SETTINGS
            ):
                raise Denied("Only who shared this filter, or an Admin, can delete it.")
            found.delete()
            if found.shared:
                audit.record(actor, "filter.deleted", target=public_id)
    return found


def save_list_settings(actor: Actor, *, columns: Sequence[str], dense: bool) -> None:
    """Keep which columns the member sees (the list has an order of its own), at most a hundred; and
    how dense the rows of all their tables are, which is one setting of the person. As it is only
    for themselves, the change is not in the audit log."""
    with audit.denials(actor, "list.arranged"):
        actor.check(Permission.READ)
    if actor.member is None:
        raise Invalid("Only a signed-in member has a list.")
    with acting_for(actor.account.pk), transaction.atomic():
        # What there is, is the list's affair: a property may come and go.
        kept = [key for key in dict.fromkeys(columns) if _COLUMN.fullmatch(key)]
        if len(kept) > MOST_COLUMNS:
            raise Invalid({"columns": f"choose {MOST_COLUMNS} at most; these are {len(kept)}."})
        ListSettings.objects.update_or_create(member=actor.member, defaults={"columns": kept})
        set_density(actor.member.user, dense)


def _add(member: Member, name: str, query: str, shared: bool) -> SavedFilter:
    if SavedFilter.objects.filter(member=member, name=name).exists():
        where = "for yourself alone" if shared else "that is shared"
        raise Conflict(
            f"You have a filter of this name {where}. Delete it first, or give this another name.",
            param="name",
        )
    if SavedFilter.objects.filter(member=member).count() >= MOST_FILTERS:
        raise Conflict(f"You have {MOST_FILTERS} saved filters. Delete one first.")
    if shared and SavedFilter.objects.filter(shared=True).count() >= MOST_FILTERS:
        raise Conflict(f"{MOST_FILTERS} filters are shared already. Delete one of them first.")
    try:
        with transaction.atomic():
            return SavedFilter.objects.create(member=member, name=name, query=query, shared=shared)
    except IntegrityError:
        raise Conflict(
            "Somebody shared a filter of this name already. Give it another name.", param="name"
        ) from None
