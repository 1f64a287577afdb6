"""Sending a file or a part of it: statuses, headers, memory, and what happens to the file."""

from __future__ import annotations

import asyncio
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from synaptiq.kit import ranges

BYTES = bytes(range(256)) * 4
SIZE = len(BYTES)
TAG = '"5ha"'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(BYTES)
    return path


def answer(path: Path, method: str = "GET", **headers: str) -> Any:
    request = RequestFactory().generic(
        method, "/", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    return ranges.respond(
        path.open("rb"), ranges.Asked.by(request), size=path.stat().st_size, etag="5ha",
        media_type="text/csv; charset=utf-8", file_name="synaptiq_leads_20260315T092241Z.csv",
    )  # fmt: skip


def body(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


async def async_body(response: Any) -> bytes:
    return b"".join([part async for part in response])


def test_the_whole_file_with_all_its_headers(path: Path) -> None:
    response = answer(path)
    assert response.status_code == 200
    assert body(response) == BYTES
    assert dict(response.items()) == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Length": str(SIZE),
        "Content-Disposition": 'attachment; filename="synaptiq_leads_20260315T092241Z.csv"; '
        "filename*=UTF-8''synaptiq_leads_20260315T092241Z.csv",
        "ETag": TAG,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=1000-", 1000, SIZE - 1),
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=-24", SIZE - 24, SIZE - 1),
        ("bytes=-99999", 0, SIZE - 1),
        ("bytes=1000-99999", 1000, SIZE - 1),
        ("BYTES= 5-6 ", 5, 6),
    ],
)
def test_a_part(path: Path, asked: str, first: int, last: int) -> None:
    response = answer(path, Range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == BYTES[first : last + 1]


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,5-6", "bytes=", "bytes=-", "bytes=9-3", "rows=0-1", "bytes=a-b", "bytes=٣-٤"],
)
def test_what_is_no_single_range_gets_the_whole_file(path: Path, asked: str) -> None:
    response = answer(path, Range=asked)
    assert response.status_code == 200
    assert "Content-Range" not in response
    assert body(response) == BYTES


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999-100000", "bytes=-0"])
def test_a_range_outside_the_file_is_refused_with_its_size(path: Path, asked: str) -> None:
    response = answer(path, Range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{SIZE}"
    assert body(response) == b""


def test_an_empty_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    assert body(answer(empty)) == b""
    assert answer(empty, Range="bytes=0-").status_code == 416


def test_a_range_of_another_version_gets_the_whole_file(path: Path) -> None:
    assert body(answer(path, Range="bytes=5-", If_Range=TAG)) == BYTES[5:]
    for other in ('"other"', 'W/"5ha"', "Tue, 24 Nov 2026 10:00:00 GMT"):
        response = answer(path, Range="bytes=5-", If_Range=other)
        assert response.status_code == 200
        assert body(response) == BYTES


@pytest.mark.parametrize("held", [TAG, f'"a", {TAG}', 'W/"5ha"', "*"])
def test_who_holds_it_already_gets_nothing(path: Path, held: str) -> None:
    response = answer(path, If_None_Match=held, Range="bytes=5-")
    assert response.status_code == 304
    assert response["ETag"] == TAG
    assert body(response) == b""


def test_head_tells_the_size_and_ignores_ranges(path: Path) -> None:
    response = answer(path, "HEAD", Range="bytes=5-")
    assert response.status_code == 200
    assert response["Content-Length"] == str(SIZE)
    assert body(response) == b""


def test_asynchronous_servers_get_the_same_bytes(path: Path) -> None:
    assert asyncio.run(async_body(answer(path))) == BYTES
    assert asyncio.run(async_body(answer(path, Range="bytes=3-9"))) == BYTES[3:10]


def test_memory_stays_at_some_pieces_whatever_the_size(tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(200_000_000)

    async def drain() -> int:
        return sum([len(part) async for part in answer(big)])

    tracemalloc.start()
    try:
        assert asyncio.run(drain()) == 200_000_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * ranges.PIECE_BYTES


def test_a_file_deleted_in_mid_download_is_sent_whole(path: Path) -> None:
    response = answer(path)
    path.unlink()
    assert asyncio.run(async_body(response)) == BYTES


@pytest.mark.django_db  # closing an answer also gives connections back
def test_a_file_that_shrank_breaks_the_answer_instead_of_ending_it(path: Path) -> None:
    response = answer(path)
    path.write_bytes(b"short")
    with pytest.raises(OSError, match="before its time"):
        body(response)
    response.close()


def test_the_file_is_closed_when_the_client_goes_away(path: Path) -> None:
    file = path.open("rb")
    response: Any = ranges.respond(
        file, ranges.Asked(), size=SIZE, etag="5ha", media_type="text/csv", file_name="a.csv"
    )

    async def leave() -> None:
        parts = aiter(response)
        await anext(parts)
        await parts.aclose()

    asyncio.run(leave())
    assert file.closed


@pytest.mark.django_db  # as above
@pytest.mark.parametrize("asked", ["", "bytes=0-", "bytes=9999-"])
def test_closing_the_answer_closes_the_file(path: Path, asked: str) -> None:
    file = path.open("rb")
    ranges.respond(
        file, ranges.Asked(range=asked), size=SIZE, etag="5ha", media_type="text/csv",
        file_name="a.csv",
    ).close()  # fmt: skip
    assert file.closed


@pytest.mark.parametrize(
    ("asked", "later"),
    [
        (ranges.Asked(), False),
        (ranges.Asked(range="bytes=0-"), False),
        (ranges.Asked(range="bytes=1-"), True),
        (ranges.Asked(range="bytes=-5"), True),
        (ranges.Asked(range="bytes=5-2"), False),
        (ranges.Asked(range="bytes=1-,9-"), False),
        (ranges.Asked(range="bytes=1-", if_range='"other"'), False),
        (ranges.Asked(range="bytes=1-", if_range=TAG), True),
    ],
)
def test_a_later_part_is_told_by_what_is_sent_not_by_what_was_asked(
    asked: ranges.Asked, later: bool
) -> None:
    sent = asked.of(SIZE, "5ha")
    assert sent.is_later_part is later
    assert sent.with_body


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        (ranges.Asked(if_none_match=TAG), SIZE),
        (ranges.Asked(range="bytes=-0"), SIZE),
        (ranges.Asked(range="bytes=0-"), 0),
        (ranges.Asked("HEAD"), SIZE),
    ],
)
def test_what_sends_no_byte_has_no_body(asked: ranges.Asked, size: int) -> None:
    assert not asked.of(size, "5ha").with_body


def test_an_empty_file_is_sent_whole() -> None:
    assert ranges.Asked().of(0, "5ha").with_body


def test_names_that_are_not_ascii_come_in_both_forms() -> None:
    assert ranges.disposition('Zo"ë %.csv') == (
        "attachment; filename=\"Zo__ _.csv\"; filename*=UTF-8''Zo%22%C3%AB%20%25.csv"
    )
    assert "\r" not in ranges.disposition("a\r\nX: y")
