"""Who came by the demo's site: page views of some months by SQL, with weekdays, a campaign and an
outage that their annotations name; and before each conversation the page on which it began."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from synaptiq.accounts.models import Account, Member

DAYS = 180
# Days ago: from when to when the campaign ran, and when the site was down from morning to night.
CAMPAIGN = (62, 41)
OUTAGE = 24
PRICES = 12


def fill(account: Account, owner: Member) -> None:
    """All of it, in the caller's transaction. Needs the account as the current one."""
    from django.db import connection

    from synaptiq.accounts import actors
    from synaptiq.analytics import actions
    from synaptiq.conversations.models import Conversation
    from synaptiq.kit import clock

    site = Conversation.objects.order_by("pk").values_list("site", flat=True).first()
    today = clock.now().astimezone(ZoneInfo(account.timezone)).date()
    given = {
        "account": account.pk, "site": site, "zone": account.timezone, "today": today,
        "days": DAYS, "from": CAMPAIGN[0], "until": CAMPAIGN[1], "outage": OUTAGE,
        "now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_VISITS, given)
        cursor.execute(_DAYS, given)
    _before_conversations()
    actor = actors.of_member(owner)
    for ago, text in (
        (CAMPAIGN[0], "Spring campaign begins"),
        (CAMPAIGN[1], "Spring campaign ends"),
        (OUTAGE, "Outage of the web site from 07:00 to 21:00"),
        (PRICES, "New pricing page"),
    ):
        actions.add_annotation(actor, today - timedelta(days=ago), text)


def _before_conversations() -> None:
    """Whoever talked had come by before, and opened the chat."""
    from urllib.parse import urlsplit

    from synaptiq.analytics import visits
    from synaptiq.analytics.visits import Seen
    from synaptiq.conversations.models import Conversation

    seen = []
    talks = Conversation.objects.select_related("site").filter(is_test=False).order_by("pk")
    for talk in talks:
        # In a demo nobody is anybody: one hash for each who talks.
        who = hashlib.blake2b(str(talk.visitor_id).encode(), digest_size=16).digest()
        page = urlsplit(talk.page_url or "").path or "/"
        language = talk.language and talk.language.partition("-")[0].lower()
        for kind, ago in (("view", 150 + talk.pk * 37 % 400), ("open", 25), ("talk", 0)):
            at = talk.started_at - timedelta(seconds=ago)
            conversation = talk.public_id if kind == "talk" else ""
            seen.append(
                Seen(kind, talk.site.key, at, who, conversation, page, talk.device, language)
            )
    visits.write(seen)


# What looks like chance is a function of day and number, so that each demo has the same curves.
_VISITS = """
INSERT INTO analytics_visit (account_id, site_id, at, key, page, device, language)
SELECT %(account)s, %(site)s, at, key, page, device, language FROM (
  SELECT v.*, (day + time '07:30' + v.second * interval '1 second'
      + view * (20 + chance * 160) * interval '1 second') AT TIME ZONE %(zone)s AS at,
    (ARRAY['/', '/pricing', '/features', '/blog/qualify-leads', '/blog/first-reply', '/customers',
      '/docs/quick-start'])[1 + floor(7 * power(
        ('x' || substr(md5(seed || view), 1, 4))::bit(16)::int / 65536.0, 1.6))::int] AS page
  FROM (
    SELECT day, seed, decode(md5('demo ' || seed), 'hex') AS key, chance,
      floor(46000 * power(
        ('x' || substr(md5(seed || 't'), 1, 4))::bit(16)::int / 65536.0, 0.9))::int AS second,
      (ARRAY['desktop', 'desktop', 'desktop', 'phone', 'phone', 'tablet'])
        [1 + ('x' || substr(md5(seed || 'd'), 1, 2))::bit(8)::int %% 6] AS device,
      (ARRAY['en', 'en', 'en', 'en', 'es', 'es', 'de', 'fr'])
        [1 + ('x' || substr(md5(seed || 'l'), 1, 2))::bit(8)::int %% 8] AS language
    FROM (
      SELECT day, day || ' ' || n AS seed,
        ('x' || substr(md5(day || ' ' || n || 'c'), 1, 4))::bit(16)::int / 65536.0 AS chance
      FROM (
        SELECT %(today)s::date - ago AS day, ago,
          CASE WHEN extract(isodow FROM %(today)s::date - ago) < 6 THEN 62 ELSE 24 END
            * (1.35 - ago * 0.0025)
            * CASE WHEN ago BETWEEN %(until)s AND %(from)s THEN 1.7 ELSE 1 END
            * CASE WHEN ago = %(outage)s THEN 0.12 ELSE 1 END
            * (0.85 + 0.3 * ('x' || substr(md5(ago::text), 1, 2))::bit(8)::int / 256.0) AS many
        FROM generate_series(0, %(days)s) ago
      ) d, LATERAL generate_series(1, round(many)::int) n
    ) s
  ) v, LATERAL generate_series(0, floor(chance * 3.4)::int) view
) q WHERE at < %(now)s ORDER BY at
"""
_DAYS = """
INSERT INTO analytics_visitorday
  (account_id, site_id, key, day, first_at, page, device, language, opened_at)
SELECT %(account)s, %(site)s, key, (min(at) AT TIME ZONE %(zone)s)::date, min(at),
  (array_agg(page ORDER BY at))[1], min(device), min(language),
  CASE WHEN get_byte(key, 3) < 20 THEN min(at) + (10 + get_byte(key, 4)) * interval '1 second' END
FROM analytics_visit WHERE account_id = %(account)s GROUP BY key
"""
