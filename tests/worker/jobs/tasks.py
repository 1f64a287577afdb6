"""Jobs that misbehave in the ways a worker must survive. They tell by files what they did."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from django.db import transaction
from procrastinate.contrib.django import app


@app.task(name="tests.note", queue="short")
def note(folder: str, name: str) -> None:
    """Adds a line to a file."""
    with open(Path(folder) / name, "a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")


@app.task(name="tests.hang_once", queue="short")
def hang_once(folder: str) -> None:
    """Never ends the first time, ends at once the second."""
    note.func(folder, "begun")
    if len((Path(folder) / "begun").read_text("utf-8").splitlines()) == 1:
        threading.Event().wait()
    note.func(folder, "done")


@app.task(name="tests.suicide", queue="short")
def suicide(folder: str) -> None:
    """Takes its worker with it, each time."""
    note.func(folder, "begun")
    os.kill(os.getpid(), 9)


@app.task(name="tests.defer_and_fail", queue="short")
def defer_and_fail(folder: str) -> None:
    """Defers two jobs, one in a transaction that is rolled back."""
    try:
        with transaction.atomic():
            note.defer(folder=folder, name="rolled-back")
            raise LookupError
    except LookupError:
        pass
    with transaction.atomic():
        note.defer(folder=folder, name="committed")
    note.func(folder, "deferred")


@app.task(name="tests.occupy", queue="long")
def occupy(folder: str) -> None:
    """Runs until the file "enough" is there."""
    note.func(folder, "occupied")
    pause = threading.Event()
    while not (Path(folder) / "enough").exists():
        pause.wait(0.05)
