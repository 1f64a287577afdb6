"""`synaptiq web` and `synaptiq worker`: the two processes of a running product.

Both are stateless, and any number may run on any number of machines. What serves is named by its
path, for the terminal stands below the project that composes it.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Annotated, Any

import typer

from synaptiq.kit import config, priorities
from synaptiq.kit.processes import Supervisor, exit_with_parent, free_port
from synaptiq.kit.processes.child import PARENT_FD
from synaptiq.terminal import environment
from synaptiq.terminal.outcome import ExitCode, Stop
from synaptiq.terminal.saying import say

APPLICATION = "synaptiq.project.asgi.application"
WORKER = "synaptiq.project.worker.main"
# An answer of the agent never waits behind an export: it has slots of its own, and shares
# no process with it, since the threads of one process take turns in using the processor.
SLOTS = {"short": 3, "long": 1, "chat": 8}
LONG, CHAT = "long", "chat"
# Long jobs give way to whatever else the machine has to do.
NICENESS = 15
# What the worker gives its jobs to end, and a little more.
GRACE_SECONDS = 25.0
# Granian stops answering a whole worker at its default of 1,024 open streams.
BACKPRESSURE = 4096
# Open streams would otherwise hold a SIGTERM back for as long as they live.
KILL_SECONDS = 3


def web(
    host: Annotated[str | None, typer.Option(help="Default: BIND_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Default: BIND_PORT.", min=1, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Default: WEB_WORKERS.", min=1)] = None,
) -> None:
    """Serve pages and API. Needs DATABASE_URL."""
    _follow_supervisor()
    with environment.ready(may_embed=False):
        from synaptiq.terminal import static

        values = config.read()
        host, port = host or values["BIND_HOST"], port or values["BIND_PORT"]
        check_port(host, port)
        static.collect()
        level = values["LOG_LEVEL"]
        environment.close_connections()
    _serve(host, port, workers or values["WEB_WORKERS"], level)


def worker(
    queues: Annotated[
        str, typer.Option(help="Which to work on, each with its slots if you like: short:3,chat:8.")
    ] = "short,long,chat",
    concurrency: Annotated[
        int | None,
        typer.Option(
            help="Jobs at a time on each queue without slots. Default: 3 short, 1 long, 8 chat.",
            min=1, max=64,
        ),
    ] = None,
) -> None:  # fmt: skip
    """Do the jobs of the queues. Needs DATABASE_URL. Long jobs and the chat are done by two
    processes, which this one looks after."""
    slots = slots_of(queues, concurrency)
    _follow_supervisor()
    if slots.keys() == {LONG}:
        priorities.lower(NICENESS)
    with environment.ready(may_embed=False):
        if {LONG, CHAT} <= slots.keys():
            environment.close_connections()
            _apart(slots)
            return
        from django.utils.module_loading import import_string

        import_string(WORKER)(slots)
        environment.close_connections()


def slots_of(queues: str, concurrency: int | None) -> dict[str, int]:
    """Jobs at a time by queue, from `short:3,long`. Raises Stop."""
    slots: dict[str, int] = {}
    for word in queues.split(","):
        name, _, given = word.strip().partition(":")
        if name not in SLOTS or (given and not (given.isdecimal() and 0 < int(given) <= 64)):
            raise Stop(
                f"--queues {queues}: “{word.strip()}” is not {' or '.join(SLOTS)}, with or without "
                "a number of slots from 1 to 64. Example: --queues short:3,long:1",
                ExitCode.USAGE,
            )
        slots[name] = int(given) if given else concurrency or SLOTS[name]
    return slots


def _apart(slots: dict[str, int]) -> None:
    """Long jobs in one process, all others in another, until told to end."""
    others = {queue: at_once for queue, at_once in slots.items() if queue != LONG}
    with Supervisor(say=say, grace=GRACE_SECONDS) as running:
        for name, those in (("worker", others), ("worker of long jobs", {LONG: slots[LONG]})):
            queues = ",".join(f"{queue}:{at_once}" for queue, at_once in those.items())
            running.start(name, environment.command("worker", "--queues", queues))
        running.wait()


def check_port(host: str, port: int) -> None:
    """Stop unless nobody listens there. Granian itself would share a port with another Granian."""
    try:
        free = free_port(port, host)
    except OSError as error:
        raise Stop(f"BIND_HOST {host}: {error.strerror}.", ExitCode.USAGE) from error
    if free != port:
        raise Stop(
            f"Port {port} of {host} is taken. Choose another, for example: --port {free}",
            ExitCode.USAGE,
        )


def _follow_supervisor() -> None:
    """End with the demo that started this process; on its own it follows nobody."""
    if os.environ.get(PARENT_FD):
        exit_with_parent()


def _serve(host: str, port: int, workers: int, level: str) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        APPLICATION,
        address=host,
        port=port,
        # With a lifespan: what visitors did is written before a worker ends.
        interface=Interfaces.ASGI,
        workers=workers,
        workers_kill_timeout=KILL_SECONDS,
        respawn_failed_workers=True,
        backpressure=BACKPRESSURE,
        # Proxies close idle connections; no browser of ours speaks WebSocket.
        websockets=False,
        log_level=LogLevels(level),
    )
    say(f"Serving on http://{'[' + host + ']' if ':' in host else host}:{port}")
    server.serve(target_loader=_load)


def _load(target: str) -> Callable[..., Any]:
    """Runs in each of Granian's workers: kill -9 of the main process must not leave it serving."""
    exit_with_parent(grace=KILL_SECONDS)
    from django.utils.module_loading import import_string

    gc.disable()
    application: Callable[..., Any] = import_string(target)
    # All code and its tables stay. To look through them took 75 ms, in the midst of some page.
    gc.freeze()
    gc.enable()
    return application
