"""What a report says, in words and figures as they are printed. Whoever asks the figures makes it;
`rendering` makes the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Paper = Literal["a4", "us-letter"]


@dataclass(frozen=True)
class Tile:
    """A headline metric. `change` is against `before`, "new" where that is 0; `better` whether it
    is one for the better, None where neither."""

    label: str
    value: str
    change: str | None = None
    before: str | None = None
    better: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A metric over time: its Vega-Lite specification, None where there is no value at all, and in
    words what it shows."""

    tile: Tile
    spec: dict[str, Any] | None
    alt: str


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel. `share` of the stage before came on (0 to 1, None for the first)."""

    label: str
    reached: str
    share: float | None = None
    share_text: str = ""
    dropped: str = "–"
    median: str = "–"
    of_first: str = "–"


@dataclass(frozen=True)
class Lead:
    name: str
    contact: str
    company: str
    status: str
    score: str
    last_activity: str


@dataclass(frozen=True)
class Note:
    """An annotation, by the number that it has in the charts."""

    number: int
    day: str
    text: str
    by: str


@dataclass(frozen=True)
class Report:
    """`leads` None: left out by choice. `remarks` stand below the title: filters, and what was left
    out. `maturing`: some of the charts' periods are."""

    account: str
    range: str
    zone: str
    generated: str
    compared: str | None = None
    title: str = "Analytics report"
    paper: Paper = "a4"
    remarks: Sequence[str] = ()
    tiles: Sequence[Tile] = ()
    charts: Sequence[Chart] = ()
    maturing: bool = False
    funnel: Sequence[Stage] = ()
    funnel_note: str = ""
    leads: Sequence[Lead] | None = None
    notes: Sequence[Note] = ()
    definitions: Sequence[tuple[str, str]] = field(default_factory=tuple)
