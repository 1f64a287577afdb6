"""The list of leads: what it shows, its filters in the address, its pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from synaptiq.accounts.models import Account, Member
from synaptiq.dashboard.leads import batches
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import Lead, Tag
from tests.dashboard.clients import client_of, make_leads
from tests.dashboard.markup import assert_strict_csp


@pytest.fixture
def viewer(member: Callable[..., Member]) -> Client:
    return client_of(member("viewer"))


def names(html: str) -> list[str]:
    """The names of the rows, as the ticks' labels say them."""
    return [part.split('"')[0] for part in html.split('aria-label="Select ')[1:]][1:]


def test_shows_the_newest_first_with_the_exact_number(account: Account, viewer: Client) -> None:
    make_leads(3)
    page = viewer.get("/admin/leads")
    assert page.status_code == 200
    assert names(page.text) == ["Person 2", "Person 1", "Person 0"]
    assert "3 leads" in page.text
    assert_strict_csp(page.text)


def test_a_row_leads_to_its_lead_and_shows_all_columns(
    account: Account, member: Callable[..., Member]
) -> None:
    alex = member("agent", name="Alex Moreno", email="alex@yourteam.com")
    [lead] = make_leads(
        1, name="Jane Smith", email="jane@acme.com", company="Acme Corp", status="qualified",
        score=82, tags=["webinar", "enterprise"], assigned_to=alex,
    )  # fmt: skip
    html = client_of(alex).get("/admin/leads").text
    for shown in (
        f'href="/admin/leads/{lead.public_id}"', "Jane Smith", "jane@acme.com", "Acme Corp",
        "Qualified", "82", "webinar", "enterprise", "Alex Moreno",
    ):  # fmt: skip
        assert shown in html, shown


def test_pages_of_fifty_follow_each_other_and_lead_back(account: Account, viewer: Client) -> None:
    make_leads(120)
    seen, url = [], "/admin/leads"
    for _ in range(3):
        page = viewer.get(url)
        seen += names(page.text)
        link = page.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        url = "/admin/leads" + link.replace("&amp;", "&")
    assert seen == [f"Person {n}" for n in reversed(range(120))]
    back = page.text.partition('rel="prev"')[0].rpartition('href="')[2].partition('"')[0]
    assert names(viewer.get("/admin/leads" + back).text) == seen[50:100]


def test_filters_come_from_the_address_and_are_said_as_chips(
    account: Account, viewer: Client
) -> None:
    make_leads(2, status="qualified", score=90)
    make_leads(1, status="new", name="Too new")
    page = viewer.get("/admin/leads?status=qualified&created=2026-03-01..2026-03-31&score=70..100")
    assert "2 match" in page.text
    assert "Too new" not in page.text
    for said in ("Status is qualified", "Created 1–31 March 2026", "Score 70–100"):
        assert said in page.text
        assert f"Remove filter: {said}" in page.text
    # Each chip's link is the list without it.
    assert 'href="?created=2026-03-01..2026-03-31&amp;score=70..100"' in page.text


def test_the_form_is_made_of_every_filter_of_the_declaration(
    account: Account, viewer: Client
) -> None:
    Tag.objects.create(name="webinar")
    html = viewer.get("/admin/leads").text
    for declared in LEAD_FILTERS.filters:
        names = (declared.key, f"{declared.key}.from", f"{declared.key}.name")
        assert any(f'name="{name}"' in html for name in names)
    assert '<option value="webinar">' in html


def test_the_form_offers_so_many_tags_and_people_at_most_and_any_can_be_typed(
    account: Account, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_SUGGESTIONS", 2)
    Tag.objects.bulk_create(Tag(name=name) for name in ("c", "a", "b"))
    lead = make_leads(1)[0]
    Lead.objects.filter(pk=lead.pk).update(tags=["c"])
    page = viewer.get("/admin/leads?tags=c").text
    offered = page.partition('<datalist id="filter-tags">')[2].partition("</datalist>")[0]
    assert re.findall(r'value="(\w+)"', offered) == ["a", "b"]
    assert "1 match" in page


def test_what_a_form_sends_becomes_the_canonical_address(account: Account, viewer: Client) -> None:
    sent = "status=new&status=won&created.from=2026-03-01&created.to=&score.from=&score.to=&tags="
    page = viewer.get(f"/admin/leads?{sent}")
    assert page.status_code == 302
    assert page["Location"] == "/admin/leads?status=new&status=won&created=2026-03-01.."
    assert viewer.get(page["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "fix"),
    [
        ("status=lukewarm", "Status", "“lukewarm” is none of new, nurture"),
        ("created=yesterday", "Created", "write it like 2026-03-31"),
        ("score=70..500", "Score", "a whole number from 0 to 100"),
        ("score=90..10", "Score", "swap them"),
        ("text=a&text=b", "Text", "give it once"),
        ("color=red", "color", "there is no such filter"),
    ],
)
def test_a_wrong_filter_is_named_with_its_fix_and_nothing_else_is_lost(
    account: Account, viewer: Client, query: str, field: str, fix: str
) -> None:
    make_leads(1)
    page = viewer.get(f"/admin/leads?stage=qualified&{query}")
    assert page.status_code == 422
    assert f"<b>{field}</b>" in page.text
    assert fix in page.text
    assert "Stage reached is qualified" in page.text
    assert 'href="?stage=qualified"' in page.text, "the way on without the wrong one"
    assert names(page.text) == []


def test_a_cursor_that_is_not_ours_says_so(account: Account, viewer: Client) -> None:
    make_leads(1)
    page = viewer.get("/admin/leads?status=new&cursor=nonsense")
    assert page.status_code == 422
    assert 'href="?status=new"' in page.text


def test_says_when_there_are_none_and_when_none_match(account: Account, viewer: Client) -> None:
    assert "No leads yet" in viewer.get("/admin/leads").text
    make_leads(1)
    assert "No leads match" in viewer.get("/admin/leads?status=won").text


def test_an_assignee_who_is_not_of_the_account_matches_nothing(
    account: Account, viewer: Client
) -> None:
    make_leads(2)
    page = viewer.get("/admin/leads?assigned_to=stranger@example.com")
    assert (page.status_code, names(page.text)) == (200, [])


def test_search_keeps_the_filters_and_filters_keep_the_search(
    account: Account, viewer: Client
) -> None:
    make_leads(1, company="Nordlicht & Söhne")
    html = viewer.get("/admin/leads?status=new&text=nordlicht+%26").text
    assert '<input type="hidden" name="status" value="new">' in html
    assert 'name="text" value="nordlicht &amp;"' in html
    assert '<input type="hidden" name="text" value="nordlicht &amp;">' in html


def test_test_leads_and_deleted_ones_are_left_out(account: Account, viewer: Client) -> None:
    make_leads(1, name="Real")
    make_leads(1, name="Trial", is_test=True)
    Lead.objects.filter(name="Real").update(name="Still real")
    assert names(viewer.get("/admin/leads").text) == ["Still real"]
    assert sorted(names(viewer.get("/admin/leads?test=include").text)) == ["Still real", "Trial"]


@pytest.mark.parametrize("role", ["owner", "admin", "export"])
def test_who_may_export_sees_the_button(
    account: Account, member: Callable[..., Member], role: str
) -> None:
    make_leads(1)
    assert "Export</button>" in client_of(member(role)).get("/admin/leads").text


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_others_see_no_export_button(
    account: Account, member: Callable[..., Member], role: str
) -> None:
    make_leads(1)
    assert "Export</button>" not in client_of(member(role)).get("/admin/leads").text


def test_an_auditor_sees_no_leads(account: Account, member: Callable[..., Member]) -> None:
    make_leads(1)
    page = client_of(member("auditor")).get("/admin/leads")
    assert page.status_code == 403
    assert "Person 0" not in page.text


def test_a_stranger_is_sent_to_sign_in(account: Account) -> None:
    page = Client().get("/admin/leads?status=new")
    assert page.status_code == 302
    assert "next=%2Fadmin%2Fleads%3Fstatus%3Dnew" in page["Location"]


def test_names_from_right_to_left_order_themselves_and_nothing_beside_them(
    account: Account, member: Callable[..., Member]
) -> None:
    client = client_of(member("agent"))
    [lead] = make_leads(1, name="محمد الأحمد (خالد)", company="שלום בע״מ.")
    # The boxes that cut have the direction of the name, so that its end is what is cut.
    listed = html_of(client, "/admin/leads")
    assert re.search(r'<a class="row-link cut" dir="auto"[^>]*>محمد الأحمد \(خالد\)</a>', listed)
    assert re.search(r'<span class="cut" dir="auto"[^>]*>שלום בע״מ\.</span>', listed)
    question = html_of(client, f"/admin/leads/{lead.public_id}/delete")
    assert "<bdi>محمد الأحمد (خالد)</bdi>" in question
    client.post(f"/admin/leads/{lead.public_id}/delete")
    assert "<bdi>محمد الأحمد (خالد)</bdi> was deleted" in html_of(client, "/admin/leads")
    assert "<h1><bdi>محمد" in html_of(client, f"/admin/leads/{lead.public_id}")


def html_of(client: Client, path: str) -> str:
    return str(client.get(path).text)
