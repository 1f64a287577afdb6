"""Data that lies apart from its home: whose it is, and what to do when the home is not the same.

A folder under `/var/lib/synaptiq` outlives a checkout that is deleted or moved. A note in it says
the home's path and id. A moved home takes its data along; a new home at an old path begins anew,
and what lay there is set aside, never deleted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from synaptiq.kit.embedded import place as places
from synaptiq.kit.embedded import postmaster
from synaptiq.kit.embedded.place import Place
from synaptiq.kit.embedded.record import write_private


@dataclass(frozen=True)
class Note:
    """What a folder says about whose it is."""

    home: Path
    id: str


def settle(place: Place, identity: str, say: Callable[[str], None]) -> None:
    """Make sure that the place holds this home's data or none. Call with the start lock held."""
    if not place.is_apart:
        return
    if place.data.exists() and not _is_of(place.base, identity):
        aside = _free_name(place.base)
        postmaster.stop(place.data)
        place.base.rename(aside)
        say(f"Set the database of an earlier {place.home} aside, in {aside}")
    if not place.data.exists():
        moved = _left_behind(place, identity)
        if moved:
            postmaster.stop(moved / "data")
            moved.rename(place.base)
            say(f"Took the database along from {moved}, since the home was moved")


def mark(place: Place, identity: str) -> None:
    """Note in the place's folder which home it belongs to."""
    if place.is_apart and _read_note(place.base) != Note(place.home, identity):
        content = json.dumps({"home": str(place.home), "id": identity})
        write_private(place.base / "home.json", content)


def _read_note(base: Path) -> Note | None:
    try:
        content = json.loads((base / "home.json").read_text("utf-8"))
        return Note(Path(content["home"]), content["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_of(base: Path, identity: str) -> bool:
    note = _read_note(base)
    return note is not None and note.id == identity


def _left_behind(place: Place, identity: str) -> Path | None:
    if not places.STORE.is_dir():
        return None
    for base in sorted(places.STORE.iterdir()):
        note = _read_note(base)
        if note and note.id == identity and base != place.base and not note.home.exists():
            return base
    return None


def _free_name(base: Path) -> Path:
    number = 1
    while (aside := base.with_name(f"{base.name}.old-{number}")).exists():
        number += 1
    return aside
