"""Bringing leads in: the whole import, checks and all, against a bare `COPY` of the same rows.

Both write into the same table with all its indexes, the bare one first, which is to its advantage.
The file has a column of notes that stays out, as files of other systems have: a million rows are
two gigabytes.
"""

from __future__ import annotations

import resource
from pathlib import Path
from time import perf_counter

from django.db import connection

from bench.place import Place, Target, add_owner
from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.leads import actions

_CSV = (
    "SELECT email, name, phone, company, source_url, status, score,"
    " array_to_string(tags, ',') AS tags, custom->>'company_size' AS company_size,"
    " custom->>'budget' AS budget, public_id AS external_id,"
    " repeat(md5(public_id), 60) AS notes FROM leads_lead WHERE account_id = {}"
)
_COLUMNS = (
    "email, name, phone, phone_normal, company, source_url, status, status_locked, score, tags,"
    " custom, is_test, is_spam, created_at, updated_at, last_activity_at"
)
_ROWS = (
    f"SELECT {{bare}}, 'lead_' || md5(public_id), public_id, 'import', {_COLUMNS}"
    " FROM leads_lead WHERE account_id = {many}"
)
_INTO = f"COPY leads_lead (account_id, public_id, external_id, origin, {_COLUMNS}) FROM STDIN"


def measure(place: Place) -> list[Target]:
    bare, ours = add_owner(place, "bare", 0), add_owner(place, "imported", 0)
    many, folder = place.many.account_id, place.folder
    rows, file = folder / "bare.copy", folder / "leads.csv"
    _copy_out(_ROWS.format(bare=bare.account_id, many=many), rows, "")
    _copy_out(_CSV.format(many), file, " (FORMAT csv, HEADER)")
    began = perf_counter()
    with connection.cursor() as cursor, open(rows, "rb") as source:
        with cursor.copy(_INTO) as copy:
            while chunk := source.read(1 << 20):
                copy.write(chunk)
    plain = perf_counter() - began
    seconds, grown = _import(actors.of_member(ours), ours, file, place.leads)
    print(f"a file of {file.stat().st_size / 1e9:.2f} GB")
    print(f"bare COPY {plain:.1f} s, import {seconds:.1f} s, {place.leads / seconds:,.0f} rows/s")
    return [
        Target("import / bare COPY, speed", plain / seconds, 0.3, "×", at_most=False),
        Target(f"memory of an import of {place.leads:,} rows, more than before", grown, 96, "MB"),
    ]


def _import(actor: Actor, member: Member, file: Path, leads: int) -> tuple[float, float]:
    """Seconds of the run, and by how many MB the process's highest memory grew meanwhile."""
    with acting_for(member.account_id), open(file, "rb") as source:
        given = actions.give_import(actor, source, file.name)
        look = actions.look_at_import(actor, given.public_id)
        columns = tuple(
            one.model_copy(update={"to": ""}) if one.header == "notes" else one
            for one in look.columns
        )
        started = actions.start_import(actor, given.public_id, columns, in_this_process=True)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = perf_counter()
        actions.run_import(started)
        seconds = perf_counter() - began
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        started.refresh_from_db()
        assert started.created == leads, f"{started.created:,} of {leads:,} were brought in"
    return seconds, grown / 1024


def _copy_out(select: str, target: Path, options: str) -> None:
    with connection.cursor() as cursor, open(target, "wb") as file:
        with cursor.copy(f"COPY ({select}) TO STDOUT{options}") as copy:
            for message in copy:
                file.write(message)
