"""Reading a delimited text file whose encoding, delimiter and header nobody has told us.

What is found is a `Dialect`, which people see and may correct; rows then come one by one, so that
memory does not grow with the file. Bytes that are no text in the encoding become lone surrogates,
which every check of `kit.text` refuses: one broken row is rejected, and not the whole file.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import BinaryIO

from pydantic import BaseModel

from synaptiq.kit.errors import Invalid
from synaptiq.leads.imports import charsets

# No cell and no line may take more memory than this; text beyond 10,000 characters is rejected
# anyway, cell by cell, and a quote that is never closed ends here.
LONGEST_CELL = 16 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
SAMPLE = 256 * 1024
DELIMITERS: dict[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_CHUNK = 1024 * 1024
# A process-wide limit of Python's module, which is 128 kB unless somebody says otherwise.
csv.field_size_limit(LONGEST_CELL)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # The longer mark first: it begins with the shorter one.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bytes that are no text in the encoding: half of a surrogate pair, which nobody stores by mistake.
BROKEN, BROKEN_CHARACTER = "synaptiq-broken", "\udcff"
codecs.register_error(BROKEN, lambda error: (BROKEN_CHARACTER, error.end))  # type: ignore[attr-defined]

# Files of other kinds that people take for a CSV, by how they begin.
_OTHERS = {
    b"PK\x03\x04": "is an Excel workbook or a ZIP archive; save the sheet as CSV first.",
    b"\xd0\xcf\x11\xe0": "is an Excel workbook; save the sheet as CSV first.",
    b"%PDF": "is a PDF; a CSV is needed.",
}
# By which a file tells Excel its delimiter.
_SEP = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
# A first row with such a cell holds values and not names.
_VALUE = re.compile(
    r"\s*([+-]?[\d.,]*\d[\d.,]*%?|\d{4}-\d\d-\d\d.*|[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+)\s*"
)


class Dialect(BaseModel, frozen=True):
    """How a file is written: a Python codec, the word for a delimiter, whether names come first."""

    encoding: str
    delimiter: str
    header: bool
    # Bytes at the beginning that are no text of the file: a mark, and Excel's line `sep=;`.
    bom: int = 0
    # Where no mark and no rule names the encoding: words by which a person sees whether it is the
    # right one, and another that fits as well, or "".
    words: tuple[str, ...] = ()
    also: str = ""


class Unreadable(Exception):
    """The file cannot be read any further; the sentence says where and why."""


def find(
    file: BinaryIO,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
) -> Dialect:
    """The dialect of a file (seekable); what is given is taken as it is. Raises Invalid."""
    file.seek(0)
    start = file.read(4)
    if not start:
        raise Invalid({"file": "is empty."})
    if other := _OTHERS.get(start):
        raise Invalid({"file": other})
    bom, found = _bom(start)
    if encoding is not None:
        encoding = _codec(encoding)
        bom = bom if found and _codec(found) == encoding else 0
    else:
        encoding = found or _unicode(file)
    also, words = "", list[str]()
    if encoding is None or not encoding.startswith("utf"):
        sample = _not_utf8(file) or b""
        if encoding is None:
            encoding, also = charsets.guess(sample)
        words = charsets.words(sample, encoding)
    if delimiter is not None and delimiter not in DELIMITERS:
        raise Invalid({"delimiter": f"is none of {', '.join(DELIMITERS)}."})
    file.seek(bom)
    text = file.read(SAMPLE).decode(encoding, "ignore")
    if not text:
        raise Invalid({"file": "is empty."})
    if line := _SEP.match(text):
        bom += len(line[0].encode(encoding))
        text = text[line.end() :]
        said = next((word for word, character in DELIMITERS.items() if character == line[1]), None)
        delimiter = delimiter or said
    if delimiter is None:
        delimiter = _delimiter(text)
    if header is None:
        header = _has_header(next(csv.reader(_lines_of(text), delimiter=DELIMITERS[delimiter]), []))
    return Dialect(
        encoding=encoding,
        delimiter=delimiter,
        header=header,
        bom=bom,
        words=tuple(words),
        also=also,
    )


@contextmanager
def opened(file: BinaryIO, dialect: Dialect, *, after: int = 0) -> Iterator[Iterator[list[str]]]:
    """The records of a file from the one after `after`, names and blank lines among them.

    Raises Unreadable while it is gone through.
    """
    file.seek(dialect.bom)
    text = TextIOWrapper(file, dialect.encoding, errors=BROKEN, newline="")
    try:
        rows = _records(text, DELIMITERS[dialect.delimiter])
        for _ in range(after):
            next(rows, None)
        yield rows
    finally:
        text.detach()


def readable(rows: Iterator[list[str]], broken: list[str]) -> Iterator[list[str]]:
    """The rows up to where a file cannot be read any further; `broken` then gets the reason."""
    try:
        yield from rows
    except Unreadable as error:
        broken.append(str(error))


def _records(text: TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise Unreadable(f"{_unclosed(number)} ({error}).") from None
        if row is None:
            return
        if lines.ended:
            # Python's module asks for another line only inside of quotes.
            raise Unreadable(f"{_unclosed(number)}.")
        yield row


def _unclosed(number: int) -> str:
    return f"Row {number:,} cannot be read: it opens a quote that is never closed"


class _Lines:
    """Lines with their ends, LF, CR LF or CR; a longer one than can be held is refused."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text, self.ended = text, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) == LONGEST_LINE:
            raise Unreadable(f"The file holds a line of more than {LONGEST_LINE:,} characters.")
        return line


def _lines_of(text: str) -> list[str]:
    """Lines of a sample, as a file gives them: only LF, CR LF and CR end one."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _bom(start: bytes) -> tuple[int, str | None]:
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return len(mark), encoding
    return 0, None


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name)
        b"a\xf8".decode(name, "ignore")
    except (LookupError, ValueError):
        codec = None
    if codec is None or not getattr(codec, "_is_text_encoding", True):
        raise Invalid({"encoding": "is no encoding that is known; utf-8 and cp1252 are common."})
    # Without a mark these would be read in this machine's order; files without one are little.
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codec.name, codec.name)


def _unicode(file: BinaryIO) -> str | None:
    """Of a file without a mark: UTF-16 shows by its zeros, UTF-8 by its rules."""
    file.seek(0)
    start = file.read(SAMPLE)
    half = len(start) // 2 or 1
    odd, even = start[1::2].count(0) / half, start[::2].count(0) / half
    if max(odd, even) > 0.3 > min(odd, even):
        return "utf-16-le" if odd > even else "utf-16-be"
    sample = _not_utf8(file)
    if sample is None:
        return "utf-8"
    replaced = sample.decode("utf-8", "replace")
    broken = replaced.count("\ufffd")
    whole = sum(c > "\x7f" for c in replaced) - broken
    # With a broken row or two it is UTF-8 still.
    return "utf-8" if whole > 20 * broken else None


def _not_utf8(file: BinaryIO) -> bytes | None:
    """Some of the file around its first bytes that are not UTF-8; None where all of it is."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    while True:
        at = file.tell()
        chunk = file.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            file.seek(max(0, at + error.start - SAMPLE // 2))
            if file.tell():
                file.readline(SAMPLE)
            return file.read(SAMPLE)
        if not chunk:
            return None


def _delimiter(text: str) -> str:
    """The one that cuts most rows into the same number of cells, and that more than one."""
    best, best_score = "comma", (0.0, 0)
    lines = _lines_of(text)[:200]
    for word, character in DELIMITERS.items():
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=character) if row)
        except csv.Error:
            continue
        ((width, often),) = widths.most_common(1) or [(1, 0)]
        share = often / (widths.total() or 1)
        score = (round(share, 1), width) if width > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = word, score
    return best


def _has_header(first: Sequence[str]) -> bool:
    """Whether the first row holds names: something, and no number, date or address."""
    given = [cell.strip() for cell in first if cell.strip()]
    return bool(given) and not any(_VALUE.fullmatch(cell) for cell in given)
