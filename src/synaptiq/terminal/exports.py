"""`synaptiq export`: the same road as a page's or the API's export, run in this process.

The operator is the audit log's actor "terminal". What is written to the file or to standard
output is a copy of the *published* file, so nothing half made can get out.
"""

from __future__ import annotations

import json as jsons
import os
import shutil
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from synaptiq.terminal import environment
from synaptiq.terminal.accounts import AccountOption, account_of
from synaptiq.terminal.outcome import ExitCode, Stop, sigterm_as_interrupt
from synaptiq.terminal.saying import data, progress, say, standard_output

if TYPE_CHECKING:
    from synaptiq.accounts.actors import Actor
    from synaptiq.exports.models import Export

app = typer.Typer(help="Export data to a file.", no_args_is_help=True, rich_markup_mode=None)

STDOUT = "-"
# What a row is called, where not as its dataset.
WHAT = {"analytics": "rows of figures"}
DELIMITERS = ("comma", "semicolon", "tab")
_LOOK_SECONDS = 0.2


@app.callback()
def export() -> None:
    """Export data to a file, or to standard output."""


OutputOption = Annotated[str, typer.Option(metavar="FILE", help="Where to; - is standard output.")]
FilterOption = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=VALUE", help="Such as status=qualified; may be repeated."),
]
ColumnsOption = Annotated[
    str | None, typer.Option(help="Keys of columns, comma-separated. Default: all.")
]
DelimiterOption = Annotated[
    str | None, typer.Option(help="Of a CSV: comma, semicolon or tab. Default: comma.")
]
NoBomOption = Annotated[
    bool, typer.Option("--no-bom", help="A CSV without the mark that Excel needs.")
]
RawOption = Annotated[
    bool, typer.Option("--raw", help="A CSV without the guard against spreadsheet formulas.")
]
JSONOption = Annotated[
    bool, typer.Option("--json", help="Print the record of the run on standard output.")
]


@app.command()
def leads(
    output: OutputOption,
    format: Annotated[str, typer.Option(help="csv, json or jsonl.")] = "csv",
    filter: FilterOption = None,
    columns: ColumnsOption = None,
    ids: Annotated[
        str | None, typer.Option(help="Only these leads, comma-separated, instead of a filter.")
    ] = None,
    delimiter: DelimiterOption = None,
    no_bom: NoBomOption = False,
    raw: RawOption = False,
    account: AccountOption = None,
    json: JSONOption = False,
) -> None:
    """Export leads."""
    options = _csv_options(format, delimiter, no_bom, raw)
    _export("leads", output, format, filter, columns, ids, options, account, json)


@app.command()
def conversations(
    output: OutputOption,
    format: Annotated[str, typer.Option(help="json, txt, jsonl or csv.")] = "json",
    filter: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Such as state=closed; may be repeated."),
    ] = None,
    columns: ColumnsOption = None,
    ids: Annotated[
        str | None,
        typer.Option(help="Only these conversations, comma-separated, instead of a filter."),
    ] = None,
    headings: Annotated[
        bool, typer.Option("--headings", help="A TXT with a head and a line for each new day.")
    ] = False,
    delimiter: DelimiterOption = None,
    no_bom: NoBomOption = False,
    raw: RawOption = False,
    account: AccountOption = None,
    json: JSONOption = False,
) -> None:
    """Export conversations; as TXT, one is its transcript and several are a ZIP."""
    options = _csv_options(format, delimiter, no_bom, raw)
    if headings and format != "txt":
        raise Stop("--headings is of --format txt only.", ExitCode.USAGE)
    options |= {"headings": True} if headings else {}
    _export("conversations", output, format, filter, columns, ids, options, account, json)


@app.command()
def analytics(
    output: OutputOption,
    format: Annotated[str, typer.Option(help="csv or pdf.")] = "csv",
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="The first day, as 2026-03-01.")
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="DAY", help="The last day. Default: 30 complete days."),
    ] = None,
    granularity: Annotated[str, typer.Option(help="day, week or month.")] = "day",
    breakdown: Annotated[
        str | None,
        typer.Option(
            help="A row for each value of site, page_group, device, language, agent_version or tag."
        ),
    ] = None,
    filter: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Such as device=phone; may be repeated."),
    ] = None,
    columns: ColumnsOption = None,
    delimiter: DelimiterOption = None,
    no_bom: NoBomOption = False,
    raw: RawOption = False,
    paper: Annotated[str | None, typer.Option(help="Of a PDF: a4 or letter. Default: a4.")] = None,
    no_leads: Annotated[
        bool, typer.Option("--no-leads", help="A PDF without the leads of the highest score.")
    ] = False,
    account: AccountOption = None,
    json: JSONOption = False,
) -> None:
    """Export figures by day, week or month; as PDF, a report with charts."""
    pairs = [f"granularity={granularity}", *(filter or [])]
    if first or last:
        pairs.append(f"dates={first or ''}..{last or ''}")
    if breakdown:
        pairs.append(f"breakdown={breakdown}")
    options = _csv_options(format, delimiter, no_bom, raw)
    if (paper or no_leads) and format != "pdf":
        raise Stop("--paper and --no-leads are of --format pdf only.", ExitCode.USAGE)
    options |= {"paper": paper} if paper else {}
    options |= {"top_leads": False} if no_leads else {}
    _export("analytics", output, format, pairs, columns, None, options, account, json)


def _export(
    dataset: str,
    output: str,
    format: str,
    filter: list[str] | None,
    columns: str | None,
    ids: str | None,
    options: dict[str, Any],
    account: str | None,
    json: bool,
) -> None:
    target = _target(output, json)
    given: dict[str, Any] = {"dataset": dataset, "format": format}
    if ids is not None and filter:
        raise Stop(f"--ids chooses {dataset} by itself: give it without --filter.", ExitCode.USAGE)
    if columns is not None:
        given["columns"] = _words(columns)
    given |= {"options": options} if options else {}
    with environment.ready(), sigterm_as_interrupt():
        from synaptiq.accounts import actors

        actor = actors.of_terminal(account_of(account))
        if ids is not None:
            given |= {"scope": "selection", "ids": _words(ids)}
        else:
            given |= {"scope": "filter", "filter": _filter(dataset, filter or [])}
        run = _made(actor, given)
        _copy(actor, run, target)
        if ids is not None:
            _say_how_many_are_gone(len(set(given["ids"])), run)
        if json:
            data(jsons.dumps(_record(run, output)))
        elif target:
            what = dataset.removesuffix("s") if run.rows_written == 1 else dataset
            what = WHAT.get(dataset, what)
            say(f"{run.rows_written:,} {what}, {run.bytes:,} bytes: {target}")
            kind = Path(run.file_name).suffix
            if target.suffix.lower() not in ("", kind):
                # One transcript is a text file, several are a ZIP: whoever named it could not know.
                say(f"{target.name} is a {kind.removeprefix('.').upper()} file, by whatever name.")


def _made(actor: Actor, given: dict[str, Any]) -> Export:
    """The finished run of a request. Ctrl-C cancels it; Stop where it failed."""
    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.exports import actions
    from synaptiq.exports.states import State
    from synaptiq.kit.errors import Conflict

    run = actions.request(actor, given, in_this_process=True)
    errors: list[BaseException] = []
    # Not the thread itself is asked: after an interrupt Python 3.11 takes a running one for ended.
    ended = threading.Event()
    threading.Thread(target=_run, args=(actor.account.pk, run.pk, errors.append, ended)).start()
    try:
        with acting_for(actor.account.pk), progress("Exporting", None) as show:
            while not ended.wait(_LOOK_SECONDS):
                run.refresh_from_db(fields=["rows_written", "rows_total"])
                show(run.rows_written, run.rows_total)
    except KeyboardInterrupt:
        with suppress(Conflict):
            actions.cancel(actor, run.public_id)
        ended.wait()
        raise
    if errors:
        raise Stop(f"The export could not be finished: {errors[0]}") from errors[0]
    with acting_for(actor.account.pk):
        run.refresh_from_db()
    if run.state != State.READY:
        how = actions.ENDED.get(run.state, f"is {run.state}")
        raise Stop(f"The export {how}. {run.reason}".strip())
    return run


def _run(
    account_id: int,
    export_id: int,
    failed: Callable[[BaseException], None],
    ended: threading.Event,
) -> None:
    from django.db import connections

    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.exports import pipeline
    from synaptiq.exports.models import Export

    try:
        with acting_for(account_id):
            pipeline.run(Export.objects.select_related("account", "member").get(pk=export_id))
    except Exception as error:
        failed(error)
    finally:
        connections.close_all()
        ended.set()


def _copy(actor: Actor, run: Export, target: Path | None) -> None:
    """Write the published file to `target`, in one step; to standard output where that is None."""
    from synaptiq.exports import actions, files

    actions.download(actor, run.public_id)
    with files.open_file(run.file_key) as published:
        if target is None:
            with standard_output() as output:
                shutil.copyfileobj(published, output.buffer, files.READ_SIZE)
                output.buffer.flush()
            return
        try:
            _replace(target, published)
        except OSError as error:
            raise Stop(
                f"{target} could not be written: {error.strerror}. "
                f"The export is kept as {run.public_id}."
            ) from error


def _replace(target: Path, published: BinaryIO) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(beside, "xb") as writing:
            # Who may read the file is its owner's choice, and stays.
            with suppress(FileNotFoundError):
                os.chmod(beside, stat.S_IMODE(target.stat().st_mode))
            shutil.copyfileobj(published, writing, 256 * 1024)
            writing.flush()
            os.fsync(writing.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _target(output: str, json: bool) -> Path | None:
    """The file to write, None for standard output; what cannot be written is refused at once."""
    if output == STDOUT:
        if json:
            raise Stop("--json prints on standard output, so --output is a file.", ExitCode.USAGE)
        return None
    if not output:
        raise Stop("--output names no file.", ExitCode.USAGE)
    # A link is followed: the file it leads to is replaced, not the link.
    target = Path(output).resolve()
    if target.is_dir():
        raise Stop(f"{output} is a folder; name a file in it.", ExitCode.USAGE)
    if target.exists() and not target.is_file():
        raise Stop(f"{output} is no file; for a pipe use --output -", ExitCode.USAGE)
    if not target.parent.is_dir():
        raise Stop(f"There is no folder {target.parent}; make it first.", ExitCode.USAGE)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise Stop(f"Nothing can be written into {target.parent}.", ExitCode.USAGE)
    return target


def _filter(dataset: str, pairs: list[str]) -> dict[str, Any]:
    from synaptiq.exports.datasets import ALL

    texts: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not value.strip():
            raise Stop(f"--filter {pair}: write it like status=qualified.", ExitCode.USAGE)
        texts.setdefault(key.strip(), []).append(value)
    filters = ALL[dataset].filters
    return filters.to_json(filters.from_text(texts))


def _csv_options(format: str, delimiter: str | None, no_bom: bool, raw: bool) -> dict[str, Any]:
    if delimiter is not None and delimiter not in DELIMITERS:
        raise Stop(
            f"--delimiter {delimiter}: choose one of {', '.join(DELIMITERS)}.", ExitCode.USAGE
        )
    options: dict[str, Any] = {"delimiter": delimiter} if delimiter else {}
    options |= {"bom": False} if no_bom else {}
    options |= {"dialect": "raw"} if raw else {}
    if options and format != "csv":
        raise Stop("--delimiter, --no-bom and --raw are of --format csv only.", ExitCode.USAGE)
    return options


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _say_how_many_are_gone(asked: int, run: Export) -> None:
    gone = asked - (run.rows_written or 0)
    if gone:
        there = "is" if gone == 1 else "are"
        say(f"{gone} of the {asked} {run.dataset} asked for {there} not there.")


def _record(run: Export, output: str) -> dict[str, Any]:
    return {
        "id": run.public_id, "dataset": run.dataset, "format": run.format, "state": run.state,
        "rows": run.rows_written, "bytes": run.bytes, "sha256": run.sha256,
        "file_name": run.file_name, "output": output,
    }  # fmt: skip
