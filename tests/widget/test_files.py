"""The widget's files as they travel: how large, from where, for whom, for how long."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.sync_api import Browser

from synaptiq.widget import build
from tests.widget.pages import Stranger

MOST_BYTES = 15_000


def test_button_chat_and_sheets_are_under_15_kb_on_the_wire(
    stranger: Stranger, chromium: Browser
) -> None:
    if build.minify is None:
        pytest.skip("the package that shortens files is not there: they travel whole")
    sizes: dict[str, int] = {}
    context = chromium.new_context()
    page = context.new_page()
    page.on(
        "response",
        # Of the body as it came over the wire, compressed.
        lambda answer: sizes.update({answer.url: int(answer.headers.get("content-length", 0))}),
    )
    page.goto(stranger.url)
    page.locator("synaptiq-widget .launch").click()
    page.locator("synaptiq-widget .ask").wait_for()
    context.close()
    foreign = [address for address in sizes if not address.startswith((stranger.url, stranger.web))]
    assert foreign == []
    needed = {a: n for a, n in sizes.items() if a.endswith(("/widget.js", "/chat.js"))}
    assert len(needed) == 2
    assert sum(needed.values()) < MOST_BYTES, needed


def test_a_page_of_another_origin_may_load_them_and_keep_what_never_changes(
    stranger: Stranger, chromium: Browser
) -> None:
    request = chromium.new_context().request
    loader = request.get(f"{stranger.web}/widget.js")
    assert loader.headers["access-control-allow-origin"] == "*"
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    assert loader.headers["content-type"] == "text/javascript; charset=utf-8"
    assert loader.headers["cache-control"] == "public, max-age=300, stale-while-revalidate=86400"
    assert "{{" not in loader.text()
    folder = re.search(r"static/widget/[0-9a-f]{12}", loader.text())
    assert folder
    chat = request.get(f"{stranger.web}/{folder[0]}/chat.js")
    assert chat.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = request.get(
        f"{stranger.web}/widget.js", headers={"If-None-Match": loader.headers["etag"]}
    )
    assert (again.status, again.body()) == (304, b"")
    other = request.get(f"{stranger.web}/static/dashboard/icon.svg")
    assert "access-control-allow-origin" not in other.headers


def test_what_is_built_is_named_by_what_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first = build.built()
    assert build.built() == first
    read = build._read
    monkeypatch.setattr(
        build, "_read", lambda name: read(name) + ("\n.x{color:red}" if name == "menu.css" else "")
    )
    second = build.built()
    assert first.keys() & second.keys() == {build.LOADER}
    assert first[build.LOADER] != second[build.LOADER]


def test_without_the_package_that_shortens_them_they_are_the_same_program(
    monkeypatch: pytest.MonkeyPatch, chromium: Browser
) -> None:
    monkeypatch.setattr(build, "minify", None)
    files = {name: text.decode() for name, text in build.built().items()}
    page = chromium.new_context().new_page()
    load = (
        "async ([chat, text]) => { const put = (code) => URL.createObjectURL(new Blob([code], "
        "{type: 'text/javascript'})); window.chat ??= put(chat); "
        "return Object.keys(await import(put(text.replace('./chat.js', window.chat)))) }"
    )
    (chat,) = (text for name, text in files.items() if name.endswith("/chat.js"))
    for name, text in files.items():
        if name != build.LOADER:
            assert "css" in page.evaluate(load, [chat, text]), name
    assert sum(len(gzip.compress(text.encode())) for text in files.values()) > MOST_BYTES


@pytest.mark.parametrize(
    "name", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
)
def test_no_markup_is_ever_made_of_text(name: str) -> None:
    for path in build.SOURCES.glob("*.js"):
        assert name not in path.read_text("utf-8"), path.name
