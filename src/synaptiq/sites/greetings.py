"""Greetings that the widget shows by itself: which there are, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from synaptiq.accounts import audit, values
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, NotFound
from synaptiq.sites import queries
from synaptiq.sites import values as own
from synaptiq.sites.models import Greeting, GreetingCount, Site

MOST_GREETINGS = 20
RECORD_DAYS = 30
KEPT_DAYS = 400
_CHECKS = {
    "text": own.greeting_text, "quick_replies": own.quick_replies, "pages": own.pages,
    "delay_seconds": own.delay_seconds, "frequency": own.frequency,
}  # fmt: skip


@dataclass
class Record:
    """What became of a greeting in the last days: outcome → how often, and when and on which page
    last."""

    counts: dict[str, int] = field(default_factory=dict)
    last: dict[str, tuple[datetime, str]] = field(default_factory=dict)


def of_site(site: Site) -> list[Greeting]:
    """All greetings of a site, in the order in which the widget tries them."""
    return list(Greeting.objects.filter(site=site).order_by("position", "id"))


def get(site: Site, public_id: str) -> Greeting:
    """Raises NotFound."""
    found = Greeting.objects.filter(site=site, public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such greeting on this site; it may have been deleted.")
    return found


def switched_on(site: Site, public_id: str) -> Greeting | None:
    """The greeting of this id, if the site has it and shows it."""
    # PostgreSQL has no NUL to look for.
    known = public_id.replace("\x00", " ")
    return Greeting.objects.filter(site=site, public_id=known, is_on=True).first()


def add_greeting(actor: Actor, site_id: str, given: Mapping[str, Any]) -> Greeting:
    """A further greeting, tried after those that are there. `given` as forms have it: text,
    quick_replies and pages (one a line, or lists), delay_seconds, frequency."""
    with doing(actor, "greeting.added", Permission.SETTINGS, target=site_id):
        site = queries.site(site_id)
        checked = _checked(given)
        places = list(Greeting.objects.filter(site=site).values_list("position", flat=True))
        if len(places) >= MOST_GREETINGS:
            raise Conflict(f"A site has at most {MOST_GREETINGS} greetings.")
        made = Greeting.objects.create(site=site, position=max(places, default=0) + 1, **checked)
        _record(actor, "greeting.added", made)
    return made


def change_greeting(
    actor: Actor, site_id: str, public_id: str, given: Mapping[str, Any]
) -> Greeting:
    """Change what it says, where and when. What is already so is no change."""
    with doing(actor, "greeting.changed", Permission.SETTINGS, target=public_id):
        found = get(queries.site(site_id), public_id)
        checked = _checked(given)
        if any(getattr(found, name) != value for name, value in checked.items()):
            for name, value in checked.items():
                setattr(found, name, value)
            found.save(update_fields=list(checked))
            _record(actor, "greeting.changed", found)
    return found


def switch_greeting(actor: Actor, site_id: str, public_id: str, *, on: bool) -> Greeting:
    """Let the widget show it, or not."""
    with doing(actor, "greeting.changed", Permission.SETTINGS, target=public_id):
        found = get(queries.site(site_id), public_id)
        if found.is_on != on:
            found.is_on = on
            found.save(update_fields=["is_on"])
            _record(actor, "greeting.changed", found)
    return found


def move_greeting(actor: Actor, site_id: str, public_id: str, *, up: bool) -> Greeting:
    """Change places with the one above or below; the first that fits a page is shown there."""
    with doing(actor, "greeting.changed", Permission.SETTINGS, target=public_id):
        site = queries.site(site_id)
        found = get(site, public_id)
        every = of_site(site)
        here = [one.pk for one in every].index(found.pk)
        there = here - 1 if up else here + 1
        if 0 <= there < len(every):
            every[here], every[there] = every[there], every[here]
            for place, one in enumerate(every, 1):
                Greeting.objects.filter(pk=one.pk).update(position=place)
            found.position = there + 1
            _record(actor, "greeting.changed", found)
    return found


def delete_greeting(actor: Actor, site_id: str, public_id: str) -> None:
    """Take it away for good, and with it what became of it."""
    with doing(actor, "greeting.deleted", Permission.SETTINGS, target=public_id):
        found = get(queries.site(site_id), public_id)
        GreetingCount.objects.filter(greeting=found).delete()
        Greeting.objects.filter(pk=found.pk).delete()
        _record(actor, "greeting.deleted", found)


def count_outcomes(site: Site, page: str, outcomes: Sequence[tuple[str, str]]) -> None:
    """Add to the counts of today, in the account's zone, in one statement. `outcomes`: a greeting's
    id and what became of it on that page; ids that the site has not are left out."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            [
                today(site, now), page, now, [one for one, _ in outcomes],
                [what for _, what in outcomes], site.pk,
            ],
        )  # fmt: skip


def records(site: Site) -> dict[int, Record]:
    """What became of each greeting in the last 30 days, by its integer key."""
    since = today(site, clock.now()) - timedelta(days=RECORD_DAYS - 1)
    rows = GreetingCount.objects.filter(greeting__site=site, day__gte=since)
    found: dict[int, Record] = {}
    for pk, outcome, count, page, at in rows.order_by("day").values_list(
        "greeting", "outcome", "count", "last_page", "last_at"
    ):
        one = found.setdefault(pk, Record())
        one.counts[outcome] = one.counts.get(outcome, 0) + count
        one.last[outcome] = (at, page)
    return found


def forget_counts() -> int:
    """Delete counts that no page shows any more, of all accounts; returns how many."""
    before = clock.now().date() - timedelta(days=KEPT_DAYS)
    deleted, _ = GreetingCount.across_accounts.filter(day__lt=before).delete()
    return deleted


def today(site: Site, now: datetime) -> date:
    return now.astimezone(ZoneInfo(site.account.timezone)).date()


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    return values.checked(**{name: (check, given.get(name)) for name, check in _CHECKS.items()})


def _record(actor: Actor, action: str, greeting: Greeting) -> None:
    detail = {
        "pages": greeting.pages, "delay_seconds": greeting.delay_seconds,
        "frequency": greeting.frequency, "on": greeting.is_on, "position": greeting.position,
    }  # fmt: skip
    audit.record(actor, action, target=greeting.public_id, detail=detail)


# In one order, so that two who count the same ones never wait for each other in a circle.
_COUNT = """
INSERT INTO sites_greetingcount AS k
    (account_id, greeting_id, day, outcome, count, last_page, last_at)
SELECT g.account_id, g.id, %s, o.outcome, count(*), %s, %s
FROM unnest(%s::text[], %s::text[]) AS o(greeting, outcome)
JOIN sites_greeting g ON g.public_id = o.greeting AND g.site_id = %s
GROUP BY g.account_id, g.id, o.outcome ORDER BY g.id, o.outcome
ON CONFLICT (greeting_id, day, outcome) DO UPDATE SET count = k.count + excluded.count,
    last_page = excluded.last_page, last_at = excluded.last_at
"""
