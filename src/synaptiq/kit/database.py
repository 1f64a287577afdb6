"""From a DATABASE_URL to Django's settings and to plain psycopg connections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from django.db import InterfaceError, OperationalError, connections

from synaptiq.kit.priorities import stand_back

DATABASE_ERRORS = (psycopg.OperationalError, OperationalError, InterfaceError)
# A database that cannot be reached, shuts down, starts or is full of connections: SQLSTATE.
_AWAY = re.compile(r"08...|57P0[123]|53300")
# A server that is gone without a word (its machine, or the network) is noticed within half a
# minute: whoever waits for its answer would wait for hours otherwise.
_NOTICED = {
    "keepalives_idle": "15", "keepalives_interval": "5", "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}  # fmt: skip
# For so long a pool tries to make a connection, before whoever asks next has it try anew. It adds
# none beside one that is being tried, and waits twice as long each time: with its own five minutes
# a database that had been away for one was out of reach for up to another.
RECONNECT_SECONDS = 3.0
# With PostgreSQL's own 4 MB of work_mem the bitmap of a filter that half a million leads meet
# forgets single rows, and all rows of its pages are looked at: 0.5 s instead of 0.1 s for a list.
SESSION_OPTIONS = (
    "-c timezone=UTC -c datestyle=ISO -c client_encoding=UTF8 -c jit=off -c work_mem=32MB"
)


def django_database(url: str) -> dict[str, Any]:
    """Django's settings for this PostgreSQL. Under ASGI requests are threads: hence the pool."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or query.pop("dbname", "synaptiq"),
        "USER": unquote(parts.username or "") or query.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or query.pop("password", ""),
        "HOST": unquote(parts.hostname or "") or query.pop("host", ""),
        "PORT": str(parts.port or "") or query.pop("port", ""),
        "CONN_MAX_AGE": 0,
        # The pool then tries a connection before it is used: after a restart of the database all
        # those that lay in it are dead.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {
                "min_size": 0,
                "max_size": 20,
                "timeout": 10,
                "reconnect_timeout": RECONNECT_SECONDS,
            },
            "options": SESSION_OPTIONS,
            **_NOTICED,
            **query,
        },
        "TEST": {"MIGRATE": True},
    }


def ask(
    sql: str, params: Sequence[Any] | Mapping[str, Any], alias: str = "default"
) -> list[tuple[Any, ...]]:
    """The rows of a statement, over Django's connection and in its transaction; none where it gives
    none.

    For statements that are asked all day: PostgreSQL gets them once for each connection and keeps
    their plans, which for many of ours takes longer than doing what they say. Django binds values
    into the text, so that each would be a new one. The types of bare values must be plain from
    where they stand, or be written (`%s::text`). Raises what Django raises.
    """
    django = connections[alias]
    django.validate_no_broken_transaction()
    django.ensure_connection()
    raw = django.connection
    # Django turns it off. Its own cursors do not ask for it, and nothing changes for them.
    raw.prepare_threshold = 1
    with django.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(sql, params, prepare=True)
        result = cursor.pgresult
        return cursor.fetchall() if result and result.nfields else []


@contextmanager
def own_connection(alias: str = "default") -> Iterator[psycopg.Connection[Any]]:
    """A connection outside Django's pool, for work that holds one for long (an export's snapshot).

    autocommit, so that its owner begins and ends transactions by hand. Leaving closes it, whatever
    it was doing: psycopg's own `with` would commit first, and that waits for ever for the end of a
    COPY that nobody reads any more. The server looks every two seconds whether its client still
    lives, also in the middle of a long statement: otherwise the locks of a killed process would be
    held until that statement ends. What a niced process asks over it takes no more from others than
    that process does.
    """
    params = connection_parameters(alias)
    params["options"] = f"{params.get('options', '')} -c client_connection_check_interval=2s"
    connection = psycopg.connect(**params, autocommit=True)
    try:
        stand_back(connection)
        yield connection
    finally:
        connection.close()


def try_to_connect(alias: str = "default", *, seconds: int = 5) -> None:
    """Raise psycopg's own error, with its reason, where no connection can be made in that time. The
    pool of Django would try again and again, and then only say that it got none."""
    psycopg.connect(**{"connect_timeout": seconds, **connection_parameters(alias)}).close()


def drop_dead_connections(alias: str = "default") -> None:
    """Take those out of Django's pool that a restart of the database has ended. Whoever is given a
    dead one waits a second before the next, after that two, then four: with five of them in the
    pool, which a page and what it asks for leave there, requests failed after ten seconds."""
    pool = getattr(connections[alias], "pool", None)
    # Before its first connection it is not open, and has nothing that works for it.
    if pool is not None and not pool.closed:
        pool.check()


def connection_parameters(alias: str = "default") -> dict[str, Any]:
    """What psycopg itself takes of Django's settings."""
    params = connections[alias].get_connection_params()
    for name in ("context", "cursor_factory", "prepare_threshold"):
        params.pop(name, None)
    return params


def is_away(error: BaseException) -> bool:
    """Whether the database went away, so that the same may succeed when it is back; not so a full
    disk or a cancelled statement, which are `OperationalError`s too."""
    if not isinstance(error, DATABASE_ERRORS):
        return False
    state = getattr(cause(error), "sqlstate", None)
    return state is None or bool(_AWAY.fullmatch(state))


def cause(error: BaseException) -> BaseException:
    """What psycopg raised, below Django's exception."""
    return error.__cause__ or error
