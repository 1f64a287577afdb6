"""Very wide, very long, very large: what a file may be without taking the server with it."""

from __future__ import annotations

import csv
import gc
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.leads import actions, queries
from synaptiq.leads.imports import cells, work
from synaptiq.leads.models import CustomProperty, Lead
from tests import processes, shared
from tests.leads.imports.bringing import bring, counts, give, look, rejected, start
from tests.waiting import wait_until


def test_five_thousand_columns_are_looked_at_and_as_many_kept_as_there_is_room_for(
    admin: Actor,
) -> None:
    header = ["email", *(f"c{n}" for n in range(4_999))]
    rows = [[f"{n}@acme.com", *(str(n * k) for k in range(4_999))] for n in range(20)]
    content = "\n".join(",".join(row) for row in [header, *rows])
    columns = look(admin, give(admin, content))
    assert [len(columns), sum(c.to.startswith("new.") for c in columns)] == [5_000, 500]
    assert columns[-1].why == "the account has no room for another custom property"
    few = {"-": ",".join(f"#{n}" for n in range(4, 502))}
    imported = bring(admin, content, few)
    assert counts(imported) == (20, 0, 0, 0)
    assert set(CustomProperty.objects.values_list("slug", flat=True)) == {"c0", "c1"}
    assert Lead.objects.get(email="7@acme.com").custom == {"c0": 0, "c1": 7}


def test_a_cell_of_a_megabyte_rejects_its_row_and_nothing_else(admin: Actor) -> None:
    content = f"email,name\na@acme.com,A\nb@acme.com,{'x' * 2**20}\nc@acme.com,C\n"
    imported = bring(admin, content)
    assert counts(imported) == (2, 0, 0, 1)
    row = rejected(admin, imported)[1]
    assert row[:2] == ["3", "name is longer than 10,000 characters."]
    assert len(row[3]) == 2**20, "it comes back whole"
    kept = bring(admin, content, {"-": "name"})
    assert counts(kept) == (1, 0, 2, 0), "what is left out may be of any size"


def test_pieces_end_where_they_hold_much_text(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST_CHARACTERS", 1_000)
    imported = start(admin, "email,name\n" + f"a@acme.com,{'x' * 400}\n" * 9, {"-": "name"})
    rows: list[int] = []
    actions.run_import(imported, lambda one: rows.append(one.row))
    assert rows == [4, 7, 10]


def test_memory_does_not_grow_with_the_rows(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "PIECE", 200)
    # What is remembered of short cells has a bound of its own, which this file would not reach.
    monkeypatch.setattr(cells, "_REMEMBERED", 100)
    peaks = []
    for first, count in ((0, 1_000), (1_000, 4_000)):
        rows = "".join(f"{n}@acme.com,Person {n}\n" for n in range(first, first + count))
        imported = start(admin, "email,name\n" + rows)
        del rows
        gc.collect()
        tracemalloc.start()
        actions.run_import(imported)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert Lead.objects.count() == 5_000
    assert peaks[1] < peaks[0] * 1.5


def test_files_in_other_encodings_come_in_as_they_read(admin: Actor) -> None:
    shift_jis = shared.data("documents/test_mskanji.csv").read_bytes()
    imported = bring(admin, shift_jis, {"name": "名前", "new.age": "年齢", "new.city": "#3"})
    assert counts(imported) == (3, 0, 0, 0)
    found = Lead.objects.order_by("pk").values_list("name", "custom")
    assert list(found) == [
        ("佐藤太郎", {"age": 30, "city": "東京"}),
        ("三木英子", {"age": 25, "city": "大阪"}),
        ("髙橋淳", {"age": 35, "city": "名古屋"}),
    ]
    for encoding in ("utf-16", "latin-1"):
        content = f"email;name\n{encoding}@acme.com;Müller\n"
        bring(admin, content.encode(encoding))
        assert Lead.objects.get(email=f"{encoding}@acme.com").name == "Müller"


def test_naughty_strings_come_in_as_every_other_way_in_takes_them(admin: Actor) -> None:
    texts = json.loads(shared.data("blns/blns.json").read_text("utf-8"))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["external_id", "company", "name"])
    kept = {}
    for n, text in enumerate(texts):
        writer.writerow([str(n), text, f"n{n}"])
        made = actions.create_lead(admin, {"company": text, "external_id": f"by hand {n}"})
        kept[str(n)] = made.company if (made.company or "").strip() else None
    imported = bring(admin, out.getvalue(), guarded=False)
    assert counts(imported) == (len(texts), 0, 0, 0)
    found = Lead.objects.filter(import_batch=imported.batch)
    assert dict(found.values_list("external_id", "company")) == kept


def test_a_worker_process_brings_a_file_in(committed_db: str, admin: Actor, settings: Any) -> None:
    given = give(admin, "email\n" + "".join(f"{n}@acme.com\n" for n in range(30_000)))
    started = actions.start_import(admin, given.public_id, look(admin, given))
    folder: Path = settings.IMPORT_DIR
    with processes.worker(committed_db, IMPORT_DIR=str(folder)) as first:
        wait_until(lambda: queries.imported(started.public_id).row > 0, what="a piece")
        first.kill()
    with processes.worker(committed_db, program=processes.IMPATIENT, IMPORT_DIR=str(folder)):
        wait_until(lambda: queries.imported(started.public_id).batch.state == "done", 60, "its end")
    assert Lead.objects.count() == Lead.objects.values("email").distinct().count() == 30_000
