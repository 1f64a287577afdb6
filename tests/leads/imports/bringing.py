"""Short ways through an import, for tests."""

from __future__ import annotations

import csv
import io
from typing import Any

from synaptiq.accounts.actors import Actor
from synaptiq.leads import actions
from synaptiq.leads.imports.counting import Counted
from synaptiq.leads.imports.mapping import Chosen
from synaptiq.leads.imports.reading import Dialect
from synaptiq.leads.models import Import


def give(actor: Actor, content: str | bytes, name: str = "leads.csv") -> Import:
    data = content.encode() if isinstance(content, str) else content
    return actions.give_import(actor, io.BytesIO(data), name)


def look(actor: Actor, given: Import, to: dict[str, str] | None = None, **found: Any) -> Chosen:
    """The columns of a file, with what is said instead of the proposal."""
    return seen(actor, given, to, **found)[0]


def seen(
    actor: Actor, given: Import, to: dict[str, str] | None = None, **found: Any
) -> tuple[Chosen, Dialect]:
    """The columns and how the file is written."""
    looked = actions.look_at_import(actor, given.public_id, **found)
    return actions.map_columns(actor, looked.columns, to or {}), looked.dialect


def start(
    actor: Actor, content: str | bytes, to: dict[str, str] | None = None, *,
    found: dict[str, Any] | None = None, **options: Any,
) -> Import:  # fmt: skip
    """A file that is to be brought in by whoever calls `run_import`."""
    given = give(actor, content)
    blanks = {"blanks": options["blanks"]} if "blanks" in options else {}
    columns, dialect = seen(actor, given, to, **blanks, **(found or {}))
    return actions.start_import(
        actor, given.public_id, columns, options, dialect=dialect, in_this_process=True
    )


def bring(
    actor: Actor, content: str | bytes, to: dict[str, str] | None = None, **options: Any
) -> Import:
    """A file brought in to its end."""
    imported = start(actor, content, to, **options)
    actions.run_import(imported)
    imported.refresh_from_db()
    return imported


def attempt(
    actor: Actor, content: str | bytes, to: dict[str, str] | None = None, **options: Any
) -> Counted:
    """What a file would do."""
    given = give(actor, content)
    return actions.try_import(actor, given.public_id, look(actor, given, to), options, most=None)


def counts(imported: Import | Counted) -> tuple[int, int, int, int]:
    """Created, changed, unchanged, rejected."""
    return imported.created, imported.changed, imported.unchanged, imported.rejected


def rejected(actor: Actor, imported: Import) -> list[list[str]]:
    """The CSV of rejected rows, names first, as another program reads it."""
    file, size = actions.open_rejected(actor, imported.public_id)
    with file:
        text = file.read(size).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))
