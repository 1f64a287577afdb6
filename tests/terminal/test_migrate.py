"""`synaptiq migrate`: as the owner, and the serving role gets what it needs."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests import database
from tests.terminal.commands import run


@pytest.fixture
def empty() -> Iterator[str]:
    """The name of a database without any table."""
    name = database.temporary_name()
    with psycopg.connect(database.SERVER.urls.superuser, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" OWNER synaptiq_owner')
    yield name
    database.drop(name)


def test_it_makes_an_empty_database_ready_to_serve(empty: str) -> None:
    url, owner = database.url_of(empty), database.url_of(empty, owner=True)
    assert run(url, "accounts", "list").returncode == 1
    done = run(url, "migrate", DATABASE_OWNER_URL=owner)
    assert done.returncode == 0, done.stderr
    assert "The role synaptiq has what it needs" in done.stderr
    assert run(url, "accounts", "list", "--json").stdout == "[]\n"
    again = run(url, "migrate", DATABASE_OWNER_URL=owner)
    assert again.returncode == 0
    assert "Nothing to apply" in again.stderr


def test_without_the_owner_it_says_which_variable_to_set(empty: str) -> None:
    done = run(database.url_of(empty), "migrate")
    assert done.returncode == 2
    assert "DATABASE_OWNER_URL=postgresql://" in done.stderr


def test_the_owner_must_not_be_the_one_who_serves(empty: str) -> None:
    url = database.url_of(empty)
    done = run(url, "migrate", DATABASE_OWNER_URL=url)
    assert done.returncode == 2
    assert "both name the role synaptiq" in done.stderr


def test_an_owner_whom_the_database_does_not_let_in_is_told_why(empty: str) -> None:
    url = database.url_of(empty)
    owner = "postgresql://nobody@127.0.0.1:1/none"
    done = run(url, "migrate", DATABASE_OWNER_URL=owner)
    assert done.returncode == 1
    assert "Connection refused" in done.stderr
    assert "Traceback" not in done.stderr
    assert "psycopg.pool" not in done.stderr


def test_two_databases_are_noticed(empty: str, committed_db: str) -> None:
    owner = database.url_of(committed_db.partition("?")[0].rpartition("/")[2], owner=True)
    done = run(database.url_of(empty), "migrate", DATABASE_OWNER_URL=owner)
    assert done.returncode == 1
    assert "the same database" in done.stderr
