"""Logging what should not happen, without what people typed.

PostgreSQL's message of a broken constraint quotes the row (`Key (email)=(…) already exists`), and a
traceback ends in it. Of the database's refusals the log gets what a developer needs: the class, the
SQLSTATE, the constraint, and where in the code it was.
"""

from __future__ import annotations

import logging
import traceback

import psycopg
from django.db import Error

from synaptiq.kit.database import cause


def log_failure(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log that `what` failed by this exception, as an error with its traceback."""
    refusal = next((one for one in _chain(error) if isinstance(one, Error | psycopg.Error)), None)
    if refusal is None:
        log.error("%s failed", what, exc_info=error)
        return
    said = cause(refusal)
    diagnosis = getattr(said, "diag", None)
    log.error(
        "%s failed: %s, SQLSTATE %s, constraint %s\n%s", what, type(said).__name__,
        getattr(said, "sqlstate", None), getattr(diagnosis, "constraint_name", None),
        "".join(traceback.format_tb(error.__traceback__)),
    )  # fmt: skip


def _chain(error: BaseException | None) -> list[BaseException]:
    """An exception and those that it came of, as a traceback shows them."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        context = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or context
    return found
