"""`make bench`: exports of many leads against the references; prints seconds and ratios.

`--leads N` measures a smaller table. Three alternating runs; the median counts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bench import references
from synaptiq.kit import embedded

RUNS = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--leads", type=int, default=1_000_000)
    count = parser.parse_args().leads
    with tempfile.TemporaryDirectory(prefix="synaptiq-bench-") as folder:
        os.environ["SYNAPTIQ_HOME"] = folder
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            os.environ.pop(name, None)
        try:
            _measure(count, Path(folder))
        finally:
            embedded.destroy(Path(folder))


def _measure(count: int, folder: Path) -> None:
    from synaptiq.terminal import environment

    with environment.ready():
        from synaptiq.accounts.models import Account
        from synaptiq.terminal.seed import add_leads

        account = Account.objects.create(name="Bench")
        print(f"Adding {count:,} leads …", flush=True)
        add_leads(account, count)
        url = embedded.start(folder).urls.runtime
        target = folder / "reference"
        sums: dict[str, str] = {}

        def ours(format: str) -> None:
            sums[format] = _export(account, format)

        def plain() -> None:
            sums["plain"] = references.cursor_and_join(url, account.pk, target)

        seconds = _alternate({
            "CSV export": lambda: ours("csv"),
            "psql copy, csv": lambda: references.psql_csv(url, account.pk, target),
            "server cursor": plain,
            "JSON export": lambda: ours("json"),
            "psql copy, json": lambda: references.psql_json(url, account.pk, target),
        })  # fmt: skip
    assert sums["plain"] == sums["csv"], "the server cursor wrote other bytes"
    print(f"CSV export / psql copy     {_ratio(seconds, 'CSV export', 'psql copy, csv')}")
    print(f"server cursor / CSV export  {_ratio(seconds, 'server cursor', 'CSV export')}")
    print(f"JSON export / psql copy    {_ratio(seconds, 'JSON export', 'psql copy, json')}")


def _export(account: object, format: str) -> str:
    """A whole run by the pipeline; returns the SHA-256, and leaves no file behind."""
    from synaptiq.accounts import actors
    from synaptiq.accounts.models import Account
    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.exports import actions, files, pipeline

    assert isinstance(account, Account)
    given = {"dataset": "leads", "format": format, "scope": "filter"}
    with acting_for(account.pk):
        export = actions.request(actors.of_terminal(account), given, in_this_process=True)
        pipeline.run(export)
        export.refresh_from_db()
        assert export.state == "ready", export.reason
        files.remove(export.file_key)
    return export.sha256


def _alternate(cases: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(RUNS):
        for name, case in cases.items():
            began = perf_counter()
            case()
            seconds[name].append(perf_counter() - began)
    for name, taken in seconds.items():
        print(f"{name:<18} median {statistics.median(taken):6.2f} s   least {min(taken):6.2f} s")
    return seconds


def _ratio(seconds: dict[str, list[float]], one: str, other: str) -> str:
    ratio = statistics.median(seconds[one]) / statistics.median(seconds[other])
    return f"{ratio:.2f} ×"


if __name__ == "__main__":
    main()
