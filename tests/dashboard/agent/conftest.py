"""Whoever may change the agent, signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from synaptiq.accounts.actors import Actor
from tests.dashboard.clients import client_of


@pytest.fixture
def client(actor: Callable[..., Actor]) -> Client:
    admin = actor("admin")
    assert admin.member
    return client_of(admin.member)
