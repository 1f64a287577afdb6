"""Delete a home: its embedded database, wherever that lies, and its files. Asks before."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from synaptiq.kit import embedded

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args()
    home = Path(os.environ.get("SYNAPTIQ_HOME") or ROOT / ".synaptiq").resolve()
    if not home.is_dir():
        print(f"There is no data in {home}.")
        return 0
    if not (home / "postgres.json").exists():
        print(f"{home} holds no embedded database, so it is left alone.", file=sys.stderr)
        return 1
    status = embedded.status(home)
    data = f" and {status['data'].parent}" if status else ""
    if not options.yes:
        answer = input(f"Delete all of {home}{data}, for ever? Type yes: ")
        if answer.strip().lower() != "yes":
            print("Nothing was deleted.")
            return 1
    embedded.destroy(home)
    shutil.rmtree(home)
    print(f"Deleted {home}{data}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
