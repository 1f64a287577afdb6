"""`synaptiq demo`: the whole product on one machine, on a database of its own, with sample data.

It owns what it starts (web, worker, its use of the embedded server) and ends exactly that. Killed
without a word, its children end by themselves, and the next start finds nothing to repair.
"""

from __future__ import annotations

import os
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from synaptiq.kit import config, embedded
from synaptiq.kit.embedded import Server
from synaptiq.kit.embedded.record import RUNTIME
from synaptiq.kit.processes import Supervisor, exit_with_parent, free_port
from synaptiq.terminal import environment
from synaptiq.terminal.outcome import ExitCode, Stop
from synaptiq.terminal.saying import data, say, step

# One address of the two that "localhost" is: Granian listens on one.
HOST = "127.0.0.1"
START_SECONDS = 60.0
END_SECONDS = 30.0
LOOK_SECONDS = 1.0


def demo(
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Or only make and fill the database.")
    ] = True,
    port: Annotated[
        int, typer.Option(help="The next free one is taken where it is not.", min=1, max=65535)
    ] = 8000,
) -> None:
    """Start Synaptiq on sample data, and print where. Ctrl-C ends it."""
    began = monotonic()
    values = config.read()
    if values["DATABASE_URL"]:
        raise Stop(
            "DATABASE_URL is set, and the demo brings a database of its own. Unset DATABASE_URL; "
            "or run `synaptiq web` and `synaptiq worker` on that database.",
            ExitCode.USAGE,
        )
    home: Path = values["SYNAPTIQ_HOME"]
    port = free_port(port, "localhost")
    os.environ["PUBLIC_URL"] = f"http://localhost:{port}"
    os.environ.setdefault("LOG_LEVEL", "warning")
    if os.environ.get("MAKELEVEL"):
        # Nobody would think of ending anything but the `make` that they started.
        exit_with_parent(grace=END_SECONDS)
    with ExitStack() as stack:
        server = _prepare(home, stack)
        if not serve:
            say(f"Ready. Start it with: synaptiq demo   (sign in as {_sign_in()})")
            return
        _serve(home, port, began, server, stack)
    say("Everything that the demo started has ended.")


def _prepare(home: Path, stack: ExitStack) -> Server:
    with step("Embedded PostgreSQL"):
        server = stack.enter_context(
            embedded.start(home, say=lambda message: say(f"  {message} …"))
        )
    with step("Product loaded"):
        environment.point_at(server, home)
    stack.callback(environment.close_connections)
    with step("Database at this version"):
        if environment.missing_migrations():
            environment.migrate(server.urls.owner, RUNTIME)
    from synaptiq.terminal import sample

    with step("Sample account"):
        sample.fill()
    from synaptiq.terminal import static

    with step("Files for browsers"):
        static.collect()
    environment.close_connections()
    return server


def _serve(home: Path, port: int, began: float, server: Server, stack: ExitStack) -> None:
    running = stack.enter_context(Supervisor(say=say))
    children = environment.child_environment()
    with step("Web and worker"):
        web = ["web", "--host", HOST, "--port", str(port), "--workers", "1"]
        running.start("web", environment.command(*web), children)
        running.start("worker", environment.command("worker", "--queues", "short,chat"), children)
        running.start(
            "worker of long jobs", environment.command("worker", "--queues", "long"), children
        )
        deadline = monotonic() + START_SECONDS
        if not running.wait(lambda: _answers(port) or monotonic() > deadline):
            return
    if not _answers(port):
        raise Stop(f"Nothing answered on port {port} within {START_SECONDS:g} s; see above.")
    environment.keep_address(home, os.environ["PUBLIC_URL"])
    say(f"Started in {monotonic() - began:.1f} s. Ctrl-C ends it.\n")
    data(f"  Open     {os.environ['PUBLIC_URL']}/admin/leads")
    data(f"  Sign in  {_sign_in()}\n")
    servers = [server]
    while running.wait(
        lambda: _terminal_is_gone() or not servers[-1].is_running(), every=LOOK_SECONDS
    ):
        if _terminal_is_gone():
            break
        say("The embedded database was ended from outside.")
        again = embedded.start(home, say=lambda message: say(f"{message} …"))
        servers.append(stack.enter_context(again))
    say("Ending …")


def _terminal_is_gone() -> bool:
    """Whether the terminal of this process was closed, which not every one of its processes is
    told (only the first one of its session)."""
    if not os.isatty(0):
        return False
    try:
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False


def _sign_in() -> str:
    from synaptiq.terminal import sample

    return f"{sample.OWNER}   password: {sample.PASSWORD}"


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
