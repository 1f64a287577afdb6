"""What a file would do: the same road as the run's, up to where that begins to write."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from synaptiq.leads import queries
from synaptiq.leads.actions import changes
from synaptiq.leads.imports import cells, files, reading, work
from synaptiq.leads.imports.cells import Properties, Row
from synaptiq.leads.imports.mapping import NEW, Chosen
from synaptiq.leads.imports.plan import Target, plan
from synaptiq.leads.imports.reading import Dialect, Unreadable
from synaptiq.leads.imports.work import Options
from synaptiq.leads.models import CUSTOM, CustomProperty, Import

MOST_PROBLEMS = 20

Problem = tuple[int, str]


@dataclass
class Counted:
    """`rows` that were looked at and what they would come to; `whole` where that is all of them.

    `problems` are the first rejected rows, number and reason; `unreadable` says where the file
    cannot be read any further.
    """

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    whole: bool = True
    unreadable: str = ""


def count(
    imported: Import,
    chosen: Chosen,
    options: Options,
    *,
    most: int | None = None,
    rejected: Callable[[Row, str], None] | None = None,
    show: Callable[[int], None] | None = None,
) -> Counted:
    """Go through the file, or its first `most` rows, without writing anything.

    Of leads that the file would make it remembers a number each (about 100 bytes a row), since a
    later row may be about the same one.
    """
    counted, seen = Counted(), dict[int, int]()
    chosen, properties = _as_defined(chosen)
    at = changes.now()
    imported.row = 0
    try:
        with work.opened(imported, chosen, options, properties) as going:
            for piece in going.pieces():
                rows = piece.rows
                if most is not None and counted.rows + len(rows) > most:
                    rows, counted.whole = rows[: most - counted.rows], False
                counted.rows += len(rows)
                found = plan(rows, options.match, at, lock=False)
                counted.changed += len(found.changed)
                counted.unchanged += found.unchanged
                counted.rejected += len(found.rejected)
                for target in found.made:
                    _again(target, seen, options.match, counted)
                for row, why in found.rejected:
                    if len(counted.problems) < MOST_PROBLEMS:
                        counted.problems.append((row.number, " ".join(why)))
                    if rejected:
                        rejected(row, " ".join(why))
                if show:
                    show(piece.end)
                if not counted.whole:
                    break
    except Unreadable as error:
        counted.unreadable = str(error)
    return counted


def never_found_again(
    imported: Import, dialect: Dialect, chosen: Chosen, words: frozenset[str], *, most: int
) -> int:
    """How many of the first `most` rows make a lead that the same row will not find: it has no id,
    external id or email. `words` are read as nothing."""
    known, reaching = (
        [at for at, column in enumerate(chosen) if column.to in names]
        for names in (("id", "external_id", "email"), cells.REACHES)
    )
    broken: list[str] = []

    def holds(row: list[str], columns: list[int]) -> bool:
        return any((cell := row[at].strip()) and cell.casefold() not in words
                   for at in columns if at < len(row))  # fmt: skip

    with (
        files.open_file(imported.file_key) as file,
        reading.opened(file, dialect, after=int(dialect.header)) as records,
    ):
        rows = islice(reading.readable(records, broken), most)
        return sum(holds(row, reaching) and not holds(row, known) for row in rows)


def _as_defined(chosen: Chosen) -> tuple[Chosen, Properties]:
    """The mapping as if its new properties were there, and all properties then."""
    properties = {p.slug: p for p in queries.custom_properties()}
    made = []
    for column in chosen:
        if column.to.startswith(NEW):
            slug = column.to.removeprefix(NEW)
            properties[slug] = CustomProperty(
                slug=slug, type=column.type, choices=list(column.choices)
            )
            column = column.model_copy(update={"to": CUSTOM + slug})
        made.append(column)
    return tuple(made), properties


def _again(target: Target, seen: dict[int, int], rule: str, counted: Counted) -> None:
    """Count a lead as made, or as one that an earlier piece of the file would have made."""
    keys = [
        hash((name, value.lower() if name == "email" else value))
        for name in ("external_id", "email")
        if (value := target.values.get(name))
    ]
    says = hash(json.dumps(target.values, sort_keys=True)) if keys else 0
    before: Any = seen.get(keys[0]) if keys else None
    if before is None:
        counted.created += 1
    elif before == says or rule == "skip":
        counted.unchanged += 1
    else:
        counted.changed += 1
    seen |= dict.fromkeys(keys, says)
