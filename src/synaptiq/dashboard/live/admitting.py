"""Who may hear a stream: asked when it opens, and again with each heartbeat.

Of Django, in a thread of few, so that the rules of signing in stand in one place and an open stream
holds neither thread nor connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import parse_cookie

from synaptiq.accounts import queries
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import Permission
from synaptiq.kit import clock
from synaptiq.kit.asgi import Scope

THREADS = 2


@dataclass(frozen=True)
class Asked:
    """What a request for a stream says: the key of its session, and the account and member (public
    ids) for whom its page was made."""

    session: str
    account: str
    member: str


@dataclass(frozen=True)
class Admitted:
    """Account and member, by their integer keys."""

    account_pk: int
    member_pk: int


class Door:
    """For the streams of one event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")

    async def admit(self, asked: Asked) -> Admitted | None:
        """None: nobody is signed in by that session, or not this member of this account, or they
        may not read. Raises what Django raises where the database is out of reach."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _by_itself, asked)

    async def leave(self, member_pk: int) -> None:
        """The last page of this member in this process was closed. Best effort: what is not said
        now counts for some seconds more."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(DatabaseError, RuntimeError):
            await loop.run_in_executor(self._threads, _left, member_pk)

    def close(self) -> None:
        self._threads.shutdown(wait=True)


def session_of(scope: Scope) -> str:
    """The key of the session's cookie; "" without one."""
    # HTTP/2 may send several of this header, which belong together by semicolons.
    sent = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    held = parse_cookie("; ".join(sent)).get(settings.SESSION_COOKIE_NAME, "")
    return str(held).replace("\0", "")


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a page of ours asks. Browsers say so of whatever they ask for; who says nothing of it
    is none, and has no cookie that somebody else could use."""
    site = headers.get("sec-fetch-site", "same-origin")
    origin, host = headers.get("origin"), headers.get("host", "")
    return site == "same-origin" and (origin is None or origin.partition("://")[2] == host)


def admit(asked: Asked) -> Admitted | None:
    """The same, in this thread; and that the member is here."""
    user = queries.person_of_session(asked.session) if asked.session else None
    for member in queries.memberships(user) if user else ():
        if (member.account.public_id, member.public_id) == (asked.account, asked.member):
            if Permission.READ not in member.permissions:
                return None
            Member.across_accounts.filter(pk=member.pk).update(seen_at=clock.now())
            return Admitted(member.account_id, member.pk)
    return None


def _left(member_pk: int) -> None:
    try:
        Member.across_accounts.filter(pk=member_pk).update(seen_at=None)
    finally:
        connections.close_all()


def _by_itself(asked: Asked) -> Admitted | None:
    try:
        return admit(asked)
    finally:
        connections.close_all()
