"""`python -m synaptiq.exports.logos.reading`: a picture on stdin, a PNG on stdout.

Run by `clean`, never in a process that serves.
"""

from __future__ import annotations

import io
import resource
import sys

from PIL import Image

from synaptiq.exports.logos import MOST_HEIGHT, MOST_WIDTH, REFUSED
from synaptiq.exports.logos.drawing import Unsafe, drawn

MOST_MEMORY = 1 << 30
MOST_SECONDS = 3
MOST_PIXELS = 40_000_000
_PICTURES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        png = _read(sys.stdin.buffer.read())
    except Unsafe as refusal:
        sys.stderr.write(str(refusal))
        return REFUSED
    sys.stdout.buffer.write(png)
    return 0


def _read(file: bytes) -> bytes:
    format = next((name for magic, name in _PICTURES.items() if file.startswith(magic)), None)
    if format is None:
        file, format = drawn(file, MOST_WIDTH, MOST_HEIGHT), "PNG"
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(file), formats=[format]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Unsafe(
                f"has more than {MOST_PIXELS // 1_000_000} million pixels. Save it smaller."
            )
        kept = picture.convert("RGBA")
    kept.thumbnail((MOST_WIDTH, MOST_HEIGHT))
    # Pixels alone: no place, no camera, no profile.
    bare = Image.new("RGBA", kept.size)
    bare.paste(kept)
    made = io.BytesIO()
    bare.save(made, "PNG", optimize=True)
    return made.getvalue()


if __name__ == "__main__":
    sys.exit(main())
