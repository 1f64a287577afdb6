"""Databases for tests: one template built by the migrations, and clones of it.

All tests run as the role that serves (neither owner nor superuser), so missing grants and
writes to the audit log fail here as they would in production.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import uuid
from urllib.parse import urlsplit

import psycopg

from synaptiq.kit import embedded
from tests import memory
from tests.memory import CHECKOUT

memory.use()
HOME = memory.server_home(CHECKOUT)
SERVER = embedded.start(HOME)
# The last test process stops the server; workers that end without a word let go all the same.
atexit.register(SERVER.release)


def _hurry() -> None:
    """Have the tests' server not wait for the disk, and keep little of its log: nothing in it is
    worth keeping."""
    with psycopg.connect(SERVER.urls.superuser, autocommit=True) as connection:
        shown = connection.execute("SHOW fsync").fetchone()
        if shown == ("on",):
            # Nor does any database in it live for so long that cleaning it up would pay.
            for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("ALTER SYSTEM SET max_wal_size = '256MB'")
            connection.execute("SELECT pg_reload_conf()")


_hurry()


def database_name() -> str:
    """This test process's own database: sessions may run side by side."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")[:8] or f"p{os.getpid()}"
    return f"t_{run}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def url_of(name: str, *, owner: bool = False) -> str:
    """The address of a database of the tests' server."""
    url = urlsplit(SERVER.urls.owner if owner else SERVER.urls.runtime)
    return url._replace(path=f"/{name}").geturl()


def clone(name: str) -> None:
    """Make a database by this name, as the migrations leave it. One of this name is replaced."""
    template = _template()
    with psycopg.connect(SERVER.urls.superuser, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        # Copied as files: for so little in memory a checkpoint costs less than a log of its pages.
        connection.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER synaptiq_owner '
            "STRATEGY file_copy"
        )


def drop(name: str) -> None:
    """Remove a clone, also while somebody is still connected.

    A backend of another test that is held up in the middle of a COPY holds up every DROP DATABASE
    of the server; after ten seconds the clone is left for the next session to replace.
    """
    with psycopg.connect(SERVER.urls.superuser, autocommit=True) as connection:
        connection.execute("SET statement_timeout = '10s'")
        with contextlib.suppress(psycopg.errors.QueryCanceled):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def temporary_name() -> str:
    """A name for a clone of one test."""
    return f"t_{uuid.uuid4().hex[:12]}"


def served_name() -> str:
    """The clone that this test process's own `web` serves."""
    return database_name() + "_web"


def _template() -> str:
    name = f"tpl_{_fingerprint()}"
    with open(HOME / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(SERVER.urls.superuser, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone():
                return name
            for (old,) in connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'tpl@_%' ESCAPE '@'"
            ).fetchall():
                connection.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            building = name.replace("tpl_", "building_")
            connection.execute(f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{building}" OWNER synaptiq_owner')
            _migrate(building)
            connection.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    return name


def _migrate(name: str) -> None:
    environ = {
        **os.environ,
        "DATABASE_URL": url_of(name, owner=True),
        "DJANGO_SETTINGS_MODULE": "synaptiq.project.settings",
        "PYTHONPATH": str(CHECKOUT / "src"),
        "SYNAPTIQ_HOME": str(HOME),
        "SECRET_KEY": "tests-" * 10,
        "ENCRYPTION_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMTI=",
        "EMAIL_URL": "smtp://127.0.0.1:2525",
    }
    done = subprocess.run(
        [sys.executable, "-m", "synaptiq.terminal.migrating", "synaptiq"],
        env=environ, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _fingerprint() -> str:
    """Changes with every migration, grant and locked version, and with the apps installed."""
    digest = hashlib.sha256()
    source = CHECKOUT / "src" / "synaptiq"
    files = [*sorted(source.glob("*/migrations/*.py")), source / "accounts" / "grants.py",
             source / "kit" / "spreadsheet.py", source / "project" / "settings.py",
             CHECKOUT / "requirements" / "base.txt"]  # fmt: skip
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
