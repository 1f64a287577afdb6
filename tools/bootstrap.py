"""What `make` runs first: find a Python that is new enough, then set up `.venv` with it.

This file must still parse on Python 3.6, so that an old `python3` gets a message and not a syntax
error: no newer syntax here. The work itself is in `environment.py`, beside it.
"""

import os
import shutil
import subprocess
import sys

NEEDED = (3, 11)
CANDIDATES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3")
MESSAGE = """\
Synaptiq needs Python {needed} or later; {executable} is {found},
and there is no newer one on the PATH.
Install one, then run make again:
  Debian, Ubuntu   apt install python3 python3-venv    (Debian 12, Ubuntu 24.04 and later)
  Fedora           dnf install python3.12
  macOS            brew install python@3.12
If it is installed elsewhere: make PYTHON=/path/to/python3.12 …
"""


def main() -> None:
    if sys.version_info < NEEDED:
        newer = find_newer()
        if newer is None:
            sys.exit(
                MESSAGE.format(
                    needed=".".join(map(str, NEEDED)),
                    executable=sys.executable,
                    found=".".join(map(str, sys.version_info[:3])),
                )
            )
        # The newer Python runs this same file from its beginning.
        os.execv(newer, [newer] + sys.argv)  # noqa: RUF005
    import environment

    sys.exit(environment.main(sys.argv[1:]))


def find_newer() -> "str | None":
    """The path of a Python that is new enough, None where there is none."""
    check = "import sys; sys.exit(sys.version_info < {!r})".format(NEEDED)  # noqa: UP032
    for name in CANDIDATES:
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", check]) == 0:
            return path
    return None


if __name__ == "__main__":
    main()
