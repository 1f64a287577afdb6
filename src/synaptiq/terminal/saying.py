"""What a command tells people: on standard error, so that standard output is for data alone.

Rich where a person watches; plain lines where a file or another program does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from synaptiq.terminal.outcome import ExitCode, Stop

# Plain lines come at most this often.
_LINE_SECONDS = 5.0


def console() -> Console:
    """Standard error as it is now (tests replace it)."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(message: str) -> None:
    """One line for people."""
    console().print(message, markup=False)


def data(text: str) -> None:
    """One line for machines, on standard output."""
    with standard_output() as output:
        output.write(text + "\n")
        output.flush()


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output; Stop where it takes nothing, for which Typer has codes of its own."""
    if sys.stdout is None:
        raise Stop("There is no standard output to write to.")
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise Stop("Standard output was closed.", ExitCode.CUT_OFF) from None
    except OSError as error:
        raise Stop(f"Standard output could not be written: {error.strerror}.") from error


@contextmanager
def step(doing: str) -> Iterator[None]:
    """`doing`, and how long it took once it is done."""
    began = monotonic()
    yield
    say(f"  {doing} · {monotonic() - began:.1f} s")


@contextmanager
def progress(doing: str, total: int | None) -> Iterator[Callable[[int, int | None], None]]:
    """Gives `show(done, total)`: a bar where a person watches, a line now and then elsewhere."""
    err = console()
    if not err.is_terminal:
        yield _lines(doing)
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _lines(doing: str) -> Callable[[int, int | None], None]:
    due = monotonic() + _LINE_SECONDS

    def show(done: int, total: int | None) -> None:
        nonlocal due
        if monotonic() >= due:
            due = monotonic() + _LINE_SECONDS
            say(f"{doing}: {done:,}" + (f" of {total:,}" if total else ""))

    return show
