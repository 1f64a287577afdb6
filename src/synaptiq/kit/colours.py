"""Colours as people give them, and whether they are seen on white (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

# What a shape needs beside its ground, and what text does.
FOR_SHAPES, FOR_TEXT = 3.0, 4.5
_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def of_hex(text: str) -> str:
    """ "#0F7" or "0f766e" as "#00ff77", "#0f766e". Raises ValueError."""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def contrast_on_white(colour: str) -> float:
    """1 (white) to 21 (black)."""
    return 1.05 / (_luminance(_channels(colour)) + 0.05)


def darkened(colour: str, ratio: float) -> str:
    """The colour itself where it has that contrast on white, else the lightest of its darker shades
    that has."""
    channels = _channels(colour)
    for part in range(100, -1, -1):
        shade = "#" + "".join(f"{round(255 * one * part / 100):02x}" for one in channels)
        if contrast_on_white(shade) >= ratio:
            return shade
    raise AssertionError("black has it")


def _channels(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _luminance(channels: list[float]) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
