"""Whether a process lives and can serve, as a load balancer asks it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from synaptiq.project import health
from tests import database


def test_a_living_process_answers_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_process_that_can_serve_is_ready(client: Client, db: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_its_database_it_is_not_ready(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise DatabaseError("connection to 10.0.0.7 as synaptiq refused")

    monkeypatch.setattr(health, "faults_of_role", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "faults": ["The database does not answer."]}


def test_a_missing_migration_is_said(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = MigrationRecorder(connection).applied_migrations()
    del applied[max(one for one in applied if one[0] == "accounts")]
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: applied)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["faults"] == ["1 migration is not applied; run synaptiq migrate."]


@pytest.mark.parametrize(("role", "word"), [("owner", "owns"), ("superuser", "superuser")])
def test_a_role_that_could_rewrite_the_log_is_not_ready(
    committed_db: str, client: Client, role: str, word: str
) -> None:
    from urllib.parse import unquote, urlsplit

    url = urlsplit(getattr(database.SERVER.urls, role))
    settings, before = connection.settings_dict, dict(connection.settings_dict)
    settings.update(USER=unquote(url.username or ""), PASSWORD=unquote(url.password or ""))
    connection.close()
    try:
        answer = client.get("/readyz")
    finally:
        connection.close()
        settings.update(before)
    assert answer.status_code == 503
    assert word in answer.json()["faults"][0]
