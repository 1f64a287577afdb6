"""A failure is logged with what a developer needs, and without what people typed."""

from __future__ import annotations

import logging

import pytest
from django.db import IntegrityError, transaction

from synaptiq.accounts.models import User
from synaptiq.kit.faults import log_failure

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
