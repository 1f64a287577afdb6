"""Statements whose plan the connection keeps are asked as all others: in the same transaction, with
the same values, and with the same errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from psycopg_pool import ConnectionPool

from synaptiq.accounts.models import User
from synaptiq.kit import database
from synaptiq.kit.database import ask

pytestmark = pytest.mark.django_db
_KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"


def kept(part: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [f"%{part}%"])
        found: int = cursor.fetchone()[0]
    return found


def test_it_is_kept_and_asked_again_with_other_values() -> None:
    assert [ask("SELECT %s::text || '-kept'", [word]) for word in ("a", "b")] == [
        [("a-kept",)], [("b-kept",)],
    ]  # fmt: skip
    assert kept("-kept") == 1


def test_others_are_not_kept() -> None:
    ask("SELECT 1", [])
    with connection.cursor() as cursor:
        for number in range(8):
            cursor.execute("SELECT %s, '-left'", [number])
    assert kept("-left") == 0


def test_it_sees_its_transaction_and_goes_back_with_it() -> None:
    with transaction.atomic():
        User.objects.create_user("jane@acme.example", "correct horse battery")
        assert ask("SELECT count(*) FROM accounts_user", []) == [(1,)]
        assert ask("UPDATE accounts_user SET email = %s", ["j@acme.example"]) == []
        transaction.set_rollback(True)
    assert ask("SELECT count(*) FROM accounts_user", []) == [(0,)]


def test_values_are_those_of_django() -> None:
    at = datetime(2026, 3, 15, 12, tzinfo=UTC)
    given = [json.dumps({"a": 1}), at]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb, %s::timestamptz", given)
        assert ask("SELECT %s::jsonb, %s::timestamptz", given) == [cursor.fetchone()]


def test_a_refusal_is_djangos_and_ends_the_transaction() -> None:
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            ask("INSERT INTO accounts_user (email) VALUES (%s)", ["x"])
        assert ask("SELECT 1", []) == [(1,)]
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            ask("SELECT 1", [])


def test_a_pool_that_nobody_has_used_yet_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """`/readyz` may be the first that a process answers, and two may ask it at once."""
    pool: ConnectionPool = ConnectionPool("", open=False)
    monkeypatch.setattr(database, "connections", {"default": SimpleNamespace(pool=pool)})
    database.drop_dead_connections()
    assert pool.closed
