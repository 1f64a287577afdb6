"""Mail goes the product's way: pytest-django would catch it before it is stored."""

from __future__ import annotations

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def queued_mail(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "synaptiq.accounts.mail.QueuedBackend"
