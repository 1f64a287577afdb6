"""Where the command `synaptiq` begins and ends, with Python's garbage collector out of the way.

Nearly all that a start makes stays to the end. To look through it again and again takes a sixth of
a short command's time, and to look through it once more at the end another sixth.
"""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command and exit with its code. `environment` lets the collector begin."""
    gc.disable()
    from synaptiq.terminal.main import main as run_and_exit

    try:
        run_and_exit()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
