"""Fingerprints of all tables: what did a request change, and in whose rows?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.db import connection

from synaptiq.accounts.models import Account
from tests.tenancy.world import users_of

# A refusal is recorded, a session is touched and kept in the list of them, attempts are throttled.
NOT_COUNTED = {
    "accounts_auditentry", "accounts_audittext", "django_session", "usersessions_usersession",
    "cache",
}  # fmt: skip


@dataclass(frozen=True)
class Before:
    """Fingerprints as `everything` and `of_account` gave them before a request."""

    all: dict[str, str]
    ours: dict[str, str]


def everything() -> dict[str, str]:
    """Table → a hash of all its rows."""
    return _hashes(dict.fromkeys(_tables(), "TRUE"))


def of_account(account: Account) -> dict[str, str]:
    """Table → a hash of the rows that belong to an account or to its people."""
    people = ", ".join(str(pk) for pk in users_of(account))
    owned = dict.fromkeys(_tables("account_id"), f"account_id = {account.pk}")
    personal = dict.fromkeys(_tables("user_id"), f"user_id IN ({people})")
    itself = {
        "accounts_account": f"id = {account.pk}",
        "accounts_user": f"id IN ({people})",
    }
    return _hashes(personal | owned | itself)


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that differ."""
    return sorted(table for table in before if before[table] != after[table])


@cache
def _tables(column: str = "") -> list[str]:
    """Tables that are compared, with this column if one is named; they stay for a whole run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.table_name FROM information_schema.tables t "
            "JOIN information_schema.columns c USING (table_schema, table_name) "
            "WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' "
            "AND (%s = '' OR c.column_name = %s)",
            [column, column],
        )
        return sorted(name for (name,) in cursor.fetchall() if name not in NOT_COUNTED)


def _hashes(conditions: dict[str, str]) -> dict[str, str]:
    parts = [
        f"SELECT '{table}', md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) "
        f'FROM "{table}" r WHERE {condition}'
        for table, condition in conditions.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())
