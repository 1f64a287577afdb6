"""Real `worker` and `web` processes on the bench's database, ended when their block ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from synaptiq.exports.models import Export
from synaptiq.kit.processes import free_port
from synaptiq.terminal.environment import child_environment

SECONDS = 300.0


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker that takes jobs as soon as they are there."""
    with _running("worker") as process:
        yield process


@contextmanager
def web(*options: str, **variables: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A web process that answers, and its address."""
    port = free_port(28_000 + os.getpid() % 1000, "127.0.0.1")
    address = f"http://127.0.0.1:{port}"
    with _running("web", "--port", str(port), *options, PUBLIC_URL=address, **variables) as process:
        deadline = time.monotonic() + 60
        while not _answers(address):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.1)
        yield process, address


def wait_for(export: Export) -> Export:
    """The run when it is ready."""
    deadline = time.monotonic() + SECONDS
    while export.state != "ready":
        assert export.state in {"requested", "running"}, export.reason
        assert time.monotonic() < deadline
        # Seldom: what is measured meanwhile shares the processors.
        time.sleep(0.25)
        export.refresh_from_db()
    return export


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5):
            return True
    except OSError:
        return False


@contextmanager
def _running(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    log = Path(settings.SPOOL_DIR).parent / f"{arguments[0]}.log"
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "synaptiq.terminal.start", *arguments],
            env={**child_environment(), **variables}, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output,
        )  # fmt: skip
    try:
        yield process
    except BaseException:
        sys.stderr.write(log.read_text("utf-8", "replace")[-4000:])
        raise
    finally:
        process.terminate()
        process.wait(60)
