"""`synaptiq import`: the same road as a page's import, run in this process.

The operator is the audit log's actor "terminal". What is found in the file, the mapping and the
counts go to standard error, the record of `--json` to standard output.
"""

from __future__ import annotations

import csv
import io
import json as jsons
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from synaptiq.terminal import environment
from synaptiq.terminal.accounts import AccountOption, account_of
from synaptiq.terminal.outcome import ExitCode, Stop, sigterm_as_interrupt
from synaptiq.terminal.saying import data, progress, say, standard_output

if TYPE_CHECKING:
    from synaptiq.accounts.actors import Actor
    from synaptiq.leads.actions import Look
    from synaptiq.leads.imports.counting import Counted
    from synaptiq.leads.imports.mapping import Chosen
    from synaptiq.leads.models import Import

app = typer.Typer(
    help="Import data from a file, and take it back.", no_args_is_help=True, rich_markup_mode=None
)

STDIN = "-"
MATCHES = ("fill", "overwrite", "skip")
DELIMITERS = ("comma", "semicolon", "tab", "pipe")
_SHOWN_PROBLEMS = 5

JSONOption = Annotated[
    bool, typer.Option("--json", help="Print the record of the import on standard output.")
]
ImportArgument = Annotated[str, typer.Argument(metavar="IMPORT", help="Such as imp_8f3a2b…")]


@app.callback()
def importing() -> None:
    """Import data from a file, and take it back."""


@app.command()
def leads(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV; - is standard input.")],
    map: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN",
            help="Such as email=Mail or new.plan:text=#7; -=Notes leaves a column out; may be "
            "repeated. The rest is as proposed.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the file would do, and do nothing.")
    ] = False,
    match: Annotated[
        str, typer.Option(help="What changes of a lead that is there: fill, overwrite or skip.")
    ] = "fill",
    blank: Annotated[
        list[str] | None,
        typer.Option("--blank", metavar="WORD", help="A word that stands for nothing, as Select."),
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Such as cp1252. Default: found.")] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="comma, semicolon, tab or pipe. Default: found.")
    ] = None,
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="Whether names come first. Default: found."),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Keep apostrophes that guard against formulas.")
    ] = False,
    rejected: Annotated[
        str | None, typer.Option(metavar="FILE", help="Where rejected rows go, with their reasons.")
    ] = None,
    account: AccountOption = None,
    json: JSONOption = False,
) -> None:  # fmt: skip
    """Import leads from a CSV file."""
    if match not in MATCHES:
        raise Stop(f"--match {match}: choose one of {', '.join(MATCHES)}.", ExitCode.USAGE)
    if delimiter is not None and delimiter not in DELIMITERS:
        raise Stop(
            f"--delimiter {delimiter}: choose one of {', '.join(DELIMITERS)}.", ExitCode.USAGE
        )
    pairs, target = _pairs(map or []), _target(rejected)
    options: dict[str, Any] = {"match": match, "blanks": list(blank or []), "guarded": not raw}
    found: dict[str, Any] = {"encoding": encoding, "delimiter": delimiter, "header": header}
    with _source(file) as source, environment.ready(), sigterm_as_interrupt():
        from synaptiq.accounts import actors
        from synaptiq.leads import actions

        actor = actors.of_terminal(account_of(account))
        name = "standard input" if file == STDIN else Path(file).name
        given = actions.give_import(actor, source, name)
        try:
            look = actions.look_at_import(
                actor,
                given.public_id,
                blanks=options["blanks"],
                **found,
            )
            columns = _mapped(actor, look.columns, pairs)
            _say_found(given, look, columns, options["blanks"])
            again = actions.count_never_found_again(
                actor, given.public_id, columns, look.dialect, options["blanks"]
            )
            if again:
                of = "" if look.whole else f" of the first {look.rows:,} rows"
                say(f"  {again:,}{of or (' row' if again == 1 else ' rows')} "
                    f"{'has' if again == 1 else 'have'} neither an email nor an external id: the "
                    "same file would make these leads again")  # fmt: skip
            if dry_run:
                counted = _tried(actor, given, look, columns, options, target)
                record = _record(given, look, columns, options, vars(counted)) | {"dry_run": True}
                problems = list(counted.problems)
            else:
                given = actions.start_import(
                    actor, given.public_id, columns, options, dialect=look.dialect,
                    in_this_process=True,
                )  # fmt: skip
        finally:
            if given.batch_id is None:
                actions.discard_import(actor, given.public_id)
        if not dry_run:
            _run(actor, given)
            problems = _problems(actor, given)
            if target:
                _copy_rejected(actor, given, look, target)
            record = _record(given, look, columns, options, _counts(given)) | {
                "dry_run": False, "id": given.public_id, "state": _batch(given).state,
            }  # fmt: skip
        _say_counts(record, problems, target)
        if json:
            data(jsons.dumps(record | {"problems": problems, "rejected_file": rejected}))
        if record.get("unreadable"):
            raise Stop(str(record["unreadable"]))


@app.command()
def resume(import_id: ImportArgument, account: AccountOption = None) -> None:
    """Go on with an import whose process was killed, from where it was."""
    with environment.ready(), sigterm_as_interrupt():
        from synaptiq.accounts import actors

        actor = actors.of_terminal(account_of(account))
        found = _named(actor, import_id)
        if found.batch is None or found.batch.ended_at is not None:
            raise Stop("This import is not going on: there is nothing to resume.")
        _run(actor, found)
        _say_counts(_counts(found) | {"id": found.public_id}, _problems(actor, found), None)


@app.command()
def undo(import_id: ImportArgument, account: AccountOption = None) -> None:
    """Take an import back: leads it made are deleted unless they were worked on since, those it
    changed get their values again."""
    with environment.ready():
        from synaptiq.accounts import actors
        from synaptiq.accounts.tenancy import acting_for
        from synaptiq.leads import actions

        actor = actors.of_terminal(account_of(account))
        found = _named(actor, import_id)
        if found.batch is None:
            raise Stop("This import was never started.")
        undone = actions.undo_batch(actor, found.batch.public_id)
        with acting_for(actor.account.pk):
            # More than a few are a job's; here nobody else may be there to do it.
            actions.run_batch(undone)
            undone.refresh_from_db()
        if undone.state != "done":
            how = undone.reason or "it was cancelled by somebody else."
            raise Stop(f"The import could not be undone: {how}")
        say(f"{undone.changed:,} leads are as they were before {found.file_name}.")
        for count, why in undone.left:
            say(f"{count:,} {why}.")


@app.command()
def rejected(import_id: ImportArgument, account: AccountOption = None) -> None:
    """Write the rejected rows of an import, with their reasons, to standard output."""
    with environment.ready():
        from synaptiq.accounts import actors

        actor = actors.of_terminal(account_of(account))
        found = _named(actor, import_id)
        with standard_output() as output:
            _write_rejected(actor, found, output.buffer)
            output.buffer.flush()


def _run(actor: Actor, started: Import) -> None:
    """Bring it in. Ctrl-C stops it after a whole piece; Stop where it failed."""
    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.kit.errors import Conflict
    from synaptiq.leads import actions

    say(f"Import {started.public_id}")
    total = _batch(started).total or None
    try:
        with acting_for(actor.account.pk), progress("Importing", total) as show:
            actions.run_import(started, lambda one: show(sum(_counts(one).values()), total))
    except KeyboardInterrupt:
        with suppress(Conflict):
            actions.cancel_import(actor, started.public_id)
        say(f"Stopped. What was brought in stays; synaptiq import undo {started.public_id} "
            "takes it back.")  # fmt: skip
        raise
    with acting_for(actor.account.pk):
        started.refresh_from_db()
    batch = _batch(started)
    if batch.reason:
        raise Stop(
            f"The import failed: {batch.reason}\n{_sentence(_counts(started))} "
            f"To take that back: synaptiq import undo {started.public_id}"
        )
    if batch.state != "done":
        raise Stop(f"The import was {batch.state} by somebody else.")


def _batch(started: Import) -> Any:
    assert started.batch is not None
    return started.batch


def _tried(
    actor: Actor, given: Import, look: Look, columns: Chosen, options: dict[str, Any],
    target: Path | None,
) -> Counted:  # fmt: skip
    from synaptiq.leads import actions
    from synaptiq.leads.imports import files
    from synaptiq.leads.imports.cells import Row

    header = [c.header or f"Column {n}" for n, c in enumerate(columns, 1)]
    with progress("Trying", given.lines) as show, _rejections(target) as output:
        if output:
            output.write(files.rejected_lines([files.header_of(header)], bom=True))

        def reject(row: Row, reason: str) -> None:
            if output:
                output.write(files.rejected_lines([files.row_of((row.number, row.cells, reason))]))

        return actions.try_import(
            actor, given.public_id, columns, options, dialect=look.dialect, most=None,
            rejected=reject, show=lambda row: show(row, given.lines),
        )  # fmt: skip


@contextmanager
def _rejections(target: Path | None) -> Iterator[BinaryIO | None]:
    if target is None:
        yield None
        return
    try:
        with open(target, "wb") as output:
            yield output
    except OSError as error:
        raise Stop(f"{target} could not be written: {error.strerror}.") from error


def _copy_rejected(actor: Actor, done: Import, look: Look, target: Path) -> None:
    """The rejected rows as a file; only the names where there are none."""
    from synaptiq.leads.imports import files

    with _rejections(target) as output:
        assert output is not None
        if done.rejected:
            _write_rejected(actor, done, output)
            return
        header = [c.header or f"Column {n}" for n, c in enumerate(look.columns, 1)]
        output.write(files.rejected_lines([files.header_of(header)], bom=True))


def _write_rejected(actor: Actor, done: Import, output: BinaryIO) -> None:
    from synaptiq.leads import actions

    source, size = actions.open_rejected(actor, done.public_id)
    with source:
        shutil.copyfileobj(_Part(source, size), output)


class _Part:
    """The first bytes of a file: behind them may stand what a killed process wrote."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size

    def read(self, most: int = -1) -> bytes:
        chunk = self._file.read(min(most, self._left) if most >= 0 else self._left)
        self._left -= len(chunk)
        return chunk


def _problems(actor: Actor, done: Import) -> list[tuple[int, str]]:
    """The first rejected rows: number and reason."""
    from synaptiq.leads import actions

    if not done.rejected:
        return []
    source, size = actions.open_rejected(actor, done.public_id)
    with source:
        head = source.read(min(size, 1024 * 1024)).decode("utf-8-sig", "ignore")
    rows = list(csv.reader(io.StringIO(head, newline="")))[1 : _SHOWN_PROBLEMS + 1]
    return [(int(row[0]), row[1]) for row in rows if len(row) > 1]


def _named(actor: Actor, import_id: str) -> Import:
    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.leads import queries

    with acting_for(actor.account.pk):
        return queries.imported(import_id)


def _mapped(actor: Actor, columns: Chosen, pairs: list[tuple[str, str]]) -> Chosen:
    from synaptiq.leads import actions

    for field, column in pairs:
        # One by one: a name may have several columns, and `-` come several times.
        columns = actions.map_columns(actor, columns, {field: column})
    return columns


def _say_found(given: Import, look: Look, columns: Chosen, blanks: list[str]) -> None:
    from synaptiq.leads.imports.mapping import NEW
    from synaptiq.leads.models import CUSTOM

    names = "names in the first row" if look.dialect.header else "no names in the first row"
    about = f"{look.rows:,} rows" if look.whole else f"about {given.lines:,} rows"
    say(f"{given.file_name}: {look.dialect.encoding}, {look.dialect.delimiter}, {names}, {about}")
    if look.dialect.words:
        also = f"; {look.dialect.also} fits as well" if look.dialect.also else ""
        say(f"  In this encoding it says {', '.join(look.dialect.words)}{also}. --encoding says "
            "another.")  # fmt: skip
    if look.unreadable:
        say(f"  {look.unreadable} What stands before is brought in.")
    words: dict[str, int] = {}
    for number, column in enumerate(columns, 1):
        header = column.header or f"(column {number})"
        if not column.to:
            say(f"  {header}: left out, {column.why or 'nothing was chosen for it'}")
        elif column.to.startswith(NEW):
            choices = f": {', '.join(column.choices)}" if column.type == "choice" else ""
            say(f"  {header} → new property {column.to.removeprefix(NEW)}, "
                f"{column.type}{choices}")  # fmt: skip
        elif column.to.startswith(CUSTOM):
            say(f"  {header} → property {column.to.removeprefix(CUSTOM)}")
        else:
            say(f"  {header} → {column.to}")
        if column.to and column.why:
            say(f"    {column.why}")
        for word, count in column.offered.items():
            words[word] = words.get(word, 0) + count
    asked = {word.strip().casefold() for word in blanks}
    for word, count in sorted(words.items(), key=lambda item: -item[1]):
        if word.casefold() not in asked:
            say(f"  “{word}” stands in {count:,} cells: --blank '{word}' reads it as nothing")


def _say_counts(
    record: dict[str, Any], problems: list[tuple[int, str]], target: Path | None
) -> None:
    would = "Would be: " if record.get("dry_run") else ""
    say(would + _sentence(record))
    for row, reason in problems[:_SHOWN_PROBLEMS]:
        say(f"  row {row:,}: {reason}")
    if target:
        say(f"Rejected rows: {target}")
    elif record["rejected"] and record.get("id"):
        say(f"Rejected rows: synaptiq import rejected {record['id']} > rejected.csv")


def _sentence(counts: dict[str, Any]) -> str:
    created, changed, same, rejected = (
        counts[key] for key in ("created", "changed", "unchanged", "rejected")
    )
    return (
        f"{created:,} {'lead' if created == 1 else 'leads'} created, {changed:,} changed, "
        f"{same:,} {'row' if same == 1 else 'rows'} without a change, {rejected:,} rejected."
    )


def _counts(one: Import) -> dict[str, int]:
    from synaptiq.leads.imports import running

    return running.counts(one)


def _record(
    given: Import, look: Look, columns: Chosen, options: dict[str, Any], counts: dict[str, Any]
) -> dict[str, Any]:
    from synaptiq.leads.imports.mapping import NEW

    names = ("created", "changed", "unchanged", "rejected")
    return {
        "file": given.file_name, "bytes": given.size, "sha256": given.sha256,
        "encoding": look.dialect.encoding, "delimiter": look.dialect.delimiter,
        "header": look.dialect.header, **options,
        "mapping": [
            c.model_dump(include={"header", "to", "type", "why"} if c.to.startswith(NEW)
                         else {"header", "to", "why"})
            for c in columns
        ],
        "rows": sum(counts[name] for name in names),
        **{name: counts[name] for name in names},
        "unreadable": counts.get("unreadable", ""),
    }  # fmt: skip


def _pairs(given: list[str]) -> list[tuple[str, str]]:
    pairs = []
    for pair in given:
        field, equals, column = pair.partition("=")
        if not equals or not field.strip() or not column.strip():
            raise Stop(f"--map {pair}: write it like email=Mail.", ExitCode.USAGE)
        pairs.append((field.strip(), column))
    return pairs


def _target(rejected: str | None) -> Path | None:
    if rejected is None:
        return None
    target = Path(rejected)
    if not rejected or target.is_dir() or not target.parent.is_dir():
        raise Stop(f"--rejected {rejected}: name a file in a folder that is there.", ExitCode.USAGE)
    return target


@contextmanager
def _source(file: str) -> Iterator[BinaryIO]:
    if file == STDIN:
        yield sys.stdin.buffer
        return
    try:
        with open(file, "rb") as source:
            yield source
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}.", ExitCode.USAGE) from error
