"""What an import needs while its file is gone through: the file, the reader of rows, the rule.

The same for a dry run and for the run itself, so that one promises what the other does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import BaseModel

from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import queries
from synaptiq.leads.imports import cells, files, reading
from synaptiq.leads.imports.cells import Row
from synaptiq.leads.imports.mapping import Chosen, Mapped
from synaptiq.leads.imports.plan import RULES
from synaptiq.leads.imports.reading import Unreadable
from synaptiq.leads.models import CUSTOM, CustomProperty, Import

Definitions = dict[str, tuple[str, tuple[str, ...]]]
# So many records are one transaction.
PIECE = 5_000
# Or fewer, where they hold more text than this: memory must not grow with the width of a file.
MOST_CHARACTERS = 16 * 1024 * 1024


class Options(BaseModel, frozen=True, extra="forbid"):
    """What a member chose for an import. `blanks` are words that stand for nothing."""

    match: str = "fill"
    blanks: tuple[str, ...] = ()
    # Whether apostrophes of the spreadsheet guard are taken away.
    guarded: bool = True

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word.strip().casefold() for word in self.blanks if word.strip())


def check_options(options: Options) -> Options:
    """The options, or Invalid."""
    if options.match not in RULES:
        raise Invalid({"match": f"is none of {', '.join(RULES)}."})
    return options


def dialect_of(imported: Import) -> reading.Dialect:
    return reading.Dialect.model_validate(imported.dialect)


def mapping_of(imported: Import) -> Chosen:
    return tuple(Mapped.model_validate(one) for one in imported.mapping)


def options_of(imported: Import) -> Options:
    return Options.model_validate(imported.options)


@dataclass(frozen=True)
class Piece:
    """Some rows of a file: those of the records from `start` to `end`, blank lines left out."""

    start: int
    end: int
    rows: list[Row]


@dataclass
class Work:
    """A file that is gone through, `row` records of which have been read."""

    records: Iterator[list[str]]
    ahead: ThreadPoolExecutor
    reader: cells.Reader
    rule: str
    header: list[str]
    row: int
    names: bool
    # Slug → type and choices, as the rows are checked by.
    definitions: Definitions
    _broken: Unreadable | None = None

    def pieces(self) -> Iterator[Piece]:
        """All pieces, each read while whoever takes them works on the one before: checking cells
        takes about as long as the database takes to write them.

        Raises Unreadable, once all that stands before has been given.
        """
        reading = self.ahead.submit(self._read)
        while (piece := reading.result()) is not None:
            reading = self.ahead.submit(self._read)
            yield piece

    def _read(self) -> Piece | None:
        start, size = self.row, 0
        taken: list[list[str]] = []
        try:
            while self._broken is None and len(taken) < PIECE and size < MOST_CHARACTERS:
                record = next(self.records, None)
                if record is None:
                    break
                taken.append(record)
                size += sum(map(len, record))
        except Unreadable as error:
            self._broken = error
        self.row += len(taken)
        if not taken:
            if self._broken:
                raise self._broken
            return None
        rows = [
            self.reader.read(number, record)
            for number, record in enumerate(taken, start + 1)
            if not (number == 1 and self.names) and not cells.is_blank(record)
        ]
        return Piece(start, self.row, rows)


@contextmanager
def opened(
    imported: Import, chosen: Chosen, options: Options, properties: cells.Properties
) -> Iterator[Work]:
    """An import's work, from where the import is."""
    dialect = dialect_of(imported)
    for column in chosen:
        slug = column.to.removeprefix(CUSTOM)
        if slug != column.to and slug not in properties:
            raise Conflict(f"The custom property {slug} is no longer there.")
    reader = cells.Reader(
        [c.header for c in chosen], [c.to for c in chosen], properties, _members(),
        blanks=options.words, guarded=options.guarded,
    )  # fmt: skip
    header = [c.header or f"Column {n}" for n, c in enumerate(chosen, 1)]
    with (
        files.open_file(imported.file_key) as file,
        reading.opened(file, dialect, after=imported.row) as records,
        # Leaves first, so that nobody reads a file that is closed.
        ThreadPoolExecutor(1, "import") as ahead,
    ):
        yield Work(
            records, ahead, reader, options.match, header, imported.row, dialect.header,
            _definitions(properties.values()),
        )  # fmt: skip


def definitions() -> Definitions:
    """How the account's custom properties are defined now."""
    return _definitions(queries.custom_properties())


def _definitions(properties: Iterable[CustomProperty]) -> Definitions:
    return {p.slug: (p.type, tuple(p.choices)) for p in properties}


def _members() -> dict[str, str]:
    found = queries.assignable().values_list("public_id", "user__email")
    return {name: public_id for public_id, email in found for name in (public_id, email)}
