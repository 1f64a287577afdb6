"""Our ZIP: other programs read it, equal members give equal bytes, and it needs no memory."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from synaptiq.exports.formats.zip import Packed, Zip

AT = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)


def written(members: Iterable[tuple[str, bytes]], offset: int = 0) -> Iterator[bytes]:
    with Zip(AT) as file:
        file._offset = offset
        for name, data in members:
            yield file.member(name, data)
        yield from file.end()


def test_others_read_what_was_written(tmp_path: Path) -> None:
    members = [("a.txt", b"one\n"), ("é.txt", "é 🦄".encode() * 50_000), ("empty", b"")]
    path = tmp_path / "x.zip"
    path.write_bytes(b"".join(written(members)))
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert [(i.filename, file.read(i)) for i in file.infolist()] == members
        assert {i.date_time for i in file.infolist()} == {(2026, 3, 15, 9, 22, 40)}
        assert {i.external_attr >> 16 for i in file.infolist()} == {0o100644}
    done = subprocess.run(
        [sys.executable, "-m", "zipfile", "-t", str(path)], capture_output=True, text=True
    )
    assert "Done testing" in done.stdout


def test_a_file_without_members_is_one_too() -> None:
    with zipfile.ZipFile(io.BytesIO(b"".join(written([])))) as file:
        assert file.namelist() == []


def test_equal_members_give_equal_bytes() -> None:
    members = [(f"{n}.txt", b"x" * n) for n in range(300)]
    assert b"".join(written(members)) == b"".join(written(members))


@pytest.mark.parametrize("count", [65_534, 65_535, 65_536])
def test_more_members_than_the_old_directory_can_count(count: int) -> None:
    data = b"".join(written((f"{n}.txt", b"%d" % n) for n in range(count)))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert len(file.namelist()) == count
        assert file.read(f"{count - 1}.txt") == b"%d" % (count - 1)


def test_members_beyond_four_gigabytes_have_their_place_in_a_field_of_its_own() -> None:
    """As if so much stood before them: what a reader skips at the front does not matter."""
    before = 5 << 30
    data = b"".join(written([("far.txt", b"far")], offset=before))
    end64 = data.index(struct.pack("<I", 0x06064B50))
    size, at = struct.unpack("<QQ", data[end64 + 40 : end64 + 56])
    directory = data[at - before : at - before + size]
    assert directory[:4] == b"PK\x01\x02"
    assert directory[-12:] == struct.pack("<HHQ", 1, 8, before)


def test_what_is_too_large_for_a_member_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synaptiq.exports.formats.zip._MOST_32", 10)
    with Zip(AT) as file, pytest.raises(ValueError, match=r"a\.txt is larger"):
        file.member("a.txt", b"12345678901")


def test_a_member_may_come_in_pieces() -> None:
    packing = Packed()
    for _ in range(200):
        packing.write(b"0123456789" * 1000)
    with Zip(AT) as file:
        data = b"".join([*file.packed("long.csv", packing), *file.end()])
    packing.close()
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.read("long.csv") == b"0123456789" * 200_000


def test_memory_does_not_grow_with_the_members() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in written((f"conv_{n:020}.txt", b"Hello there") for n in range(count)):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = peak(500), peak(20_000)
    # `zipfile` needs about 12 MB more for the difference.
    assert many - few < 1_000_000
