"""Working with the list: orders, columns, saved filters, acts on many and the way back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.kit import clock, counting
from synaptiq.kit.errors import Conflict
from synaptiq.leads import actions, queries
from synaptiq.leads.actions import bulk
from synaptiq.leads.models import Batch, CustomProperty, Lead, SavedFilter
from tests.dashboard.clients import client_of, make_leads
from tests.dashboard.markup import assert_strict_csp

LEADS = "/admin/leads"


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    return member("agent", "export", email="alex@yourteam.com", name="Alex")


@pytest.fixture
def agent(alex: Member) -> Client:
    return client_of(alex)


def names(page: str) -> list[str]:
    return re.findall(r'class="row-link cut" dir="auto"[^>]*>([^<]*)<', page)


def tick(client: Client, leads: list[Lead], query: str = "", **more: str) -> str:
    shown = " ".join(lead.public_id for lead in leads)
    return client.post(
        f"{LEADS}/selection{query}",
        {"shown": shown, "lead": [lead.public_id for lead in leads], **more},
        headers={"HX-Request": "true"},
    ).text


def press(client: Client, query: str, value: str = "") -> Any:
    """Open the question of an act, and answer it as its form would."""
    there = f"{LEADS}/change{query}"
    return client.post(there, {"asked": asked(client.get(there).text), "value": value})


def asked(question: str) -> str:
    return re.findall(r'name="asked" value="([^"]*)"', question)[0]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("created", ["Cleo", "anna", "Bob"]),
        ("-created", ["Bob", "anna", "Cleo"]),
        ("name", ["anna", "Bob", "Cleo"]),
        ("-name", ["Cleo", "Bob", "anna"]),
        ("score", ["Bob", "Cleo", "anna"]),
        ("-score", ["anna", "Cleo", "Bob"]),
        ("-last_activity", ["Cleo", "Bob", "anna"]),
    ],
)
def test_the_list_is_in_the_order_of_its_address(
    agent: Client, sort: str, order: list[str]
) -> None:
    now = clock.now()
    for n, (name, score) in enumerate([("Cleo", 5), ("anna", 90), ("Bob", None)]):
        Lead.objects.create(
            name=name, score=score, created_at=now + timedelta(minutes=n),
            last_activity_at=now - timedelta(minutes=[0, 9, 3][n]),
        )  # fmt: skip
    page = agent.get(f"{LEADS}?status=new&sort={sort}").text
    assert names(page) == order
    assert f'aria-sort="{"descending" if sort.startswith("-") else "ascending"}"' in page
    # Chips, forms and the search keep the order.
    assert f'href="?sort={sort}"' in page
    assert f'name="sort" value="{sort}"' in page


def test_an_order_that_is_none_is_said_with_the_way_out(agent: Client) -> None:
    make_leads(1)
    page = agent.get(f"{LEADS}?sort=colour")
    assert page.status_code == 422
    assert "This order is not known" in page.text


def test_a_member_chooses_columns_customs_included_and_density(
    account: Account, agent: Client, alex: Member, member: Callable[..., Member]
) -> None:
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    make_leads(1, custom={"seats": 1250}, phone="+1-555-0123")
    form = agent.get(f"{LEADS}/display").text
    assert_strict_csp(form)
    assert 'value="custom.seats"' in form
    agent.post(f"{LEADS}/display", {"column": ["phone", "custom.seats", "gone"], "dense": "1"})
    page = agent.get(LEADS).text
    assert "1,250" in page
    assert "+1-555-0123" in page
    assert "leads-table chosen" in page
    assert '<body class="dense"' in page
    assert '<body class="dense"' in agent.get("/admin/exports").text, "one setting for all tables"
    assert "Company</th>" not in page
    other = client_of(member("viewer"))
    assert "Company</th>" in other.get(LEADS).text, "only for whoever chose"
    assert '<body class="dense"' not in other.get(LEADS).text
    agent.post(f"{LEADS}/display", {"column": ["phone"], "reset": "1"})
    assert "leads-table fixed" in agent.get(LEADS).text


def test_so_many_columns_are_refused_and_the_ticks_stay(
    agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.leads.actions.saved.MOST_COLUMNS", 2)
    make_leads(1)
    chosen = {"column": ["phone", "email", "company"], "dense": "1"}
    refused = agent.post(f"{LEADS}/display", chosen)
    assert refused.status_code == 422
    assert "Choose 2 at most; these are 3." in refused.text
    assert 'value="phone" checked' in refused.text
    assert 'value="status" checked' not in refused.text
    assert "leads-table fixed" in agent.get(LEADS).text


def test_a_filter_is_saved_shown_to_the_team_and_deleted(
    agent: Client, alex: Member, member: Callable[..., Member]
) -> None:
    make_leads(1, status="won")
    there = f"{LEADS}/filters/save?status=won&sort=-score"
    assert "Status is won" in agent.get(there).text
    answer = agent.post(there, {"name": "Hot ones", "shared": "1"})
    assert answer.headers["Location"] == f"{LEADS}?status=won&sort=-score"
    saved = SavedFilter.objects.get()
    assert (saved.query, saved.shared) == ("status=won&sort=-score", True)
    viewer = client_of(member("viewer"))
    assert "Hot ones" in viewer.get(LEADS).text
    assert viewer.post(f"{LEADS}/filters/{saved.public_id}/delete").status_code == 403
    assert agent.post(f"{LEADS}/filters/{saved.public_id}/delete").status_code == 302
    assert not SavedFilter.objects.exists()
    agent.post(there, {"name": "Mine alone"})
    agent.post(f"{LEADS}/filters/{SavedFilter.objects.get().public_id}/delete")
    done = AuditEntry.objects.filter(outcome="ok", action__startswith="filter.").order_by("pk")
    assert [(one.action, one.target, one.detail) for one in done] == [
        ("filter.saved", saved.public_id, {}), ("filter.deleted", saved.public_id, {}),
    ]  # fmt: skip


def test_so_many_filters_are_ones_own_and_shared_and_no_more_are_read(
    member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.leads.actions.saved.MOST_FILTERS", 2)
    monkeypatch.setattr("synaptiq.leads.queries.MOST_SAVED", 3)
    one, two, three = (actors.of_member(member("agent", email=f"{n}@acme.example")) for n in "abc")
    for actor, name in ((one, "A"), (two, "B")):
        actions.save_filter(actor, name, {}, shared=True)
    for name in ("C", "D"):
        actions.save_filter(three, name, {})
    with pytest.raises(Conflict, match="You have 2 saved filters"):
        actions.save_filter(three, "E", {})
    with pytest.raises(Conflict, match="2 filters are shared already"):
        actions.save_filter(two, "E", {}, shared=True)
    assert actions.save_filter(two, "B", {"status": ["won"]}, shared=True).query == "status=won"
    assert [one.name for one in queries.saved_filters(three.member)] == ["A", "B", "C"]


def test_a_viewer_saves_only_for_themselves_and_a_taken_name_is_said(
    agent: Client, member: Callable[..., Member]
) -> None:
    viewer = client_of(member("viewer"))
    refused = viewer.post(f"{LEADS}/filters/save?status=won", {"name": "x", "shared": "1"})
    assert refused.status_code == 422
    assert viewer.post(f"{LEADS}/filters/save?status=won", {"name": "x"}).status_code == 302
    assert "“x”" not in agent.get(LEADS).text
    assert agent.post(f"{LEADS}/filters/save", {"name": " "}).status_code == 422
    agent.post(f"{LEADS}/filters/save?status=won", {"name": "Ours", "shared": "1"})
    assert agent.post(f"{LEADS}/filters/save?status=won", {"name": "ب (1)"}).status_code == 302
    assert "<bdi>ب (1)</bdi>" in agent.get(LEADS).text, "what is beside it keeps its place"
    twice = agent.post(f"{LEADS}/filters/save?status=new", {"name": "Ours"})
    assert twice.status_code == 422
    assert "You have a filter of this name that is shared" in twice.text
    twice = agent.post(f"{LEADS}/filters/save?status=new", {"name": "ب (1)", "shared": "1"})
    assert "You have a filter of this name for yourself alone" in twice.text
    second = client_of(member("admin"))
    again = second.post(f"{LEADS}/filters/save?status=new", {"name": "Ours", "shared": "1"})
    assert again.status_code == 422
    assert "already" in again.text


def test_what_is_ticked_is_changed_with_the_way_back(agent: Client) -> None:
    leads = list(make_leads(3))
    tick(agent, leads[:2])
    question = agent.get(f"{LEADS}/change?act=status").text
    assert "This changes 2 leads" in question
    assert_strict_csp(question)
    answer = press(agent, "?act=status", "won")
    assert answer.headers["Location"] == LEADS
    page = agent.get(LEADS).text
    assert "Status set to won: 2 leads" in page
    assert "None selected" in page
    batch = Batch.objects.get()
    assert f"{LEADS}/acts/{batch.public_id}/undo" in page
    assert "Status set to won" not in agent.get(LEADS).text, "told once"
    agent.post(f"{LEADS}/acts/{batch.public_id}/undo")
    assert "Undone: Status set to won: 2 leads" in agent.get(LEADS).text
    assert not Lead.objects.filter(status="won").exists()


def test_all_that_match_are_ticked_changed_and_unticked_into_single_ones(
    account: Account, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_leads(60, status="new")
    make_leads(2, status="lost")
    query = "?status=new"
    shown = list(queries.listing(
        {"status": ("new",)}, queries.Context("UTC", {"goal": "won"}), sort="-created", size=50,
        cursor=None,
    ).page.rows)  # fmt: skip
    assert "Select all 60 that match" in tick(agent, shown, query)
    # It still is on the page that is opened again, with more ticked on another.
    tick(agent, list(Lead.objects.filter(status="lost")))
    again = agent.get(LEADS + query).text
    assert "52 selected" in again
    assert "Select all 60 that match" in again
    assert "select-everything" not in agent.get(f"{LEADS}?status=lost").text, "it is all of them"
    assert "All 60 that match" in tick(agent, shown, query, everything="1")
    page = agent.get(LEADS + query).text
    assert len(re.findall(r"data-pick [^>]* checked", page)) == 50
    assert "All 60 that match" in page
    assert "None selected" in agent.get(LEADS).text, "beside another filter nothing is ticked"
    question = agent.get(f"{LEADS}/change{query}&act=delete").text
    assert "60 leads leave lists" in question
    # Unticking one makes it single ones again.
    assert "59 selected" in agent.post(
        f"{LEADS}/selection{query}",
        {"shown": shown[0].public_id + " " + shown[1].public_id, "lead": [shown[1].public_id]},
        headers={"HX-Request": "true"},
    ).text  # fmt: skip
    monkeypatch.setattr(actions.selections, "MOST_SELECTED", 10)
    tick(agent, shown, query, everything="1")
    refused = agent.post(
        f"{LEADS}/selection{query}", {"shown": shown[0].public_id}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422
    assert "at most 10 leads" in refused.text
    assert "All 60 that match" in refused.text
    press(agent, f"{query}&act=delete")
    assert Lead.objects.alive().count() == 2
    assert AuditEntry.objects.get(action="leads.changed").filter == {"status": ["new"]}


def test_a_long_act_shows_how_far_it_is_and_can_be_cancelled(
    account: Account, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "PIECE", 2)
    leads = list(make_leads(5))
    tick(agent, leads)
    press(agent, "?act=add_tags", "vip")
    batch = Batch.objects.get()
    page = agent.get(LEADS).text
    assert "0 of 5 leads" in page
    bulk._piece(batch)
    note = agent.get(f"{LEADS}/acts/{batch.public_id}", headers={"HX-Request": "true"}).text
    assert "2 of 5 leads" in note
    agent.post(f"{LEADS}/acts/{batch.public_id}/cancel")
    there = agent.get(f"{LEADS}/acts/{batch.public_id}").text
    assert "Tag vip added: 2 leads, then cancelled" in there
    assert_strict_csp(there)


@pytest.mark.parametrize(
    ("act", "value", "said"),
    [
        ("add_tags", "", "at least one tag"),
        ("assigned_to", "mem_nobody", "no member"),
        ("status", "great", "none of new"),
    ],
)
def test_what_cannot_be_done_is_said_in_the_dialog(
    agent: Client, act: str, value: str, said: str
) -> None:
    tick(agent, list(make_leads(1)))
    answer = press(agent, f"?act={act}", value)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert not Batch.objects.exists()


def test_a_question_is_not_answered_for_leads_that_it_did_not_show(agent: Client) -> None:
    leads = list(make_leads(3))
    tick(agent, leads[:1])
    there = f"{LEADS}/change?act=delete"
    first = asked(agent.get(there).text)
    # In another tab of the same session.
    tick(agent, leads)
    refused = agent.post(there, {"asked": first})
    assert refused.status_code == 422
    assert "it is 3 leads now. Press Delete again" in refused.text
    assert "3 leads leave lists" in refused.text
    assert agent.post(there).status_code == 422
    assert not Batch.objects.exists()
    assert agent.post(there, {"asked": asked(refused.text)}).status_code == 302
    assert Batch.objects.get().total == 3


def test_a_question_about_all_that_match_is_asked_again_when_more_do(agent: Client) -> None:
    tick(agent, list(make_leads(2, status="new")), "?status=new", everything="1")
    there = f"{LEADS}/change?status=new&act=status"
    first = asked(agent.get(there).text)
    make_leads(1, status="new")
    refused = agent.post(there, {"asked": first, "value": "won"}, headers={"HX-Request": "true"})
    assert "it is 3 leads now" in refused.text
    assert '<option value="won" selected>' in refused.text
    assert not Batch.objects.exists()
    assert press(agent, "?status=new&act=status", "won").status_code == 302
    assert Batch.objects.get().changed == 3


def test_with_nothing_ticked_there_is_nothing_to_do(agent: Client) -> None:
    make_leads(1)
    assert "Nothing is ticked" in agent.get(f"{LEADS}/change?act=delete").text
    assert "Nothing is ticked any more" in agent.post(f"{LEADS}/change?act=delete").text
    assert agent.get(f"{LEADS}/change?act=explode").status_code == 404


def test_viewers_see_no_acts_and_get_none(member: Callable[..., Member]) -> None:
    viewer = client_of(member("viewer"))
    leads = list(make_leads(1))
    assert "act-status" not in tick(viewer, leads)
    assert viewer.get(f"{LEADS}/change?act=status").status_code == 403
    assert viewer.post(f"{LEADS}/change?act=status", {"value": "won"}).status_code == 403


def test_what_came_since_is_told_without_moving_the_page(agent: Client) -> None:
    make_leads(2, status="new")
    page = agent.get(f"{LEADS}?status=new").text
    address = html.unescape(re.findall(r'hx-get="(/admin/leads/news[^"]*)"', page)[0])
    assert agent.get(address).status_code == 204
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        make_leads(4, status="new", created_at=clock.now())
        make_leads(1, status="won", created_at=clock.now())
    answer = agent.get(address).text
    assert "4 new" in answer
    assert 'href="/admin/leads?status=new"' in answer
    assert agent.get(f"{LEADS}/news?since=yesterday").status_code == 204


def test_what_was_there_is_not_new_and_what_is_committed_late_is(agent: Client) -> None:
    # The moment a lead bears is older than the one at which others see it.
    just_now = clock.now() - timedelta(seconds=5)
    make_leads(2, created_at=just_now)
    page = agent.get(LEADS).text
    address = html.unescape(re.findall(r'hx-get="(/admin/leads/news[^"]*)"', page)[0])
    assert agent.get(address).status_code == 204
    make_leads(1, created_at=just_now)
    assert ">1 new<" in agent.get(address).text
    assert ">3 new<" in agent.get(re.sub("known=[^&]*", "known=-1", address)).text


def test_a_question_about_very_many_says_about_and_is_answered(
    agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.kit.counting.BOUND", 10)
    monkeypatch.setattr("synaptiq.kit.counting.WHOLE", 10)
    leads = list(make_leads(12, status="new"))
    tick(agent, leads, "?status=new", everything="1")
    there = f"{LEADS}/change?status=new&act=delete"
    question = agent.get(there).text
    assert re.search(r"About [\d,.]+ leads leave lists", question)
    monkeypatch.setattr("synaptiq.kit.counting.about", lambda _: counting.Count(99, is_exact=False))
    assert agent.post(there, {"asked": asked(question)}).status_code == 302
    assert Batch.objects.get().total == 12


def test_what_is_ticked_and_gone_is_not_counted(agent: Client, alex: Member) -> None:
    leads = list(make_leads(3))
    tick(agent, leads)
    actions.delete_lead(actors.of_member(alex), leads[0].public_id)
    assert "This changes 2 leads" in agent.get(f"{LEADS}/change?act=status").text
    Lead.objects.update(deleted_at=clock.now())
    assert "no longer there" in agent.get(f"{LEADS}/change?act=status").text


def test_a_count_beyond_the_bound_is_about(agent: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_leads(12)
    monkeypatch.setattr("synaptiq.kit.counting.BOUND", 10)
    monkeypatch.setattr("synaptiq.kit.counting.WHOLE", 10)
    assert re.search(r"about [\d,.]+ M? ?leads", agent.get(LEADS).text)


def test_a_custom_property_is_filtered_by_its_two_fields(agent: Client) -> None:
    CustomProperty.objects.create(slug="size", label="Company size", type="text", position=1)
    make_leads(1, name="Big", custom={"size": "1000+"})
    make_leads(1, name="Small", custom={"size": "1-10"})
    tidy = agent.get(f"{LEADS}?custom.name=size&custom.value=1000%2B")
    assert tidy.headers["Location"] == f"{LEADS}?custom=size%3A1000%2B"
    page = agent.get(tidy.headers["Location"]).text
    assert names(page) == ["Big"]
    assert "Company size is “1000+”" in page
    CustomProperty.objects.update(archived_at=clock.now())
    page = agent.get(f"{LEADS}?custom=size%3A1000%2B&custom=shoes%3A44").text
    assert "Company size (archived) is “1000+” and shoes (no such property) is “44”" in page
