"""List, conversation and details beside each other: each conversation at its own address, the list
as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.conversations import actions
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.conversations.test_pages import LIST, ids
from tests.dashboard.markup import assert_strict_csp


# ── What the server gives ────────────────────────────────────────────────────────────────────────
@pytest.fixture
def priya(account: Account, member: Callable[..., Member]) -> Member:
    return member("agent", email="priya@acme.example", name="Priya Shah")


def tabs(html: str) -> list[str]:
    """Name, figure and whether it is the one shown, of each tab."""
    found = re.search(r'id="list-tabs".*?</nav>', html, re.S)
    assert found
    links = re.findall(r'<a href="([^"]*)"( aria-current="page")?>(.*?)</a>', found[0])
    return [re.sub("<[^>]*>", "", words) + ("*" if current else "") for _, current, words in links]


def test_a_conversation_stands_beside_the_list_that_its_address_chooses(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"), public_id="conv_000a")
    make_conversation(("visitor", "Bye"), public_id="conv_000b", close=True)
    client = client_of(priya)
    html = client.get(f"{LIST}/{made.public_id}?state=open").text
    assert_strict_csp(html)
    assert ids(html.split('id="room"')[0]) == ["a"]
    row = f'href="{LIST}/conv_000a?state=open" aria-current="true"'
    assert row in html
    assert tabs(html)[1] == "Open 1*"
    assert f'href="{LIST}?state=open" aria-label="Back to the list"' in html
    # What is made anew is like it.
    assert row in client.get(f"{LIST}/rows?state=open&open=conv_000a").text
    # For a page that has the list, without it.
    part = client.get(f"{LIST}/{made.public_id}?state=open", **HTMX).text
    assert 'id="talk"' in part
    assert "<title>Visitor 000a · Conversation · Synaptiq</title>" in part
    assert "<html" not in part
    assert 'id="conversations"' not in part
    assert "Choose a conversation" in client.get(LIST, **HTMX).text


def test_a_list_that_cannot_be_read_takes_no_conversation_away(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    answer = client_of(priya).get(f"{LIST}/{made.public_id}?state=half")
    assert answer.status_code == 200
    assert "One filter could not be read" in answer.text
    assert 'id="talk"' in answer.text
    # What a form sends becomes the address of a link.
    untidy = client_of(priya).get(f"{LIST}/{made.public_id}?started.from=2026-03-01&text=")
    assert untidy["Location"] == f"{LIST}/{made.public_id}?started=2026-03-01.."


def test_tabs_count_what_goes_on_within_the_other_filters(priya: Member) -> None:
    (lead,) = make_leads(1, assigned_to=priya, tags=["webinar"])
    waits = make_conversation(("visitor", "Hi"))
    actions.request_person(waits.account_id, waits.pk)
    make_conversation(("visitor", "Hi"), lead=lead)
    taken = make_conversation(("visitor", "Hi"))
    Conversation.objects.filter(pk=taken.pk).update(state="human", member=priya)
    make_conversation(("visitor", "Hi"), lead=lead, close=True)
    make_conversation(("visitor", "Hi"), is_test=True)
    client = client_of(priya)
    html = client.get(LIST).text
    assert tabs(html) == ["All*", "Open 3", "Waiting 1", "Mine 2", "Closed"]
    html = client.get(f"{LIST}?lead_tags=webinar&state=closed").text
    assert tabs(html) == ["All", "Open 1", "Waiting", "Mine 1", "Closed*"]
    assert 'href="?state=waiting&amp;lead_tags=webinar"' in html
    html = client.get(f"{LIST}?state=open&person=priya%40acme.example").text
    assert tabs(html)[3] == "Mine 2*"
    assert len(ids(html)) == 2


def test_the_list_of_one_lead_leads_back_to_it(priya: Member) -> None:
    (lead,) = make_leads(1, name="Jane Smith")
    made = make_conversation(("visitor", "Hi"), lead=lead)
    for address in (LIST, f"{LIST}/{made.public_id}"):
        html = client_of(priya).get(f"{address}?lead={lead.public_id}").text
        assert f'href="/admin/leads/{lead.public_id}" aria-label="Back to Jane Smith"' in html


# ── In a browser ─────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def alex(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="alex@acme.example", name="Alex Moreau")


def rows(page: Page) -> object:
    return page.locator("#conversations .row-link")


def make_many(count: int) -> list[Conversation]:
    """Of one moment each, the first made standing last."""
    now = clock.now()
    return [
        make_conversation(
            ("visitor", f"Question {n}"), at=now - timedelta(minutes=20, seconds=-n),
            public_id=f"conv_{n:04}",
        )
        for n in range(count)
    ]  # fmt: skip


def test_opening_one_leaves_the_list_as_it_is(url: str, chromium: Browser, alex: Member) -> None:
    make_many(30)
    with browser.signed_in(chromium, url, alex) as page:
        page.goto(f"{url}{LIST}?state=open")
        expect(page.get_by_role("heading", name="Choose a conversation")).to_be_visible()
        browser.assert_sound_everywhere(page, "choose")
        page.evaluate("window.stayed = true")
        low = page.get_by_role("link", name="Visitor 0002", exact=True)
        low.scroll_into_view_if_needed()
        top = page.locator("#list-scroll").evaluate("e => e.scrollTop")
        assert top > 0
        low.click()
        expect(page.locator("#talk-head h1")).to_have_text("Visitor 0002")
        expect(page).to_have_url(f"{url}{LIST}/conv_0002?state=open")
        expect(page).to_have_title(re.compile("Visitor 0002 · Conversation"))
        expect(page.locator("#said")).to_have_text("Conversation with Visitor 0002")
        expect(page.locator('#conversations [aria-current="true"]')).to_have_text("Visitor 0002")
        # It is read: its row and the number say so, without another being loaded.
        expect(page.locator("#row-conv_0002 .unread-figure")).to_have_count(0)
        expect(page.locator("#conversations-unread")).to_have_text("29 unread")
        assert page.locator("#list-scroll").evaluate("e => e.scrollTop") == top
        # What is typed in one waits there while another is looked at.
        page.fill("#reply-text", "A draft")
        page.get_by_role("link", name="Visitor 0003", exact=True).click()
        expect(page.locator("#talk-head h1")).to_have_text("Visitor 0003")
        expect(page.locator("#reply-text")).to_have_value("")
        page.go_back()
        expect(page.locator("#talk-head h1")).to_have_text("Visitor 0002")
        expect(page.locator("#reply-text")).to_have_value("A draft")
        page.go_back()
        expect(page.get_by_role("heading", name="Choose a conversation")).to_be_visible()
        page.go_forward()
        expect(page.locator("#talk-head h1")).to_have_text("Visitor 0002")
        page.fill("#reply-text", "Here I am")
        page.keyboard.press("Enter")
        expect(page.locator("#entries .agent .text")).to_have_text("Here I am")
        expect(page.locator("#row-conv_0002 .state")).to_contain_text("With Alex Moreau")
        expect(page.locator("#list-tabs")).to_contain_text("Mine 1")
        browser.assert_sound_everywhere(page, "both")
        assert page.evaluate("window.stayed")
        # Loaded anew it is the same page, with the row in view.
        page.reload()
        expect(page.locator('#conversations [aria-current="true"]')).to_be_in_viewport()


def test_the_list_by_keyboard(url: str, chromium: Browser, alex: Member) -> None:
    make_many(3)
    with browser.signed_in(chromium, url, alex) as page:
        page.goto(url + LIST)
        page.keyboard.press("j")
        expect(page.get_by_role("link", name="Visitor 0002", exact=True)).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        last = page.get_by_role("link", name="Visitor 0000", exact=True)
        expect(last).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#talk-head h1")).to_have_text("Visitor 0000")
        # On through the list, from where one is.
        expect(last).to_be_focused()
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        expect(page.locator("#talk-head h1")).to_have_text("Visitor 0002")
        page.keyboard.press("r")
        expect(page.locator("#reply-text")).to_be_focused()


def test_details_never_cover_the_thread(url: str, chromium: Browser, alex: Member) -> None:
    (made,) = make_many(1)
    with browser.signed_in(chromium, url, alex) as page:
        page.goto(f"{url}{LIST}/{made.public_id}")
        thread, about, pane = (page.locator(one) for one in ("#activity", "#about", "#list"))

        def left_to_right(*places: object) -> None:
            boxes = [place.bounding_box() for place in places]  # type: ignore[attr-defined]
            for one, other in pairwise(boxes):
                assert one["x"] + one["width"] <= other["x"] + 1

        left_to_right(pane, thread, about)
        page.set_viewport_size({"width": 1100, "height": 800})
        expect(about).to_be_hidden()
        left_to_right(pane, thread)
        page.get_by_role("checkbox", name="Details").check()
        expect(pane).to_be_hidden()
        left_to_right(thread, about)
        browser.assert_sound(page, "details")
        page.set_viewport_size({"width": 880, "height": 800})
        expect(pane).to_be_hidden()
        expect(about).to_be_hidden()
        page.get_by_role("link", name="About", exact=True).click()
        expect(about).to_be_visible()
        expect(thread).to_be_hidden()
        page.get_by_role("link", name="Back to the list").click()
        expect(pane).to_be_visible()


def test_the_first_conversation_comes_into_an_empty_list(
    url: str, chromium: Browser, alex: Member
) -> None:
    with browser.signed_in(chromium, url, alex) as page:
        with page.expect_response("**/admin/live?*"):
            page.goto(url + LIST)
        expect(page.get_by_role("heading", name="No conversations yet")).to_be_visible()
        make_many(1)
        expect(rows(page)).to_have_text("Visitor 0000")  # type: ignore[arg-type]
        expect(page.get_by_role("heading", name="No conversations yet")).to_have_count(0)
        # What is marked in the menu is said at once, with nothing loaded.
        page.evaluate("window.stayed = true")
        rows(page).click()  # type: ignore[attr-defined]
        page.get_by_role("button", name="Conversation actions", exact=True).click()
        page.get_by_role("button", name="Mark as spam").click()
        expect(page.locator("#talk-head")).to_contain_text("Spam")
        page.get_by_role("button", name="Conversation actions", exact=True).click()
        page.get_by_role("link", name="Close conversation").click()
        page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).first.click()
        expect(page.locator("#talk-bar")).to_contain_text("This conversation is closed")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("window.stayed")
