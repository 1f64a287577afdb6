"""The fields of a lead as its page shows and edits them: one table, and the account's own.

Between what a person types (text of a form) and what events hold (JSON). Checks are not made here
but by `leads.values`, as everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from synaptiq.accounts.models import Member
from synaptiq.accounts.queries import members_by_id
from synaptiq.kit.errors import Malformed, NotFound
from synaptiq.leads import queries
from synaptiq.leads.models import CUSTOM, STATUSES

# Sent along with the form; any other member can be typed in full.
MOST_MEMBERS = 200


@dataclass(frozen=True)
class Field:
    """`key` as in events; `kind` says which control edits it and how its value reads."""

    key: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    # What stands where there is no value, for ears.
    none: str = "None"

    @property
    def id(self) -> str:
        """For ids of the page."""
        return self.key.replace(".", "-")

    @property
    def said(self) -> str:
        """The label within a sentence: small, unless it is the account's own word."""
        if self.key == "assigned_to":
            return "assignee"
        return self.label if self.key.startswith(CUSTOM) else self.label.lower()


OWN: tuple[Field, ...] = (
    Field("status", "Status", "choice", tuple(STATUSES.items())),
    Field("assigned_to", "Assigned to", "member", none="Nobody"),
    Field("name", "Name", none="No name"),
    Field("email", "Email", "email", none="No email"),
    Field("phone", "Phone", "tel", none="No phone"),
    Field("company", "Company", none="Unknown"),
    Field("source_url", "Source page", "url", none="Unknown"),
    Field("external_id", "External id", none="No external id"),
)


def own(key: str) -> Field | None:
    return next((field for field in OWN if field.key == key), None)


def text_of(field: Field, value: Any) -> str:
    """A value as its form holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind == "member":
        return next((member.user.email for member in members_by_id([value])), "")
    return str(value)


def read(field: Field, typed: str) -> Any:
    """What was typed as an action takes it; blank is no value. A member may be named by name."""
    if not typed.strip():
        return None
    if field.kind == "member":
        namesakes = queries.assignable().filter(user__name__iexact=typed.strip())[:2]
        return namesakes[0].public_id if len(namesakes) == 1 else typed
    return typed


def people() -> list[Member]:
    """Whom a form proposes."""
    return list(queries.assignable()[:MOST_MEMBERS])


def seen(given: Mapping[str, str]) -> Any:
    """The value that the editor saw, from the form's `was`."""
    try:
        return json.loads(given.get("was", "null"))
    except ValueError:
        raise Malformed("The form is not as this page gave it. Reload the page.") from None


class Words:
    """The fields of the account and how values read: made once for a page, for which definitions
    are read once, and of members only those who occur."""

    def __init__(self) -> None:
        self._own = {field.key: field for field in OWN}
        self._members: dict[str, str] = {}

    @cached_property
    def _custom(self) -> dict[str, tuple[Field, bool]]:
        """The account's properties by key, and whether they are in use; in definition order."""
        return {
            CUSTOM + p.slug: (
                Field(
                    CUSTOM + p.slug, p.label, p.type, tuple((c, c) for c in p.choices),
                    none="No value",
                ),
                p.archived_at is None,
            )
            for p in queries.custom_properties(archived=True)
        }  # fmt: skip

    def custom(self) -> list[Field]:
        """The account's properties that are in use, in definition order."""
        return [field for field, in_use in self._custom.values() if in_use]

    def named(self, key: str) -> Field:
        """The field of this key that can be edited, or NotFound."""
        found = self._own.get(key) or next((f for f in self.custom() if f.key == key), None)
        if found is None:
            raise NotFound("A lead has no such field, or it was archived.")
        return found

    def field(self, key: str) -> Field:
        """The field of this key; of one that is not defined any more, its slug."""
        if key in self._own:
            return self._own[key]
        if key in self._custom:
            return self._custom[key][0]
        return Field(key, key.removeprefix(CUSTOM))

    def of(self, key: str, value: Any) -> str:
        """A value in words; "" for none."""
        if value in (None, ""):
            return ""
        field = self.field(key)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, list):
            return ", ".join(str(one) for one in value)
        if field.kind == "member":
            return self.member(str(value))
        return dict(field.options).get(value, str(value))

    def know(self, public_ids: Collection[str]) -> None:
        """Look up the names of these members at once; they will be asked for."""
        unknown = set(public_ids) - self._members.keys()
        self._members |= {m.public_id: m.user.called for m in members_by_id(unknown)}
        # Of those who are not there it is known too.
        self._members |= dict.fromkeys(unknown - self._members.keys(), "a former member")

    def member(self, public_id: str) -> str:
        """A member's name, also of a former one."""
        self.know([public_id])
        return self._members[public_id]
