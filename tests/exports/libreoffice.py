"""LibreOffice as a reader of CSV files: `make test-libreoffice`, a target of its own (apart from
the program itself, it asks for seconds a file).

Opened as somebody does who clicks through its dialog, no cell of a guarded file may become a
formula; opened with quoted fields as text, every text has to come back.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.kit.spreadsheet import guard
from tests import shared
from tests.exports.running import exported
from tests.exports.test_roundtrip import COLUMNS, accepted, asking, store
from tests.kit.guard_cases import CASES

__all__ = ["asking"]

# Separator, quote, UTF-8, first line, formats, language, quoted fields as text, special numbers:
# https://help.libreoffice.org/latest/en-US/text/shared/guide/csv_params.html
CLICKED_THROUGH = "44,34,76,1,,0,false,true"
QUOTED_IS_TEXT = "44,34,76,1,,0,true,true"


def opened(data: bytes, way: str, target: str, folder: Path) -> Path:
    """The file that LibreOffice saves after it has opened these bytes as CSV in this way."""
    program = shutil.which("soffice") or pytest.fail(
        "There is no soffice. Debian, Ubuntu: apt install libreoffice-calc"
    )
    source = folder / "leads.csv"
    source.write_bytes(data)
    subprocess.run(
        [
            program, f"-env:UserInstallation=file://{folder}/profile", "--headless",
            f"--infilter=Text - txt - csv (StarCalc):{way}", "--convert-to", target,
            "--outdir", str(folder / "saved"), str(source),
        ],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return folder / "saved" / f"leads.{target.partition(':')[0]}"


def formulas(data: bytes, folder: Path) -> int:
    """How many cells LibreOffice would calculate."""
    saved = opened(data, CLICKED_THROUGH, "fods", folder).read_text("utf-8")
    assert saved.count("lead_0") > 0
    return saved.count("table:formula=")


def texts_read(data: bytes, folder: Path) -> list[list[str]]:
    """Records below the header, as LibreOffice has them; its line break in a cell is LF."""
    saved = opened(
        data, QUOTED_IS_TEXT, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false", folder
    )
    with saved.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))[1:]


def one_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check(asking: Actor, texts: list[str], folder: Path) -> None:
    rows = store(texts)
    default = exported(asking, columns=COLUMNS)
    assert formulas(default, folder) == 0
    expected = [[one_break(guard(text)) for text in row] for row in rows]
    found = texts_read(default, folder)
    differ = [
        (w, f)
        for was, row in zip(expected, found, strict=True)
        for w, f in zip(was, row, strict=True)
        if w != f
    ]
    assert differ == []


def test_the_cases_of_the_guard(asking: Actor, tmp_path: Path) -> None:
    check(asking, [value for value, _ in CASES], tmp_path)


def test_without_the_guard_it_would_calculate(asking: Actor, tmp_path: Path) -> None:
    store(["=1+1"])
    raw = exported(asking, columns=COLUMNS, options={"dialect": "raw"})
    assert formulas(raw, tmp_path) > 0


def test_the_big_list_of_naughty_strings(asking: Actor, tmp_path: Path) -> None:
    texts = json.loads(shared.data("blns/blns.json").read_text("utf-8"))
    check(asking, accepted(str(text) for text in texts), tmp_path)


def test_known_payloads_of_csv_injection(asking: Actor, tmp_path: Path) -> None:
    text = shared.data("payloads/csv-injection.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    check(asking, accepted(iter([*lines, *(line.strip() for line in lines), text])), tmp_path)
