"""The process that `forking.py` starts: Python with what `synaptiq` imports of others, which forks
for each command that is asked for.

It knows neither settings nor database: each child is given variables, folder and descriptors of its
own and begins where `python -m` would.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import struct
import sys
from typing import Any

# What the product is made of and that needs no settings to be imported, by cost. One that is
# missing here costs time and nothing else.
MODULES = (
    "synaptiq.terminal.main", "synaptiq.agent.core.turn", "django.core.management",
    "django.contrib.auth.hashers",
    "django.contrib.postgres.fields", "django.contrib.postgres.search", "django.db.models",
    "django.db.backends.postgresql.base", "django.db.migrations.executor", "django.forms",
    "django.http", "django.template", "django.urls", "django.utils.autoreload",
    "django.views.generic", "psycopg", "psycopg.types.json", "psycopg_pool", "procrastinate",
    "phonenumbers", "pydantic", "cryptography.fernet", "dateutil.relativedelta", "whenever",
    "granian", "fido2.server", "pydantic.main", "markdown_it",
    "email_validator", "sqlparse", "csp.constants", "croniter", "asgiref.sync", "uuid", "zoneinfo",
    "rich.console", "concurrent.futures", "html.parser", "http.client", "logging.config",
)  # fmt: skip
HEAD = struct.Struct("!IB")
ABOVE = 64


def main(control: socket.socket) -> str:
    """Returns in a child, ready to run the command: the module to run, as `python -m` would; ends
    when nobody is left to ask."""
    for name in MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    woken, wakes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    statuses: dict[int, int] = {}
    chosen = selectors.DefaultSelector()
    chosen.register(control, selectors.EVENT_READ)
    chosen.register(woken, selectors.EVENT_READ)
    while True:
        ready = {key.fileobj for key, _ in chosen.select()}
        if woken in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(woken, 4096)
            _tell_who_ended(statuses)
        if control not in ready:
            continue
        request = _next(control)
        if request is None:
            os._exit(0)
        asked, (status, *given) = request
        pid = os.fork()
        if pid == 0:
            chosen.close()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for own in (control.detach(), woken, wakes, *statuses.values()):
                os.close(own)
            _become(asked, given, status)
            return str(asked["program"])
        for one in given:
            os.close(one)
        statuses[pid] = status


def _tell_who_ended(statuses: dict[int, int]) -> None:
    """Write each one's exit code to its pipe, negative for a signal, and close it."""
    while statuses:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with os.fdopen(statuses.pop(pid), "wb") as pipe, contextlib.suppress(BrokenPipeError):
            pipe.write(struct.pack("!i", os.waitstatus_to_exitcode(status)))
            pipe.flush()


def _next(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """What is to be run, and descriptors: the status pipe's, then those of `asked["as"]`."""
    head, given, _, _ = socket.recv_fds(control, HEAD.size, 16)
    if not head:
        return None
    size, count = HEAD.unpack(head)
    assert count == len(given)
    body = bytearray()
    while len(body) < size:
        body += control.recv(size - len(body))
    return json.loads(body), given


def _become(asked: dict[str, Any], given: list[int], status: int) -> None:
    """Take on the session, descriptors, folder and variables of what was asked for; then say which
    process this is: whoever asked finds all of it as it should be."""
    if asked["new_session"]:
        os.setsid()
    # Out of the way first: one's place may be another's number.
    above = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, ABOVE) for one in (status, *given)]
    for one in (status, *given):
        os.close(one)
    status, *above = above
    for one, place in zip(above, asked["as"], strict=True):
        os.dup2(one, place)
        os.close(one)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["synaptiq", *asked["arguments"]]
    os.write(status, struct.pack("!i", os.getpid()))
    os.close(status)


if __name__ == "__main__":
    program = main(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module(program, run_name="__main__", alter_sys=True)
