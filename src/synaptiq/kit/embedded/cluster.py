"""The data folder: made once, its settings written at every start, its roles and database.

Settings stand in files of ours beside the data, not in it: a new version of this module changes
them at the next start, and root never writes into a folder that another user owns.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from synaptiq.kit.embedded import account as accounts
from synaptiq.kit.embedded.errors import EmbeddedError
from synaptiq.kit.embedded.place import Place
from synaptiq.kit.embedded.postmaster import explain
from synaptiq.kit.embedded.record import DATABASE, OWNER, RUNTIME, SUPERUSER, Record, write_private

_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "min_wal_size": "80MB",
    "password_encryption": "'scram-sha-256'",
    "unix_socket_permissions": "0700",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "datestyle": "'iso, ymd'",
    "lc_messages": "'C'",
    "default_text_search_config": "'pg_catalog.english'",
    "log_line_prefix": "'%m [%p] %q%u@%d '",
}
# What a killed process has begun goes on in the server to its end: the next waits for that.
_TURN = "SELECT pg_advisory_lock(hashtext('synaptiq: roles and database'))"
_HBA = "local all all scram-sha-256\n"


def make(place: Place, programs: Path, record: Record) -> None:
    """`initdb`, in a folder that gets its name only when it is whole."""
    (place.base / "prepared").unlink(missing_ok=True)
    for remains in place.base.glob("data.new-*"):
        shutil.rmtree(remains, ignore_errors=True)
    fresh = place.base / f"data.new-{secrets.token_hex(4)}"
    password = place.base / f"{fresh.name}.password"
    try:
        fresh.mkdir(mode=0o700)
        write_private(password, record.passwords[SUPERUSER])
        place.account.own(fresh)
        place.account.own(password)
        argv: list[str | Path] = [programs / "initdb", "--pgdata", fresh, "--username", SUPERUSER]
        argv += ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
        argv += ["--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions"]
        done = accounts.run(place.account, argv)
        if done.returncode != 0:
            message = explain(done.stdout, place.base, "The embedded database could not be made")
            raise EmbeddedError(message)
        fresh.rename(place.data)
    finally:
        password.unlink(missing_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)


def configure(place: Place) -> None:
    """Write the server's settings."""
    settings = dict(_SETTINGS)
    if _can_clone(place.base):
        # CREATE DATABASE … STRATEGY file_copy then takes no time where the disk can share blocks.
        settings["file_copy_method"] = "clone"
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    write_private(place.base / "postgresql.conf", "".join(lines), mode=0o644)
    write_private(place.base / "pg_hba.conf", _HBA, mode=0o644)


def prepare(place: Place, record: Record, superuser_url: str) -> None:
    """Roles and database, once; what an earlier try left unfinished is finished."""
    done = place.base / "prepared"
    if done.exists():
        if done.read_text("utf-8") != record.id:
            raise EmbeddedError(
                f"{place.home} no longer has the passwords of the database in {place.base}. "
                f"Restore its file postgres.json, or move {place.base} away to begin with an "
                "empty database."
            )
        return
    try:
        _make_roles(record, superuser_url)
    except psycopg.Error as error:
        message = f"The roles of the embedded database could not be made (log: {place.log})"
        raise EmbeddedError(explain(str(error), place.base, message)) from error
    write_private(done, record.id)


def _make_roles(record: Record, superuser_url: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(_TURN)
        for role in (OWNER, RUNTIME):
            _make_role(connection, role, record.passwords[role])
        if not _exists(connection, "pg_database", "datname", DATABASE):
            _run(connection, "CREATE DATABASE {} OWNER {}", DATABASE, OWNER)
        _run(connection, "ALTER DATABASE {} OWNER TO {}", DATABASE, OWNER)
        _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", DATABASE)
        _run(connection, "GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}", DATABASE, RUNTIME)
    with psycopg.connect(superuser_url, dbname=DATABASE, autocommit=True) as connection:
        connection.execute(_TURN)
        _run(connection, "ALTER SCHEMA public OWNER TO {}", OWNER)
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def _make_role(connection: psycopg.Connection, role: str, password: str) -> None:
    if not _exists(connection, "pg_roles", "rolname", role):
        _run(connection, "CREATE ROLE {}", role)
    rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    change = sql.SQL(f"ALTER ROLE {{}} {rights} PASSWORD {{}}")
    connection.execute(change.format(sql.Identifier(role), sql.Literal(password)))


def _exists(connection: psycopg.Connection, catalog: str, column: str, name: str) -> bool:
    template = sql.SQL("SELECT 1 FROM {} WHERE {} = %s")
    query = template.format(sql.Identifier(catalog), sql.Identifier(column))
    return connection.execute(query, [name]).fetchone() is not None


def _run(connection: psycopg.Connection, template: str, *names: str) -> None:
    connection.execute(sql.SQL(template).format(*(sql.Identifier(name) for name in names)))


def _can_clone(folder: Path) -> bool:
    """Whether this disk takes `copy_file_range`, which PostgreSQL's "clone" means on Linux."""
    if not hasattr(os, "copy_file_range"):
        return False
    source, target = folder / "clone-test", folder / "clone-test.copy"
    try:
        source.write_bytes(b"x")
        with source.open("rb") as reader, target.open("wb") as writer:
            return os.copy_file_range(reader.fileno(), writer.fileno(), 1) == 1
    except OSError:
        return False
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
