"""Where is measured: accounts with many, some and few leads on one embedded database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from synaptiq.accounts import actions, actors
from synaptiq.accounts.models import Member, User
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import actions as exports
from synaptiq.exports.models import Export
from synaptiq.kit import embedded
from synaptiq.terminal.seed import add_leads

SOME, FEW = 10_000, 100


@dataclass(frozen=True)
class Place:
    """`many`, `some` and `few` are the owners of accounts with that many leads."""

    folder: Path
    url: str
    leads: int
    many: Member
    some: Member
    few: Member

    @classmethod
    def make(cls, folder: Path, leads: int) -> Place:
        urls = embedded.start(folder).urls
        with _without_text_indexes(folder):
            owners = _owner("many", leads), _owner("some", SOME), _owner("few", FEW)
        _settle(folder)
        return cls(folder, urls.runtime, leads, *owners)


@dataclass(frozen=True)
class Target:
    """One figure with what it should be; `at_most` False: at least."""

    name: str
    figure: float
    limit: float
    unit: str
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        return self.figure <= self.limit if self.at_most else self.figure >= self.limit

    def __str__(self) -> str:
        said = f"{'at most' if self.at_most else 'at least'} {self.limit:g} {self.unit}"
        met = "" if self.is_met else "  MISSED"
        return f"{self.name:<56} {self.figure:8.2f} {self.unit:<3} {said}{met}"


def request(member: Member, format: str = "csv", *, by_job: bool = False) -> Export:
    """A run of all leads of this member's account; `by_job` for a worker."""
    given = {"dataset": "leads", "format": format, "scope": "filter"}
    return exports.request(actors.of_member(member), given, in_this_process=not by_job)


def add_owner(place: Place, name: str, leads: int) -> Member:
    """The owner of one more account with leads, for a part that needs it."""
    if leads:
        with _without_text_indexes(place.folder):
            owner = _owner(name, leads)
    else:
        owner = _owner(name, leads)
    _settle(place.folder)
    return owner


@contextmanager
def _without_text_indexes(folder: Path) -> Iterator[None]:
    """Fill tables with the GIN indexes away, and build them at the end: kept up to date row by row,
    those of letter triples take most of the time that a million leads need."""
    with (
        embedded.start(folder) as server,
        psycopg.connect(server.urls.owner, autocommit=True) as own,
    ):
        found = own.execute(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE tablename = 'leads_lead' AND indexdef LIKE '% USING gin %'"
        ).fetchall()
        for name, _ in found:
            own.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        yield
        own.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in found:
            own.execute(definition)


def _settle(folder: Path) -> None:
    """What autovacuum would do a minute later, in the middle of the measuring."""
    with embedded.start(folder) as server:
        with psycopg.connect(server.urls.owner, autocommit=True) as owner:
            owner.execute("VACUUM (ANALYZE) leads_lead")
        with psycopg.connect(server.urls.superuser, autocommit=True) as own:
            own.execute("CHECKPOINT")


def _owner(name: str, leads: int) -> Member:
    user = User.objects.create_user(f"{name}@bench.example", "not a secret")
    member = actions.create_account(user, name, "UTC")
    with acting_for(member.account_id):
        add_leads(member.account, leads)
    return member
