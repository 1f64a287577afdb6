"""The inbox in real browsers: two members and a visitor, none of whom loads a page anew."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.agent.models import Fact
from synaptiq.conversations.models import Conversation, Event
from tests.conftest import make_member
from tests.conversations.making import ORIGIN, make_conversation, make_site
from tests.dashboard import browser

LIST = "/admin/conversations"


class Visitor:
    """Somebody on a site, by the Chat API."""

    def __init__(self, url: str, site_key: str) -> None:
        self.site_key, self._base = site_key, f"{url}/api/v1/chat/{site_key}"
        self._headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
        self.conversation = ""

    def post(self, what: str, **body: Any) -> None:
        sent = json.dumps(body).encode()
        asked = Request(f"{self._base}/{what}", sent, self._headers, method="POST")
        with urlopen(asked, timeout=30) as answer:
            told = json.load(answer)
        self.conversation = told["conversation_id"]
        if token := told.get("visitor_token"):
            self._headers["Authorization"] = f"Bearer {token}"

    def say(self, text: str) -> None:
        self.post("messages", client_message_id=str(uuid4()), text=text)

    @contextmanager
    def stream(self) -> Iterator[Iterator[str]]:
        """The lines of an event stream that stays open meanwhile."""
        with urlopen(Request(f"{self._base}/events", headers=self._headers), timeout=30) as answer:
            yield (line.decode().rstrip() for line in answer)


@pytest.fixture
def priya(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="priya@acme.example", name="Priya Shah")


@pytest.fixture
def alex(priya: Member) -> Member:
    return make_member(priya.account, "agent", email="alex@acme.example", name="Alex Moreau")


@pytest.fixture
def visitor(url: str, priya: Member) -> Visitor:
    return Visitor(url, make_site().key)


def open_talk(page: Page, url: str, conversation: str) -> None:
    """Open it, and wait until the page hears what is notified."""
    with page.expect_response("**/admin/live?*"):
        page.goto(f"{url}{LIST}/{conversation}")


def called(visitor: Visitor) -> str:
    """What a visitor without a name is called."""
    return f"Visitor {visitor.conversation.removeprefix('conv_')[:4]}"


def turns(page: Page) -> Any:
    return page.locator("#entries .turn .text")


def test_what_is_said_stands_on_the_page_without_loading_it(
    url: str, chromium: Browser, priya: Member, visitor: Visitor
) -> None:
    visitor.say("Hello there")
    with browser.signed_in(chromium, url, priya) as page:
        open_talk(page, url, visitor.conversation)
        page.evaluate("window.stayed = true")
        visitor.say("Are you a person?")
        expect(turns(page).last).to_have_text("Are you a person?")
        expect(page.locator("#said")).to_have_text(f"{called(visitor)}: Are you a person?")
        # Typing, until the next word.
        visitor.post("typing")
        expect(page.locator("#typing")).to_have_text(f"{called(visitor)} is typing")
        visitor.say("Well?")
        expect(page.locator("#typing")).to_have_text("")
        # Enter sends; Shift and Enter break the line.
        page.locator("#reply-text").press_sequentially("Yes,")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("I am.")
        page.keyboard.press("Enter")
        expect(turns(page).last).to_have_text("Yes,\nI am.")
        expect(page.locator("#reply-text")).to_have_value("")
        expect(page.locator("#reply-text")).to_be_focused()
        expect(page.locator("#talk-bar")).to_contain_text("You are answering")
        browser.assert_sound_everywhere(page, "answering")
        # The visitor ends it: no reply can be sent any more, and what was typed stays.
        page.fill("#reply-text", "One more thing")
        visitor.post("close")
        expect(page.locator("#talk-bar")).to_contain_text("This conversation is closed")
        expect(page.locator("#note-text")).to_have_value("One more thing")
        browser.assert_sound_everywhere(page, "closed")
        assert page.evaluate("window.stayed")


def test_a_member_types_and_the_visitor_sees_it(
    url: str, chromium: Browser, priya: Member, visitor: Visitor
) -> None:
    visitor.say("Hello")
    with browser.signed_in(chromium, url, priya) as page:
        open_talk(page, url, visitor.conversation)
        with visitor.stream() as lines:
            # Whose stream is open is online; from then on it is heard.
            expect(page.locator("#talk-head .online")).to_be_visible()
            page.locator("#reply-text").press_sequentially("H")
            line = next(line for line in lines if line == "event: typing")
            told = json.loads(next(lines).removeprefix("data: "))
        assert line
        assert told == {"type": "typing", "sender": "agent", "name": "Priya"}


def test_who_reads_further_up_is_not_moved(
    url: str, chromium: Browser, priya: Member, visitor: Visitor
) -> None:
    visitor.say("Hello")
    held = Conversation.objects.get()
    from django.db import transaction

    from synaptiq.conversations import handover, log

    with transaction.atomic():
        log.append(
            handover.hold_by_key(held.pk), [log.message("ai", f"Line {n}") for n in range(300)]
        )
    with browser.signed_in(chromium, url, priya) as page:
        open_talk(page, url, visitor.conversation)
        expect(turns(page)).to_have_count(60)
        expect(turns(page).last).to_be_in_viewport()
        # Earlier ones come as one scrolls up, and what is read stays where it is.
        first = turns(page).first
        text = first.text_content()
        first.scroll_into_view_if_needed()
        expect(turns(page)).not_to_have_count(60)
        read = page.locator(".turn", has_text=re.compile(f"{text}$")).first
        before = read.bounding_box()
        visitor.say("New below")
        expect(page.locator("#to-news")).to_have_text("1 new below")
        assert read.bounding_box() == before
        page.locator("#to-news").click()
        expect(turns(page).last).to_be_in_viewport()
        expect(page.locator("#to-news")).to_be_hidden()
        # To the beginning.
        while page.locator("#to-earlier").count():
            page.evaluate("document.querySelector('#to-earlier a')?.click()")
            expect(page.locator('#to-earlier a[aria-busy="true"]')).to_have_count(0)
        expect(turns(page)).to_have_count(302)


def test_the_list_is_alive_and_moves_no_row_under_the_pointer(
    url: str, chromium: Browser, priya: Member, visitor: Visitor
) -> None:
    other = Visitor(url, visitor.site_key)
    visitor.say("First")
    with browser.signed_in(chromium, url, priya) as page:
        with page.expect_response("**/admin/live?*"):
            page.goto(url + LIST)
        rows = page.locator("#conversations > li")
        expect(rows).to_have_count(1)
        expect(page.locator("#conversations-unread")).to_have_text("1 unread")
        expect(page).to_have_title(re.compile(r"^\(1\) Conversations"))
        icon = page.locator('link[rel="icon"]')
        expect(icon).to_have_attribute("href", re.compile("icon-news"))
        other.say("Second")
        expect(rows.first).to_contain_text("Second")
        expect(page.locator("#conversations-unread")).to_have_text("2 unread")
        # A page may write its title anew.
        page.evaluate("document.title = 'Jane Doe'")
        expect(page).to_have_title("(2) Jane Doe")
        # Somebody is at a row: it stays there, and what came says how many it is.
        page.locator(f"#row-{visitor.conversation} .row-link").focus()
        visitor.say("First again")
        expect(page.locator("#show-news")).to_have_text("1 new")
        expect(rows.last).to_contain_text("First again")
        expect(page.locator(f"#row-{visitor.conversation} .row-link")).to_be_focused()
        browser.assert_sound_everywhere(page, "news")
        page.locator("#show-news").click()
        expect(rows.first).to_contain_text("First again")
        visitor.post("typing")
        expect(page.locator(f"#row-{visitor.conversation}")).to_have_class(re.compile("types"))


def test_two_members_at_once_are_told(
    url: str, chromium: Browser, priya: Member, alex: Member, visitor: Visitor
) -> None:
    visitor.say("Hello")
    with (
        browser.signed_in(chromium, url, priya) as hers,
        browser.signed_in(chromium, url, alex) as his,
    ):
        open_talk(hers, url, visitor.conversation)
        open_talk(his, url, visitor.conversation)
        expect(hers.locator("#talk-bar")).to_contain_text("Alex Moreau is here too.")
        expect(his.locator("#talk-bar")).to_contain_text("Priya Shah is here too.")
        hers.locator("#reply-text").press_sequentially("Hello, I")
        expect(his.locator("#typing")).to_have_text("Priya Shah is typing")
        his.fill("#reply-text", "Hi")
        hers.keyboard.press("Enter")
        expect(his.locator("#reply-warning")).to_contain_text("Priya Shah answered a moment ago")
        expect(his.locator("#talk-bar")).to_contain_text("Priya Shah is answering")
        browser.assert_sound_everywhere(his, "overtaken")


def test_a_reply_that_does_not_arrive_stays_typed(
    url: str, chromium: Browser, priya: Member, visitor: Visitor
) -> None:
    visitor.say("Hello")
    with browser.signed_in(chromium, url, priya, expects_failures=True) as page:
        open_talk(page, url, visitor.conversation)
        page.route("**/reply", lambda route: route.abort())
        page.fill("#reply-text", "Hi")
        page.locator("#reply-text").press("Enter")
        expect(page.locator("#reply-error")).to_contain_text("Not sent: no answer")
        expect(page.locator("#reply-text")).to_have_value("Hi")
        # Also where the answer alone was lost: sent again it is kept once.
        page.unroute("**/reply")
        page.route("**/reply", lambda route: (route.fetch(), route.abort()))
        with page.expect_event("requestfailed"):
            page.locator("#reply-text").press("Enter")
        assert Event.objects.filter(sender="agent").exists()
        expect(page.locator("#reply-error")).to_contain_text("Not sent: no answer")
        page.unroute("**/reply")
        page.locator("#reply-text").press("Enter")
        expect(page.locator("#reply-text")).to_have_value("")
        assert Event.objects.filter(sender="agent").count() == 1
        # What is typed outlives a reload.
        page.fill("#reply-text", "A draft")
        page.reload()
        expect(page.locator("#reply-text")).to_have_value("A draft")


def test_one_browser_with_ten_tabs_has_one_stream_and_stays_alive(
    url: str, chromium: Browser, priya: Member, visitor: Visitor
) -> None:
    visitor.say("Hello")
    with browser.signed_in(chromium, url, priya) as first:
        context: BrowserContext = first.context
        asked: list[str] = []
        context.on("request", lambda r: asked.append(r.url) if "/admin/live" in r.url else None)
        open_talk(first, url, visitor.conversation)
        pages = [first, *[context.new_page() for _ in range(9)]]
        for page in pages[1:]:
            page.goto(f"{url}{LIST}/{visitor.conversation}")
        visitor.say("To all of you")
        for page in pages:
            expect(turns(page).last).to_have_text("To all of you")
        assert len(asked) == 1
        # The one that holds the stream is closed: another takes it.
        with context.expect_event("request", lambda request: "/admin/live" in request.url):
            first.close()
        pages = pages[1:]
        visitor.say("Still there?")
        for page in pages:
            expect(turns(page).last).to_have_text("Still there?")
        assert len(asked) == 2


def test_a_page_without_script_works(url: str, chromium: Browser, priya: Member) -> None:
    held = make_conversation(*[("visitor", f"Line {n}") for n in range(80)])
    with browser.signed_in(chromium, url, priya, java_script_enabled=False) as page:
        page.goto(f"{url}{LIST}/{held.public_id}")
        expect(turns(page).last).to_be_in_viewport()
        page.fill("#reply-text", "By hand")
        page.get_by_role("button", name="Send").click()
        expect(turns(page).last).to_have_text("By hand")
        page.get_by_role("link", name="Earlier messages").click()
        expect(turns(page)).to_have_count(81)


def test_a_conversation_by_keyboard(
    url: str, chromium: Browser, priya: Member, visitor: Visitor
) -> None:
    visitor.say("Hello")
    with browser.signed_in(chromium, url, priya) as page:
        open_talk(page, url, visitor.conversation)
        page.keyboard.press("t")
        expect(page.locator("#talk-bar")).to_contain_text("You are answering")
        page.keyboard.press("t")
        expect(page.locator("#talk-bar")).to_contain_text("has this conversation")
        page.keyboard.press("n")
        expect(page.locator("#note-text")).to_be_focused()
        page.keyboard.type("They ask for a person.")
        page.keyboard.press("Enter")
        expect(page.locator("#entries .beside .text")).to_have_text("They ask for a person.")
        # Out of the field, or a letter is what is written.
        page.locator("#scroll").focus()
        page.keyboard.press("r")
        expect(page.locator("#reply-text")).to_be_focused()
        page.locator("#scroll").focus()
        page.keyboard.press("?")
        keys = page.locator("[data-keys-shown] dt")
        expect(keys).to_have_text(
            ["/", "j", "k", "↓ ↑", "Enter", "r", "n", "a", "t", "e", "CtrlK", "?"]
        )
        page.keyboard.press("Escape")
        page.locator("#scroll").focus()
        page.keyboard.press("e")
        expect(page.get_by_role("dialog")).to_contain_text("never opens again")


def test_a_waiting_visitor_calls_and_what_is_known_is_corrected(
    url: str, chromium: Browser, priya: Member, visitor: Visitor
) -> None:
    from synaptiq.conversations import alerting

    visitor.say("We are 20 people")
    held = Conversation.objects.get()
    with browser.signed_in(chromium, url, priya) as page:
        open_talk(page, url, visitor.conversation)
        visitor.post("person")
        expect(page.locator("#talk-bar [data-until]")).to_have_text(re.compile(r"in \d:\d\d"))
        alerting.tell_waiting(held.pk)
        expect(page.locator("#bell-state")).to_contain_text("1")
        browser.assert_sound_everywhere(page, "waiting")
        page.get_by_role("button", name="Claim").click()
        expect(page.locator("#talk-bar")).to_contain_text("You are answering")
        # What is known is set by hand, and stands there at once.
        page.reload()
        Fact.objects.create(
            visitor=held.visitor, conversation=held, criterion="team_size", value=20,
            message_seq=1, source="stated", quote="20 people",
        )  # fmt: skip
        page.reload()
        expect(page.locator(".evidence")).to_have_text("20 people")
        page.locator("#correct-team_size").click()
        browser.assert_sound_everywhere(page, "correcting")
        page.fill("#fact-from", "many")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#fact-from-error")).to_contain_text("Type a number")
        page.fill("#fact-from", "50")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#why-team_size .value")).to_contain_text("50")
        expect(page.locator("#entries .happening").last).to_contain_text("Priya Shah corrected")
