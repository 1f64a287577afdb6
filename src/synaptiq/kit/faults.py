"""Logging what should not happen, without what people typed.

PostgreSQL's message of a broken constraint quotes the row (`Key (email)=(…) already exists`), and a
traceback ends in it. Of the database's refusals the log gets what a developer needs: the class, the
SQLSTATE, the constraint, and where in the code it was.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import Error

from synaptiq.kit.database import cause


def log_failure(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log that `what` failed by this exception, as an error with its traceback."""
    refused = _refusal(error)
    if refused is None:
        log.error("%s failed", what, exc_info=error)
    else:
        log.error("%s failed: %s", what, refused)


class LogFormatter(logging.Formatter):
    """Lines of the log, of whoever writes them: an exception of the database without its row, and
    no link that is a secret. `secret` are beginnings of paths behind which nothing is shown."""

    def __init__(self, *args: Any, secret: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._links = re.compile(f"({'|'.join(map(re.escape, secret))})[^\\s/?]{{12,}}")
        self._has_links = bool(secret)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """The traceback, of a refusal of the database as `log_failure` has it."""
        return _refusal(ei[1]) or super().formatException(ei)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return self._links.sub(r"\1…", line) if self._has_links else line


def _refusal(error: BaseException) -> str | None:
    """What the database refused, and where in the code; None where it was not the database."""
    found = next((one for one in _chain(error) if isinstance(one, Error | psycopg.Error)), None)
    if found is None:
        return None
    said = cause(found)
    constraint = getattr(getattr(said, "diag", None), "constraint_name", None)
    trace = "".join(traceback.format_tb(error.__traceback__))
    state = getattr(said, "sqlstate", None)
    return f"{type(said).__name__}, SQLSTATE {state}, constraint {constraint}\n{trace}"


def _chain(error: BaseException | None) -> list[BaseException]:
    """An exception and those that it came of, as a traceback shows them."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        context = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or context
    return found
