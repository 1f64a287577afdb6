"""/admin/analytics: what it says, where each number leads, and what a wrong address gets."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest

from synaptiq.accounts.models import Account, Member
from synaptiq.analytics.models import Annotation
from synaptiq.conversations.models import Turn
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from tests.conversations.making import make_conversation
from tests.dashboard.analytics.making import NOW, make_world, on
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/analytics"


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(NOW):
        yield


@pytest.fixture
def admin(account: Account, member: Members) -> Member:
    made = member("admin", name="Morgan Ellis")
    account.timezone = "UTC"
    account.save()
    make_world(made)
    return made


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def tiles(page: str) -> dict[str, str]:
    found = re.findall(r'class="tile"[^>]*>(.*?)(?:</a>|</div>)', page, re.S)
    texts = [plain(re.sub(r"<svg.*?</svg>", "", tile, flags=re.S)) for tile in found]
    return {re.split(r" (?=[\d–])", text)[0]: text for text in texts}


def test_the_last_thirty_days_stand_there_with_their_changes(admin: Member) -> None:
    page = client_of(admin).get(PATH).text
    assert_strict_csp(page)
    shown = tiles(page)
    assert shown["Leads"].startswith("Leads 8")
    assert "up 166.7 % from 3" in shown["Leads"]
    assert shown["Conversations"].startswith("Conversations 8")
    assert "Pricing &lt;page&gt; rewritten" in page
    assert "Pricing &lt;page" not in plain(page)
    # What people wrote is in no chart.
    for spec in re.findall(r'<script type="application/json">(.*?)</script>', page, re.S):
        assert "Pricing" not in spec


def test_without_the_period_before(admin: Member) -> None:
    page = client_of(admin).get(f"{PATH}?compare=no").text
    assert "from 3" not in plain(page)
    assert "no change" not in page


@pytest.mark.parametrize("granularity", ["day", "week", "month"])
def test_every_number_that_leads_somewhere_counts_what_is_there(
    admin: Member, granularity: str
) -> None:
    client = client_of(admin)
    page = client.get(f"{PATH}?granularity={granularity}").text
    links = re.findall(r'<a class="(?:counted|tile)" href="([^"]+)">(.*?)</a>', page, re.S)
    followed = 0
    for address, inside in links:
        address = html.unescape(address)
        shown = plain(re.sub(r"<svg.*?</svg>", "", inside, flags=re.S))
        said = re.search(r"(?:^|[a-z] )(\d[\d,]*)(?: |$)", shown)
        listed = client.get(address)
        assert listed.status_code == 200, address
        # A rate is no count: see below.
        is_list = address.startswith(("/admin/leads", "/admin/conversations"))
        if said is None or "goal=" in address or "answered=" in address or not is_list:
            continue
        count = re.search(r'class="count"[^>]*>(?:\s*<[^>]+>)*\s*([\d,]+)', listed.text)
        assert count, address
        assert count[1] == said[1], address
        followed += 1
    assert followed >= {"day": 20, "week": 12, "month": 6}[granularity]


def test_the_rate_leads_to_those_who_converted(admin: Member) -> None:
    client = client_of(admin)
    page = client.get(PATH).text
    address = re.search(r'href="([^"]*goal=yes[^"]*)"', page)
    assert address
    listed = client.get(html.unescape(address[1])).text
    converted = Lead.objects.filter(created_at__gte="2026-02-13T00:00Z", is_test=False).exclude(
        meeting_booked_at=None
    )
    count = re.search(r'class="count"[^>]*>(?:\s*<[^>]+>)*\s*([\d,]+)', listed)
    assert count
    assert int(count[1]) == converted.filter(is_spam=False).count() > 0


def test_the_response_time_leads_to_the_conversations_that_hold_its_answers(admin: Member) -> None:
    client = client_of(admin)
    # One that began before the range, with an answer in it; and one without an answer.
    early = make_conversation(("visitor", "Hi"), at=on(-60), close=True)
    Turn.objects.create(
        conversation=early, state="done", epoch=0, received_at=on(4), due_at=on(4),
        first_output_at=on(4, 11), ended_at=on(4, 11),
    )  # fmt: skip
    silent = make_conversation(("visitor", "Hi"), at=on(5), close=True)
    Turn.objects.create(
        conversation=silent, state="failed", epoch=0, received_at=on(5), due_at=on(5)
    )
    page = client.get(PATH).text
    assert "9 answers in 9 conversations" in plain(page)
    address = re.search(r'href="([^"]*answered=2026-02-13..2026-03-14[^"]*)"', page)
    assert address
    listed = client.get(html.unescape(address[1])).text
    count = re.search(r'class="count"[^>]*>(?:\s*<[^>]+>)*\s*([\d,]+)', listed)
    assert count
    assert count[1] == "9"


def test_visitors_open_a_table_by_day(admin: Member) -> None:
    client = client_of(admin)
    page = client.get(PATH).text
    address = re.search(r'href="(/admin/analytics/days[^"]*)"', page)
    assert address
    table = client.get(html.unescape(address[1])).text
    assert_strict_csp(table)
    assert table.count('<th scope="row">') == 30
    assert "Saturday 14 March 2026" in table


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("dates=tomorrow", "dates"), ("dates=2026-03-10..2026-03-01", "dates"),
        ("granularity=hour", "granularity"), ("breakdown=day", "breakdown"),
        ("dates=1900-01-01..2026-01-01", "3,700 days"), ("colour=red", "colour"),
    ],
)  # fmt: skip
def test_a_wrong_address_says_what_is_wrong_with_it(admin: Member, query: str, said: str) -> None:
    answer = client_of(admin).get(f"{PATH}?{query}")
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert_strict_csp(answer.text)


def test_an_account_without_anything_says_how_to_begin(account: Account, member: Members) -> None:
    page = client_of(member("viewer")).get(PATH).text
    assert "No data in this range" in page
    assert "Put the widget on a site" in page
    assert "data-chart" not in page


def test_segments_filter_and_can_be_broken_down_by(admin: Member) -> None:
    client = client_of(admin)
    page = client.get(f"{PATH}?device=phone&breakdown=device").text
    assert "Device is Phone" in plain(page)
    part = client.get(f"{PATH}/breakdown?breakdown=device").text
    assert_strict_csp(part)
    assert "(none)" in part
    assert client.get(f"{PATH}/breakdown").status_code == 204
    # A tag says nothing of visits.
    assert "Visits have no tag." in plain(client.get(f"{PATH}?tag=vip").text)


def test_an_address_that_cannot_be_read_is_said_in_the_dialog_too(admin: Member) -> None:
    for asked in ({}, {"HTTP_HX_REQUEST": "true"}):
        shown = client_of(admin).get(f"{PATH}/export?filter=dates%3Dx", **asked)
        assert shown.status_code == 422
        assert "Begin with the last 30 days" in shown.text
        assert "Download" not in shown.text


def test_who_may_not_export_is_offered_none(admin: Member, member: Members) -> None:
    assert "Export Report" in client_of(admin).get(PATH).text
    assert "Export Report" not in client_of(member("viewer")).get(PATH).text
    assert client_of(member("auditor")).get(PATH).status_code == 403


def test_a_note_is_added_corrected_and_taken_away(admin: Member) -> None:
    client = client_of(admin)
    query = "granularity=week"
    given = {"day": "2026-03-09", "text": "Webinar", "query": query}
    added = client.post(f"{PATH}/annotations", given)
    assert added["Location"] == f"{PATH}?{query}"
    note = Annotation.objects.get(text="Webinar")
    assert (note.member, note.day.isoformat()) == (admin, "2026-03-09")
    page = client.get(PATH).text
    assert "2 in this range" in plain(page)
    one = f"{PATH}/annotations/{note.public_id}"
    for given in ({}, HTMX):
        form = client.get(one, **given).text
        assert_strict_csp(form)
        assert 'value="Webinar"' in form
    assert client.post(one, {"day": "2026-03-10", "text": "Launch"}).status_code == 302
    note.refresh_from_db()
    assert (note.text, note.day.isoformat()) == ("Launch", "2026-03-10")
    assert "leaves charts and later reports" in client.get(f"{one}/delete").text
    assert client.post(f"{one}/delete", {"query": query})["Location"] == f"{PATH}?{query}"
    assert not Annotation.objects.filter(text="Launch").exists()
    assert client.get(one).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [({"day": "", "text": "x"}, "day"), ({"day": "2026-02-30", "text": "x"}, "day"),
     ({"day": "2026-03-01", "text": " "}, "text"),
     ({"day": "2026-03-01", "text": "x" * 281}, "text")],
)  # fmt: skip
def test_a_note_that_cannot_be_is_said_beside_its_field(
    admin: Member, given: dict[str, str], field: str
) -> None:
    answer = client_of(admin).post(f"{PATH}/annotations", given)
    assert answer.status_code == 422
    assert f'id="annotation-{field}-error"' in answer.text
    assert Annotation.objects.count() == 1


def test_an_address_to_go_back_to_leads_nowhere_else(admin: Member) -> None:
    given = {"day": "2026-03-09", "text": "x", "query": "//evil.example/?a=b"}
    back = client_of(admin).post(f"{PATH}/annotations", given)["Location"]
    assert back.startswith(f"{PATH}?")


def test_a_long_range_is_shown_by_more_than_days(admin: Member) -> None:
    page = client_of(admin).get(f"{PATH}?dates=2020-01-01..2026-03-14").text
    assert "So long a range is shown by week" in plain(page)
    assert page.count('<th scope="row">') < 450
    whole = client_of(admin).get(f"{PATH}?dates=2025-03-15..2026-03-14").text
    assert "So long a range" not in whole
