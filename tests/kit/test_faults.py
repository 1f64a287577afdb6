"""A failure is logged with what a developer needs, and without what people typed."""

from __future__ import annotations

import logging

import pytest
from django.db import IntegrityError, transaction

from synaptiq.accounts.models import User
from synaptiq.kit.faults import LogFormatter, log_failure

log = logging.getLogger("synaptiq.tests")


@pytest.mark.django_db
def test_a_broken_constraint_is_named_without_the_row(caplog: pytest.LogCaptureFixture) -> None:
    User.objects.create_user("jane@acme.example", "correct horse battery")
    try:
        try:
            with transaction.atomic():
                User.objects.create_user("jane@acme.example", "correct horse battery")
        except IntegrityError as broken:
            # As an error that another one came of: a traceback would hold both.
            raise RuntimeError("while it was dealt with") from broken
    except RuntimeError as error:
        log_failure(log, "batch_1", error)
    assert (
        "batch_1 failed: UniqueViolation, SQLSTATE 23505, constraint accounts_user" in caplog.text
    )
    assert "in test_a_broken_constraint" in caplog.text
    assert "jane@acme" not in caplog.text


def test_any_other_failure_is_logged_with_its_words(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("the third row")
    except ValueError as error:
        log_failure(log, "imp_1", error)
    assert "imp_1 failed" in caplog.text
    assert "ValueError: the third row" in caplog.text


def line_of(message: str, *args: object, error: BaseException | None = None) -> str:
    """What the product's formatter makes of it."""
    about = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, message, args, about)
    formatter = LogFormatter("%(levelname)s %(message)s", secret=["/m/", "/invitation/"])
    return formatter.format(record)


@pytest.mark.django_db
def test_what_others_log_of_a_broken_constraint_has_no_row_either() -> None:
    address = "jane@acme.example"
    User.objects.create_user(address, "correct horse battery")
    try:
        with transaction.atomic():
            User.objects.create_user(address, "correct horse battery")
    except IntegrityError as error:
        line = line_of("Internal Server Error: %s", "/admin/", error=error)
    assert "UniqueViolation, SQLSTATE 23505, constraint accounts_user" in line
    assert "in test_what_others_log" in line
    assert "jane@acme" not in line


def test_a_link_that_is_a_secret_is_not_written_down() -> None:
    line = line_of("Forbidden (%s): %s", "no cookie", "/m/mtg_bz5aetqjva.JPc-JMfX_0123/cancel")
    assert line == "ERROR Forbidden (no cookie): /m/…/cancel"
    assert line_of("Gone: /invitation/abcdefghijklmnop/") == "ERROR Gone: /invitation/…/"
    assert line_of("Not Found: /m/short?a=1") == "ERROR Not Found: /m/short?a=1"


def test_any_other_exception_is_written_whole() -> None:
    try:
        raise ValueError("the third row")
    except ValueError as error:
        line = line_of("Failed", error=error)
    assert "ValueError: the third row" in line
