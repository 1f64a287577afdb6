"""Which database a command works on, settled before Django starts.

With DATABASE_URL set that is the one, and the embedded server is never touched. Without it, `web`
and `worker` refuse, and every other command starts or joins the embedded server of SYNAPTIQ_HOME,
says so, and brings it up to this version. Settings then read the same variables in both cases.
"""

from __future__ import annotations

import gc
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synaptiq.kit import config, embedded
from synaptiq.kit.embedded import locks
from synaptiq.kit.embedded.record import RUNTIME, write_private
from synaptiq.terminal.outcome import ExitCode, Stop
from synaptiq.terminal.saying import say

SETTINGS = "synaptiq.project.settings"
_SOURCE = Path(__file__).resolve().parents[2]


@contextmanager
def ready(*, may_embed: bool = True, check_schema: bool = True) -> Iterator[None]:
    """Django set up on a database that this version can use, for as long as the block lasts.

    Raises ConfigError, EmbeddedError or Stop. `check_schema` False: also on one that is behind.
    """
    values = config.read()
    if values["DATABASE_URL"] or not may_embed:
        _require_database(values["DATABASE_URL"])
        _start_django()
        if check_schema:
            check_reachable()
            check_migrated()
            check_role()
        yield
        return
    home: Path = values["SYNAPTIQ_HOME"]
    say(f"DATABASE_URL is not set: using the embedded database in {home}")
    with embedded_database(home):
        yield


def command(*arguments: str) -> list[str]:
    """What starts another `synaptiq …` beside this one."""
    return [sys.executable, "-m", "synaptiq.terminal.start", *arguments]


@contextmanager
def embedded_database(home: Path, *, may_migrate: bool = True) -> Iterator[embedded.Server]:
    """The embedded server, at this version, and this process's variables pointing at it."""
    with embedded.start(home, say=lambda message: say(f"{message} …")) as server:
        point_at(server, home)
        try:
            if may_migrate and missing_migrations():
                say("Bringing the embedded database up to this version …")
                migrate(server.urls.owner, RUNTIME)
            yield server
        finally:
            close_connections()


def point_at(server: embedded.Server, home: Path) -> None:
    """Set this process's variables, and so its children's, to an embedded server; start Django."""
    os.environ.update(_kept_secrets(home))
    if not os.environ.get("PUBLIC_URL") and (address := kept_address(home)):
        os.environ["PUBLIC_URL"] = address
    os.environ["DATABASE_URL"] = server.urls.runtime
    os.environ[config.EMBEDDED] = "1"
    _start_django()


def keep_address(home: Path, url: str) -> None:
    """Note where the demo of this home is reached: links that other commands print lead there."""
    write_private(home / "address", url)


def kept_address(home: Path) -> str | None:
    """Where the demo of this home is, or was the last time; None before its first start."""
    try:
        return (home / "address").read_text("utf-8")
    except FileNotFoundError:
        return None


def check_reachable() -> None:
    """Stop unless the database answers."""
    import psycopg

    from synaptiq.kit.database import try_to_connect

    try:
        try_to_connect()
    except psycopg.Error as error:
        raise Stop(
            f"The database of DATABASE_URL does not answer: {str(error).strip()}\n"
            "Start it, or correct DATABASE_URL; `synaptiq doctor` shows what works."
        ) from error


def check_migrated() -> None:
    """Stop unless every migration of this version is applied."""
    missing = missing_migrations()
    if missing:
        raise Stop(
            f"The database lacks {len(missing)} migration{'s' if len(missing) > 1 else ''} of this "
            f"version (the first is {missing[0]}). Run `synaptiq migrate`."
        )


def check_role() -> None:
    """Stop unless the database role of this process is one that may serve."""
    from synaptiq.accounts.grants import faults_of_role

    faults = faults_of_role()
    if faults:
        raise Stop(
            "\n".join(faults)
            + "\nMake DATABASE_URL name another role, and give DATABASE_OWNER_URL "
            "to `synaptiq migrate`, which grants that role what it needs."
        )


def missing_migrations() -> list[str]:
    """Migrations of this version that the database lacks, in order; needs Django."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate(owner_url: str, runtime_role: str) -> None:
    """Migrate as the owner, in a process of its own. Raises Stop with what it said."""
    environment = {**child_environment(), "DATABASE_URL": owner_url}
    done = subprocess.run(
        [sys.executable, "-m", "synaptiq.terminal.migrating", runtime_role],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        raise Stop(f"The migration failed:\n{(done.stderr or done.stdout).strip()}")


def child_environment() -> dict[str, str]:
    """This process's variables for one of our own programs, which must find this same source."""
    path = os.environ.get("PYTHONPATH", "")
    if str(_SOURCE) not in path.split(os.pathsep):
        path = os.pathsep.join(filter(None, [str(_SOURCE), path]))
    return {**os.environ, "PYTHONPATH": path}


def close_connections() -> None:
    """Close Django's connections and its pool: before a fork, and before the server may stop."""
    from django.db import connections

    connections.close_all()
    for wrapper in connections.all(initialized_only=True):
        wrapper.close_pool()  # type: ignore[attr-defined]


def _require_database(url: str | None) -> None:
    if not url:
        raise Stop(
            "DATABASE_URL is not set, and this command runs on no embedded database. Example:\n"
            "  DATABASE_URL=postgresql://synaptiq:password@db.example.com:5432/synaptiq\n"
            "To try the product with a database of its own: synaptiq demo",
            ExitCode.USAGE,
        )


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()
    # What there is by now stays, and need not be looked through again (`start.py`).
    gc.freeze()
    gc.enable()


def _kept_secrets(home: Path) -> dict[str, str]:
    """SECRET_KEY and ENCRYPTION_KEYS of this home, made once; those that are set win."""
    from synaptiq.kit.encryption import new_key

    names = ("SECRET_KEY", "ENCRYPTION_KEYS")
    path = home / "secrets.json"
    with locks.alone(home / "secrets.lock", lambda message: None):
        try:
            kept = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            kept = {"SECRET_KEY": secrets.token_urlsafe(48), "ENCRYPTION_KEYS": new_key()}
            write_private(path, json.dumps(kept, indent=1))
    return {name: os.environ.get(name) or kept[name] for name in names}
