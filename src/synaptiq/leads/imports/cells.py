"""The cells of a row as values of a lead: each by the check of its field, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from synaptiq.kit.spreadsheet import guard
from synaptiq.leads import queries, values
from synaptiq.leads.models import STATUSES, CustomProperty

# A lead has at least one of these.
REACHES = ("email", "phone", "name", "external_id")
NOTHING = "Give an email, a phone number, a name or an external id."
_WHOLE = re.compile(r"[0-9]{1,3}", re.ASCII)
_STATUSES = {name.casefold(): key for key, label in STATUSES.items() for name in (key, label)}
# Of short texts that come again and again the value is remembered.
_REMEMBERED, _SHORT = 4_000, 120

Check = Callable[[Any], Any]
Properties = Mapping[str, CustomProperty]
# Public ids of the account's members, by id and by email.
Members = Mapping[str, str]


def _tags(value: str) -> list[str]:
    return values.tags([tag for tag in value.split(",") if tag.strip()])


def _score(value: str) -> int | None:
    given = value.strip()
    return values.score(int(given) if _WHOLE.fullmatch(given) else given)


def _status(value: str) -> str:
    return values.status(_STATUSES.get(value.strip().casefold(), value))


# The fields whose cells are no plain text.
FIELDS: dict[str, Check] = {
    **values.FIELDS, "tags": _tags, "score": _score, "status": _status,
    "id": lambda value: values.text(value, 100),
}  # fmt: skip


@dataclass(slots=True)
class Row:
    """One record: its number in the file, what it says of a lead, and what is wrong with it.

    `values` maps fields to values as events hold them, and has only what was given. `raw` holds
    cells from which the spreadsheet guard's apostrophe was taken, as they stood.
    """

    number: int
    cells: Sequence[str]
    values: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    id: str | None = None


class Reader:
    """Reads rows by a mapping. `targets` are the columns' in order, "" for one that is left out.

    `blanks` are words, in small letters, that stand for nothing; `guarded` says that apostrophes
    which the spreadsheet guard would have put there are to be taken away.
    """

    def __init__(
        self,
        headers: Sequence[str],
        targets: Sequence[str],
        properties: Properties,
        members: Members,
        *,
        blanks: frozenset[str] = frozenset(),
        guarded: bool = True,
    ) -> None:
        self._columns = [
            (
                at,
                headers[at] or f"Column {at + 1}",
                to,
                _remembering(_check_of(to, properties, members)),
            )
            for at, to in enumerate(targets)
            if to
        ]
        self._width = len(targets)
        self._blanks = blanks
        self._guarded = guarded

    def read(self, number: int, cells: Sequence[str]) -> Row:
        row = Row(number, cells)
        width = len(cells)
        if width > self._width and any(cells[self._width :]):
            row.wrong.append(f"The row has {width} cells, and the file {self._width} columns.")
        for at, header, to, check in self._columns:
            if at >= width:
                break
            cell = cells[at]
            if not cell or cell.isspace():
                continue
            if self._blanks and cell.strip().casefold() in self._blanks:
                continue
            if self._guarded and cell[0] == "'" and guard(cell[1:]) == cell:
                row.raw[to] = cell
                cell = cell[1:]
            try:
                value = check(cell)
            except ValueError as error:
                row.wrong.append(f"{header} {error}")
                continue
            if to in row.values:
                # Two columns become one field only where that is the name: its first and last one.
                value = f"{row.values[to]} {value}"
            row.values[to] = value
        self._finish(row)
        return row

    def _finish(self, row: Row) -> None:
        # Control characters are removed, and may have been all there was.
        for to in [to for to, value in row.values.items() if value in (None, "", [])]:
            del row.values[to]
        row.id = row.values.pop("id", None)
        if "phone" in row.values:
            row.values["phone_normal"] = values.phone_normal(row.values["phone"])


def is_blank(cells: Sequence[str]) -> bool:
    """Whether a record holds nothing: no row of the file, but a line that a program left there."""
    return not any(cells) or not any(cell.strip() for cell in cells)


def _check_of(to: str, properties: Properties, members: Members) -> Check:
    if to == "assigned_to":
        return _assignee(members)
    if to in FIELDS:
        return FIELDS[to]
    return check_of_property(properties[to.removeprefix("custom.")])


def check_of_property(definition: CustomProperty) -> Check:
    return lambda value: values.custom_value(value, definition)


def _assignee(members: Members) -> Check:
    """As `actions.one.assignee`, which asks the database for each; rows are read by a thread that
    has no connection."""

    def check(value: str) -> str:
        name = value.strip()
        found = members.get(name) or members.get(name.lower())
        if found is None:
            raise ValueError(queries.NO_ASSIGNEE)
        return found

    return check


def _remembering(check: Check) -> Check:
    """The check, asked once for a short text; what it raised is remembered likewise."""
    known: dict[str, tuple[Any, ValueError | None]] = {}

    def remembered(cell: str) -> Any:
        found = known.get(cell)
        if found is None:
            try:
                found = check(cell), None
            except ValueError as error:
                found = None, error.with_traceback(None)
            if len(known) < _REMEMBERED and len(cell) <= _SHORT:
                known[cell] = found
        value, wrong = found
        if wrong is not None:
            raise wrong
        return value

    return remembered
