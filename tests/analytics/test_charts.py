"""A chart says what its values are: each bar and each point of a line stands where the axis has
them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal
from xml.etree.ElementTree import Element, fromstring

import pytest

from synaptiq.analytics.charts import Bucket, Mark, chart
from synaptiq.exports.formats.pdf.rendering import svg_of

FIRST = date(2026, 3, 2)
_SVG = "{http://www.w3.org/2000/svg}"
VALUES: list[float | None] = [3.0, 41.25, None, 17.5, 0.0, 64.0]


def drawn(values: list[float | None], kind: Literal["bar", "line"], **given: object) -> Element:
    buckets = [Bucket(FIRST + timedelta(days=n), value, 7.0) for n, value in enumerate(values)]
    return fromstring(svg_of(chart(buckets, "day", kind=kind, title="Leads", **given)))  # type: ignore[arg-type]


def marks(svg: Element, kind: str, colour: str) -> list[str]:
    """The paths of the mark's shapes that have this colour as fill or stroke."""
    groups = [one for one in svg.iter(f"{_SVG}g") if f"mark-{kind} " in one.get("class", "") + " "]
    return [
        path.get("d", "")
        for group in groups
        for path in group.iter(f"{_SVG}path")
        if colour in (path.get("fill"), path.get("stroke"))
    ]


def axis(svg: Element) -> tuple[Callable[[float], float], float]:
    """From a place on the y axis to its value, by its lines and their names; and how much half a
    pixel is."""
    lines = [
        _place(line)
        for group in svg.iter(f"{_SVG}g")
        if "role-axis-grid" in group.get("class", "")
        for line in group.iter(f"{_SVG}line")
    ]
    (labels,) = [
        [float((text.text or "").replace(",", "")) for text in group.iter(f"{_SVG}text")]
        for group in svg.iter(f"{_SVG}g")
        if group.get("aria-label", "").startswith("Y-axis")
    ]  # fmt: skip
    scale = (labels[-1] - labels[0]) / (lines[-1] - lines[0])
    return lambda y: labels[0] + (y - lines[0]) * scale, abs(scale) / 2


def _place(element: Element) -> float:
    found = re.search(r"translate\([-\d.]+,([-\d.]+)\)", element.get("transform", ""))
    assert found
    return float(found[1])


@pytest.mark.parametrize("values", [VALUES, [1180.0, 1200.5, 1190.0, None, 1400.0], [0.0]])
@pytest.mark.parametrize("kind", ["line", "bar"])
def test_each_shape_stands_where_its_value_is(
    kind: Literal["bar", "line"], values: list[float | None]
) -> None:
    svg = drawn(values, kind, height=400)
    value_at, half_a_pixel = axis(svg)
    if kind == "line":
        tops = [y for d in marks(svg, "line", "#0f766e") for y in _ys(d)]
    else:
        tops = [min(_ys(d)) for d in marks(svg, "rect", "#0f766e")]
    there = [value for value in values if value is not None]
    assert [value_at(y) for y in tops] == pytest.approx(there, abs=half_a_pixel)


def _ys(path: str) -> list[float]:
    """Each height that a line goes through, or a rectangle's two."""
    rect = re.fullmatch(r"M[-\d.]+,([-\d.]+)h[-\d.]+v([-\d.]+)h[-\d.]+Z", path)
    if rect:
        return [float(rect[1]), float(rect[1]) + float(rect[2])]
    return [float(y) for y in re.findall(r"[ML][-\d.]+,([-\d.]+)", path)]


def words(svg: Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{_SVG}text")]


def test_the_x_axis_names_a_few_of_many_days() -> None:
    names = [one for one in words(drawn([1.0] * 365, "line")) if " " in one]
    assert names[0] == "2 Mar"
    assert len(names) <= 7


def test_no_two_names_of_the_y_axis_are_the_same() -> None:
    for values in ([0.0, 1.0], [None], [0.0], [2.0], [54.0, 54.0]):
        labels = [one for one in words(drawn(list(values), "bar")) if " " not in one]
        assert len(labels) == len(set(labels)), values


def test_annotations_are_numbers_which_share_a_line_where_they_are_too_near() -> None:
    few = words(drawn([1.0] * 12, "line", marks=[Mark(1, 2), Mark(2, 6)]))
    assert {"1", "2"} <= set(few)
    near = words(drawn([1.0] * 365, "line", marks=[Mark(n + 1, 9 * n) for n in range(40)]))
    shared = [one for one in near if "–" in one]
    assert shared[0] == "1–4"
    assert shared[-1].endswith("–40")


def test_what_people_wrote_is_not_there() -> None:
    spec = chart([Bucket(FIRST, 1.0)], "day", kind="bar", title="Leads", marks=[Mark(1, 0)])
    assert "http" not in str({**spec, "$schema": ""})


def test_a_value_with_none_beside_it_is_seen_in_a_long_line_too() -> None:
    values: list[float | None] = [None] * 40 + [5.0] + [None] * 40 + [float(n) for n in range(20)]
    points = marks(drawn(values, "line"), "symbol", "#0f766e")
    assert len(points) == 1


def test_values_of_an_axis_have_their_unit_and_no_zeros_that_say_nothing() -> None:
    labels = words(drawn([0.0, 60.0], "bar", format=",.2f", unit=" %"))
    assert "60 %" in labels
    assert "60.00" not in "".join(labels)
