"""Pictures of the documentation: shown where they were taken, and no hole where they were not."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from django.test import Client

from synaptiq.dashboard.docs import contents, markdown, pictures
from tests.dashboard.markup import assert_strict_csp
from tools.pictures import PICTURES

SOURCE = "# T\n\nWhat it is.\n\n<!-- picture leads: A list, “all” of it -->\n\n## More\n\nText.\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 1200, 720) + b"\x08\x06\0\0\0"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    return tmp_path


def test_a_picture_that_was_not_taken_leaves_no_hole(folder: Path) -> None:
    without = SOURCE.replace("<!-- picture leads: A list, “all” of it -->\n\n", "")
    assert markdown.render(SOURCE).html == markdown.render(without).html
    (folder / "leads-light.png").write_bytes(PNG)
    assert markdown.render(SOURCE).html == markdown.render(without).html, "of one theme alone"


def test_it_is_shown_in_both_themes_with_its_words_and_its_size(folder: Path) -> None:
    for theme in pictures.THEMES:
        (folder / f"leads-{theme}.png").write_bytes(PNG)
    page = markdown.render(SOURCE)
    for theme in pictures.THEMES:
        assert (
            f'<img class="only-{theme}" src="/docs/pictures/leads-{theme}.png" width="1200"'
            ' height="720" alt="A list, “all” of it" loading="lazy">'
        ) in page.html
    assert [section.title for section in page.sections] == ["More"]
    assert "<!--" not in page.html
    assert_strict_csp(page.html)


def test_only_a_picture_that_is_there_is_sent(folder: Path, client: Client, db: None) -> None:
    (folder / "leads-light.png").write_bytes(PNG)
    (folder.parent / "secret.png").write_bytes(PNG)
    answer = client.get("/docs/pictures/leads-light.png")
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get("/docs/pictures/leads-dark.png").status_code == 404
    for name in ("../secret", "", "Leads-light", "leads-light\n", str(folder / "leads-light")):
        assert pictures.file(name) is None
    assert client.get("/docs/pictures/..%2Fsecret.png").status_code == 404


def test_what_the_pages_show_is_what_is_taken() -> None:
    shown = [
        name
        for entry in contents.entries()
        for name, _ in pictures.LINE.findall(entry.path.read_text("utf-8"))
    ]
    assert sorted(shown) == sorted(picture.name for picture in PICTURES)
    # A line that reads nearly like one would stay in the page, as text.
    for entry in contents.entries():
        lines = re.findall(r"(?m)^.*<!--.*$", entry.path.read_text("utf-8"))
        assert all(pictures.LINE.fullmatch(line) for line in lines), entry.slug
