"""What a rule found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """A value (None where refused) of one criterion, with the words that say it."""

    criterion: str
    value: Any
    quote: str
    status: str = "known"
