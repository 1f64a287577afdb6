"""`synaptiq doctor`: what is set, reachable, migrated and running. It looks, and changes nothing.

Every check gives lines of one shape, so that people and `--json` read the same findings.
"""

from __future__ import annotations

import json as jsons
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from synaptiq.kit import config, embedded
from synaptiq.kit.installation import HEADER, installation_mark
from synaptiq.terminal import environment
from synaptiq.terminal.outcome import ExitCode, Stop
from synaptiq.terminal.saying import data

OLDEST_POSTGRES = 17
LEAST_FREE_BYTES = 2 * 1024**3
_HEARD_SECONDS = 10
_WAIT_SECONDS = 3


@dataclass(frozen=True)
class Finding:
    """`level` wrong: something does not work. note: worth knowing, not in the way."""

    area: str
    level: Literal["ok", "note", "wrong"]
    text: str


def doctor(
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Print a new key for ENCRYPTION_KEYS, nothing else.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Tell what is set, reachable, migrated and running. Exit code 1 if something is wrong."""
    if new_key:
        from synaptiq.kit import encryption

        data(encryption.new_key())
        return
    findings = list(examine())
    if json:
        data(jsons.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            data(f"{finding.area:<10} {finding.level:<6} {finding.text}")
    if any(finding.level == "wrong" for finding in findings):
        raise typer.Exit(ExitCode.FAILED)


def examine() -> Iterator[Finding]:
    """All findings, in the order in which things depend on each other."""
    yield from _settings()
    try:
        values = config.read()
    except config.ConfigError as error:
        for line in str(error).splitlines():
            yield Finding("settings", "wrong", line)
        return
    yield from _disk(values)
    if values["DATABASE_URL"]:
        yield from _with_database()
    else:
        yield from _embedded(values["SYNAPTIQ_HOME"])
    # Set by now also where the embedded database runs. Without one, nothing of ours can answer.
    if os.environ.get("DATABASE_URL"):
        yield from _web(values)


def _settings() -> Iterator[Finding]:
    for setting in config.SETTINGS:
        value = os.environ.get(setting.name, "").strip()
        if value:
            shown = "(set, not shown)" if setting.hidden else value
            yield Finding("settings", "ok", f"{setting.name} = {shown}")
    if os.environ.get(config.EMBEDDED) == "1":
        yield Finding("settings", "note", f"{config.EMBEDDED} is set: for our own processes only")


def _disk(values: dict[str, Any]) -> Iterator[Finding]:
    for name in ("SYNAPTIQ_HOME", "SPOOL_DIR", "EXPORT_DIR", "IMPORT_DIR"):
        folder: Path = values[name]
        there = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(there).free
        text = f"{name} {folder}: {free / 1024**3:.1f} GB free"
        if not os.access(there, os.W_OK | os.X_OK):
            yield Finding("disk", "wrong", f"{text}, and nothing can be written there")
        else:
            yield Finding("disk", "note" if free < LEAST_FREE_BYTES else "ok", text)


def _embedded(home: Path) -> Iterator[Finding]:
    try:
        status = embedded.status(home)
    except embedded.EmbeddedError as error:
        yield Finding("database", "wrong", str(error))
        return
    if status is None:
        yield Finding(
            "database", "note", f"DATABASE_URL is not set; no embedded database in {home}"
        )
    elif not status["running"]:
        text = f"DATABASE_URL is not set; the embedded database in {status['data']} is stopped"
        yield Finding("database", "note", text)
    else:
        text = f"embedded PostgreSQL {status['version']}, process {status['pid']}, {status['data']}"
        yield Finding("database", "ok", text)
        with environment.embedded_database(home, may_migrate=False):
            yield from _database()


def _with_database() -> Iterator[Finding]:
    with environment.ready(may_embed=False, check_schema=False):
        yield from _database()


def _database() -> Iterator[Finding]:
    """What the database of this process, which Django is set up on, says."""
    from django.db import connection

    try:
        environment.check_reachable()
    except Stop as stop:
        yield Finding("database", "wrong", str(stop).partition("\n")[0])
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('server_version_num')::int / 10000")
        role, version = cursor.fetchone()
    level: Literal["ok", "wrong"] = "ok" if version >= OLDEST_POSTGRES else "wrong"
    wanted = "" if level == "ok" else f"; {OLDEST_POSTGRES} or later is needed"
    yield Finding("database", level, f"reachable as {role}, PostgreSQL {version}{wanted}")
    missing = environment.missing_migrations()
    if missing:
        text = f"{len(missing)} migrations are missing, the first {missing[0]}: synaptiq migrate"
        yield Finding("database", "wrong", text)
        return
    yield Finding("database", "ok", "migrated to this version")
    from synaptiq.accounts.grants import faults_of_role

    for fault in faults_of_role():
        yield Finding("database", "wrong", fault)
    yield from _jobs()


def _jobs() -> Iterator[Finding]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [_HEARD_SECONDS],
        )
        (workers,) = cursor.fetchone()
        cursor.execute(
            "SELECT queue_name, count(*) FILTER (WHERE status = 'todo'),"
            " count(*) FILTER (WHERE status = 'doing'), count(*) FILTER (WHERE status = 'failed')"
            " FROM procrastinate_jobs GROUP BY queue_name ORDER BY queue_name"
        )
        queues = cursor.fetchall()
        cursor.execute(
            "SELECT 'chat', count(*) FILTER (WHERE state = 'pending'),"
            " count(*) FILTER (WHERE state = 'running'), count(*) FILTER (WHERE state = 'failed')"
            " FROM conversations_turn WHERE state <> 'done' HAVING count(*) > 0"
        )
        queues += cursor.fetchall()
    if workers:
        yield Finding("worker", "ok", f"{workers} queues are worked on (one for each and process)")
    else:
        yield Finding("worker", "note", "no worker runs: visitors and exports wait")
    for queue, waiting, running, failed in queues:
        text = f"queue {queue}: {waiting} waiting, {running} running, {failed} failed"
        yield Finding("worker", "note" if failed else "ok", text)


def _web(values: dict[str, Any]) -> Iterator[Finding]:
    """Whether a web process answers here. Not through PUBLIC_URL, which may lie behind a proxy."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(values["BIND_HOST"], values["BIND_HOST"])
    address = f"http://{f'[{host}]' if ':' in host else host}:{values['BIND_PORT']}"
    if not values["DATABASE_URL"]:
        address = environment.kept_address(values["SYNAPTIQ_HOME"]) or address
    address += "/readyz"
    try:
        with urllib.request.urlopen(address, timeout=_WAIT_SECONDS) as answer:  # noqa: S310
            status, mark = answer.status, answer.headers[HEADER]
    except urllib.error.HTTPError as error:
        status, mark = error.code, error.headers[HEADER]
    except (OSError, ValueError, HTTPException):
        yield Finding("web", "note", f"nothing answers at {address}")
        return
    if mark != installation_mark():
        yield Finding("web", "note", f"what answers at {address} is not this installation")
    else:
        yield Finding("web", "ok" if status == 200 else "wrong", f"{address} answers {status}")
