"""The page of notifications, the bell, following one, and choosing which come by email."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from synaptiq.accounts import actions, queries
from synaptiq.accounts.models import Account, Member, Notice
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import actions as conversations
from synaptiq.conversations import alerting, closing
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from tests.conftest import make_account, make_member
from tests.conversations.making import make_conversation
from tests.dashboard.clients import client_of, make_leads
from tests.dashboard.markup import assert_strict_csp

PAGE = "/admin/notifications"
SETTINGS = "/admin/settings/you/notifications"
READY, ASSIGNED = NoticeKind.EXPORT_READY, NoticeKind.LEAD_ASSIGNED
Members = Callable[..., Member]


@pytest.fixture
def jane(member: Members) -> Member:
    return member("agent", "export", email="jane@yourteam.com")


@pytest.fixture
def client(jane: Member) -> Client:
    return client_of(jane)


@pytest.fixture
def lead(account: Account) -> Lead:
    return make_leads(1)[0]


def assigned(member: Member, lead: Lead) -> Notice:
    return actions.notify(member, ASSIGNED, "was assigned to you by Ada", lead.public_id)


def test_an_empty_page_says_what_will_come(client: Client) -> None:
    page = client.get(PAGE).text
    assert "No notifications yet" in page
    assert "Mark all read" not in page
    assert "Nothing unread" in client.get(f"{PAGE}?show=unread").text
    assert_strict_csp(page)


def test_the_newest_stand_first_and_the_unread_ones_by_themselves(
    client: Client, jane: Member, lead: Lead
) -> None:
    read = actions.notify(jane, READY, "212 leads are ready as CSV", "exp_k5m2a7q3")
    client.post(f"{PAGE}/{read.public_id}/mark", {"read": "1"})
    assigned(jane, lead)
    page = client.get(PAGE)
    assert [(line.name, line.text, line.unread) for line in page.context["lines"]] == [
        ("Person 0", "was assigned to you by Ada", True),
        ("", "212 leads are ready as CSV", False),
    ]
    assert "<bdi>Person 0</bdi> was assigned to you by Ada</a>" in page.text
    assert [line.name for line in client.get(f"{PAGE}?show=unread").context["lines"]] == [
        "Person 0"
    ]
    assert_strict_csp(page.text)


def test_a_long_list_has_pages(
    client: Client, jane: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LIST_PAGE", 2)
    for n in range(3):
        actions.notify(jane, READY, f"No. {n}")
    first = client.get(f"{PAGE}?show=unread")
    second = client.get(f"{PAGE}?show=unread&cursor={first.context['page'].next}")
    assert [line.text for line in second.context["lines"]] == ["No. 0"]
    assert client.get(f"{PAGE}?cursor=nonsense").status_code == 422


def test_a_lead_is_named_as_it_is_now_and_only_to_who_may_see_it(
    client: Client, jane: Member, lead: Lead, member: Members
) -> None:
    assigned(jane, lead)
    Lead.objects.filter(pk=lead.pk).update(name="Grace <b>Hopper</b>")
    assert "<bdi>Grace &lt;b&gt;Hopper&lt;/b&gt;</bdi> was assigned" in client.get(PAGE).text
    auditor = member("auditor")
    assigned(auditor, lead)
    seen = client_of(auditor).get(PAGE)
    assert [(line.name, line.url) for line in seen.context["lines"]] == [("A lead", "")]
    assert "Grace" not in seen.text
    Lead.objects.filter(pk=lead.pk).update(deleted_at=clock.now())
    assert [line.name for line in client.get(PAGE).context["lines"]] == ["A lead"]


def test_following_one_reads_it_and_leads_to_what_it_is_about(
    client: Client, jane: Member, lead: Lead
) -> None:
    mine = f"/admin/leads?assigned_to={jane.public_id}&sort=-last_activity"
    for kind, target, address in (
        (ASSIGNED, lead.public_id, f"/admin/leads/{lead.public_id}"),
        (ASSIGNED, "batch_k5m2a7q3", mine),
        (NoticeKind.BATCH_ENDED, "batch_k5m2a7q3", "/admin/leads/acts/batch_k5m2a7q3"),
        (READY, "exp_k5m2a7q3", "/admin/exports/exp_k5m2a7q3"),
        (NoticeKind.MEETING, "mtg_k5m2a7q3", "/admin/meetings/mtg_k5m2a7q3"),
        (NoticeKind.IMPORT_DONE, "imp_k5m2a7q3", "/admin/leads/import/imp_k5m2a7q3"),
        # An Agent has no page of custom properties.
        (NoticeKind.PROPERTY_CONVERTED, "prop_k5m2a7q3", PAGE),
        (READY, "", PAGE),
    ):
        notice = actions.notify(jane, kind, "text", target)
        answer = client.get(f"{PAGE}/{notice.public_id}")
        assert (answer.status_code, answer["Location"]) == (302, address)
        notice.refresh_from_db()
        assert notice.read_at
    assert "no page that you may open" in client.get(PAGE).text
    assert client.get(mine).status_code == 200


def test_looking_whether_a_link_works_reads_nothing(client: Client, jane: Member) -> None:
    notice = actions.notify(jane, READY, "Ready", "exp_k5m2a7q3")
    assert client.head(f"{PAGE}/{notice.public_id}").status_code == 405
    assert queries.unread_notices(jane).count() == 1


def test_a_link_of_another_account_of_ones_own_offers_the_switch(jane: Member) -> None:
    other = make_account("Other")
    with acting_for(other.pk):
        there = make_member(other, "agent", email=jane.user.email)
        notice = actions.notify(there, READY, "Ready", "exp_k5m2a7q3")
    page = client_of(jane).get(f"{PAGE}/{notice.public_id}")
    assert page.status_code == 404
    assert "Other" in page.text
    with acting_for(other.pk):
        assert queries.unread_notices(there).count() == 1


def test_one_is_marked_unread_again_and_the_page_stays(client: Client, jane: Member) -> None:
    notice = actions.notify(jane, READY, "Ready")
    back = {"Referer": f"http://testserver{PAGE}?show=unread"}
    where = f"{PAGE}/{notice.public_id}/mark"
    answer = client.post(where, {"read": "1"}, headers=back)
    assert answer["Location"] == f"{PAGE}?show=unread"
    assert queries.unread_notices(jane).count() == 0
    client.post(where, {"read": "0"})
    assert queries.unread_notices(jane).count() == 1
    assert client.post(f"{PAGE}/notice_none/mark", {"read": "1"}).status_code == 404


def test_all_are_read_at_once_which_says_how_many(client: Client, jane: Member) -> None:
    for said, count in (("2 notifications are marked read.", 2), ("1 notification is", 1)):
        for _ in range(count):
            actions.notify(jane, READY, "Ready")
        back = {"Referer": "http://testserver/admin/leads?status=new"}
        answer = client.post(f"{PAGE}/read", headers=back)
        assert answer["Location"] == "/admin/leads?status=new"
        assert said in client.get(PAGE).text
    client.post(f"{PAGE}/read")
    assert "All were read already." in client.get(PAGE).text
    elsewhere = client.post(f"{PAGE}/read", headers={"Referer": "https://evil.example//x"})
    assert elsewhere["Location"] == "/admin/"


def test_the_bell_counts_to_nine_and_shows_the_newest_ten(
    client: Client, jane: Member, lead: Lead
) -> None:
    assigned(jane, lead)
    page = client.get("/admin/leads").text
    assert '<span class="vh">Notifications, 1 unread</span>' in page
    assert "<bdi>Person 0</bdi> was assigned" in page
    for n in range(10):
        actions.notify(jane, READY, f"No. {n}")
    page = client.get("/admin/leads").text
    assert ">9+</span>" in page
    assert '<span class="vh">Notifications, more than 9 unread</span>' in page
    assert page.count("No. ") == 10
    assert "was assigned" not in page
    client.post(f"{PAGE}/read")
    assert "unread-count" not in client.get("/admin/leads").text


def test_the_bell_is_sent_anew_only_where_it_would_show_something_else(
    client: Client, jane: Member
) -> None:
    state = ""
    for change in (
        lambda: None,
        lambda: actions.notify(jane, READY, "<b>Ready</b>", "exp_k5m2a7q3"),
        lambda: client.post(f"{PAGE}/read"),
    ):
        change()
        answer = client.get(f"{PAGE}/bell", {"state": state})
        assert answer.status_code == 200
        assert "<b>" not in answer.text
        state = answer.context["notices"].state
        assert f'data-state="{state}"' in answer.text
        assert client.get(f"{PAGE}/bell", {"state": state}).status_code == 204
    assert client.get(f"{PAGE}/bell", headers={"X-Account": "acct_other"}).status_code == 409


def test_kinds_are_ticked_and_kept(client: Client, jane: Member) -> None:
    page = client.get(SETTINGS).text
    assert "jane@yourteam.com" in page
    ticked = re.findall(r'name="kinds" value="(\w+)" checked', page)
    assert ticked == ["visitor_waiting", "lead_qualified"]
    # Meetings come as invitations in any case.
    assert '<input type="checkbox" disabled checked><span>Meetings with you' in page
    answer = client.post(SETTINGS, {"kinds": ["mentioned", "export_ready"]})
    assert answer["Location"] == SETTINGS
    page = client.get(SETTINGS).text
    assert "Saved." in page
    for kind in NoticeKind:
        ticked = f'value="{kind}" checked' in page
        assert ticked == (kind in {"mentioned", "export_ready"})
    assert queries.member(jane.public_id).mailed_kinds == ["mentioned", "export_ready"]
    refused = client.post(SETTINGS, {"kinds": ["weather"]})
    assert refused.status_code == 422
    assert "no kind of notification" in refused.text
    client.post(SETTINGS)
    assert queries.member(jane.public_id).mailed_kinds == []


def test_a_visitor_who_waits_stands_first_and_is_told_apart(client: Client, jane: Member) -> None:
    actions.notify(jane, NoticeKind.VISITOR_WAITING, "A visitor waits for a person", "conv_4c9e1a")
    for number in range(12):
        actions.notify(jane, READY, f"File {number}", "exp_k5m2a7q3")
    page = client.get(f"{PAGE}/bell").text
    first = page.split('<ul class="notices">')[1].split("</li>")[0]
    assert 'class="unread calls"' in first
    assert "A visitor waits for a person" in first
    assert page.count("<li") == 10
    assert "unread-count calls" in page
    assert "more than 9 unread, a visitor waits" in page
    # As soon as nobody waits it is as ever, and the page that is open hears of another state.
    before = client.get(f"{PAGE}/bell").context["notices"].state
    actions.settle_notices(NoticeKind.VISITOR_WAITING, "conv_4c9e1a")
    answer = client.get(f"{PAGE}/bell", {"state": before})
    assert answer.status_code == 200
    assert "calls" not in answer.text


def test_a_visitor_who_waits_is_claimed_under_the_bell(
    client: Client, jane: Member, lead: Lead
) -> None:
    held = make_conversation(("visitor", "Hi"))
    conversations.request_person(held.account_id, held.pk)
    alerting.tell_waiting(held.pk)
    for number in range(12):
        actions.notify(jane, READY, f"{number} leads are ready as CSV", "exp_k5m2a7q3")
    html = client.get(f"{PAGE}/bell").text
    shown = re.findall(r'<li class="([^"]*)">.*?</li>', html, re.S)
    assert shown == ["unread calls", *["unread"] * 9]
    assert "more than 9 unread, a visitor waits" in html
    assert "until <time" in html
    state = client.get(f"{PAGE}/bell").context["notices"].state
    claim = f"/admin/conversations/{held.public_id}/claim"
    assert f'action="{claim}"' in html
    assert client.post(claim)["Location"].endswith(f"{held.public_id}#end")
    # With ten unread more nobody would see it by the number; the bell is another one all the same.
    html = client.get(f"{PAGE}/bell", {"state": state}).text
    assert "calls" not in html
    assert "more than 9 unread" in html


def test_one_that_calls_nobody_any_more_is_as_any(client: Client, jane: Member, lead: Lead) -> None:
    held = make_conversation(("visitor", "Hi"))
    conversations.request_person(held.account_id, held.pk)
    alerting.tell_waiting(held.pk)
    assert "Claim" in client.get(f"{PAGE}/bell").text
    jane.roles = ["viewer"]
    jane.save()
    assert "Claim" not in client.get(f"{PAGE}/bell").text
    jane.roles = ["agent"]
    jane.save()
    with clock.freeze(clock.now() + 3 * closing.CLAIM_WITHIN):
        html = client.get(f"{PAGE}/bell").text
    assert "A visitor waits for a person" in html
    assert "calls" not in html
