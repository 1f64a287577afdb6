"""How set-up talks to people: each step with what it does and how long it took, and one error."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print a line that says what is done, completed with the seconds it took."""
    sys.stdout.write(f"{what} … ")
    sys.stdout.flush()
    begin = time.monotonic()
    try:
        yield
    except BaseException:
        sys.stdout.write("failed\n")
        raise
    sys.stdout.write(f"{time.monotonic() - begin:.1f} s\n")
    sys.stdout.flush()


def run(argv: Sequence[str | Path], log: Path, extra: Mapping[str, str] | None = None) -> str:
    """Run a program, its output into a log file; "" if it succeeded, else its output's end."""
    with log.open("w", encoding="utf-8", errors="replace") as file:
        done = subprocess.run(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**clean_environment(), **(extra or {})},
            check=False,
        )
    if done.returncode == 0:
        return ""
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return "\n".join(lines[-15:]) or f"exit status {done.returncode}"


def clean_environment() -> dict[str, str]:
    """This process's environment without what would turn another Python or pip elsewhere."""
    misleading = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in misleading}
