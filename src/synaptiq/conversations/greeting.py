"""The greeting that a visitor answers: signed when it was shown, believed when it comes back.

A greeting alone is no conversation and writes nothing. Answered within 30 minutes it is the first
message of the log, with the time at which it was shown; the signature says that we wrote it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.core import signing

from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import limiting
from synaptiq.kit import clock
from synaptiq.sites import greetings
from synaptiq.sites import queries as sites

ANSWERED_WITHIN = timedelta(minutes=30)
_SALT = "synaptiq.greeting"


class Version(Protocol):
    """A version of the agent, which stands above the conversations."""

    greeting: str
    public_id: str
    name: str


@dataclass(frozen=True)
class Greeting:
    """What was shown, by which version of which agent (`agent_version` is its public id), when, and
    the answers that were offered with it."""

    text: str
    agent_version: str
    agent_name: str
    shown_at: datetime
    quick_replies: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        return {
            "text": self.text, "agent_version": self.agent_version,
            "agent_name": self.agent_name, "shown_at": self.shown_at.isoformat(),
            "quick_replies": list(self.quick_replies),
        }  # fmt: skip


def show(
    site_key: str, *, origin: str | None, address: str | None, now: Callable[[], Version],
    rule: str | None = None,
) -> Greeting:  # fmt: skip
    """What the agent of this site says before anything was said: the site's greeting of the id
    `rule`, else the agent's own. `now` reads the agent's present version, with the site's account
    as the current one. Raises NotFound, Denied, TooMany."""
    site = sites.of_page(site_key, origin, needs_origin=False)
    limiting.count(site.account_id, site.pk, address)
    with acting_for(site.account_id):
        version = now()
        found = greetings.switched_on(site, rule) if rule else None
    text, replies = (found.text, tuple(found.quick_replies)) if found else ("", ())
    return Greeting(text or version.greeting, version.public_id, version.name, clock.now(), replies)


def sign(site_key: str, greeting: Greeting) -> str:
    """The greeting as a text that only we can make, and only for this site."""
    return signing.dumps({**greeting.kept(), "site": site_key}, salt=_SALT, compress=True)


def read(site_key: str, signed: str) -> Greeting | None:
    """The greeting, if we signed it for this site and showed it no longer than 30 minutes ago."""
    try:
        kept = signing.loads(signed, salt=_SALT)
    except signing.BadSignature:
        return None
    if kept.pop("site") != site_key:
        return None
    kept["shown_at"] = datetime.fromisoformat(kept["shown_at"])
    # One that was signed before greetings had answers has none.
    kept["quick_replies"] = tuple(kept.get("quick_replies", ()))
    age = clock.now() - kept["shown_at"]
    return Greeting(**kept) if age <= ANSWERED_WITHIN else None
