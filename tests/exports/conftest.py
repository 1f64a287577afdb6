"""Each test has folders of its own for files, so that what is left over can be seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.exports.contract")


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    """Spool and store of this test: `spool` and `exports` below the path that it gives."""
    settings.SPOOL_DIR = tmp_path / "spool"
    settings.EXPORT_DIR = tmp_path / "exports"
    return tmp_path
