"""Reading leads: lists, one lead, and what belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count as Counted
from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Lower

from synaptiq.accounts.models import Member
from synaptiq.accounts.queries import members_who
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import AccountQuerySet, current_account_id
from synaptiq.kit import clock, counting, lookups, paging  # noqa: F401 (any_of)
from synaptiq.kit.counting import Count
from synaptiq.kit.errors import NotFound
from synaptiq.kit.filters import Context
from synaptiq.kit.paging import Page
from synaptiq.leads.filters import LEAD_FILTERS, sort_of
from synaptiq.leads.models import (
    SEARCHED,
    Batch,
    BatchState,
    CustomProperty,
    Import,
    Lead,
    LeadEvent,
    ListSettings,
    Note,
    SavedFilter,
    Selection,
    Tag,
)

# For how long a deleted lead can be brought back, and an act on many be undone.
UNDO_TIME = timedelta(days=30)
# `actions.saved` lets a member have 200 of their own, and all together share 200.
MOST_SAVED = 400
NO_LEAD = "There is no such lead in this account; it may have been deleted."
NO_ASSIGNEE = "is no member of this account who may see leads; give a member's id or email."
NO_NOTE = "There is no such note; it may have been deleted."


def matching(values: Mapping[str, Any], context: Context) -> AccountQuerySet[Lead]:
    """Living leads of the current account that the filter chooses."""
    return Lead.objects.alive().filter(LEAD_FILTERS.where(values, context))


def count_matching(values: Mapping[str, Any], context: Context) -> Count:
    """How many the filter chooses, as the list counts them: beyond some thousands, about."""
    return counting.count(matching(values, context))


def made_since(values: Mapping[str, Any], context: Context, moment: datetime, *, most: int) -> int:
    """How many that the filter chooses were made after this moment; `most` + 1 stands for more."""
    return count_up_to(matching(values, context).filter(created_at__gt=moment), most)


@dataclass(frozen=True)
class Listing:
    """A page of the list, and how many match in all."""

    page: Page[Lead]
    count: Count


def listing(
    values: Mapping[str, Any], context: Context, *, sort: str, size: int, cursor: str | None
) -> Listing:
    """A page of what the filter chooses, in the order that an address names. Raises Invalid where
    the sort is none, or the cursor not of this list."""
    order, descending = sort_of(sort)
    chosen = matching(values, context)
    found = counting.look(chosen, by=order.key, newest_first=descending, size=size, cursor=cursor)
    rows = found.of(chosen).select_related("assigned_to__user")
    page = paging.page(rows, by=order.key, newest_first=descending, size=size, cursor=cursor)
    return Listing(page, found.count)


def selected(public_ids: Sequence[str]) -> AccountQuerySet[Lead]:
    """Living leads of the current account with these public ids; others are simply not there."""
    return Lead.objects.alive().filter(public_id__any_of=list(public_ids))


def get(public_id: str) -> Lead:
    """One living lead with its assignee, or NotFound."""
    lead = one(public_id).select_related("assigned_to__user").first()
    if lead is None:
        raise _missing(public_id)
    return lead


def _missing(public_id: str) -> NotFound:
    survivor = merged_into(public_id)
    if survivor:
        return NotFound(f"This lead was merged into {survivor}, which has its own page and id.")
    return NotFound(NO_LEAD)


def one(public_id: str) -> AccountQuerySet[Lead]:
    """The living lead of this public id, or none."""
    return Lead.objects.alive().filter(public_id=public_id)


def by_external(external_id: str) -> tuple[str | None, bool]:
    """The public id of the living lead of this external id, or else of the one into which the lead
    of this external id was merged; and whether it is that."""
    found = Lead.objects.alive().filter(external_id=external_id).values_list("public_id", flat=True)
    if living := found.first():
        return living, False
    merged = survivors(Q(external_id=external_id)).values_list("merged_into__public_id", flat=True)
    survivor = merged.first()
    return survivor, survivor is not None


def survivors(known: Q) -> QuerySet[Lead, Any]:
    """`(public id, external id, integer key of the lead that stayed)` of merged leads that are
    known by this, whose survivor lives; the lately merged first."""
    merged = Lead.objects.filter(known, merged_into__deleted_at=None, merged_into__isnull=False)
    rows = merged.order_by("-deleted_at")
    return rows.values_list("public_id", "external_id", "merged_into")


def of_person(email: str, phone: str, most: int) -> list[Lead]:
    """Living leads with this email, in any letter case, or this very phone; both may be blank."""
    alive, email, phone = Lead.objects.alive(), email.strip().lower(), phone.strip()
    found: list[Lead] = []
    if email:
        found += alive.annotate(lower_email=Lower("email")).filter(lower_email=email)[:most]
    if len(phone) >= 3:
        # Through the index of letter triples; the phone alone has none.
        near = alive.annotate(searched=SEARCHED).filter(searched__contains=phone.lower())
        found += [one for one in near.filter(phone=phone)[:most] if one not in found]
    return found[:most]


def locked(rows: QuerySet[Lead, Lead]) -> QuerySet[Lead, Lead]:
    """These leads with their assignees, locked until the transaction ends: to be changed."""
    return rows.select_related("assigned_to").select_for_update(of=("self",))


def hold(public_id: str) -> Lead:
    """One living lead, locked until the transaction ends, or NotFound: it stays as it is, and is
    not merged into another, until it is changed."""
    lead = locked(one(public_id)).first()
    if lead is None:
        raise _missing(public_id)
    return lead


def deleted() -> QuerySet[Lead, Lead]:
    """Leads that were deleted and may still come back; not those merged into another."""
    return Lead.objects.filter(deleted_at__gt=clock.now() - UNDO_TIME, merged_into=None)


def deletions(leads: Sequence[Lead]) -> dict[int, LeadEvent]:
    """The last deletion of each of these, by the lead's key."""
    events = LeadEvent.objects.filter(lead__in=[lead.pk for lead in leads], type="deleted")
    known = events.select_related("member__user").order_by("at", "pk")
    return {event.lead_id: event for event in known}


def neighbour(
    lead: Lead, values: Mapping[str, Any], context: Context, *, sort: str, forward: bool
) -> Lead | None:
    """The lead after this one in a list, or before it, whether it is in it or not; None at the
    end."""
    cursor = paging.beside(lead, by=sort_of(sort)[0].key, forward=forward)
    rows = listing(values, context, sort=sort, size=1, cursor=cursor).page.rows
    return rows[0] if rows else None


def merged_into(public_id: str) -> str | None:
    """The public id of the lead that this one was merged into, living or deleted; else None."""
    merged = Lead.objects.filter(public_id=public_id, merged_into__isnull=False)
    return merged.values_list("merged_into__public_id", flat=True).first()


def custom_properties(*, archived: bool = False) -> list[CustomProperty]:
    """The account's custom properties in definition order."""
    rows = CustomProperty.objects.all()
    return list(rows if archived else rows.filter(archived_at=None))


def custom_property(public_id: str) -> CustomProperty:
    """One custom property, archived or not, or NotFound."""
    found = CustomProperty.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such custom property in this account.")
    return found


def property_by_key(key: int) -> CustomProperty:
    """For its job."""
    return CustomProperty.objects.select_related("account").get(pk=key)


@dataclass(frozen=True)
class PropertyUses:
    """How many living leads hold a value, by slug. `of_newest` is how many leads were looked at,
    where that is not all of them; else 0."""

    counts: Mapping[str, int]
    of_newest: int = 0


def property_uses(most: int = 100_000) -> PropertyUses:
    """Values of all properties in one pass over the newest leads, at most so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'WITH newest AS MATERIALIZED (SELECT custom FROM "{Lead._meta.db_table}" '
            "WHERE account_id = %s AND deleted_at IS NULL ORDER BY created_at DESC LIMIT %s) "
            "SELECT NULL, count(*) FROM newest UNION ALL "
            "SELECT key, count(*) FROM (SELECT custom FROM newest LIMIT %s) looked, "
            "jsonb_object_keys(custom) AS key GROUP BY key",
            [current_account_id(), most + 1, most],
        )
        rows = dict(cursor.fetchall())
    return PropertyUses(of_newest=most if rows.pop(None) > most else 0, counts=rows)


def count_up_to(rows: QuerySet[Any, Any], most: int) -> int:
    """How many rows there are; `most` + 1 stands for more than that."""
    return rows.order_by()[: most + 1].count()


def hold_definitions(*, alone: bool = False) -> None:
    """Keep custom properties from changing their type until the transaction ends.

    Whoever writes values of theirs holds them before it reads the definitions, and before it locks
    a lead; whoever changes a type holds them alone.
    """
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(hashtext('leads: custom properties'), %s::int)",
            [current_account_id()],
        )


def tag_names(most: int) -> list[str]:
    """The first registered tags, by name."""
    return list(Tag.objects.order_by("name").values_list("name", flat=True)[:most])


def selection(member: Any, key: str) -> Selection | None:
    """What this member ticked under this session's key."""
    return Selection.objects.filter(key=key, member=member).first()


def saved_filters(member: Any) -> list[SavedFilter]:
    """A member's own filters and those that others share, by name."""
    mine = Q(shared=True) | Q(member=member)
    rows = SavedFilter.objects.filter(mine).select_related("member__user")
    return list(rows.order_by("name", "pk")[:MOST_SAVED])


def saved_filter(member: Any, public_id: str) -> SavedFilter:
    """A filter that this member sees, or NotFound."""
    mine = Q(shared=True) | Q(member=member)
    found = SavedFilter.objects.filter(mine, public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such saved filter; it may have been deleted.")
    return found


def list_settings(member: Any) -> ListSettings | None:
    """How this member wants to see the list; None where they never chose."""
    return ListSettings.objects.filter(member=member).first()


def batch(public_id: str) -> Batch:
    """One act on many leads, or NotFound."""
    found = Batch.objects.select_related("member__user").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such act in this account.")
    return found


def undoing(batches: Collection[int]) -> dict[int, Batch]:
    """What takes these acts back, or did, by their integer keys; none that failed or was stopped,
    for then it can be tried again."""
    rows = Batch.objects.filter(undoes__in=batches).select_related("member__user")
    vain = (BatchState.FAILED, BatchState.CANCELLED)
    return {one.undoes_id: one for one in rows.exclude(state__in=vain) if one.undoes_id}


def batch_by_key(key: int) -> Batch:
    """For its job."""
    return Batch.objects.select_related("member__user", "account").get(pk=key)


def imported(public_id: str) -> Import:
    """One file of leads that was given, or NotFound."""
    rows = Import.objects.select_related("account", "batch", "member__user")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such import in this account.")
    return found


def import_by_key(key: int) -> Import:
    """For its job."""
    return Import.objects.select_related("account", "batch").get(pk=key)


def imports(most: int) -> list[Import]:
    """The files that were given last, brought in or not, the newest first."""
    rows = Import.objects.select_related("batch", "member__user")
    return list(rows.order_by("-uploaded_at", "-public_id")[:most])


def touched_by(batch: int | None) -> QuerySet[Lead, Lead]:
    """Leads that an act changed or, as an import, made; deleted ones too."""
    events = _of_batch(batch).values("lead")
    return Lead.objects.filter(Q(pk__in=events) | Q(import_batch=batch))


def given_by(batch: Batch) -> list[tuple[Member, int, str]]:
    """To whom an act on many, or an import, gave leads that are theirs now: how many, and the
    public id of one of them."""
    touched = LeadEvent.objects.filter(batch=batch, changes__has_key="assigned_to").order_by()
    chosen = touched.values_list("lead_id")
    if batch.kind == "import":
        # What an import made has no event: the row itself tells. A union and no OR, over which
        # PostgreSQL would read every lead of the account.
        chosen = chosen.union(Lead.objects.filter(import_batch=batch).values_list("pk"))
    leads = Lead.objects.alive().filter(pk__in=chosen, assigned_to__isnull=False).order_by()
    rows = leads.values_list("assigned_to").annotate(Counted("pk"), Min("public_id"))
    given = {pk: (count, lead) for pk, count, lead in rows}
    members = Member.objects.filter(pk__in=given).order_by("pk")
    return [(member, *given[member.pk]) for member in members]


def assignable() -> QuerySet[Member, Member]:
    """Whom leads may be given to and notes may mention: who may read leads, and sign in."""
    return members_who(Permission.READ)


def names_of(public_ids: Collection[str]) -> dict[str, str]:
    """What lists call these leads, of those that are living."""
    rows = selected(list(public_ids)).only("public_id", "name", "email", "phone")
    return {lead.public_id: str(lead) for lead in rows}


def changes_of(batch: int | None, leads: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What an act changed, by the leads' integer keys."""
    return dict(_of_batch(batch).filter(lead__in=leads).values_list("lead", "changes"))


def worked_on(batch: int | None, leads: Collection[int]) -> set[int]:
    """Which of these leads (integer keys) something happened to besides this act: a change that
    was not undone, or a note."""
    return {lead for (lead,) in _work(batch, leads)}


def undo_of(given: Import) -> tuple[int, int]:
    """What the undo of an import would find of the leads that it made: how many it deletes, and how
    many stay since they were worked on."""
    made = Lead.objects.alive().filter(import_batch=given.batch_id)
    stay = _work(given.batch_id, made.values("pk")).count()
    return made.count() - stay, stay


def _work(batch: int | None, leads: Any) -> QuerySet[Any, Any]:
    """One row `(lead,)` for each of these leads that was worked on."""
    rows = LeadEvent.objects.filter(lead__in=leads).exclude(batch=batch)
    # What was taken back was no work, nor was taking it back; a merge with a lead of another origin
    # has made the lead none of the import's.
    undone = Batch.objects.filter(kind="undo", state=BatchState.DONE).values("undoes")
    happened = rows.exclude(batch__kind="undo").exclude(batch__in=undone)
    happened = happened.exclude(type="merged")
    noted = Note.objects.filter(lead__in=leads, deleted_at=None)
    return happened.order_by().values_list("lead").union(noted.order_by().values_list("lead"))


def external_ids_taken(external_ids: Collection[str]) -> set[str]:
    """Which of these external ids living leads have."""
    found = Lead.objects.alive().filter(external_id__any_of=list(external_ids))
    return {taken for taken in found.values_list("external_id", flat=True) if taken}


def _of_batch(batch: int | None) -> QuerySet[LeadEvent, LeadEvent]:
    """The events of an act, without those of leads that were merged into others since: a merge
    has decided about their fields anew, and cannot be undone."""
    return LeadEvent.objects.filter(batch=batch).exclude(detail__has_key="of")


def last_change(lead: Lead, field: str) -> LeadEvent | None:
    """The newest event that changed this field, with who did it."""
    found = LeadEvent.objects.filter(lead=lead, changes__has_key=field)
    return found.select_related("member__user").order_by("-at", "-id").first()


def activity(
    lead: Lead, most: int, after: tuple[datetime, int] | None = None
) -> tuple[list[LeadEvent | Note], tuple[datetime, int] | None]:
    """What happened to a lead and what was noted, the newest first, and the key of the next page.

    A key is the moment of the last row shown, and how many of that very moment were shown: events
    have no public id, and of an act on many several have one moment.
    """
    written = Note.objects.filter(lead=lead, deleted_at=None).select_related("member__user")
    happened = LeadEvent.objects.filter(lead=lead).select_related("member__user", "batch")
    at, shown = after or (None, 0)
    if at is not None:
        written, happened = written.filter(created_at__lte=at), happened.filter(at__lte=at)
    wanted = shown + most + 1
    found: list[LeadEvent | Note] = [
        *written.order_by("-created_at", "-id")[:wanted],
        *happened.order_by("-at", "-id")[:wanted],
    ]
    # Stable: a note stands above an event of its moment on every page.
    found.sort(key=moment_of, reverse=True)
    page, more = found[shown : shown + most], len(found) > shown + most
    if not more:
        return page, None
    last = moment_of(page[-1])
    same = sum(moment_of(one) == last for one in found[: shown + most])
    return page, (last, same)


def has_creation(lead: Lead) -> bool:
    """Whether one of its own events tells how it came; otherwise the row itself does."""
    created = LeadEvent.objects.filter(lead=lead, type="created")
    return created.exclude(detail__has_key="of").exists()


def count_notes(lead: Lead) -> int:
    return Note.objects.filter(lead=lead, deleted_at=None).count()


def moment_of(one: LeadEvent | Note) -> datetime:
    """When an event happened or a note was written."""
    return one.at if isinstance(one, LeadEvent) else one.created_at


def note_rows(lead: Lead) -> QuerySet[Note, Note]:
    """The notes about a lead with their authors; order and page them with kit.paging."""
    return Note.objects.filter(lead=lead, deleted_at=None).select_related("member__user", "lead")


def note(public_id: str) -> Note:
    """One note about a living lead, with its author, or NotFound."""
    found = (
        Note.objects.select_related("member__user", "lead")
        .filter(public_id=public_id, deleted_at=None, lead__deleted_at=None)
        .first()
    )
    if found is None:
        raise NotFound(NO_NOTE)
    return found
