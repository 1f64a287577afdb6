"""`synaptiq doctor`: it finds what is wrong, shows no secret, and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from synaptiq.kit import config
from tests import database, processes
from tests.terminal.commands import demo_environment, run, run_in


def findings(done: Any) -> list[tuple[str, str, str]]:
    return [(f["area"], f["level"], f["text"]) for f in json.loads(done.stdout)]


def test_a_running_product(committed_db: str) -> None:
    every = processes.worker(committed_db, queues="short,long,chat")
    with every as worker, processes.web(committed_db) as web:
        done = run(committed_db, "doctor", "--json", BIND_PORT=str(web.port))
        found = findings(done)
        assert done.returncode == 0, found
        assert ("database", "ok", "migrated to this version") in found
        assert any(area == "worker" and text.startswith("3 queues") for area, _, text in found)
        assert ("web", "ok", f"{web.url}/readyz answers 200") in found
        assert worker.stop() == 0


def test_another_installation_on_the_same_port_is_told_apart(committed_db: str) -> None:
    with processes.web(committed_db) as web:
        port = str(web.port)
        done = run(committed_db, "doctor", "--json", BIND_PORT=port, SECRET_KEY="another" * 8)
    said = f"what answers at {web.url}/readyz is not this installation"
    assert ("web", "note", said) in findings(done)


def test_secrets_are_never_shown(committed_db: str) -> None:
    done = run(committed_db, "doctor", SECRET_KEY="hunter2-" * 8, EMAIL_URL="smtp://me:pass@mail")
    assert "SECRET_KEY = (set, not shown)" in done.stdout
    assert "hunter2" not in done.stdout
    assert "pass@" not in done.stdout
    assert committed_db not in done.stdout


def test_a_database_that_is_behind(committed_db: str) -> None:
    owner = database.url_of(committed_db.partition("?")[0].rpartition("/")[2], owner=True)
    with psycopg.connect(owner) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'exports'")
    done = run(committed_db, "doctor")
    assert done.returncode == 1
    assert "synaptiq migrate" in done.stdout


def test_a_database_that_does_not_answer() -> None:
    done = run("postgresql://nobody@127.0.0.1:1/none", "doctor", "--json")
    assert done.returncode == 1
    (said,) = [(level, text) for area, level, text in findings(done) if area == "database"]
    assert said[0] == "wrong"
    assert "Connection refused" in said[1]


def test_a_wrong_variable() -> None:
    done = run(None, "doctor", BIND_PORT="http")
    assert done.returncode == 1
    assert "BIND_PORT" in done.stdout


def test_looking_makes_no_database(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = run_in(demo_environment(home), "doctor")
    assert done.returncode == 0, done.stdout
    assert "no embedded database" in done.stdout
    assert not home.exists()


def test_a_new_key_is_one_that_the_configuration_takes() -> None:
    key = run(None, "doctor", "--new-key").stdout.strip()
    assert Fernet(key)
    assert config.read({"ENCRYPTION_KEYS": key})["ENCRYPTION_KEYS"] == (key,)
