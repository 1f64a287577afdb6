"""Everything that lists of attacks know, said by a visitor, by a person and by the server: it is
text, on both sides, and the policy has nothing to report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, Route, expect

from synaptiq.accounts.models import Account
from synaptiq.conversations import log
from synaptiq.conversations.models import Conversation
from tests import shared
from tests.conftest import make_member
from tests.conversations.making import make_conversation, make_visitor
from tests.dashboard import browser
from tests.widget.pages import Stranger, Visitor

LONGEST = 3_900
# What the widget is made of; whatever else is in it was made of somebody's text.
OWN = [
    "a", "b", "br", "button", "dialog", "div", "fieldset", "form", "h2", "i",
    "iframe", "input", "label", "legend", "li", "ol", "option", "p", "path", "section", "select",
    "small", "span", "svg", "textarea",
]  # fmt: skip


@pytest.fixture(scope="module")
def payloads() -> list[str]:
    """Each once; what PostgreSQL or a line cannot hold is left out."""
    folder = shared.data("payloads/xss-lists")
    lines = (
        line.strip()
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text("utf-8", "replace").splitlines()
    )
    return list(dict.fromkeys(line.replace("\x00", "") for line in lines if line))


def pieces(payloads: Sequence[str]) -> Iterator[str]:
    """Joined to as few messages as they fit in."""
    held = ""
    for one in payloads:
        one = one[:LONGEST]
        if held and len(held) + len(one) + 1 > LONGEST:
            yield held
            held = ""
        held = f"{held}\n{one}" if held else one
    yield held


def assert_unharmed(page: Page, errors: list[str]) -> None:
    assert [error for error in errors if "net::" not in error] == []
    assert page.evaluate("document.title") != ""
    strange = page.evaluate(
        "(own) => [...document.querySelector('synaptiq-widget').shadowRoot.querySelectorAll('*')]"
        ".filter((one) => !own.includes(one.localName) || [...one.attributes].some((given) => "
        "given.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(given.value)))"
        ".map((one) => one.outerHTML.slice(0, 200))",
        OWN,
    )
    assert strange == []


def unspoilt(visitor: Visitor) -> Visitor:
    """Whose page would say so if anything opened a dialog."""
    visitor.page.on("dialog", lambda it: (visitor.errors.append(it.message), it.dismiss()))
    return visitor


def test_what_anybody_says_is_text_for_visitors_and_members(
    stranger: Stranger, url: str, chromium: Browser, account: Account, payloads: list[str]
) -> None:
    member = make_member(account, "admin", name='<img src=x onerror="alert(1)">')
    visitor = make_visitor(stranger.site, token="vt_said")
    made = make_conversation(("visitor", "Hi"), visitor=visitor, page_url='https://x/"><script>')
    texts = list(pieces(payloads))
    with transaction.atomic():
        for text in texts:
            log.append(
                made, [log.message("visitor", text), log.message("agent", text, member=member)]
            )
        log.append(made, [log.message("ai", "Last", quick_replies=payloads[:40])])
    with browser.signed_in(chromium, url, member) as page:
        page.on("dialog", lambda it: it.dismiss())
        for address in ("", "?from=1"):
            page.goto(f"{url}/admin/conversations/{made.public_id}{address}")
            expect(page.locator(".thread .turn").first).to_be_attached()
            assert page.locator("main img[onerror], main [onload], main script").count() == 0
    seen = unspoilt(stranger.open(chromium, "/"))
    kept = {"token": "vt_said", "conversation": made.public_id, "until": 9e15}
    seen.page.evaluate(
        "([name, kept]) => localStorage.setItem(name, kept)",
        [f"synaptiq:{stranger.site.key}", json.dumps(kept)],
    )
    seen.page.reload()
    seen.open_chat()
    expect(seen.said).to_have_count(2 * len(texts) + 2, timeout=30_000)
    expect(seen.widget.locator(".chip")).to_have_count(40)
    shown = seen.said.all_inner_texts()
    for number, text in enumerate(texts):
        assert shown[2 * number + 1].split() == text.split()
    assert_unharmed(seen.page, seen.errors)
    assert Conversation.objects.count() == 1


def test_what_the_server_names_is_text_too(
    stranger: Stranger, chromium: Browser, payloads: list[str]
) -> None:
    """Names, addresses, quick replies, fields, meetings: each payload in each."""

    def event(seq: int, bad: str) -> dict[str, object]:
        base = {"seq": seq, "at": "2026-03-15T09:22:41.120Z"}
        if seq % 4 == 0:
            return {**base, "type": "taken_over", "name": bad}
        extra: dict[str, object] = {"quick_replies": [bad], "form": {"fields": [bad, "email"]}}
        if seq % 4 == 1:
            times = {"starts_at": "2026-03-19T13:30:00Z", "ends_at": "2026-03-19T14:00:00Z"}
            names = dict.fromkeys(("id", "name", "email", "manage_url", "ics_url"), bad)
            extra = {"meeting": {**times, **names, "state": "booked", "zone": "Europe/Berlin"}}
        sender = "agent" if seq % 2 else "ai"
        return {**base, "type": "message", "sender": sender, "text": bad, "name": bad, **extra}

    stream = "".join(
        f"id: {seq}\nevent: x\ndata: {json.dumps(event(seq, bad))}\n\n"
        for seq, bad in enumerate(payloads, 1)
    )
    bad = next(one for one in payloads if one.lower().startswith("javascript:"))
    settings = {
        "name": bad, "company": bad, "consent": True, "remember_days": 90, "privacy_url": bad,
        "greetings": [
            {"id": bad, "text": bad, "quick_replies": payloads[:4], "pages": [],
             "delay_seconds": 0, "frequency": "always"},
        ],
    }  # fmt: skip
    allow = {"Access-Control-Allow-Origin": stranger.url}

    def answer(route: Route) -> None:
        path = route.request.url.split("?")[0].rsplit("/", 1)[1]
        if route.request.method == "OPTIONS":
            route.fallback()
        elif path == "events":
            route.fulfill(body=stream, headers={**allow, "Content-Type": "text/event-stream"})
        elif path == "widget":
            route.fulfill(json=settings, headers=allow)
        elif path == "greeting":
            route.fulfill(json={"text": bad, "name": bad, "greeting": bad}, headers=allow)
        elif path == "messages":
            got = {"conversation_id": bad, "turn_id": bad, "seq": 1, "visitor_token": "vt_x"}
            route.fulfill(status=202, json=got, headers=allow)
        else:
            route.fulfill(status=202, json={}, headers=allow)

    context = chromium.new_context(reduced_motion="reduce")
    context.route("**/api/v1/chat/**", answer)
    seen = unspoilt(stranger.open(chromium, context=context))
    expect(seen.widget.locator(".hello .chip")).to_have_count(4)
    seen.open_chat(remember=True)
    seen.say("Hi")
    kinds = [event(seq, "")["type"] for seq in range(1, len(payloads) + 1)]
    # And what was said here.
    expect(seen.said).to_have_count(kinds.count("message") + 1, timeout=30_000)
    assert_unharmed(seen.page, seen.errors)
    addresses = seen.widget.locator("a").evaluate_all("(links) => links.map((link) => link.href)")
    assert all(address.startswith(("http://", "https://")) for address in addresses), addresses
