"""Writes docs/configuration.md from the table of `kit/config.py`."""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "src"))

HEAD = """\
# Configuration

Synaptiq is configured by environment variables alone. Each is checked at start; a wrong one stops
the command with its name, what is wrong with it and an example. `synaptiq doctor` tells which are
set. An empty variable counts as not set.

This page is made from `src/synaptiq/kit/config.py` by `make docs`.

"""


def main() -> None:
    from synaptiq.kit import config

    (CHECKOUT / "docs" / "configuration.md").write_text(HEAD + config.table(), encoding="utf-8")


if __name__ == "__main__":
    main()
