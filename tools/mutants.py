"""Break one line after the other, in a copy, and see a named test notice each.

A test that passes on broken code proves nothing. The list stands in `tools/mutations.py`; this
prints a table and ends with 1 when a mutant survives. Words of a name choose among them:
`make mutants ARGS="snapshot lock"`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from synaptiq.kit import embedded
from tests import memory
from tools.mutations import MUTATIONS, Mutation

CHECKOUT = Path(__file__).resolve().parents[1]
COPIED = ("src", "tests", "tools", "requirements", "pyproject.toml")
SECONDS = 180


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only mutants whose name holds one of these")
    words = parser.parse_args().words
    chosen = [m for m in MUTATIONS if not words or any(word in m.name for word in words)]
    with copy() as root:
        print(f"All tests of {len(chosen)} mutants pass on sound code … ", end="", flush=True)
        if passes(root, sorted({m.test for m in chosen})) != 0:
            print("no: run them first. They are:")
            print("\n".join(sorted({m.test for m in chosen})))
            return 1
        print("yes\n")
        ends = [(m, trial(root, m)) for m in chosen]
    survivors = [m for m, end in ends if end != "killed"]
    print(f"\n{len(chosen) - len(survivors)} of {len(chosen)} killed")
    for m in survivors:
        print(f"Not killed: {m.name} ({m.file}) by {m.test}")
    return 1 if survivors else 0


def trial(root: Path, mutation: Mutation) -> str:
    """Break, test, and put right again: "killed", "survived", or "broken" when no test ran."""
    began = time.monotonic()
    file = root / mutation.file
    sound = file.read_text("utf-8")
    if sound.count(mutation.before) != 1:
        end = "broken"
    else:
        file.write_text(sound.replace(mutation.before, mutation.after), "utf-8")
        try:
            end = {0: "survived", 1: "killed"}.get(passes(root, [mutation.test]), "broken")
        finally:
            file.write_text(sound, "utf-8")
    print(f"{end:9} {time.monotonic() - began:5.1f} s  {mutation.name}", flush=True)
    return end


def passes(root: Path, tests: Sequence[str]) -> int:
    """0 when all tests passed, 1 when one failed (or hung), 2 when it cannot be told."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider"]
    foreign = ("DJANGO_", "PYTEST_", "DATABASE_", "SYNAPTIQ_", "PYTHONPATH")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    try:
        done = subprocess.run(
            [*command, *tests], cwd=root, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS * (3 if len(tests) > 1 else 1),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 1
    # A Python that cannot even start pytest ends with 1 too.
    failed = done.returncode == 1 and "\nFAILED " in done.stdout
    return 1 if failed else 2 if done.returncode else 0


@contextmanager
def copy() -> Iterator[Path]:
    """A copy of what tests need, with a database server of its own that runs all the while."""
    with tempfile.TemporaryDirectory(prefix="synaptiq-mutants-") as folder:
        root = Path(folder)
        for name in COPIED:
            source = CHECKOUT / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, root / name, ignore=ignored)
            else:
                shutil.copy2(source, root / name)
        home, in_memory = memory.server_home(root), memory.folder_of(root)
        try:
            with embedded.start(home):
                yield root
        finally:
            try:
                embedded.destroy(home)
            finally:
                if in_memory:
                    shutil.rmtree(in_memory)


if __name__ == "__main__":
    sys.exit(main())
