"""Any text, in any field: raw files hold what is stored, default ones what the guard makes of it.

`tests/shared.py` tells where the lists of naughty strings are; where they are missing their tests
are skipped and say so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synaptiq.accounts.actors import Actor
from synaptiq.kit.spreadsheet import LEADING, TRIGGERS, guard
from synaptiq.kit.text import TextError, clean
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests import shared
from tests.exports import reading
from tests.exports.running import exported
from tests.kit.guard_cases import CASES

FIELDS = ("email", "name", "phone", "company", "source_url")
COLUMNS = ["id", *FIELDS, "tags", "custom_note", "custom_last"]
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def asking(committed_db: str, actor: Callable[..., Actor]) -> Actor:
    made = actor("admin")
    leads.define_property(made, slug="note", label="Note")
    leads.define_property(made, slug="last", label="Last")
    return made


def store(texts: list[str]) -> list[list[str]]:
    """Leads with each text in every field, in the tags alone and in a custom property alone (the
    flag that spares a row the guard must see it wherever it stands); the rows as they are stored.
    """
    Lead.objects.all().delete()
    made, rows = [], []
    for text in texts:
        tag = text.replace(",", ";")
        tags = [tag, "=x"] if tag else []
        for own, held, note in ((text, tags, text), ("a", tags, "b"), ("a", ["c"], text)):
            public_id = f"lead_{len(made):05d}"
            made.append(
                Lead(
                    public_id=public_id, tags=held, custom={"note": note, "last": note},
                    created_at=START, updated_at=START, last_activity_at=START + timedelta(days=1),
                    **dict.fromkeys(FIELDS, own),
                )
            )  # fmt: skip
            rows.append([public_id, *[own] * 5, ",".join(held), note, note])
    Lead.objects.bulk_create(made)
    return rows


def check(asking: Actor, texts: list[str], folder: Path) -> None:
    rows = store(texts)
    guarded = [[guard(text) for text in row] for row in rows]
    for dialect, expected in (("raw", rows), ("default", guarded)):
        options = {"dialect": dialect, "bom": False}
        data = exported(asking, columns=COLUMNS, options=options)
        strict = [[field.text for field in record] for record in reading.strict(data)]
        assert strict[1:] == expected
        assert reading.by_python(data)[1:] == expected
        assert reading.by_duckdb(data, folder, COLUMNS) == expected
    for form, read in (("json", reading.json_by_python), ("jsonl", reading.lines_by_python)):
        found = read(exported(asking, format=form, columns=COLUMNS))
        assert [[row["id"], *(row[f] for f in FIELDS)] for row in found] == [r[:6] for r in rows]
        assert [row["custom_properties"]["note"] for row in found] == [r[8] for r in rows]
        assert [",".join(row["tags"]) for row in found] == [r[6] for r in rows]


DECIDING = st.sampled_from([*LEADING[:6], *LEADING[-3:], *TRIGGERS, *'",;\\\n\r\t 01x"'])
ANYTHING = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXTS = st.lists(st.text(DECIDING | ANYTHING, max_size=10).map(clean), min_size=1, max_size=25)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=TEXTS)
def test_any_text_leaves_as_it_is_or_as_the_guard_makes_it(
    asking: Actor, tmp_path: Path, texts: list[str]
) -> None:
    check(asking, texts, tmp_path)


def test_the_cases_of_the_guard_hold_in_files(asking: Actor, tmp_path: Path) -> None:
    check(asking, [value for value, _ in CASES], tmp_path)


def accepted(texts: Iterator[str]) -> list[str]:
    """What of these gets in, each once."""
    kept: dict[str, None] = {}
    for text in texts:
        try:
            kept[clean(text)] = None
        except TextError:
            continue
    return list(kept)


def test_the_big_list_of_naughty_strings(asking: Actor, tmp_path: Path) -> None:
    texts: list[Any] = json.loads(shared.data("blns/blns.json").read_text("utf-8"))
    check(asking, accepted(str(text) for text in texts), tmp_path)


def test_known_payloads_of_csv_injection(asking: Actor, tmp_path: Path) -> None:
    text = shared.data("payloads/csv-injection.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    check(asking, accepted(iter([*lines, *(line.strip() for line in lines), text])), tmp_path)
