"""`make bench`: the product at size against named references; prints figures, ratios, targets.

`--leads N` measures a smaller table, `--plans` prints how PostgreSQL reads each page of the list;
words name the parts to measure (`make bench ARGS="copying"`).
Ends with 1 when a target is missed, which on a busy machine says little.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from synaptiq.kit import embedded

PARTS = (
    "copying", "memory", "clicks", "lists", "bringing", "pages", "chat", "answers", "conversing",
    "turns", "qualifying", "widget", "figures",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument(
        "--figures", type=float, default=1.0, help="of the two years that figures are measured over"
    )
    parser.add_argument("--plans", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="synaptiq-bench-") as folder:
        os.environ["SYNAPTIQ_HOME"] = folder
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            os.environ.pop(name, None)
        try:
            return _measure(given, Path(folder))
        finally:
            embedded.destroy(Path(folder))


def _measure(given: argparse.Namespace, folder: Path) -> int:
    parts, plans = given.parts or PARTS, given.plans
    from synaptiq.terminal import environment

    with environment.ready():
        from bench import (
            answers,
            bringing,
            chat,
            clicks,
            conversing,
            copying,
            figures,
            lists,
            memory,
            pages,
            qualifying,
            turning,
            widget,
        )
        from bench.place import Place

        load = os.getloadavg()[0]
        print(f"{os.cpu_count()} cores, load {load:.1f} before; adding leads …", flush=True)
        place = Place.make(folder, given.leads)
        measures = {
            "copying": copying.measure, "memory": memory.measure, "clicks": clicks.measure,
            "lists": partial(lists.measure, plans=plans), "bringing": bringing.measure,
            "pages": pages.measure, "chat": chat.measure, "answers": answers.measure,
            "conversing": conversing.measure,
            "turns": turning.measure, "qualifying": qualifying.measure, "widget": widget.measure,
            "figures": partial(figures.measure, part=given.figures, plans=plans),
        }  # fmt: skip
        targets = [target for part in parts for target in measures[part](place)]
    print()
    for target in targets:
        print(target)
    return 0 if all(target.is_met for target in targets) else 1


if __name__ == "__main__":
    sys.exit(main())
