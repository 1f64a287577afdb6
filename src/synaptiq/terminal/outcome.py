"""How a command ends: its exit code, and the one exception that says so."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from synaptiq.kit.errors import Refusal


class ExitCode(IntEnum):
    """What scripts can rely on; documented in docs/terminal.md."""

    OK = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    INTERRUPTED = 130
    CUT_OFF = 141


class Stop(Exception):
    """End the command with a message on standard error."""

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.code = code


def code_of(refusal: Refusal) -> ExitCode:
    """The exit code of what the product itself refuses."""
    if refusal.status in (401, 403):
        return ExitCode.REFUSED
    if refusal.status in (404, 410):
        return ExitCode.NOT_FOUND
    return ExitCode.USAGE if refusal.status in (400, 422) else ExitCode.FAILED


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """A SIGTERM cancels what is running as Ctrl-C does."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
