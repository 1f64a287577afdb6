"""The states of a run and every way between them, in one table.

    requested → running → ready → expired
        │          │        └────────┴──→ withdrawn
        └──────────┴──→ failed, cancelled, withdrawn

A state is only ever changed by `Export.move`, which updates with the old state in its filter: of
two that try, one gets it.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    REQUESTED = "requested"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_S = State

TRANSITIONS: dict[State, frozenset[State]] = {
    # running → running: claimed again after its worker was lost, with the next attempt.
    _S.REQUESTED: frozenset({_S.RUNNING, _S.FAILED, _S.CANCELLED, _S.WITHDRAWN}),
    _S.RUNNING: frozenset({_S.RUNNING, _S.READY, _S.FAILED, _S.CANCELLED, _S.WITHDRAWN}),
    _S.READY: frozenset({_S.EXPIRED, _S.WITHDRAWN}),
    _S.FAILED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.EXPIRED: frozenset({_S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset(),
}

UNFINISHED = frozenset({State.REQUESTED, State.RUNNING})
