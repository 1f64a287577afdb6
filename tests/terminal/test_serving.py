"""`synaptiq web` and `worker` as processes: when they refuse to start, and how they end."""

from __future__ import annotations

import os
import signal
import socket
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from synaptiq.kit.processes import free_port
from synaptiq.terminal.serving import NICENESS
from tests import database, processes
from tests.terminal.commands import children, command_of, run, runs
from tests.waiting import wait_until


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("name", ["web", "worker"])
def test_without_database_url_it_refuses_and_says_what_to_do(name: str) -> None:
    done = run(None, name)
    assert done.returncode == 2
    assert "DATABASE_URL is not set" in done.stderr
    assert "synaptiq demo" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("variable", "value", "example"),
    [
        ("BIND_PORT", "http", "BIND_PORT=8000"),
        ("PUBLIC_URL", "example.com", "PUBLIC_URL=https://synaptiq.example.com"),
        ("SIGNUP", "maybe", "SIGNUP=invited"),
        ("SECRET_KEY", "short", "SECRET_KEY="),
        ("EMAIL_URL", "demo://", "EMAIL_URL=smtps://"),
    ],
)
def test_a_wrong_variable_is_named_with_an_example(
    committed_db: str, variable: str, value: str, example: str
) -> None:
    done = run(committed_db, "web", **{variable: value})
    assert done.returncode == 2
    assert variable in done.stderr
    assert example in done.stderr


def test_a_secret_that_is_wrong_is_not_shown(committed_db: str) -> None:
    assert "hunter2" not in run(committed_db, "web", SECRET_KEY="hunter2").stderr


def test_it_refuses_a_database_that_does_not_answer() -> None:
    done = run("postgresql://nobody@127.0.0.1:1/none", "web")
    assert done.returncode == 1
    assert "does not answer" in done.stderr


def test_it_refuses_a_database_that_is_behind(committed_db: str) -> None:
    owner = database.url_of(urlsplit(committed_db).path.lstrip("/"), owner=True)
    with psycopg.connect(owner) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'exports'")
    done = run(committed_db, "web")
    assert done.returncode == 1
    assert "synaptiq migrate" in done.stderr
    assert "exports.0001_initial" in done.stderr


@pytest.mark.parametrize(
    "command",
    ["web", "worker", "accounts list", "seed --leads 1", "export leads --output -"],
)
def test_nothing_runs_as_the_owner_of_the_tables(committed_db: str, command: str) -> None:
    owner = database.url_of(urlsplit(committed_db).path.lstrip("/"), owner=True)
    done = run(owner, *command.split())
    assert done.returncode == 1
    assert "owns the audit log" in done.stderr


def test_it_refuses_a_port_that_is_taken(committed_db: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(committed_db, "web", "--host", "127.0.0.1", "--port", str(port))
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr


def test_it_serves_collected_files_that_browsers_may_keep(
    committed_db: str, tmp_path: Path
) -> None:
    with processes.web(committed_db, SYNAPTIQ_HOME=str(tmp_path)) as web:
        css = next((tmp_path / "static" / "dashboard" / "css").glob("base.*.css"))
        with urllib.request.urlopen(f"{web.url}/static/dashboard/css/{css.name}") as answer:
            assert answer.read() == css.read_bytes()
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert web.stop() == 0
        assert not is_listening(web.port)


def test_nothing_holds_the_port_after_its_main_process_was_killed(committed_db: str) -> None:
    with processes.web(committed_db, workers=2) as web:
        workers = children(web.pid)
        assert workers
        web.kill()
        wait_until(lambda: not is_listening(web.port), what="the port to be free")
        assert free_port(web.port, "127.0.0.1") == web.port
        wait_until(lambda: not any(Path(f"/proc/{pid}/cwd").exists() for pid in workers))


def test_a_worker_of_granian_that_is_killed_is_replaced(committed_db: str) -> None:
    with processes.web(committed_db) as web:
        (first,) = children(web.pid)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: children(web.pid) not in ([], [first]), what="a new worker")
        wait_until(lambda: processes.answers(web.url), what="an answer")
        assert web.stop() == 0


def test_a_worker_of_all_queues_does_long_jobs_in_a_process_that_gives_way(
    committed_db: str,
) -> None:
    with processes.worker(committed_db, queues="short,long,chat:2") as worker:
        commands = {command_of(pid).partition("--queues ")[2].strip(): pid
                    for pid in children(worker.pid)}  # fmt: skip
        assert commands.keys() == {"short:3,chat:2", "long:1"}
        assert os.getpriority(os.PRIO_PROCESS, commands["long:1"]) == NICENESS
        assert os.getpriority(os.PRIO_PROCESS, commands["short:3,chat:2"]) == 0
        worker.kill()
        wait_until(lambda: not any(map(runs, commands.values())), what="both to end with it")


def test_a_web_that_is_told_to_end_writes_what_visitors_did(committed_db: str) -> None:
    with psycopg.connect(committed_db, autocommit=True) as connection:
        account = connection.execute(
            "INSERT INTO accounts_account (public_id, name, timezone, conversion_goal, "
            "restriction_version, erasure_number, created_at) VALUES ('acct_1', 'Acme', 'UTC', "
            "'won', 0, 0, now()) RETURNING id"
        ).fetchone()
        assert account is not None
        connection.execute(
            "INSERT INTO sites_site (account_id, public_id, key, name, origins, created_at) "
            "VALUES (%s, 'site_1', 'pk_1', 'Acme', '{https://acme.example}', now())", account,
        )  # fmt: skip
        with processes.web(committed_db) as web:
            asked = urllib.request.Request(
                f"{web.url}/api/v1/chat/pk_1/widget?page=https://acme.example/pricing",
                headers={"Origin": "https://acme.example", "User-Agent": "Mozilla/5.0 Firefox/140"},
            )
            for _ in range(3):
                urllib.request.urlopen(asked).close()
        written = connection.execute("SELECT page FROM analytics_visit").fetchall()
    assert written == [("/pricing",)] * 3
