"""Files of leads in a folder of the test's own, and a short way to bring one in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.IMPORT_DIR = tmp_path / "imports"


@pytest.fixture
def admin(account: Account, actor: Callable[..., Actor]) -> Actor:
    return actor("admin")
