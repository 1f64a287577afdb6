"""Whole runs of the pipeline against `psql \\copy` and against a cursor with `csv.writer`."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from time import perf_counter

from bench import references
from bench.place import Place, Target, request
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import files, pipeline

RUNS = 3


def measure(place: Place) -> list[Target]:
    """Three alternating runs of each; medians count. The cursor must write the very same bytes."""
    account, target = place.many.account_id, place.folder / "reference"
    sums: dict[str, str] = {}

    def ours(format: str) -> None:
        sums[format] = _export(place, format)

    def writer() -> None:
        sums["writer"] = references.cursor_and_writer(place.url, account, target)

    seconds = _alternate({
        "CSV export": lambda: ours("csv"),
        "psql copy, csv": lambda: references.psql_csv(place.url, account, target),
        "cursor and writer": writer,
        "JSON export": lambda: ours("json"),
        "psql copy, json": lambda: references.psql_json(place.url, account, target),
    })  # fmt: skip
    assert sums["writer"] == sums["csv"], "the cursor and csv.writer wrote other bytes"

    def ratio(one: str, other: str) -> float:
        return seconds[one] / seconds[other]

    return [
        Target("CSV export / psql copy", ratio("CSV export", "psql copy, csv"), 1.5, "×"),
        Target(
            "cursor and csv.writer / CSV export, same bytes",
            ratio("cursor and writer", "CSV export"), 3, "×", at_most=False,
        ),
        Target("JSON export / psql copy", ratio("JSON export", "psql copy, json"), 1.5, "×"),
    ]  # fmt: skip


def _export(place: Place, format: str) -> str:
    """A whole run; returns the SHA-256, and leaves no file behind."""
    with acting_for(place.many.account_id):
        export = request(place.many, format)
        pipeline.run(export)
        export.refresh_from_db()
        assert export.state == "ready", export.reason
        assert export.rows_written == place.leads
        assert export.bytes
        assert export.bytes >= 250 * place.leads
        files.remove(export.file_key)
    return export.sha256


def _alternate(cases: dict[str, Callable[[], None]]) -> dict[str, float]:
    """The median seconds of each case."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(RUNS):
        for name, case in cases.items():
            # An export waits for its bytes to be on the disk, and must not wait for those of the
            # case before it, which did not.
            os.sync()
            began = perf_counter()
            case()
            seconds[name].append(perf_counter() - began)
    for name, taken in seconds.items():
        each = "  ".join(f"{one:6.2f}" for one in taken)
        print(f"{name:<18} median {statistics.median(taken):6.2f} s   each {each}")
    return {name: statistics.median(taken) for name, taken in seconds.items()}
