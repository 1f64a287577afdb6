"""Asking for exports in tests, making them in this process, and looking at what is left."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import AuditEntry
from synaptiq.exports import actions, files, pipeline
from synaptiq.exports.formats.frame import Frame
from synaptiq.exports.models import Export
from synaptiq.exports.spec import Options


def frame(rows: int = 2, timezone: str = "UTC", **options: Any) -> Frame:
    """What a format is told of a run, as of the documentation's day."""
    at = datetime.fromisoformat("2026-03-15T09:22:41Z")
    return Frame(Options.model_validate(options), timezone, at, rows)


def ask(actor: Actor, **given: Any) -> Export:
    """A requested run without a job. Leads by filter as CSV, unless asked otherwise."""
    given = {"dataset": "leads", "format": "csv", "scope": "filter", **given}
    return actions.request(actor, given, in_this_process=True)


def run(export: Export) -> Export:
    """Bring it to its end in this process; the same object, as the database has it."""
    pipeline.run(export)
    export.refresh_from_db()
    return export


def exported(actor: Actor, **given: Any) -> bytes:
    """The file of a run that was asked for and made."""
    export = run(ask(actor, **given))
    assert (export.state, export.reason) == ("ready", "")
    return content(export)


def content(export: Export) -> bytes:
    with files.open_file(export.file_key) as file:
        return file.read()


def left_over() -> list[str]:
    """Names of all files in spool and store."""
    folders: list[Path] = [settings.SPOOL_DIR, settings.EXPORT_DIR]
    return sorted(p.name for folder in folders for p in folder.rglob("*") if p.is_file())


def logged(export: Export) -> list[tuple[str, str]]:
    """(action, outcome) of the run's audit entries, oldest first."""
    entries = AuditEntry.objects.filter(target=export.public_id).order_by("id")
    return list(entries.values_list("action", "outcome"))


def add_leads(account_id: int, count: int, *, first: int = 1, name: str = "Person") -> None:
    """`count` plain leads by SQL, a second apart, with ids `lead_0000001` and on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO leads_lead (account_id, public_id, name, email, status, status_locked, tags,
                                    custom, origin, is_test, is_spam,
                                    created_at, updated_at, last_activity_at)
            SELECT %s, 'lead_' || lpad(i::text, 7, '0'), %s || ' ' || i, 'p' || i || '@acme.test',
                   'new', false, '{}', '{}', 'import', false, false, at, at, at
            FROM generate_series(%s::int, %s::int) i,
                 LATERAL (SELECT %s::timestamptz + i * interval '1 second' AS at) t
            """,
            [
                account_id,
                name,
                first,
                first + count - 1,
                datetime.fromisoformat("2026-01-01T00:00Z"),
            ],
        )
