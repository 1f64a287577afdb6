"""The world of `world.py`, made once for a file and given to each test as it was made."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from synaptiq.accounts.models import User
from synaptiq.kit import clock
from tests.tenancy import rows, world
from tests.tenancy.rows import Before
from tests.tenancy.world import World

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """In a transaction that ends with the file: a world takes longer to make than a test runs."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.freeze(NOW):
            made = world.make()
            # That somebody signed in is not what a request changes.
            User.objects.update(last_login=None)
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def before(world_of_file: World) -> Before:
    """What all tables held when it had been made."""
    return Before(rows.everything(), rows.of_account(world_of_file.ours))


@pytest.fixture
def made(world_of_file: World) -> Iterator[World]:
    """What a test does to it is undone."""
    with clock.freeze(NOW), transaction.atomic():
        yield copy.deepcopy(world_of_file)
        transaction.set_rollback(True)
