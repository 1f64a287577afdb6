"""A logo is a picture and nothing else, whatever was sent in its place."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest
from PIL import Image

from synaptiq.exports import logos
from synaptiq.kit.errors import Invalid

_SHAPE = '<rect width="100" height="40" fill="#e11d48"/>'


def svg(inside: str, head: str = "", attributes: str = 'viewBox="0 0 100 40"') -> bytes:
    return (
        f'{head}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inside}</svg>'
    ).encode()


def picture(format: str, size: tuple[int, int] = (300, 100)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#e11d48").save(made, format)
    return made.getvalue()


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=["PNG"])


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_a_picture_is_kept_small_enough(format: str) -> None:
    assert opened(logos.clean(picture(format))).size == (300, 100)
    assert opened(logos.clean(picture(format, (3000, 500)))).size == (1200, 200)


def test_what_a_camera_writes_beside_the_pixels_is_left_behind() -> None:
    about = Image.Exif()
    about[0x010E] = "where I live"
    made = io.BytesIO()
    Image.new("RGB", (10, 10)).save(made, "JPEG", exif=about)
    assert b"where I live" in made.getvalue()
    assert b"where I live" not in logos.clean(made.getvalue())


def test_a_drawing_is_drawn_as_large_as_fits() -> None:
    drawn = opened(logos.clean(svg(_SHAPE)))
    assert drawn.size == (1000, 400)
    assert drawn.getpixel((500, 200)) == (225, 29, 72, 255)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A picture on disk, in a colour of its own."""
    path = tmp_path / "canary.png"
    Image.new("RGB", (100, 40), "#00ff00").save(path)
    return path


REACHING = (
    '<use href="{there}"/>', '<use xlink:href="{there}#a"/>', '<script href="{there}"/>',
    "<style>@import url({there});</style>", '<style>rect {{ fill: url("{there}#a") }}</style>',
    "<style>@font-face {{ font-family: a; src: url({there}) }}</style>",
    "<style>rect {{ fill: u\\72l({there}) }}</style>", '<g style="fill: url({there}#g)"/>',
    '<g fill="url({there}#g)" mask="url({there}#m)" clip-path="url( \'{there}#c\' )"/>',
    '<linearGradient id="g" href="{there}#a"/>', '<feImage href="{there}"/>',
    '<a href="{there}"><circle r="1"/></a>', '<animate href="{there}" attributeName="x"/>',
)  # fmt: skip


@pytest.mark.parametrize("part", REACHING)
def test_it_reaches_neither_files_nor_other_machines(part: str, canary: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        for there in (
            canary.as_uri(),
            str(canary),
            f"http://127.0.0.1:{listener.getsockname()[1]}/",
        ):
            made = logos.clean(svg(_SHAPE + part.format(there=there)))
            colours = {one for _, one in opened(made).getcolors(1_000_000) or []}
            assert (0, 255, 0, 255) not in colours
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("entity", ["file:///etc/hostname", "http://127.0.0.1:1/x"])
def test_a_document_type_is_refused_in_any_encoding(entity: str) -> None:
    head = f'<!DOCTYPE svg [<!ENTITY a SYSTEM "{entity}">]>'
    for file in (svg("&a;", head), svg("&a;", head).decode().encode("utf-16")):
        with pytest.raises(Invalid, match="DOCTYPE"):
            logos.clean(file)


_BOMB = '<g id="a0"><path d="M0 0h1"/></g>' + "".join(
    f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 40)
)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (svg("<text>Acme</text>"), "outlines"),
        (svg('<image href="data:image/png;base64,AAAA"/>'), "picture in it"),
        (svg("<foreignObject><b/></foreignObject>"), "HTML"),
        (svg("<rect/>", attributes=""), "viewBox"),
        (svg("<rect/>", attributes='viewBox="0 0 1e9 1"'), "size"),
        (svg(_BOMB + '<use href="#a39"/>'), "repeats"),
        (svg('<g id="a"><use href="#a"/></g>'), "within itself"),
        (svg("<g>" * 100 + "</g>" * 100), "nested"),
        (svg("<g>" * 60_000 + "</g>" * 60_000), "none of PNG"),
        (svg("<g/>" * 20_001), "more than 20,000"),
        (b"<html><body>Hi</body></html>", "none of PNG"),
        (b"GIF89a" + bytes(100), "none of PNG"),
        (picture("PNG")[:60], "cannot be read"),
        (b"\xff\xd8\xff" + bytes(200), "cannot be read"),
        (b"", "empty"),
        (bytes(1_000_001), "larger than 1 MB"),
    ],
)
def test_what_cannot_be_taken_is_said(file: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        logos.clean(file)


def test_a_small_file_that_unfolds_to_a_huge_picture_ends_there() -> None:
    made = io.BytesIO()
    Image.new("1", (60_000, 60_000)).save(made, "PNG")
    assert len(made.getvalue()) < logos.MOST_BYTES
    with pytest.raises(Invalid, match="cannot be read"):
        logos.clean(made.getvalue())
