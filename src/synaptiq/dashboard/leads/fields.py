"""The fields of a lead as its page shows and edits them: one table, and the account's own.

Between what a person types (text of a form) and what events hold (JSON). Checks are not made here
but by `leads.values`, as everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synaptiq.accounts.models import Member
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


def custom() -> list[Field]:
    """The account's properties that are in use, in definition order."""
    return [
        Field(
            CUSTOM + p.slug, p.label, p.type, tuple((c, c) for c in p.choices), none="No value"
        )
        for p in queries.custom_properties()
    ]  # fmt: skip


def named(key: str) -> Field:
    """The field of this key, or NotFound."""
    found = own(key) or next((field for field in custom() if field.key == key), None)
    if found is None:
        raise NotFound("A lead has no such field, or it was archived.")
    return found


def text_of(field: Field, value: Any) -> str:
    """A value as its form holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind == "member":
        member = Member.objects.select_related("user").filter(public_id=value).first()
        return member.user.email if member else ""
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
    """How values read, with the names of members looked up once for a whole page."""

    def __init__(self) -> None:
        self._fields = {field.key: field for field in OWN}
        for p in queries.custom_properties(archived=True):
            self._fields[CUSTOM + p.slug] = Field(CUSTOM + p.slug, p.label, p.type)
        self._members: dict[str, str] | None = None

    def field(self, key: str) -> Field:
        """The field of this key; of one that is not defined any more, its slug."""
        return self._fields.get(key) or Field(key, key.removeprefix(CUSTOM))

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

    def member(self, public_id: str) -> str:
        """A member's name, also of a former one."""
        if self._members is None:
            rows = Member.objects.select_related("user")
            self._members = {m.public_id: m.user.name or m.user.email for m in rows}
        return self._members.get(public_id, "a former member")
