"""Public material that lies beside the checkout and is no part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared"


def data(name: str) -> Path:
    """A file of the shared data; a test whose file is missing is skipped, and says which."""
    path = FOLDER / "data" / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path


def seed(name: str) -> Path:
    """A page that the product was made after; a test whose page is missing is skipped likewise."""
    path = FOLDER / "seeds" / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path
