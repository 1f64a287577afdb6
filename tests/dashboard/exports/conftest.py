"""Runs for tests of their pages: asked for and brought to an end as the product does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.exports import actions, pipeline
from synaptiq.exports.models import Export

MakeRun = Callable[..., Export]


@pytest.fixture
def ready(actor: Callable[..., Actor]) -> MakeRun:
    """`ready(format="json")`: a run with its file. Needs `committed_db`, for its snapshot."""

    by = actor("export", email="maker@example.org")

    def make(**given: Any) -> Export:
        request = {"dataset": "leads", "scope": "filter", "format": "csv", **given}
        export = actions.request(by, request, in_this_process=True)
        pipeline.run(export)
        return export

    return make
