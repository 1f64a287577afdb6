"""Encodings, delimiters and headers are found; rows come one by one, whatever the file."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from synaptiq.kit.errors import Invalid
from synaptiq.leads.imports import reading
from synaptiq.leads.imports.reading import Unreadable
from tests import shared


def read(data: bytes, **given: str | bool) -> tuple[reading.Dialect, list[list[str]]]:
    file = io.BytesIO(data)
    dialect = reading.find(file, **given)  # type: ignore[arg-type]
    with reading.opened(file, dialect) as rows:
        return dialect, list(rows)


TEXT = "Name;City\nJosé;München\nZoë;Åre\n"
ROWS = [["Name", "City"], ["José", "München"], ["Zoë", "Åre"]]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("latin-1", "cp1252"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(written: str, found: str) -> None:
    dialect, rows = read(TEXT.encode(written))
    assert (dialect.encoding, dialect.delimiter, dialect.header) == (found, "semicolon", True)
    assert rows == ROWS


def test_shift_jis_is_found_in_a_real_file() -> None:
    dialect, rows = read(shared.data("documents/test_mskanji.csv").read_bytes())
    assert (dialect.encoding, dialect.delimiter, dialect.header) == ("cp932", "comma", True)
    assert rows == [
        ["名前", "年齢", "住所"],
        ["佐藤太郎", "30", "東京"],
        ["三木英子", "25", "大阪"],
        ["髙橋淳", "35", "名古屋"],
    ]


def test_a_broken_row_does_not_make_utf8_another_encoding() -> None:
    dialect, rows = read(("name\n" + "Müller\n" * 50).encode() + b"M\xfcller\n")
    assert dialect.encoding == "utf-8"
    assert rows[-2:] == [["Müller"], ["M\udcffller"]]


def test_what_is_not_ascii_may_come_late_in_a_large_file() -> None:
    dialect, rows = read(b"name,n\n" + b"Jane,1\n" * 400_000 + "Müller,1\n".encode("cp1252"))
    assert (dialect.encoding, rows[-1]) == ("cp1252", ["Müller", "1"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_the_one_that_cuts_rows_alike(delimiter: str, end: str) -> None:
    lines = ["a,b;c\td|e"[0:1] + delimiter + "b", f'"x{delimiter}y"{delimiter}1', f"z{delimiter}2"]
    dialect, rows = read(end.join(lines).encode())
    assert reading.DELIMITERS[dialect.delimiter] == delimiter
    assert rows == [["a", "b"], [f"x{delimiter}y", "1"], ["z", "2"]]


def test_one_column_with_commas_in_quotes_is_one_column() -> None:
    _, rows = read(b'name\n"Smith, Jane"\nOmar\n')
    assert rows == [["name"], ["Smith, Jane"], ["Omar"]]


@pytest.mark.parametrize(
    ("first", "header"),
    [
        ("email,name", True),
        ("名前,年齢", True),
        ("Name,Name,", True),
        ("jane@acme.com,Jane", False),
        ("Jane,2026-03-15", False),
        ("Jane,12.5", False),
        ("Jane,https://acme.com", False),
        (",", False),
    ],
)
def test_names_in_the_first_row_are_told_from_values(first: str, header: bool) -> None:
    dialect, _ = read(f"{first}\nx,y\n".encode())
    assert dialect.header is header


def test_what_is_said_is_taken_and_nonsense_refused() -> None:
    dialect, rows = read(b"\xe9;b\n", encoding="latin1", delimiter="tab", header=False)
    assert (dialect.encoding, dialect.delimiter, dialect.header) == ("iso8859-1", "tab", False)
    assert rows == [["é;b"]]
    wrong = [{"encoding": name} for name in ("klingon", "hex", "punycode")]
    for given in (*wrong, {"delimiter": "colon"}):
        with pytest.raises(Invalid):
            read(b"a\n", **given)  # type: ignore[arg-type]


def test_line_breaks_and_quotes_in_cells_stay() -> None:
    _, rows = read(b'a,b\r\n"1\r\n2\n3\r4","say ""hi"""\r\n\r\n,\r\n')
    assert rows == [["a", "b"], ["1\r\n2\n3\r4", 'say "hi"'], [], ["", ""]]


def test_other_line_ends_of_unicode_are_text() -> None:
    assert read("a,b\nx\u2028y\u0085z\x0b,1\n".encode())[1][1] == ["x\u2028y\u0085z\x0b", "1"]


def test_reading_goes_on_behind_what_is_done() -> None:
    file = io.BytesIO(b'a\n"1\n1"\n2\n3\n')
    dialect = reading.find(file, header=True)
    with reading.opened(file, dialect, after=2) as rows:
        assert list(rows) == [["2"], ["3"]]
    with reading.opened(file, dialect, after=99) as rows:
        assert list(rows) == []


def test_a_quote_that_is_never_closed_says_where_it_is_opened() -> None:
    for tail in (b"c\n" * 3, b""):
        with pytest.raises(Unreadable, match="Row 3 cannot be read"):
            read(b'a,b\nc,d\ne,"' + tail, header=True, delimiter="comma")


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", "\ufeff".encode("utf-16-le")])
def test_a_file_that_holds_nothing_says_so(data: bytes) -> None:
    with pytest.raises(Invalid, match="is empty"):
        read(data)


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line", ["sep=;\r\n", '"SEP=;"\n'])
def test_the_line_by_which_excel_knows_the_delimiter_is_no_row(line: str, written: str) -> None:
    dialect, rows = read((line + "Näme;a,b,c\nx;1,2,3\n").encode(written))
    assert (dialect.delimiter, dialect.header) == ("semicolon", True)
    assert rows == [["Näme", "a,b,c"], ["x", "1,2,3"]]


def test_a_delimiter_that_is_said_goes_before_that_of_the_file_and_ours_before_others() -> None:
    assert read(b"sep=;\na,b\nc,d\n", delimiter="comma")[1] == [["a", "b"], ["c", "d"]]
    assert read(b"sep=:\na,b\nc,d\n")[1] == [["a", "b"], ["c", "d"]]
    assert read(b"sep=;,b\nc,d\n")[1] == [["sep=;", "b"], ["c", "d"]]


def test_no_cell_and_no_line_takes_more_memory_than_there_is_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "LONGEST_LINE", 1_000)
    with pytest.raises(Unreadable, match="a line of more than"):
        read(b"a,b\n" + b"x" * 2_000, header=True, delimiter="comma")


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(rows: int) -> int:
        file = io.BytesIO(b"email,name\n" + b"jane@acme.com,Jane Smith\n" * rows)
        dialect = reading.find(file)
        tracemalloc.start()
        with reading.opened(file, dialect) as records:
            assert sum(1 for _ in records) == rows + 1
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(40_000) < peak(2_000) + 50_000
