"""`synaptiq import`: what is said, what is done, how it ends, also when it is killed."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.leads import actions
from synaptiq.leads.models import Batch, CustomProperty, Import, Lead
from synaptiq.terminal import imports
from synaptiq.terminal.outcome import Stop
from tests import processes
from tests.leads.imports.bringing import bring
from tests.terminal.commands import demo_environment, run, run_in
from tests.waiting import wait_until

CONTENT = (
    "Mail;Name;Seats;Level;\n"
    "jane@acme.com;Jane;12;Select;\n"
    "not an address;Eve;1;High;\n"
    "omar@acme.com;=1+1;;Low;\n"
)


@pytest.fixture
def url(committed_db: str, account: Account, actor: Callable[..., Actor]) -> str:
    """A database whose only account has one lead."""
    actions.create_lead(actor("admin"), {"email": "jane@acme.com"})
    return committed_db


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "leads.csv"
    path.write_text(CONTENT, "utf-16")
    return str(path)


def emails() -> list[str | None]:
    return list(Lead.objects.alive().order_by("pk").values_list("email", flat=True))


def test_a_file_is_brought_in_and_all_that_was_found_is_said(
    url: str, file: str, tmp_path: Path
) -> None:
    back = tmp_path / "rejected.csv"
    done = run(
        url, "import", "leads", file, "--map", "email=Mail", "--blank", "select", "--rejected",
        str(back), "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for said in (
        "leads.csv: utf-16-le, semicolon, names in the first row, 3 rows",
        "  Mail → email",
        "  Seats → new property seats, number",
        "  (column 5): left out, it has no name and holds nothing",
        "1 lead created, 1 changed, 0 rows without a change, 1 rejected.",
        "  row 3: Mail is not an email address",
        f"Rejected rows: {back}",
    ):
        assert said in done.stderr
    record = json.loads(done.stdout)
    assert {name: record[name] for name in ("state", "rows", "created", "changed", "rejected")} == {
        "state": "done", "rows": 3, "created": 1, "changed": 1, "rejected": 1,
    }  # fmt: skip
    assert record["mapping"][2] == {
        "header": "Seats", "to": "new.seats", "why": "", "type": "number",
    }  # fmt: skip
    with open(back, encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["import_row", "import_reason", "Mail", "Name", "Seats", "Level", "Column 5"]
    assert [row[0] for row in rows[1:]] == ["3"]
    assert emails() == ["jane@acme.com", "omar@acme.com"]
    jane = Lead.objects.get(email="jane@acme.com")
    assert (jane.name, jane.custom) == ("Jane", {"seats": 12})
    entries = AuditEntry.objects.filter(action__startswith="import.").order_by("pk")
    assert list(entries.values_list("actor", "action")) == [
        ("terminal", "import.requested"), ("terminal", "import.finished"),
        # Into the file, and the first of them onto the screen.
        ("terminal", "import.rejected_read"), ("terminal", "import.rejected_read"),
    ]  # fmt: skip


def test_a_dry_run_says_the_same_and_does_nothing(url: str, file: str, tmp_path: Path) -> None:
    back = tmp_path / "rejected.csv"
    done = run(
        url, "import", "leads", file, "--map", "email=Mail", "--dry-run", "--json", "--rejected",
        str(back),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Would be: 1 lead created, 1 changed, 0 rows without a change, 1 rejected." in (
        done.stderr
    )
    assert "“Select” stands in 1 cells: --blank 'Select' reads it as nothing" in done.stderr
    record = json.loads(done.stdout)
    assert (record["dry_run"], record["created"], record["problems"][0][0]) == (True, 1, 3)
    assert back.read_bytes().count(b"\r\n") == 2
    assert (emails(), Import.objects.count(), CustomProperty.objects.count()) == (
        ["jane@acme.com"], 0, 0,
    )  # fmt: skip


def test_standard_input_and_the_way_back(url: str) -> None:
    done = subprocess.run(
        processes.command("import", "leads", "-", "--match", "skip", "--json"),
        env=processes.environment(url), input=b"email,name\njane@acme.com,J\na@acme.com,A\n",
        capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert emails() == ["jane@acme.com", "a@acme.com"]
    assert Lead.objects.get(email="jane@acme.com").name is None
    made = json.loads(done.stdout)["id"]
    undone = run(url, "import", "undo", made)
    assert undone.returncode == 0, undone.stderr
    assert emails() == ["jane@acme.com"]
    again = run(url, "import", "undo", made)
    assert (again.returncode, "undone already" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["missing.csv"], 2, "cannot be read"),
        (["FILE", "--map", "email"], 2, "write it like email=Mail"),
        (["FILE", "--map", "email=Nothing"], 2, "which is not in the file"),
        (["FILE", "--match", "merge"], 2, "choose one of fill, overwrite, skip"),
        (["FILE", "--delimiter", "colon"], 2, "choose one of comma"),
        (["FILE", "--encoding", "klingon"], 2, "is no encoding"),
        (["FILE", "--rejected", "/nowhere/x.csv"], 2, "name a file in a folder"),
        (["EMPTY"], 2, "file: holds no rows"),
        (["FILE", "--account", "Globex"], 4, "There is no account"),
        (["FILE", "--map", "-=Mail,Name"], 2, "no column becomes an email"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is(
    url: str, file: str, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("id,email,name\n")
    files = {"FILE": file, "EMPTY": str(empty)}
    done = run(url, "import", "leads", *[files.get(a, a) for a in arguments])
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert (Import.objects.count(), Batch.objects.count()) == (0, 0)


def test_a_quote_never_closed_brings_in_what_stands_before_and_fails(
    url: str, tmp_path: Path
) -> None:
    path = tmp_path / "broken.csv"
    path.write_text('email,name\n,Anna\nb@acme.com,"Bob\n', "utf-8")
    done = run(url, "import", "leads", str(path))
    assert done.returncode == 1
    assert "Row 3 cannot be read" in done.stderr
    assert "1 row has neither an email nor an external id" in done.stderr
    assert "1 lead created" in done.stderr
    assert emails() == ["jane@acme.com", None]


def test_a_killed_import_goes_on_where_it_was(url: str, tmp_path: Path) -> None:
    count = 60_000
    path = tmp_path / "many.csv"
    path.write_text("email\n" + "".join(f"{n}@acme.com\n" for n in range(count)), "utf-8")
    process = subprocess.Popen(
        processes.command("import", "leads", str(path)), env=processes.environment(url),
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until(lambda: Import.objects.filter(row__gt=0).exists(), what="a piece")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    killed = Import.objects.get()
    assert 0 < killed.row < count
    assert Lead.objects.count() == killed.created + 1
    done = run(url, "import", "resume", killed.public_id)
    assert done.returncode == 0, done.stderr
    assert Lead.objects.count() == Lead.objects.values("email").distinct().count() == count + 1
    killed.refresh_from_db()
    assert (killed.created, killed.row) == (count, count + 1)
    assert run(url, "import", "resume", killed.public_id).returncode == 1


def test_ctrl_c_stops_between_two_pieces_and_says_how_to_undo(url: str, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("email\n" + "".join(f"{n}@acme.com\n" for n in range(200_000)), "utf-8")
    process = subprocess.Popen(
        processes.command("import", "leads", str(path)), env=processes.environment(url),
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until(lambda: Import.objects.filter(row__gt=0).exists(), what="a piece")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130, said
    stopped = Import.objects.select_related("batch").get()
    assert stopped.batch is not None
    assert stopped.batch.state == "cancelled"
    assert f"synaptiq import undo {stopped.public_id}" in said
    assert Lead.objects.count() == stopped.created + 1


def test_an_undo_that_somebody_cancelled_is_not_said_to_be_done(
    account: Account, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch, settings: Any,
    tmp_path: Path,
) -> None:  # fmt: skip
    settings.IMPORT_DIR = tmp_path
    admin = actor("admin")
    imported = bring(admin, "email\na@acme.com\n")
    monkeypatch.setattr("synaptiq.terminal.environment.ready", nullcontext)
    monkeypatch.setattr("synaptiq.leads.actions.bulk.AT_ONCE", 0)
    monkeypatch.setattr(
        actions, "run_batch", lambda batch: actions.cancel_batch(admin, batch.public_id)
    )
    with pytest.raises(Stop, match="cancelled by somebody else"):
        imports.undo(imported.public_id)
    assert emails() == ["a@acme.com"]


def test_it_works_on_the_embedded_database_alone(open_folder: Path) -> None:
    environment = demo_environment(open_folder / "home")
    made = run_in(environment, "accounts", "create", "--name", "Acme", "--owner", "a@acme.com")
    assert made.returncode == 0, made.stderr
    path = open_folder / "leads.csv"
    path.write_text("email,score\na@acme.com,1\nb@acme.com,101\n", "utf-8")
    done = run_in(environment, "import", "leads", str(path), "--json", "--map", "score=score")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert (record["created"], record["rejected"]) == (1, 1)
    back = run_in(environment, "import", "rejected", record["id"])
    assert back.stdout.splitlines()[1] == (
        "3,score is not a whole number from 0 to 100.,b@acme.com,101"
    )
