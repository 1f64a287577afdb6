"""Files for browsers: compressed where it helps, kept where the name allows, and nothing else."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from synaptiq.project.static import StaticFiles

SHEET = b".a { color: red; }\n" * 40
HASHED = "dashboard/css/base.0123456789ab.css"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "dashboard/css").mkdir(parents=True)
    (folder / HASHED).write_bytes(SHEET)
    (folder / "dashboard/css/base.css").write_bytes(SHEET)
    (folder / "picture.png").write_bytes(SHEET)
    (folder / "tiny.css").write_bytes(b"a{}")
    (tmp_path / "secret.css").write_bytes(b"secret")
    (folder / "out.css").symlink_to(tmp_path / "secret.css")
    return folder


def ask(
    root: Path, path: str, accepts: str = "gzip, br", method: str = "GET", kind: str = "http"
) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(dict(message))

    async def product(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"the product"})

    headers = [(b"accept-encoding", accepts.encode())] if accepts else []
    scope = {"type": kind, "method": method, "path": path, "headers": headers}
    asyncio.run(StaticFiles(product, root)(scope, None, send))
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], head, sent[1]["body"]


def test_a_sheet_is_sent_compressed_and_may_be_kept_for_ever(root: Path) -> None:
    status, headers, body = ask(root, f"/static/{HASHED}")
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == SHEET
    assert headers["content-length"] == str(len(body))
    assert headers["content-type"] == "text/css; charset=utf-8"
    assert headers["vary"] == "Accept-Encoding"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accepts", ["", "br", "gzip;q=0", "x-gzip"])
def test_who_cannot_read_it_compressed_gets_it_as_it_is(root: Path, accepts: str) -> None:
    _, headers, body = ask(root, f"/static/{HASHED}", accepts)
    assert "content-encoding" not in headers
    assert body == SHEET


def test_what_would_not_be_shorter_is_sent_as_it_is(root: Path) -> None:
    for name in ("picture.png", "tiny.css"):
        assert "content-encoding" not in ask(root, f"/static/{name}")[1]


def test_a_name_without_a_hash_is_asked_for_again(root: Path) -> None:
    assert ask(root, "/static/dashboard/css/base.css")[1]["cache-control"] == "no-cache"


def test_a_head_has_the_length_and_no_body(root: Path) -> None:
    _, headers, body = ask(root, f"/static/{HASHED}", method="HEAD")
    assert body == b""
    assert headers["content-length"] == ask(root, f"/static/{HASHED}")[1]["content-length"]


def test_nothing_is_sent_that_lies_elsewhere(root: Path) -> None:
    for path in ("../secret.css", "dashboard/../../secret.css", "out.css", "a\0b", "x" * 5000,
                 "dashboard", "", str(root.parent / "secret.css")):  # fmt: skip
        status, _, body = ask(root, f"/static/{path}")
        assert (status, body) == (404, b"Not found"), path


def test_it_only_reads(root: Path) -> None:
    status, headers, _ = ask(root, f"/static/{HASHED}", method="POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/admin/leads", "/static", "/staticky"])
def test_everything_else_goes_to_the_product(root: Path, path: str) -> None:
    assert ask(root, path)[0] == 299


def test_a_file_has_one_name(root: Path) -> None:
    """Whoever asks for it by many would fill the memory of the process."""
    served = StaticFiles(None, root)  # type: ignore[arg-type]
    for name in (
        "./tiny.css",
        "a/../tiny.css",
        ".//tiny.css",
        "dashboard/../tiny.css",
        "tiny.css/",
    ):
        assert ask(root, f"/static/{name}")[0] == 404, name
        assert served._file(name) is None
    assert served._file("tiny.css")
    assert list(served._files) == ["tiny.css"]


def test_a_version_of_the_widget_that_is_not_here_is_the_present_one(root: Path) -> None:
    folder = root / "widget/0123456789ab"
    folder.mkdir(parents=True)
    (folder / "chat.js").write_bytes(b"export const now = 1;\n" * 40)
    (root / "widget/loader.js").write_bytes(b'import("static/widget/0123456789ab/chat.js");')
    for other in ("ba9876543210", "0123456789ab-1"):
        status, headers, body = ask(root, f"/static/widget/{other}/chat.js")
        assert (status, headers["cache-control"]) == (200, "no-cache")
        assert gzip.decompress(body).startswith(b"export const now")
        assert headers["access-control-allow-origin"] == "*"
    assert ask(root, "/static/widget/0123456789ab/chat.js")[1]["cache-control"].endswith(
        "immutable"
    )
    assert ask(root, "/static/widget/0123456789ab/none.js")[0] == 404
    assert ask(root, "/static/widget/ba9876543210/none.js")[0] == 404
