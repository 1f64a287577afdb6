"""Pages of the list of leads over HTTP, two accounts of a million each, beside the plain way.

Each case is asked for cold (the first time in this process) and then again and again; what counts
is the slowest of twenty but one. The plain way is what Django's documentation shows: `count()`,
`icontains`, pages by OFFSET; run in this process, without a template or HTTP.
"""

from __future__ import annotations

import math
import urllib.request
from collections.abc import Callable
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.test import Client

from bench import processes
from bench.place import Place, Target, add_owner
from synaptiq.accounts.models import Member
from synaptiq.accounts.queries import context_of
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import paging
from synaptiq.leads import queries
from synaptiq.leads.filters import LEAD_FILTERS, sort_of
from synaptiq.leads.models import Lead

TIMES, PLAIN_TIMES = 20, 3
PAGE = 50
# Name, the address's query, and the page.
CASES: tuple[tuple[str, str, int], ...] = (
    ("all, newest first", "", 1),
    ("all, page 500", "", 500),
    ("by last activity", "sort=-last_activity", 1),
    ("by last activity, page 500", "sort=-last_activity", 500),
    ("by score", "sort=-score", 1),
    ("by score, page 500", "sort=-score", 500),
    ("by name", "sort=name", 1),
    ("by name, page 500", "sort=name", 500),
    ("status: a tenth", "status=won", 1),
    ("status: all of them", "status=new,nurture,qualified,meeting_booked,won,lost,disqualified", 1),
    ("created on one day", "created=2025-06-01..2025-06-01", 1),
    ("last activity in a week", "last_activity=2025-06-01..2025-06-07", 1),
    ("updated on one day", "updated=2025-06-01..2025-06-01", 1),
    ("first qualified on one day", "first_qualified=2025-06-01..2025-06-01", 1),
    ("first visit: nobody", "first_visit=2025-06-01..2025-06-01", 1),
    ("score 90 to 100 by name", "score=90..100&sort=name", 1),
    ("a tag of a quarter", "tags=webinar", 1),
    ("a tag that nobody has", "tags=nosuch", 1),
    ("two tags", "tags_all=webinar,enterprise", 1),
    ("assigned to one member", "assigned_to=many@bench.example", 1),
    ("assigned to a stranger", "assigned_to=stranger@bench.example", 1),
    ("source URL: a quarter", "source_url=pricing", 1),
    ("source URL: one lead", "source_url=visit=0a1b2", 1),
    ("source URL: none", "source_url=nosuchpage", 1),
    ("origin: none", "origin=manual", 1),
    ("stage: won", "stage=won", 1),
    ("goal reached", "goal=yes", 1),
    ("test leads alone: none", "test=only", 1),
    ("spam alone: none", "spam=only", 1),
    ("text of three letters: a tenth", "text=jan", 1),
    ("text: one lead", "text=chen77777@", 1),
    ("text: none", "text=zzzqqq", 1),
    ("custom property: a quarter", "custom=budget:over $50k", 1),
    ("custom property: none", "custom=budget:nothing", 1),
    ("status, score and tag", "status=qualified&score=90..100&tags=webinar", 1),
    ("four filters that nobody meets", "status=won&score=3..3&tags=webinar&origin=manual", 1),
)  # fmt: skip


def measure(place: Place, *, plans: bool = False) -> list[Target]:
    add_owner(place, "many2", place.leads)
    targets = []
    with processes.web() as (_, address):
        cookie = _cookie(place.many)
        print(f"{'':<34}{'cold':>8}{'median':>8}{'p95':>8}   {'plain way':>10}  rows")
        for name, query, page in CASES:
            with acting_for(place.many.account_id):
                asked = _query(place.many, query, page)
                if plans:
                    _print_plan(place.many, query)
                plain, rows = _plain(place.many, query, page)
            url = f"{address}/admin/leads?{asked}"
            cold = _seconds(lambda url=url: _get(url, cookie))  # type: ignore[misc]
            warm = sorted(_seconds(lambda url=url: _get(url, cookie)) for _ in range(TIMES))  # type: ignore[misc]
            p95 = warm[math.ceil(0.95 * TIMES) - 1]
            print(
                f"{name:<34}{cold * 1000:>7.0f} {warm[TIMES // 2] * 1000:>7.0f} "
                f"{p95 * 1000:>7.0f}    {plain * 1000:>7.0f} ms  {rows:,}", flush=True,
            )  # fmt: skip
            targets.append(Target(f"list of leads, {name}, p95 warm", p95 * 1000, 150, "ms"))
    return targets


def _query(member: Member, query: str, page: int) -> str:
    """The address's query of this page: with the cursor that the page before it gives."""
    pairs = [(name, texts[0]) for name, texts in parse_qs(query).items()]
    if page == 1:
        return urlencode(pairs)
    given = parse_qs(query)
    order, down = sort_of(given.pop("sort", ["-created"])[0])
    rows = queries.matching(LEAD_FILTERS.from_text(given), context_of(member.account))
    before = paging.page(rows, by=order.key, newest_first=down, size=PAGE * (page - 1), cursor=None)
    return urlencode([*pairs, ("cursor", before.next)])


def _plain(member: Member, query: str, page: int) -> tuple[float, int]:
    """Least seconds of the same page by `count()`, `icontains` and OFFSET; how many match."""
    given = parse_qs(query)
    sort = given.pop("sort", ["-created"])[0]
    field = {"created": "created_at", "last_activity": "last_activity_at"}.get(
        sort.lstrip("-"), sort.lstrip("-")
    )
    order = F(field).desc(nulls_last=True) if sort.startswith("-") else F(field).asc()
    values = LEAD_FILTERS.from_text(given)
    text, url = values.pop("text", None), values.pop("source_url", None)
    rows: QuerySet[Lead, Lead] = queries.matching(values, context_of(member.account))
    if text:
        columns = ("name", "email", "company", "phone", "external_id")
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__icontains": text})
        rows = rows.filter(found)
    if url:
        rows = rows.filter(source_url__icontains=url)
    rows = rows.select_related("assigned_to__user")
    first = PAGE * (page - 1)
    total = 0

    def once() -> None:
        nonlocal total
        total = rows.count()
        list(rows.order_by(order, "-public_id")[first : first + PAGE])

    return min(_seconds(once) for _ in range(PLAIN_TIMES)), total


def _print_plan(member: Member, query: str) -> None:
    given = parse_qs(query)
    order, down = sort_of(given.pop("sort", ["-created"])[0])
    rows: Any = queries.matching(LEAD_FILTERS.from_text(given), context_of(member.account))
    rows = rows.annotate(page_key=order.key.expression)
    sign = "-" if down else ""
    rows = rows.order_by(sign + "page_key", sign + "public_id")[: PAGE + 1]
    print(rows.explain(analyze=True, buffers=True))


def _get(url: str, cookie: str) -> None:
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = answer.read()
    assert answer.status == 200
    assert b"leads-table" in body or b"No leads match" in body


def _cookie(member: Member) -> str:
    client = Client()
    client.force_login(member.user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _seconds(do: Callable[[], None]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began
