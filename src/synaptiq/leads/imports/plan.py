"""Which lead each row of a piece is about, and what it would change. Reads; writes nothing.

A row finds a lead by our own id (of an export of ours), else by its external id, else by its email
in any letter case. An email finds only leads without an external id where the row has one: with
another one it is another lead. What a row finds is also what an earlier row of the file makes.

All rows of a piece that are about one lead are put together before anything is written, in the
order of the file; so the same file brought in again finds all as it left it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import Lower, RowNumber

from synaptiq.leads import queries
from synaptiq.leads.actions import changes
from synaptiq.leads.imports.cells import NOTHING, REACHES, Row
from synaptiq.leads.models import Lead

# What a row changes of a lead that is there already.
RULES: dict[str, str] = {
    "fill": "Fill in what is blank",
    "overwrite": "Overwrite with what the file says",
    "skip": "Leave leads that are there as they are",
}
# Of more leads than these with one email none is looked at.
MOST_ALIKE = 2
_BLANK: tuple[Any, ...] = (None, "", [])


class Rejected(Exception):
    """The row cannot be brought in; the sentence says why."""


@dataclass(eq=False)
class Target:
    """A lead that is there (`lead`) or one to be made, and what the rows so far give it."""

    lead: Lead | None
    values: dict[str, Any] = field(default_factory=dict)
    rows: int = 0

    def now(self, field: str) -> Any:
        if field in self.values:
            return self.values[field]
        return changes.value(self.lead, field) if self.lead else None


@dataclass
class Plan:
    """What the rows of a piece come to: leads to make, leads to change, rows to give back.

    `unchanged` counts the other rows, those about a lead that another row makes or changes among
    them.
    """

    made: list[Target]
    changed: list[Target]
    rejected: list[tuple[Row, list[str]]]
    unchanged: int


def plan(rows: Sequence[Row], rule: str, at: datetime, *, lock: bool) -> Plan:
    """`at` is the moment that changed leads get. `lock` keeps leads that are found from others."""
    found = _Found([row for row in rows if not row.wrong], lock=lock)
    rejected: list[tuple[Row, list[str]]] = []
    targets: dict[int, Target] = {}
    for row in rows:
        try:
            if row.wrong:
                raise Rejected(*row.wrong)
            target = found.of(row)
            if target is None:
                target = Target(None, dict(row.values))
                if "status" in row.values:
                    target.values |= changes.with_status(None, row.values["status"], at)
                if not any(row.values.get(name) for name in REACHES):
                    raise Rejected(NOTHING)
                found.add(target)
            else:
                _give(target, row, rule, at, found)
        except Rejected as reasons:
            rejected.append((row, [str(reason) for reason in reasons.args]))
            continue
        target.rows += 1
        targets[id(target)] = target
    made = [t for t in targets.values() if t.lead is None]
    changed = [t for t in targets.values() if t.lead and changes.differences(t.lead, t.values)]
    unchanged = sum(t.rows for t in targets.values()) - len(made) - len(changed)
    return Plan(made, changed, rejected, unchanged)


def _give(target: Target, row: Row, rule: str, at: datetime, found: _Found) -> None:
    """Let the lead have what the row says and the rule allows."""
    external = row.values.get("external_id")
    if external is not None and external not in found.former:
        holder = found.by_external.get(external)
        if holder is not None and holder is not target:
            raise Rejected("Another lead has this external id.")
        if rule == "overwrite" and target.now("external_id") not in (None, external):
            raise Rejected(
                f"The lead has another external id ({target.now('external_id')}), and an import "
                "never changes one."
            )
    if rule == "skip":
        return
    given: dict[str, Any] = {}
    for name, value in row.values.items():
        if name == "external_id" and value in found.former:
            continue
        before = target.now(name)
        if rule == "fill" and before not in _BLANK:
            continue
        if json.dumps(before) == json.dumps(value):
            continue
        if name in row.raw and row.raw[name] in (before, _joined(before)):
            # It was stored with the apostrophe that the guard would have put there.
            continue
        given[name] = value
    if "phone" in row.values and "phone" not in given:
        given.pop("phone_normal", None)
    if "status" in given:
        given |= changes.with_status(target.lead, given["status"], at)
    found.move(target, given)
    target.values |= given


class _Found:
    """The living leads that rows are about, by whatever rows know them; kept up with the plan."""

    def __init__(self, rows: Sequence[Row], *, lock: bool) -> None:
        self.by_id: dict[str, Target] = {}
        self.by_external: dict[str, Target] = {}
        self.by_email: dict[str, list[Target]] = {}
        ids = {row.id for row in rows if row.id}
        externals = {row.values["external_id"] for row in rows if "external_id" in row.values}
        emails = {row.values["email"].lower() for row in rows if "email" in row.values}
        keys: set[int] = set()
        # Three look-ups, each by an index of its own; then one lock, in the order in which acts on
        # many take theirs.
        for wanted, lookup in ((ids, "public_id__any_of"), (externals, "external_id__any_of")):
            if wanted:
                leads = Lead.objects.alive().filter(**{lookup: wanted})
                keys |= set(leads.values_list("pk", flat=True))
        # Ids of leads that were merged stand for the lead that stayed.
        merged = Q(public_id__any_of=ids) | Q(external_id__any_of=externals)
        aliases = list(queries.survivors(merged)) if ids or externals else []
        keys |= {survivor for _, _, survivor in aliases}
        # Emails of so many leads that they never say which is meant; each with whether those have
        # an external id.
        self.crowded: set[tuple[str, bool]] = set()
        if emails:
            keys |= self._of_emails(emails)
        chosen = Lead.objects.alive().filter(pk__in=keys).order_by("pk")
        for lead in queries.locked(chosen) if lock else chosen.select_related("assigned_to"):
            self._enter(Target(lead), {"external_id": lead.external_id, "email": lead.email})
        self.former: set[str] = set()
        known = {t.lead.pk: t for t in self.by_id.values() if t.lead}
        for public_id, external, survivor in aliases:
            if target := known.get(survivor):
                self.by_id.setdefault(public_id, target)
                if external is not None and external not in self.by_external:
                    self.by_external[external] = target
                    self.former.add(external)

    def _of_emails(self, emails: set[str]) -> set[int]:
        """The keys of leads with these emails, where there are few of one: a shared address may be
        that of a hundred thousand, which would all be locked for every piece."""
        place = Window(RowNumber(), partition_by=[F("lower_email"), F("is_known")], order_by="pk")
        leads = Lead.objects.alive().annotate(
            lower_email=Lower("email"), is_known=Q(external_id__isnull=False)
        )
        first = leads.filter(email__isnull=False, lower_email__any_of=emails).annotate(place=place)
        alike: dict[tuple[str, bool], set[int]] = {}
        for pk, email, is_known in first.filter(place__lte=MOST_ALIKE + 1).values_list(
            "pk", "lower_email", "is_known"
        ):
            alike.setdefault((email, is_known), set()).add(pk)
        self.crowded = {key for key, pks in alike.items() if len(pks) > MOST_ALIKE}
        return {pk for key, pks in alike.items() if key not in self.crowded for pk in pks}

    def of(self, row: Row) -> Target | None:
        external, email = row.values.get("external_id"), row.values.get("email")
        target = self.by_id.get(row.id) if row.id else None
        if target is None and external is not None:
            target = self.by_external.get(external)
        if target is not None or email is None:
            return target
        lower = email.lower()
        if (lower, False) in self.crowded or (external is None and (lower, True) in self.crowded):
            raise Rejected("Many leads have this email, so it does not say which is meant.")
        leads = self.by_email.get(lower, [])
        if external is not None:
            leads = [t for t in leads if t.now("external_id") is None]
        if len(leads) > 1:
            raise Rejected(
                f"{len(leads)} leads have this email, so it does not say which is meant."
            )
        return leads[0] if leads else None

    def add(self, target: Target) -> None:
        self._enter(target, target.values)

    def move(self, target: Target, given: dict[str, Any]) -> None:
        """The lead will be known by what it is given."""
        before = target.now("email")
        if "email" in given and before:
            self.by_email[before.lower()].remove(target)
        self._enter(target, given)

    def _enter(self, target: Target, given: dict[str, Any]) -> None:
        if target.lead:
            self.by_id[target.lead.public_id] = target
        if given.get("external_id") is not None:
            self.by_external[given["external_id"]] = target
        if given.get("email"):
            self.by_email.setdefault(given["email"].lower(), []).append(target)


def _joined(value: Any) -> str | None:
    return ",".join(value) if isinstance(value, list) else None


def tags_of(targets: Iterable[Target]) -> set[str]:
    """All tags that these leads are given."""
    return {tag for target in targets for tag in target.values.get("tags", ())}
