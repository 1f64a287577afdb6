"""Pictures of the documentation, which `make pictures` takes of the product itself.

They are in no commit, so a page says where one would stand, in a line that leaves no hole where
there is none: `<!-- picture leads: The list of leads -->`. Each is there for both themes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from pathlib import Path

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from markdown_it.token import Token

from synaptiq.dashboard.docs.contents import FOLDER as PAGES

FOLDER = PAGES / "pictures"
THEMES = ("light", "dark")
LINE = re.compile(r"<!-- picture ([a-z-]+): (.+?) -->")
_HEADER = struct.Struct(">8s4x4sII")


def place(tokens: Sequence[Token]) -> list[Token]:
    """The tokens of a page with its pictures, or without them, in the places of their lines."""
    placed: list[Token] = []
    rest = iter(tokens)
    for token in rest:
        placed.append(token)
        line = LINE.fullmatch(token.content) if token.type == "inline" else None
        if line:
            # The paragraph around it goes too.
            placed[-2:] = [Token("html_block", "", 0, content=_figure(line[1], line[2]))]
            next(rest)
    return placed


def file(name: str) -> Path | None:
    """The picture of this name (`leads-dark`), where it was taken."""
    path = FOLDER / f"{name}.png"
    return path if re.fullmatch(r"[a-z-]+", name) and path.is_file() else None


def _figure(name: str, words: str) -> str:
    found = [(theme, file(f"{name}-{theme}")) for theme in THEMES]
    pictures = [(theme, path, *_size(path)) for theme, path in found if path]
    if len(pictures) < len(THEMES):
        return ""
    images = format_html_join(
        "",
        '<img class="only-{}" src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        (
            (theme, reverse("docs:picture", args=[path.stem]), width, height, words)
            for theme, path, width, height in pictures
        ),
    )
    return format_html('<figure class="picture">{}</figure>\n', images)


def _size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG: with them its place is kept while it loads."""
    with path.open("rb") as opened:
        signature, chunk, width, height = _HEADER.unpack(opened.read(_HEADER.size))
    assert (signature, chunk) == (b"\x89PNG\r\n\x1a\n", b"IHDR"), path
    return width, height
