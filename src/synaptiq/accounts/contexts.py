"""What an account has set that conditions of its filters depend on, whatever they choose."""

from __future__ import annotations

from typing import Protocol

from synaptiq.kit.filters import Context


class Settled(Protocol):
    """An account, or what was kept of it when something was asked for."""

    @property
    def timezone(self) -> str: ...

    @property
    def conversion_goal(self) -> str: ...


def context_of(settled: Settled) -> Context:
    return Context(timezone=settled.timezone, facts={"goal": settled.conversion_goal})
