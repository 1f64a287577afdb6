"""A real worker that stops at named places of the pipeline, to be killed there.

    STOPS='{"exp_a": "claimed", "exp_b": "stored"}' STOPPED=folder python -m tests.exports.…

It is the product's worker with the pipeline's functions wrapped: a run that is named in STOPS goes
as far as its place, leaves a file of its name in the folder, and waits there for ever.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.utils.module_loading import import_string

PLACES = ("claimed", "snapshot", "mid-copy", "spooled", "stored", "before-commit")


def main() -> None:
    django.setup()
    from synaptiq.exports import files, pipeline
    from synaptiq.terminal.serving import WORKER

    def of_export(export: Any, *_: Any) -> str:
        return str(export.public_id)

    def of_spool(spool: files.Spool, *_: Any) -> str:
        return spool.path.name.partition(".")[0]

    stop_after(pipeline, "claim", "claimed", of_export)
    # The snapshot is open before the first thing that is built from it.
    stop_after(pipeline.queries, "columns_of", "snapshot", lambda _: _running.run)
    stop_after(files.Spool, "write", "mid-copy", lambda spool, *_: spool.rows and of_spool(spool))
    stop_after(files.Spool, "finish", "spooled", of_spool)
    stop_after(files, "store", "stored", of_spool)
    stop_after(pipeline, "finished", "before-commit", of_export)
    remember_run(pipeline)
    import_string(WORKER)({"short": len(PLACES)})


_running = threading.local()


def remember_run(pipeline: Any) -> None:
    inner = pipeline.run

    def run(export: Any) -> None:
        _running.run = export.public_id
        inner(export)

    pipeline.run = run


def stop_after(owner: Any, name: str, place: str, run_of: Callable[..., Any]) -> None:
    """Have `owner.name` stop here when it has done its work for a run that stops at `place`."""
    inner = getattr(owner, name)

    def wrapped(*given: Any, **more: Any) -> Any:
        result = inner(*given, **more)
        run = run_of(*given)
        if json.loads(os.environ["STOPS"]).get(run) == place:
            (Path(os.environ["STOPPED"]) / run).touch()
            threading.Event().wait()
        return result

    setattr(owner, name, wrapped)


if __name__ == "__main__":
    main()
