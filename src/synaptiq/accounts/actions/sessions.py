"""Where a person is signed in: kept as they go, and ended by them.

No entries in an audit log: a session is a person's, and belongs to no account. Ending one deletes
it, so that its next request is a stranger's.
"""

from __future__ import annotations

from collections.abc import Sequence

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from synaptiq.accounts import queries
from synaptiq.accounts.models import User
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict

# Where the caller's address is not known (a unix socket); the table wants one.
UNKNOWN_ADDRESS = "0.0.0.0"
LONGEST_USER_AGENT = 200


def session_seen(user: User, key: str, *, address: str | None, user_agent: str) -> None:
    """Keep that this session was used now, from where and with what."""
    seen = {
        "user": user,
        "ip": address or UNKNOWN_ADDRESS,
        "user_agent": user_agent[:LONGEST_USER_AGENT],
        "last_seen_at": clock.now(),
    }
    UserSession.objects.update_or_create(
        session_key=key, defaults=seen, create_defaults=seen | {"created_at": clock.now()}
    )


def end_session(user: User, session_id: str, *, current: str) -> UserSession:
    """Sign this person out where `session_id` is; returns what was kept of it. `current`: the key
    of the asking session, which ends by signing out."""
    session = queries.session(user, session_id)
    if session.session_key == current:
        raise Conflict("This is the session that you are using. To end it, sign out.")
    _end([session])
    return session


def end_other_sessions(user: User, *, current: str) -> int:
    """Sign this person out everywhere else; returns in how many places they were."""
    others = [one for one in queries.sessions(user) if one.session_key != current]
    _end(others)
    return len(others)


def _end(sessions: Sequence[UserSession]) -> None:
    keys = [one.session_key for one in sessions]
    with transaction.atomic():
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()


def forget_sessions() -> int:
    """Delete what is kept of sessions that are over, addresses above all; returns how many."""
    living = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    deleted, _ = UserSession.objects.exclude(session_key__in=living).delete()
    return int(deleted)
