"""SIGKILL of a real worker at every place where it hurts: the next one ends the runs as if nothing
had been.

One worker is stopped in six runs at six places and killed once, so that the eight seconds after
which its jobs count as lost are waited for once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.exports import actions
from synaptiq.exports.models import Export
from synaptiq.kit import clock
from tests import processes
from tests.exports.running import add_leads, ask, content, left_over, logged, run
from tests.exports.stopping_worker import PLACES
from tests.waiting import wait_until

GIVEN = {"dataset": "leads", "format": "csv", "scope": "filter"}


def test_a_killed_worker_costs_no_run_and_no_byte(
    committed_db: str, account: Account, actor: Callable[..., Actor], tmp_path: Path
) -> None:
    add_leads(account.pk, 3000)
    asking = actor("export")
    with clock.freeze(clock.now()):
        undisturbed = run(ask(asking))
        exports = {place: actions.request(asking, GIVEN) for place in PLACES}
    stopped = tmp_path / "stopped"
    stopped.mkdir()
    places = {
        "SPOOL_DIR": str(settings.SPOOL_DIR), "EXPORT_DIR": str(settings.EXPORT_DIR),
        "STOPS": json.dumps({export.public_id: place for place, export in exports.items()}),
        "STOPPED": str(stopped),
    }  # fmt: skip
    first = processes.Process(
        [sys.executable, "-m", "tests.exports.stopping_worker"],
        processes.environment(committed_db, **places),
        tmp_path / "first.log",
    )
    try:
        names = {export.public_id for export in exports.values()}
        wait_until(
            lambda: {path.name for path in stopped.iterdir()} == names, 60, "all runs to stop"
        )
        assert {e.state for e in Export.objects.exclude(pk=undisturbed.pk)} == {"running"}
        first.kill()
    finally:
        first.end()
        assert "Traceback" not in first.output()
    assert len(left_over()) == 1 + len(PLACES) - 1  # one was killed before it had a file

    with processes.worker(committed_db, program=processes.IMPATIENT, **places):
        wait_until(
            lambda: Export.objects.filter(state="ready").count() == 1 + len(PLACES), 60, "the runs"
        )
    for place, export in exports.items():
        export.refresh_from_db()
        said = [place, export.state, export.attempt, export.rows_written, export.sha256]
        assert said == [place, "ready", 2, 3000, undisturbed.sha256]
        assert logged(export) == [("export.requested", "ok"), ("export.finished", "ok")]
        assert content(export) == content(undisturbed)
    kept = [f"{undisturbed.public_id}.1", *(f"{e.public_id}.2" for e in exports.values())]
    actions.sweep_stored()
    actions.sweep_spool()
    assert left_over() == sorted(kept)
