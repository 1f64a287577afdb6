"""Writing one lead: adding, editing, deleting, bringing back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.queries import member_named
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import Conflict, Invalid, NotFound, OutOfDate
from synaptiq.leads import queries, values
from synaptiq.leads.actions import changes, once
from synaptiq.leads.actions.telling import tell_assignee
from synaptiq.leads.models import ORIGINS, Lead, Tag

# One of these a lead needs, to be reached or found again.
WAYS = ("email", "phone", "name", "external_id")
TAKEN = "A lead with this external id is already there."


class Edited(Conflict):
    """Others changed the very fields meanwhile; nothing was written. `theirs` maps each such field
    to what it holds now, as events do."""

    code = "edited"

    def __init__(self, theirs: Mapping[str, Any]) -> None:
        fields = ", ".join(theirs)
        super().__init__(
            f"Somebody changed {fields} meanwhile. Look at what it says now, then save again.",
            param=next(iter(theirs), None),
        )
        self.theirs = dict(theirs)


def create_lead(
    actor: Actor,
    given: Mapping[str, Any],
    *,
    custom: Mapping[str, Any] | None = None,
    assigned_to: Member | None = None,
    origin: str = "manual",
    idempotency_key: str | None = None,
) -> Lead:
    """Add a lead. At least one way to reach the person or an external id must be given.

    `given` may name the assignee by id or email, as in `edit_lead`. The same `idempotency_key` of
    an API key gives the lead that it made before. The row itself says when and from where it came,
    so only a denial is in the audit log.
    """
    with audit.denials(actor, "lead.created"):
        actor.check(Permission.EDIT)
    if origin not in ORIGINS:
        raise Invalid({"origin": f"is none of {', '.join(ORIGINS)}."})
    with acting_for(actor.account.pk), transaction.atomic():
        claimed = once.claim(actor, idempotency_key, {"lead": given, "custom": custom})
        if claimed and claimed.target:
            return _made_before(claimed.target)
        if custom:
            queries.hold_definitions()
        wanted = _checked(given, {} if custom is None else custom)
        kept = {
            field.removeprefix(changes.CUSTOM): wanted.pop(field)
            for field in list(wanted)
            if field.startswith(changes.CUSTOM)
        }
        if named := wanted.pop("assigned_to", None):
            assigned_to = member_named(named)
        if not any((wanted.get(name) or "").strip() for name in WAYS):
            raise Invalid({"email": "give an email, a phone number, a name or an external id."})
        at = changes.now()
        if "status" in wanted:
            wanted |= changes.with_status(None, wanted["status"], at)
        lead = Lead(
            **wanted, custom={k: v for k, v in kept.items() if v is not None},
            assigned_to=assigned_to, origin=origin,
            created_at=at, updated_at=at, last_activity_at=at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                lead.save()
        except IntegrityError:
            raise Conflict(TAKEN, param="external_id") from None
        register_tags(lead.tags)
        once.keep(claimed, lead.public_id)
        lead.refresh_from_db()
        if lead.assigned_to:
            tell_assignee(actor.member, lead.assigned_to, lead.public_id)
    return lead


def edit_lead(
    actor: Actor,
    public_id: str,
    given: Mapping[str, Any],
    *,
    custom: Mapping[str, Any] | None = None,
    was: Mapping[str, Any] | None = None,
    version: int | Collection[int] | None = None,
) -> Lead:
    """Change some fields; those not given stay. `assigned_to` takes a member's id or email.

    `was` holds what the editor saw of the fields it changes: raises Edited when somebody else has
    changed one of them since. `version` is that of the whole lead, or those that would do: raises
    OutOfDate likewise. What is already so is no change, and touches nothing.
    """
    with audit.denials(actor, "lead.edited", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        if custom:
            queries.hold_definitions()
        lead = queries.hold(public_id)
        wanted = _checked(given, {} if custom is None else custom)
        _check_version(lead, version)
        _check_seen(lead, wanted, was or {})
        at, before = changes.now(), lead.assigned_to
        if wanted.get("status", lead.status) != lead.status:
            wanted |= changes.with_status(lead, wanted["status"], at)
        if not any((wanted.get(f, getattr(lead, f)) or "").strip() for f in WAYS):
            raise Invalid({"email": "keep an email, a phone number, a name or an external id."})
        try:
            with transaction.atomic():
                changes.apply(actor, [lead], lambda _: wanted, at=at)
        except IntegrityError:
            raise Conflict(TAKEN, param="external_id") from None
        register_tags(wanted.get("tags", ()))
        lead = queries.get(public_id)
        if lead.assigned_to and lead.assigned_to != before:
            tell_assignee(actor.member, lead.assigned_to, public_id)
    return lead


def upsert_lead(
    actor: Actor,
    external_id: str,
    given: Mapping[str, Any],
    *,
    custom: Mapping[str, Any] | None = None,
    version: Collection[int] | None = None,
    origin: str = "manual",
) -> tuple[Lead, bool]:
    """Change the lead of this external id, or add one; also returns whether it was added.

    Where the lead of this external id was merged into another, the one that stayed is changed.
    With a `version` there must be a lead, as `edit_lead` has it.
    """
    # No target: an external id is often an email, which the log must not hold.
    with audit.denials(actor, "lead.edited"):
        actor.check(Permission.EDIT)
    try:
        known_by = values.FIELDS["external_id"](external_id)
    except ValueError as error:
        raise Invalid({"external_id": str(error)}) from None
    if known_by is None:
        raise Invalid({"external_id": "holds nothing but blanks."})
    if given.get("external_id", external_id) not in (external_id, known_by):
        raise Invalid({"external_id": "is another one than that of the address."})
    own = {**given, "external_id": known_by}
    # Whoever adds or deletes the lead between the look and the act makes the other one the right
    # one; that this happens again and again is no state to wait for.
    for is_last in (False, False, True):
        with acting_for(actor.account.pk):
            public_id, is_former = queries.by_external(known_by)
        try:
            if public_id is not None:
                # The lead that stayed after a merge keeps the external id that it has.
                kept = {k: v for k, v in own.items() if not is_former or k != "external_id"}
                return edit_lead(actor, public_id, kept, custom=custom, version=version), False
            if version is not None:
                raise OutOfDate("There is no lead of this external id.")
            return create_lead(actor, own, custom=custom, origin=origin), True
        except (Conflict, NotFound):
            if is_last:
                raise
    raise AssertionError("the last try returns or raises")


def tag_lead(
    actor: Actor, public_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> Lead:
    """Add and take away tags, each by itself, so that two people tagging at once lose nothing."""
    with audit.denials(actor, "lead.edited", target=public_id[:80]):
        actor.check(Permission.EDIT)
    added = _checked_tags(add)
    with acting_for(actor.account.pk), transaction.atomic():
        lead = queries.hold(public_id)
        tags = with_tags(lead.tags, added, remove)
        if len(tags) > values.MOST_TAGS:
            raise Invalid({"tags": f"are more than {values.MOST_TAGS}."})
        changes.apply(actor, [lead], lambda _: {"tags": tags})
        register_tags(added)
        return queries.get(public_id)


def delete_lead(actor: Actor, public_id: str, *, version: Collection[int] | None = None) -> None:
    """Take a lead from lists and later exports. `restore_lead` undoes it for 30 days.

    `version`: as in `edit_lead`.
    """
    with audit.denials(actor, "lead.deleted", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        lead = queries.hold(public_id)
        _check_version(lead, version)
        at = changes.now()
        gone = {"deleted_at": at.isoformat()}
        changes.apply(actor, [lead], lambda _: gone, at=at, is_activity=False)
        audit.record(actor, "lead.deleted", target=public_id)


def restore_lead(actor: Actor, public_id: str) -> Lead:
    """Bring a deleted lead back, within 30 days of its deletion."""
    with audit.denials(actor, "lead.restored", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        lead = queries.locked(queries.deleted().filter(public_id=public_id)).first()
        if lead is None:
            if queries.merged_into(public_id):
                raise Conflict("This lead was merged into another one, which cannot be undone.")
            raise NotFound(
                f"No lead of this id was deleted in the last {queries.UNDO_TIME.days} days."
            )
        try:
            with transaction.atomic():
                changes.apply(actor, [lead], lambda _: {"deleted_at": None}, is_activity=False)
        except IntegrityError:
            raise Conflict(
                "Another lead has its external id by now. Change that one's, then try again."
            ) from None
        audit.record(actor, "lead.restored", target=public_id)
        return queries.get(public_id)


def assignee(given: Any) -> str | None:
    """The public id of a member who may be given leads, by id or email; None for nobody. Raises
    ValueError."""
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise ValueError("is neither a member's id nor an email.")
    member = member_named(given, queries.assignable())
    if member is None:
        raise ValueError(queries.NO_ASSIGNEE)
    return member.public_id


def with_tags(tags: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> list[str]:
    """In the order in which they were given, each once."""
    gone = set(remove) - set(add)
    return list(dict.fromkeys(t for t in [*tags, *add] if t not in gone))


def register_tags(names: Sequence[str]) -> None:
    """Put tags into the account's registry, for completion."""
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)


def _made_before(public_id: str) -> Lead:
    """The lead that a request made when it came first; where it was merged, the one it is now."""
    try:
        return queries.get(queries.merged_into(public_id) or public_id)
    except NotFound:
        raise NotFound(
            "The lead that this Idempotency-Key made was deleted. Bring it back, or use a new key "
            "to make another one."
        ) from None


def _checked(given: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    """What was given as events hold it: own fields, the assignee, `custom.<slug>`.

    Raises Invalid naming everything that is wrong, at once.
    """
    wanted: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    try:
        wanted = values.fields({k: v for k, v in given.items() if k != "assigned_to"})
    except Invalid as invalid:
        wrong |= invalid.fields
    if "assigned_to" in given:
        try:
            wanted["assigned_to"] = assignee(given["assigned_to"])
        except ValueError as error:
            wrong["assigned_to"] = str(error)
    try:
        definitions = {p.slug: p for p in queries.custom_properties()}
        checked = values.custom(custom, definitions)
        wanted |= {changes.CUSTOM + slug: value for slug, value in checked.items()}
    except Invalid as invalid:
        wrong |= invalid.fields
    if wrong:
        raise Invalid(wrong)
    return wanted


def _check_version(lead: Lead, version: int | Collection[int] | None) -> None:
    """Raise OutOfDate where the lead is of none of these versions; None is any."""
    if version is None:
        return
    if lead.version not in ((version,) if isinstance(version, int) else version):
        raise OutOfDate("The lead has changed since you read it. Read it again, then save.")


def _checked_tags(given: Sequence[str]) -> list[str]:
    try:
        return values.tags(given)
    except ValueError as error:
        raise Invalid({"tags": str(error)}) from None


def _check_seen(lead: Lead, wanted: Mapping[str, Any], was: Mapping[str, Any]) -> None:
    """Raise Edited where a field holds neither what the editor saw nor what it wants to write."""
    theirs = {
        field: now
        for field, seen in was.items()
        if (now := changes.value(lead, field)) not in (seen, wanted.get(field))
    }
    if theirs:
        raise Edited(theirs)
