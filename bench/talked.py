"""Conversations made by the database itself, for measuring their export."""

from __future__ import annotations

from django.db import connection

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.sites.models import Site, Visitor

MESSAGES = 14

_CONVERSATIONS = """
INSERT INTO conversations_conversation
  (account_id, public_id, site_id, visitor_id, lead_id, state, epoch, agent_version, agent_name,
   last_seq, last_sender, message_count, visitor_message_count, meeting_booked, with_person,
   is_test, is_spam, asked, answered, volunteered, scheduler_opened, slot_picked, active_seconds,
   created_at, started_at, updated_at, last_message_at, last_event_at, ended_at, closed_at,
   closed_by, qualification, score)
SELECT %(account)s, 'conv_' || translate(left(md5(l.id || ':' || n), 20), '0189', 'ghij'),
  %(site)s, %(visitor)s, l.id, 'closed', 0, 'agv_bench', 'Synaptiq', 15, 'visitor', 14, 7, false,
  false, false, false, 3, 2, 1, false, false, 120, at, at, at, at + interval '9 minutes',
  at + interval '9 minutes', at + interval '9 minutes', at + interval '39 minutes', 'idle',
  'qualified', 82
FROM (SELECT id, created_at, row_number() OVER (ORDER BY id) AS number FROM leads_lead
      WHERE account_id = %(account)s LIMIT %(leads)s) l,
  generate_series(1, {each}) n, LATERAL (SELECT l.created_at + n * interval '1 day' AS at) t
"""
_LOG = """
INSERT INTO conversations_event
  (account_id, conversation_id, seq, type, at, sender, content, data)
SELECT c.account_id, c.id, s, 'message', c.started_at + s * interval '36 seconds',
  CASE WHEN s %% 2 = 1 THEN 'ai' ELSE 'visitor' END,
  CASE s %% 4 WHEN 0 THEN 'Yeah, I''m trying to figure out which plan fits a team of ' || c.id
    WHEN 1 THEN 'Hi! I noticed you''re checking out our pricing page...'
    WHEN 2 THEN 'Wir sind ein Team von 50 Leuten – "ungefähr", und brauchen es bald.'
    ELSE 'Happy to help. What do you use today, and when would you like to start?' END, '{}'::jsonb
FROM conversations_conversation c, generate_series(1, 14) s WHERE c.account_id = %(account)s
UNION ALL
SELECT c.account_id, c.id, 15, 'qualification_check', c.started_at + interval '5 minutes', NULL,
  NULL, '{"result": "qualified", "score": 82, "contributions": [50, 32]}'::jsonb
FROM conversations_conversation c WHERE c.account_id = %(account)s
"""


def add_conversations(
    account: Account, each: str, *, leads: int | None = None, said: bool = False
) -> int:
    """Closed conversations of the account's leads, `each` (SQL, of a lead's number) so many; with
    what was `said` in them, 14 messages and a check. How many there are."""
    with acting_for(account.pk), connection.cursor() as cursor:
        site = Site.objects.create(name="bench")
        visitor = Visitor.objects.create(site=site, token_sha256=account.pk.to_bytes(32))
        values = {
            "account": account.pk, "site": site.pk, "visitor": visitor.pk, "leads": leads,
        }  # fmt: skip
        cursor.execute(_CONVERSATIONS.format(each=each), values)
        made = cursor.rowcount
        if said:
            cursor.execute(_LOG, values)
    return made
