"""A report as a file: everything is in it as text, it is tagged, and it is the same each time."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from synaptiq.analytics.charts import Bucket, Mark, chart
from synaptiq.exports.branding import Branding
from synaptiq.exports.formats.pdf import rendering
from synaptiq.exports.formats.pdf.content import Chart, Lead, Note, Report, Stage, Tile
from synaptiq.exports.formats.pdf.rendering import NO_GLYPH, render

_BUCKETS = [Bucket(date(2026, 3, 2) + timedelta(days=n), 10.0 + n, 9.0) for n in range(14)]
_TILE = Tile("Total leads", "231", "+22.7 %", "188", better=True, note="of which 19 imported")
REPORT = Report(
    account="Acme Corp", range="2–15 March 2026", zone="Europe/London",
    generated="18 Mar 2026, 14:10", compared="16 February – 1 March 2026",
    remarks=["Site is yoursite.com."], tiles=[_TILE],
    charts=[
        Chart(
            _TILE, chart(_BUCKETS, "day", kind="bar", title="Total leads", marks=[Mark(1, 3)]),
            "Total leads by day, from 10 to 23",
        )
    ],
    funnel=[Stage("Visitors", "48,310"), Stage("Conversation", "2,204", 0.046, "4.6 %")],
    funnel_note="2 erased leads still count.",
    leads=[Lead("Jane Smith", "jane@acme.com", "Acme", "Qualified", "91", "15 Mar 2026")],
    notes=[Note(1, "5 March 2026", "Pricing page rewritten", "Priya")],
    definitions=[("Total leads", "Leads created in the period.")],
)  # fmt: skip


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def about(pdf: bytes) -> tuple[bool, str | None]:
    """Whether it is tagged, and the part of PDF/UA that it claims."""
    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_metadata() as metadata:
        return bool(file.Root.MarkInfo.Marked), metadata.get("pdfuaid:part")


def test_all_that_it_says_is_text_and_it_is_made_for_screen_readers() -> None:
    made = render(REPORT, Branding())
    assert made.warnings == ()
    assert about(made.pdf) == (True, "1")
    text = text_of(made.pdf)
    for said in (
        "Analytics report", "Acme Corp", "2–15 March 2026", "compared with", "231", "+22.7 %",
        "188", "of which 19 imported", "48,310", "4.6 %", "Jane Smith", "jane@acme.com",
        "Pricing page rewritten", "Europe/London", "made 18 Mar 2026, 14:10", "Page 1 of 2",
        "Page 2 of 2", "Site is yoursite.com.", "Leads created in the period.",
    ):  # fmt: skip
        assert said in text, said


def test_the_same_report_makes_the_same_bytes() -> None:
    assert render(REPORT, Branding()) == render(REPORT, Branding())


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_its_paper(paper: str) -> None:
    pdf = render(replace(REPORT, paper=paper), Branding()).pdf  # type: ignore[arg-type]
    width = float(PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width)
    assert width == pytest.approx({"a4": 595.3, "us-letter": 612}[paper], abs=0.5)


NAMES = (
    "محمد عبد الله", "דוד כהן", "Ωμέγα Παπαδόπουλος", "Иван Петров", "山田太郎", "김민준", "王小明",
    "Nguyễn Thị Ánh", "ปรีชา", "देवनागरी", "#strong[x] $y$ `z` *b* _c_ <d> \\ // @e", "=1+1",
)  # fmt: skip


def test_names_of_every_script_have_a_font() -> None:
    leads = [Lead(name, "", "", "Won", "1", "") for name in NAMES]
    made = render(replace(REPORT, leads=leads), Branding())
    assert made.warnings == ()
    text = text_of(made.pdf)
    # What reads from the right to the left is extracted in the order in which it stands.
    for name in NAMES[2:7]:
        assert name in text


def test_a_sign_without_a_font_is_told_and_claims_nothing() -> None:
    lead = Lead("\N{LINEAR A SIGN AB001}", "", "", "Won", "1", "")
    made = render(replace(REPORT, leads=[lead]), Branding())
    assert made.warnings == (NO_GLYPH,)
    assert about(made.pdf) == (True, None)


def test_nothing_at_all_says_so() -> None:
    empty = Report(
        account="Acme", range="March", zone="UTC", generated="now", leads=[],
        charts=[Chart(Tile("Total leads", "0"), None, "No data")],
    )  # fmt: skip
    text = text_of(render(empty, Branding()).pdf)
    assert text.count("No data") == 2
    assert "No leads in this period." in text
    assert "Annotations" not in text


def test_the_logo_and_a_colour_that_is_seen_stand_in_it() -> None:
    png = io.BytesIO()
    Image.new("RGBA", (30, 10), "#e11d48").save(png, "PNG")
    plain = render(REPORT, Branding()).pdf
    made = render(REPORT, Branding(accent="#ffd54f", logo=png.getvalue())).pdf
    assert len(pictures(plain)) + 1 == len(pictures(made))
    assert Branding(accent="#ffd54f").printed != "#ffd54f"


def pictures(pdf: bytes) -> list[str]:
    return [image.name for page in PdfReader(io.BytesIO(pdf)).pages for image in page.images]


def test_a_chart_that_would_fetch_something_is_not_drawn() -> None:
    spec = {"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "bar", "encoding": {}}
    with pytest.raises(ValueError, match=r"not permitted|not allowed"):
        rendering.svg_of(spec)
