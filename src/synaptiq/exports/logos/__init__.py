"""A customer's logo, from whatever file was uploaded to a small PNG that holds nothing else.

Whatever reads foreign files runs in a process of its own, with little memory and time: some of what
is sent makes a reader of pictures fall over.
"""

from __future__ import annotations

import subprocess
import sys

from synaptiq.kit.errors import Invalid

MOST_BYTES = 1_000_000
# Of the picture as it is kept: what prints sharply at the height that a report gives it.
MOST_WIDTH, MOST_HEIGHT = 1_200, 400
SECONDS = 4

_TOO_LARGE = "is larger than 1 MB. Save it smaller, and upload it again."
_UNREADABLE = "cannot be read as PNG, JPEG or SVG. Save it anew from the program that made it."


def clean(file: bytes) -> bytes:
    """The picture as a PNG of at most `MOST_WIDTH` × `MOST_HEIGHT` pixels.

    Of an SVG only shapes, paths and gradients are taken: nothing that runs, fetches or reads.
    Raises Invalid naming `logo`, what is wrong and what to do.
    """
    if not file:
        raise Invalid({"logo": "is empty."})
    if len(file) > MOST_BYTES:
        raise Invalid({"logo": _TOO_LARGE})
    command = [sys.executable, "-m", "synaptiq.exports.logos.reading"]
    try:
        done = subprocess.run(
            command, input=file, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise Invalid({"logo": _UNREADABLE}) from None
    if done.returncode == 0 and done.stdout:
        return done.stdout
    # What the child says of a file is a sentence of ours; where it fell over it says none.
    said = done.stderr.decode("utf-8", "replace").strip() if done.returncode == REFUSED else ""
    raise Invalid({"logo": said or _UNREADABLE})


# The child's exit code where its last words are for people.
REFUSED = 3
