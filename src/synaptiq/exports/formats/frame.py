"""What a format must know of a run beside its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synaptiq.exports.spec import Options


@dataclass(frozen=True)
class Frame:
    """`timezone` is the account's when the run was asked for, `generated_at` that moment, `rows`
    how many the file will hold."""

    options: Options
    timezone: str
    generated_at: datetime
    rows: int
