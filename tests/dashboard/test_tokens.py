"""The colours: each pair that meets on a page keeps the contrast of WCAG 2.2 AA, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import synaptiq.dashboard.staticfiles as static_module

CSS = Path(static_module.__file__).parent / "static/dashboard/css"
TOKENS = (CSS / "tokens.css").read_text()
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS
    )
}
GROUNDS = ["paper", "paper-2", "paper-3", "raised", "accent-soft"]
NOTES = ["good-soft", "warn-soft", "bad-soft", "info-soft"]

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in GROUNDS),
    *((ink, ground) for ink in ("ink", "ink-2") for ground in NOTES),
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "info")),
    *((tone, ground) for tone in ("good", "warn", "bad") for ground in ("paper", "raised")),
    ("accent", "bad-soft"),
    ("bad", "accent-soft"),
    ("bad", "paper-3"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("bad-fill-ink", "bad-fill"),
]
EDGES = [
    *(("line-3", ground) for ground in ("paper", "paper-2", "paper-3", "raised")),
    *(("accent", ground) for ground in [*GROUNDS, *NOTES]),
    ("bad", "paper"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(ink: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_and_focus_rings_are_seen(edge: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[edge][theme], COLOURS[ground][theme]) >= 3


def test_a_faint_colour_would_be_noticed() -> None:
    assert contrast("#9aa1ad", COLOURS["paper"][0]) < 4.5


def test_only_the_tokens_name_colours() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)\(")
    allowed = {"base.css": 1, "prose.css": 1}  # the selection; keywords in code
    for sheet in CSS.glob("*.css"):
        if sheet.name == "tokens.css":
            continue
        lines = [line for line in sheet.read_text().splitlines() if colour.search(line)]
        assert len(lines) <= allowed.get(sheet.name, 0), (sheet.name, lines)


def test_every_token_that_is_used_exists() -> None:
    known = set(re.findall(r"--([a-z0-9-]+):", TOKENS))
    for sheet in CSS.glob("*.css"):
        assert set(re.findall(r"var\(--([a-z0-9-]+)\)", sheet.read_text())) <= known, sheet.name
