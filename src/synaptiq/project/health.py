"""Whether this process lives, and whether it can serve: for load balancers and `doctor`."""

from __future__ import annotations

import psycopg
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from synaptiq.accounts.grants import faults_of_role
from synaptiq.kit.database import drop_dead_connections, try_to_connect
from synaptiq.kit.installation import HEADER, installation_mark


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers. Asks nothing of the database."""
    return _answer([])


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served, else 503 with what is missing."""
    return _answer(faults())


def faults() -> list[str]:
    """Why this process cannot serve, in sentences; empty when it can. No address, no secret."""
    try:
        # Said at once; the pool would try for ten seconds.
        try_to_connect(seconds=2)
        # After a restart of the database: whoever comes next need not find them one by one.
        drop_dead_connections()
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            word = "migration is" if len(missing) == 1 else "migrations are"
            return [f"{len(missing)} {word} not applied; run synaptiq migrate."]
        return faults_of_role()
    except (DatabaseError, psycopg.Error):
        return ["The database does not answer."]


def _answer(faults: list[str]) -> JsonResponse:
    body = {"status": "not ready" if faults else "ok", **({"faults": faults} if faults else {})}
    response = JsonResponse(body, status=503 if faults else 200)
    response["Cache-Control"] = "no-store"
    response[HEADER] = installation_mark()
    return response


urlpatterns: list[URLPattern] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
