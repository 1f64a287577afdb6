"""A report as PDF: charts by vl-convert, pages by Typst, every font from packages.

Made for screen readers (PDF/UA-1). A sign that no font here has drops a report to a tagged PDF that
does not claim so, with a warning: never a box in silence.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
import vl_convert

from synaptiq.exports.branding import Branding
from synaptiq.exports.formats.pdf.content import Chart, Report

_FOLDER = Path(__file__).parent
_TEMPLATE = _FOLDER / "report.typ"
# The second holds Chinese, Japanese and Korean: 20 MB, the extra `cjk`.
_FONT_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
_FIRST = "Noto Sans"
NO_GLYPH = "Some signs in this report have no font here, so it does not claim PDF/UA-1."


@dataclass(frozen=True)
class Rendered:
    """The file, and sentences on what it is not."""

    pdf: bytes
    warnings: tuple[str, ...] = ()


def render(report: Report, branding: Branding) -> Rendered:
    """The report as a file. The same report and branding make the same bytes."""
    data = {"data": json.dumps(_data(report, branding), ensure_ascii=False)}
    compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True, root=str(_FOLDER))
    try:
        return Rendered(_compiled(compiler, data, standards=["ua-1"]))
    except typst.TypstError as error:
        if "could not be displayed with font" not in f"{error.message} {error.diagnostic}":
            raise
    return Rendered(_compiled(compiler, data, standards=[]), (NO_GLYPH,))


def svg_of(spec: Mapping[str, Any]) -> str:
    """A chart as SVG. It fetches and reads nothing: without that list a specification may."""
    return str(vl_convert.vegalite_to_svg(dict(spec), allowed_base_urls=[]))


def _compiled(
    compiler: typst.Compiler, data: dict[str, str], *, standards: list[typst.PDFStandard]
) -> bytes:
    made = compiler.compile(
        _TEMPLATE.read_bytes(), format="pdf", sys_inputs=data, pdf_standards=standards
    )
    assert isinstance(made, bytes)
    return made


def _data(report: Report, branding: Branding) -> dict[str, Any]:
    data = asdict(report)
    data["charts"] = [_chart(chart) for chart in report.charts]
    data["notes"] = [{**asdict(note), "number": str(note.number)} for note in report.notes]
    data["definitions"] = [{"label": label, "text": text} for label, text in report.definitions]
    data["accent"], data["second"] = branding.printed, branding.second
    data["logo"] = _logo(branding.logo) if branding.logo else None
    data["logo_alt"] = f"Logo of {report.account}"
    data["fonts"] = _families()
    return data


def _chart(chart: Chart) -> dict[str, Any]:
    svg = svg_of(chart.spec) if chart.spec is not None else None
    return {**asdict(chart.tile), "svg": svg, "alt": chart.alt}


def _logo(png: bytes) -> str:
    """As a picture in an SVG, since only text goes into a document."""
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    inside = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><image width="{width}" height="{height}" '
        f'href="data:image/png;base64,{inside}"/></svg>'
    )


@cache
def _fonts() -> typst.Fonts:
    """Read once in a process."""
    found = [find_spec(name) for name in _FONT_PACKAGES]
    folders = [str(Path(spec.origin).parent) for spec in found if spec and spec.origin]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _families() -> list[str]:
    """The Latin one first: the others have Latin letters too, of another look."""
    return [_FIRST, *(name for name in _fonts().families() if name != _FIRST)]
