"""`synaptiq export`: the bytes of the published file, and how it ends otherwise."""

from __future__ import annotations

import hashlib
import json
import signal
import stat
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.exports import actions, files, pipeline
from synaptiq.exports.models import Export
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from synaptiq.terminal import seed
from tests import processes
from tests.conftest import make_account
from tests.conversations.making import make_conversation
from tests.terminal.commands import run, run_bytes
from tests.waiting import wait_until


@pytest.fixture
def url(committed_db: str, account: Account, actor: Callable[..., Actor]) -> str:
    """A database whose only account has three leads, one of them naughty."""
    admin = actor("admin")
    for given in (
        {"name": "Jane", "email": "jane@acme.com", "status": "qualified", "tags": ["a", "b"]},
        {"name": "=1+1", "email": "eve@acme.com", "status": "new", "score": 7},
        {"name": "山田 🦄", "email": "yamada@acme.com", "status": "qualified"},
    ):
        leads.create_lead(admin, given)
    return committed_db


def published(account: Account, **given: Any) -> bytes:
    """The file that the pipeline publishes for a request, without the terminal."""
    wanted = {"dataset": "leads", "scope": "filter", **given}
    run = actions.request(actors.of_terminal(account), wanted, in_this_process=True)
    pipeline.run(run)
    run.refresh_from_db()
    with files.open_file(run.file_key) as file:
        return file.read()


@pytest.mark.parametrize("format", ["csv", "json", "jsonl"])
def test_the_file_is_the_published_one(
    url: str, account: Account, tmp_path: Path, format: str
) -> None:
    target = tmp_path / "leads"
    done = run(url, "export", "leads", "--format", format, "--output", str(target))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert target.read_bytes() == published(account, format=format)
    assert [path.name for path in tmp_path.iterdir()] == ["leads"]


def test_a_dash_writes_the_same_bytes_to_standard_output(url: str, account: Account) -> None:
    done = run_bytes(url, "export", "leads", "--output", "-")
    assert done.returncode == 0, done.stderr
    assert done.stdout == published(account)


def test_filter_columns_and_dialect_are_those_of_the_request(
    url: str, account: Account, tmp_path: Path
) -> None:
    target = tmp_path / "leads.csv"
    done = run(
        url, "export", "leads", "--output", str(target), "--filter", "status=new", "--filter",
        "score=5..9", "--columns", "name,id", "--no-bom", "--raw", "--delimiter", "semicolon",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expected = published(
        account, filter={"status": ["new"], "score": {"min": 5, "max": 9}}, columns=["id", "name"],
        options={"bom": False, "dialect": "raw", "delimiter": "semicolon"},
    )  # fmt: skip
    assert target.read_bytes() == expected
    assert b'"=1+1"' in expected


def test_the_record_of_the_run_for_machines(url: str, account: Account, tmp_path: Path) -> None:
    target = tmp_path / "leads.csv"
    done = run(url, "export", "leads", "--output", str(target), "--json")
    record = json.loads(done.stdout)
    content = target.read_bytes()
    assert record["rows"] == 3
    assert record["bytes"] == len(content)
    assert record["sha256"] == hashlib.sha256(content).hexdigest()
    export = Export.objects.get(public_id=record["id"])
    assert (export.actor_kind, export.actor) == ("terminal", "terminal")


def test_the_audit_log_names_the_terminal(url: str, account: Account, tmp_path: Path) -> None:
    run(url, "export", "leads", "--output", str(tmp_path / "x"))
    entries = AuditEntry.objects.filter(action__startswith="export.").order_by("id")
    assert [entry.action for entry in entries] == [
        "export.requested", "export.finished", "export.downloaded",
    ]  # fmt: skip
    assert {entry.actor for entry in entries} == {"terminal"}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--filter", "status=maybe"], 2, "status"),
        (["--filter", "colour=red"], 2, "there is no such filter"),
        (["--filter", "status"], 2, "status=qualified"),
        (["--format", "xlsx"], 2, "csv"),
        (["--columns", "name"], 2, "id cannot be left out"),
        (["--columns", "id,shoe_size"], 2, "shoe_size"),
        (["--format", "json", "--raw"], 2, "csv"),
        (["--ids", "lead_8f3a2b", "--filter", "status=new"], 2, "--ids"),
        (["--ids", ","], 2, "at least one id"),
        (["--account", "Globex"], 4, "no account"),
        (["--output", ""], 2, "names no file"),
        (["--delimiter", ";"], 2, "choose one of comma, semicolon, tab"),
        (["--frobnicate"], 2, "--frobnicate"),
    ],
)
def test_a_wrong_request_is_refused_and_leaves_the_file_alone(
    url: str, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    target = tmp_path / "leads.csv"
    target.write_text("before", "utf-8")
    done = run(url, "export", "leads", "--output", str(target), *arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert target.read_text("utf-8") == "before"
    assert not Export.across_accounts.exists()


def test_a_folder_or_a_place_that_is_not_there_is_no_target(url: str, tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "missing" / "leads.csv"):
        done = run(url, "export", "leads", "--output", str(target))
        assert done.returncode == 2
        assert "folder" in done.stderr
    assert not Export.across_accounts.exists()


@pytest.mark.parametrize("format", ["json", "txt", "jsonl", "csv"])
def test_conversations_go_the_same_road(
    url: str, account: Account, tmp_path: Path, format: str
) -> None:
    at = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)
    make_conversation(("ai", "Hello"), ("visitor", "山田"), at=at, close=True)
    make_conversation(("visitor", "Left out"), at=at)
    target = tmp_path / "conversations.zip"
    done = run(
        url, "export", "conversations", "--format", format, "--filter", "state=closed",
        "--output", str(target),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 conversation, " in done.stderr
    assert f"conversations.zip is a {format.upper()} file" in done.stderr
    given = {"dataset": "conversations", "format": format, "filter": {"state": ["closed"]}}
    assert target.read_bytes() == published(account, **given)


def test_a_transcript_with_headings(url: str, tmp_path: Path) -> None:
    at = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)
    make_conversation(("visitor", "Hi"), at=at, public_id="conv_1")
    given = ("export", "conversations", "--ids", "conv_1", "--output", "-")
    done = run(url, *given, "--format", "txt", "--headings")
    assert done.stdout == (
        "# Conversation conv_1\n# Times in UTC\n# 2026-03-15\n[09:22 AM] Visitor: Hi\n"
    )
    refused = run(url, *given, "--headings")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--headings is of --format txt only." in refused.stderr


def test_leads_that_are_not_there_are_counted(url: str, tmp_path: Path) -> None:
    one = Lead.objects.order_by("pk")[0].public_id
    ids = f"{one},lead_nope,{one},lead_none"
    done = run(url, "export", "leads", "--output", str(tmp_path / "x"), "--ids", ids)
    assert done.returncode == 0
    assert "2 of the 3 leads asked for are not there." in done.stderr
    done = run(url, "export", "leads", "--output", str(tmp_path / "x"), "--ids", one)
    assert "not there" not in done.stderr


def test_a_file_that_is_replaced_keeps_who_may_read_it(url: str, tmp_path: Path) -> None:
    target = tmp_path / "leads.csv"
    target.touch(0o600)
    assert run(url, "export", "leads", "--output", str(target)).returncode == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.stat().st_size > 0


@pytest.mark.parametrize("arguments", [("export", "leads", "--output", "-"), ("accounts", "list")])
@pytest.mark.parametrize(("to", "says"), [("/dev/full", "No space left"), ("&-", "no standard")])
def test_a_standard_output_that_takes_nothing_is_said_in_one_line(
    url: str, arguments: tuple[str, ...], to: str, says: str
) -> None:
    command = " ".join(processes.command(*arguments))
    done = subprocess.run(
        ["sh", "-c", f"{command} >{to}"], env=processes.environment(url), capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_closed_standard_error_is_no_obstacle(url: str, account: Account) -> None:
    command = " ".join(processes.command("export", "leads", "--output", "-"))
    done = subprocess.run(
        ["sh", "-c", f"{command} 2>&-"], env=processes.environment(url), capture_output=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout == published(account)


def test_among_several_accounts_one_must_be_named(url: str, tmp_path: Path) -> None:
    other = make_account("Globex")
    target = tmp_path / "leads.csv"
    done = run(url, "export", "leads", "--output", str(target))
    assert done.returncode == 2
    assert other.public_id in done.stderr
    for given in ("Globex", other.public_id):
        done = run(url, "export", "leads", "--output", str(target), "--account", given)
        assert done.returncode == 0, done.stderr
        assert len(target.read_bytes().splitlines()) == 1


def test_a_reader_that_leaves_early_is_no_error_of_ours(url: str, account: Account) -> None:
    seed.add_leads(account, 5_000)
    command = processes.command("export", "leads", "--output", "-")
    with subprocess.Popen(
        command, env=processes.environment(url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        complaints = process.stderr.read().decode()
        assert process.wait(60) == 141
    assert complaints == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_cancels_the_run_and_writes_no_file(
    url: str, account: Account, tmp_path: Path, number: int
) -> None:
    log, target = tmp_path / "log", tmp_path / "leads.csv"
    command = processes.command("export", "leads", "--output", str(target))
    with psycopg.connect(url) as holding:
        # Publishing locks the account's row: held here, the run stays where it can be cancelled.
        holding.execute("SELECT FROM accounts_account FOR NO KEY UPDATE")
        process = processes.Process(command, processes.environment(url), log)
        try:
            wait_until(lambda: Export.objects.filter(state="running").exists(), what="the run")
            process.send(number)
            wait_until(lambda: Export.objects.filter(state="cancelled").exists(), what="its end")
            holding.rollback()
            assert process.wait() == 130
            assert not list(Path(settings.SPOOL_DIR).glob("*.part"))
        finally:
            process.end()
    assert [path.name for path in tmp_path.iterdir()] == ["log"]
