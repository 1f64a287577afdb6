"""`synaptiq worker` with short waits that stops at a named place of a turn, once, until it is told
to go on or killed.

HELD_AT names the place (claimed, extracted, phrased, before_commit); in HELD_IN the file `held`
says that it is there, and `open` lets it go on. Where `held` stands already nobody stops: another
worker on the same folder goes through.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

PLACE, FOLDER = os.environ.get("HELD_AT", ""), Path(os.environ.get("HELD_IN", "."))


def hold(place: str) -> None:
    if place != PLACE or (FOLDER / "held").exists():
        return
    (FOLDER / "held").touch()
    waiting = threading.Event()
    while not (FOLDER / "open").exists():
        waiting.wait(0.02)


def held_after(module: Any, name: str, place: str) -> None:
    """Let this function of a module stop at the place, once it has done what it does."""
    inner: Callable[..., Any] = getattr(module, name)

    def holding(*args: Any, **kwargs: Any) -> Any:
        found = inner(*args, **kwargs)
        if found:
            hold(place)
        return found

    setattr(module, name, holding)


if __name__ == "__main__":
    django.setup()
    from synaptiq.agent.core import learning, phrasing
    from synaptiq.conversations import log, turns
    from synaptiq.project import rescue, worker
    from synaptiq.terminal.main import main

    held_after(turns, "claim_due", "claimed")
    held_after(learning, "extract", "extracted")
    held_after(phrasing, "phrase", "phrased")
    # All is written then, the log last, and nothing of it committed.
    held_after(log, "append", "before_commit")
    rescue.STALLED_SECONDS = worker.STALLED_SECONDS = 3
    turns.LEASE = timedelta(seconds=3)
    worker.HEARTBEAT_SECONDS = worker.LOOK_SECONDS = worker.RESCUE_SECONDS = 0.5
    main()
