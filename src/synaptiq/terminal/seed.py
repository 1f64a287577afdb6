"""`synaptiq seed`: many leads at once, for measuring and for trying things at size.

Made by the database itself in one statement a batch. Everything but the moment of insertion is a
function of the seed and the lead's number, so two databases seeded alike hold the same leads.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synaptiq.terminal import environment
from synaptiq.terminal.accounts import AccountOption, account_of
from synaptiq.terminal.saying import progress, say

if TYPE_CHECKING:
    from synaptiq.accounts.models import Account

BATCH = 10_000
# Two custom properties beside the twelve columns, as in the documentation's example.
PROPERTIES = {"company_size": "Company size", "budget": "Budget"}

# `n` is the lead's number, `h` 32 hexadecimal digits that depend on seed and number alone. Digits
# 0 and 1 do not occur in our ids: translated.
_INSERT = """
INSERT INTO leads_lead (
    account_id, public_id, email, name, phone, phone_normal, company, source_url, status,
    status_locked, score, tags, custom, origin, is_test, is_spam, created_at, updated_at,
    last_activity_at, assigned_to_id, first_qualified_at, meeting_booked_at, won_at
)
SELECT
    %(account)s, 'lead_' || translate(left(h, 20), '0189', 'ghij'),
    lower(first) || '.' || lower(last) || n || '@' || domain,
    -- One in a hundred left only a handle, which a spreadsheet would take for a formula.
    CASE WHEN n %% 100 = 7 THEN '@' || lower(first) || n ELSE first || ' ' || last END,
    '+1-555-' || lpad((n %% 10000)::text, 4, '0'), '+1555' || lpad((n %% 10000)::text, 4, '0'),
    initcap(split_part(domain, '.', 1)) || ' ' || kind,
    'https://www.' || domain || '/' || page || '?utm_source=' || source || '&visit=' || h,
    status, false, CASE WHEN n %% 11 = 0 THEN NULL ELSE (n * 37 %% 101)::smallint END,
    CASE n %% 4 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY[source]
        WHEN 2 THEN ARRAY['webinar', 'enterprise'] ELSE ARRAY[source, kind, 'trial'] END,
    jsonb_build_object('company_size', size, 'budget', budget),
    CASE n %% 10 WHEN 0 THEN 'import' WHEN 1 THEN 'api' ELSE 'conversation' END, false, false,
    at, at + n %% 30 * interval '1 day', at + n %% 90 * interval '1 day',
    CASE WHEN n %% 3 > 0 THEN
        (%(members)s::bigint[])[1 + n %% nullif(cardinality(%(members)s::bigint[]), 0)] END,
    CASE WHEN status IN ('qualified', 'meeting_booked', 'won') THEN at + interval '1 hour' END,
    CASE WHEN status IN ('meeting_booked', 'won') THEN at + n %% 60 * interval '1 day' END,
    CASE WHEN status = 'won' THEN at + n %% 80 * interval '1 day' END
FROM (
    SELECT n, h, timestamptz '2025-01-01 00:00:00+00' + n * interval '31 seconds' AS at,
        (ARRAY['Jane','Omar','Wei','Lucía','Anders','Priya','Tomás','Aiko','Marta','Kwame'])
            [1 + ('x' || substr(h, 21, 2))::bit(8)::int %% 10] AS first,
        (ARRAY['Smith','Haddad','Chen','Fernández','Lindqvist','Raman','Novák','Sato','Okafor'])
            [1 + ('x' || substr(h, 23, 2))::bit(8)::int %% 9] AS last,
        (ARRAY['acme.example','globex.example','initech.example','umbrella.example'])
            [1 + ('x' || substr(h, 25, 2))::bit(8)::int %% 4] AS domain,
        (ARRAY['Corp','Labs','Partners','Systems'])
            [1 + ('x' || substr(h, 27, 2))::bit(8)::int %% 4] AS kind,
        (ARRAY['pricing','features','blog/how-to-qualify-leads','docs/quick-start'])
            [1 + ('x' || substr(h, 29, 2))::bit(8)::int %% 4] AS page,
        (ARRAY['google','linkedin','newsletter','referral'])
            [1 + ('x' || substr(h, 31, 2))::bit(8)::int %% 4] AS source,
        (ARRAY['new','new','nurture','qualified','qualified','meeting_booked','won','lost',
               'disqualified'])[1 + n %% 9] AS status,
        (ARRAY['1-10','11-50','50-200','201-1000','1000+'])[1 + n %% 5] AS size,
        (ARRAY['$1k-$5k','$5k-$10k','$10k-$50k','over $50k'])[1 + n / 5 %% 4] AS budget
    FROM (
        SELECT n, md5(%(seed)s || ':' || n) AS h FROM generate_series(%(first)s, %(last)s) n
    ) numbers
) parts
ON CONFLICT (public_id) DO NOTHING
"""


def seed(
    leads: Annotated[int, typer.Option(help="How many to add.", min=1, max=100_000_000)],
    account: AccountOption = None,
    seed: Annotated[int, typer.Option(help="Another seed gives other leads.")] = 1,
) -> None:
    """Add made-up leads, the same ones each time."""
    with environment.ready():
        chosen = account_of(account)
        began = monotonic()
        with progress("Adding leads", leads) as show:
            added = add_leads(chosen, leads, seed=seed, show=show)
        say(f"Added {added:,} leads to {chosen.name} in {monotonic() - began:.1f} s.")


def add_leads(account: Account, count: int, *, seed: int = 1, show: object = None) -> int:
    """Leads number 1 to `count` of this seed, those left out that are there; how many were new."""
    from django.db import connection, transaction

    from synaptiq.accounts.models import Member
    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.leads.models import Tag

    with acting_for(account.pk):
        _define_properties(account)
        living = Member.objects.filter(removed_at=None).order_by("pk")
        members = list(living.values_list("pk", flat=True))
        added = 0
        for first in range(1, count + 1, BATCH):
            last = min(first + BATCH - 1, count)
            values: dict[str, Any] = {
                "account": account.pk, "members": members, "seed": f"{account.public_id}:{seed}",
                "first": first, "last": last,
            }  # fmt: skip
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_INSERT, values)
                added += cursor.rowcount
            if callable(show):
                show(last, count)
        words = ("google", "linkedin", "newsletter", "referral", "webinar", "enterprise", "trial")
        kinds = ("Corp", "Labs", "Partners", "Systems")
        Tag.objects.bulk_create([Tag(name=n) for n in words + kinds], ignore_conflicts=True)
    return added


def _define_properties(account: Account) -> None:
    from synaptiq.accounts import actors
    from synaptiq.leads import actions, queries

    there = {p.slug for p in queries.custom_properties(archived=True)}
    for slug, label in PROPERTIES.items():
        if slug not in there:
            actions.define_property(actors.of_terminal(account), slug=slug, label=label)
