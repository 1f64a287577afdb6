"""The embedded server in good times: first start, company, and the last to leave."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest

from synaptiq.kit import embedded
from synaptiq.kit.embedded import account as accounts
from synaptiq.kit.embedded import cluster, place, postmaster
from synaptiq.kit.embedded import record as records
from tests.kit.embedded_user import User
from tests.waiting import wait_until


@pytest.fixture
def home(open_folder: Path) -> Path:
    return open_folder / "home"


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def test_a_first_start_makes_a_database_in_utf8_that_sorts_by_code_point(home: Path) -> None:
    with embedded.start(home) as server:
        assert ask(server.urls.runtime, "SELECT current_database()") == "synaptiq"
        assert ask(server.urls.runtime, "SHOW server_encoding") == "UTF8"
        query = "SELECT concat_ws(' ', datlocprovider, datlocale) FROM pg_database"
        assert ask(server.urls.runtime, query) == "b C.UTF-8"
        assert ask(server.urls.runtime, "SELECT 'Z' < 'a' AND 'z' < 'ä'") is True
        assert ask(server.urls.runtime, "SHOW timezone") == "UTC"


def test_the_runtime_role_owns_nothing_and_makes_nothing(home: Path) -> None:
    with embedded.start(home) as server:
        rights = "rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls"
        query = f"SELECT {rights} FROM pg_roles WHERE rolname = current_user"
        assert ask(server.urls.runtime, query) is False
        assert ask(server.urls.owner, query) is False
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(server.urls.runtime, "CREATE TABLE t ()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(server.urls.runtime, "CREATE SCHEMA s")


def test_the_owner_role_makes_tables_and_trusted_extensions(home: Path) -> None:
    with embedded.start(home) as server:
        for extension in ("pg_trgm", "btree_gin"):
            run(server.urls.owner, f"CREATE EXTENSION {extension}")
        run(server.urls.owner, "CREATE TABLE t (n int)")
        run(server.urls.owner, "GRANT SELECT, INSERT ON t TO synaptiq")
        run(server.urls.runtime, "INSERT INTO t VALUES (1)")


def test_nobody_gets_in_without_the_password_and_no_port_is_open(home: Path) -> None:
    with embedded.start(home) as server:
        assert ask(server.urls.superuser, "SHOW listen_addresses") == ""
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.urls.superuser, password="guess")
        for secret in (server.urls.runtime, server.urls.owner, server.urls.superuser):
            assert secret not in repr(server.urls)


def test_passwords_and_data_are_private(home: Path) -> None:
    with embedded.start(home) as server:
        assert stat.S_IMODE(place.record_file(home).stat().st_mode) == 0o600
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
        run_folder = server.data.parent / "run"
        assert stat.S_IMODE(run_folder.stat().st_mode) == 0o700


def test_a_second_process_attaches_and_the_last_to_leave_stops_the_server(home: Path) -> None:
    with User(home) as first, User(home) as second:
        pid = first.started()["pid"]
        assert second.started()["pid"] == pid
        first.leave()
        status = embedded.status(home)
        assert status
        assert status["running"]
        assert status["pid"] == pid
        second.leave()
        status = embedded.status(home)
        assert status
        assert not status["running"]
        assert status["pid"] is None


def test_five_processes_that_start_at_once_share_one_server(home: Path) -> None:
    users = [User(home) for _ in range(5)]
    try:
        assert len({user.started()["pid"] for user in users}) == 1
    finally:
        for user in users:
            user.__exit__(None, None, None)
    status = embedded.status(home)
    assert status
    assert not status["running"]


def test_one_process_may_use_the_server_twice(home: Path) -> None:
    with embedded.start(home) as outer:
        inner = embedded.start(home)
        assert inner.pid == outer.pid
        inner.release()
        inner.release()
        assert ask(outer.urls.runtime, "SELECT 1") == 1


def test_a_forked_child_does_not_take_the_server_from_its_parent(home: Path) -> None:
    with embedded.start(home) as server:
        child = os.fork()
        if child == 0:
            server.release()
            os._exit(0)
        os.waitpid(child, 0)
        assert ask(server.urls.runtime, "SELECT 1") == 1


def test_data_is_there_at_the_second_start(home: Path) -> None:
    with embedded.start(home) as server:
        run(server.urls.owner, "CREATE TABLE kept AS SELECT 42 AS n")
    with embedded.start(home) as server:
        assert ask(server.urls.owner, "SELECT n FROM kept") == 42


def test_two_homes_have_two_servers(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    try:
        with embedded.start(home) as one, embedded.start(other) as two:
            assert one.pid != two.pid
            assert one.data != two.data
            assert one.urls.runtime != two.urls.runtime
    finally:
        embedded.destroy(other)


def test_a_path_too_long_for_a_socket_gets_a_private_folder_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60) / "it's a home"
    long = place.Place(deep, deep / "postgres", accounts.of_uid(os.geteuid()))
    folder = place.socket_folder(long)
    try:
        assert len(str(folder / ".s.PGSQL.5432")) <= place.LONGEST_SOCKET
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        folder.rmdir()


def test_a_folder_killed_in_the_making_is_not_there_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: accounts.Account, path: Path) -> None:
        raise KeyboardInterrupt

    account = accounts.of_uid(os.geteuid())
    monkeypatch.setattr(accounts.Account, "own", killed)
    with pytest.raises(KeyboardInterrupt):
        place.make_folder(tmp_path / "run", 0o700, account)
    assert not (tmp_path / "run").exists()
    monkeypatch.undo()
    place.make_folder(tmp_path / "run", 0o710, account)
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o710
    place.make_folder(tmp_path / "run", 0o700, account)
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o710


def test_a_home_with_a_long_and_odd_path_works(tmp_path: Path) -> None:
    home = tmp_path / ("d" * 60) / ("e" * 60) / 'it\'s a ünlikely $HOME; "quoted"'
    try:
        with embedded.start(home) as server:
            assert ask(server.urls.runtime, "SELECT 1") == 1
    finally:
        embedded.destroy(home)


@pytest.mark.parametrize("name", ["a$b", 'a"b', "a,b"])
def test_a_home_whose_path_no_list_can_hold_has_its_socket_elsewhere(name: str) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        home = Path(short) / name
        try:
            with embedded.start(home) as server:
                assert ask(server.urls.runtime, "SELECT 1") == 1
        finally:
            embedded.destroy(home)


def test_stop_ends_the_server_whoever_uses_it_and_the_next_start_begins_again(home: Path) -> None:
    assert embedded.stop(home) is False
    with embedded.start(home) as server:
        assert embedded.stop(home) is True
        with embedded.start(home) as again:
            assert again.pid != server.pid
            assert ask(again.urls.runtime, "SELECT 1") == 1


def test_status_of_a_home_without_database_is_none_and_makes_nothing(home: Path) -> None:
    assert embedded.status(home) is None
    assert not home.exists()


def test_roles_left_half_made_are_finished(home: Path) -> None:
    with embedded.start(home) as server:
        run(server.urls.superuser, "DROP DATABASE synaptiq")
        run(server.urls.superuser, "DROP ROLE synaptiq")
        run(server.urls.superuser, "ALTER ROLE synaptiq_owner PASSWORD 'another'")
        (server.data.parent / "prepared").unlink()
    with embedded.start(home) as server:
        assert ask(server.urls.runtime, "SELECT current_database()") == "synaptiq"
        assert ask(server.urls.owner, "SELECT current_user") == "synaptiq_owner"


def test_data_left_half_made_is_made_anew(home: Path) -> None:
    with User(home) as user:
        user.heard("Making")
        found = place.choose(home.resolve()).base
        wait_until(lambda: list(found.glob("data.new-*/PG_VERSION")), what="initdb at work")
        user.kill()
    with embedded.start(home) as server:
        assert ask(server.urls.runtime, "SELECT 1") == 1


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    initdb = programs / "initdb"
    initdb.write_text("#!/bin/sh\necho 'could not write: No space left on device' >&2\nexit 1\n")
    initdb.chmod(0o755)
    base = tmp_path / "base"
    base.mkdir()
    where = place.Place(tmp_path, base, accounts.of_uid(os.geteuid()))
    record = records.read_or_make(tmp_path / "postgres.json")
    with pytest.raises(embedded.EmbeddedError, match=r"disk that holds .* is full.*SYNAPTIQ_HOME"):
        cluster.make(where, programs, record)
    assert list(base.iterdir()) == []


def test_a_server_that_does_not_start_shows_the_end_of_its_log(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cluster._SETTINGS, "shared_buffers", "'a lot'")
    with pytest.raises(embedded.EmbeddedError, match=r'did not start.*\n.*"a lot"'):
        embedded.start(home)
    monkeypatch.undo()
    with embedded.start(home) as server:
        assert ask(server.urls.runtime, "SELECT 1") == 1


def test_lost_passwords_are_not_guessed_over(home: Path) -> None:
    with embedded.start(home) as server:
        assert server.data.is_relative_to(home)
    place.record_file(home).unlink()
    with pytest.raises(embedded.EmbeddedError, match=r"Restore its file postgres\.json"):
        embedded.start(home)
    assert server.data.exists()


def test_a_damaged_record_names_the_file(home: Path) -> None:
    home.mkdir()
    place.record_file(home).write_text("{")
    with pytest.raises(embedded.EmbeddedError, match=r"postgres\.json is damaged"):
        embedded.start(home)


def test_a_home_that_is_a_file_says_what_to_set(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("")
    with pytest.raises(embedded.EmbeddedError, match="Set SYNAPTIQ_HOME"):
        embedded.start(home)


def test_data_of_another_version_says_how_to_take_it_along() -> None:
    text = "FATAL:  database files are incompatible with server"
    message = postmaster.explain(text, Path("/base"), "It failed")
    assert "another version" in message
    assert "pg_dump" in message


@pytest.mark.parametrize("name", ["a\nb", "a\udcffb"])
def test_a_path_that_postgresql_cannot_have_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(embedded.EmbeddedError, match="cannot run in it"):
        embedded.start(tmp_path / name)
    assert not (tmp_path / name).exists()
