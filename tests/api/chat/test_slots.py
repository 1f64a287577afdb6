"""Free times by HTTP, and the whole way of a visitor to a booked meeting."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import actions as agent
from synaptiq.agent.core import words
from synaptiq.conversations import linking, visiting
from synaptiq.conversations.models import Conversation, Turn
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from synaptiq.meetings.models import Calendar, Meeting
from synaptiq.sites.models import Site
from tests.api.chat.conftest import Browser
from tests.meetings.making import BERLIN, NINE, SUNDAY, booked, make_calendar

FIRST = "2026-03-16T08:00:00Z"


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def priya(account: Account, member: Callable[..., Member]) -> Member:
    made = member("agent", name="Priya Raman")
    make_calendar(made)
    return made


def pick(browser: Browser, starts_at: str = FIRST, zone: str = BERLIN) -> Any:
    reply = {"slot": {"starts_at": starts_at, "zone": zone}}
    return browser.post("messages", {"client_message_id": str(uuid4()), "reply": reply})


def send_form(browser: Browser, **form: str) -> Any:
    return browser.post("messages", {"client_message_id": str(uuid4()), "reply": {"form": form}})


def answer(accepted: Any) -> dict[str, Any]:
    """Let the agent answer what was accepted; what the visitor gets of it."""
    assert accepted.status_code == 202, accepted.text
    agent.answer_turn(Turn.objects.get(public_id=accepted.json()["turn_id"]).pk)
    return stream(accepted.json()["conversation_id"])[-1]


def stream(conversation: str) -> list[dict[str, Any]]:
    found = Conversation.objects.get(public_id=conversation)
    with connection.cursor() as cursor:
        cursor.execute(visiting.LOG_SQL, [found.account_id, found.pk, 0])
        rows = cursor.fetchall()
    return [one for row in rows if (one := visiting.shown(row))]


def test_from_hello_to_a_booked_meeting(browser: Browser, priya: Member) -> None:
    answer(browser.say("Hello"))
    offered = answer(browser.say("Can we schedule a demo?"))
    assert offered["slots"] == {"minutes": 30, "name": "Priya"}
    free = browser.get(f"slots?zone={BERLIN}").json()
    assert (free["zone"], free["minutes"], free["name"]) == (BERLIN, 30, "Priya")
    assert free["days"][0]["date"] == "2026-03-16"
    assert free["days"][0]["starts"][:2] == [FIRST, "2026-03-16T08:30:00Z"]
    assert len(free["days"][0]["starts"]) == 16
    held = browser.post("slots/hold", {"starts_at": FIRST, "zone": BERLIN})
    assert held.json() == {"starts_at": FIRST, "held_until": "2026-03-15T12:05:00Z"}
    asked = answer(pick(browser))
    assert asked["form"] == {"fields": ["name", "email"]}
    done = answer(send_form(browser, name="Jane Smith", email="jane@visitor.example"))
    meeting = Meeting.objects.get()
    address = f"http://localhost:8000/m/{linking.token_of(meeting.public_id)}"
    assert done["text"] == words.BOOKED
    assert done["meeting"] == {
        "id": meeting.public_id, "state": "booked", "starts_at": FIRST,
        "ends_at": "2026-03-16T08:30:00Z", "zone": BERLIN, "name": "Priya",
        "email": "jane@visitor.example", "manage_url": address,
        "ics_url": f"{address}/meeting.ics",
    }  # fmt: skip
    said = [one["text"] for one in stream(meeting.conversation.public_id) if "text" in one]
    assert f"Monday 16 March 2026, 09:00 ({BERLIN})" in said


def test_what_was_confirmed_twice_by_one_id_is_one(browser: Browser, priya: Member) -> None:
    browser.say()
    body = {
        "client_message_id": str(uuid4()), "reply": {"slot": {"starts_at": FIRST, "zone": "UTC"}},
    }  # fmt: skip
    one, two = browser.post("messages", body), browser.post("messages", body)
    assert one.json()["seq"] == two.json()["seq"]


def test_days_are_those_of_the_visitors_zone(browser: Browser, priya: Member) -> None:
    browser.say()
    far = browser.get("slots?zone=Pacific/Auckland").json()["days"]
    assert far[0] == {"date": "2026-03-16", "starts": far[0]["starts"]}
    assert far[0]["starts"][-1] == "2026-03-16T10:30:00Z"
    assert far[1]["starts"][0] == "2026-03-16T11:00:00Z"
    assert len(far) <= 14
    assert all(len(day["starts"]) <= 24 for day in far)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc"])
def test_a_zone_that_is_none_is_named(browser: Browser, priya: Member, zone: str) -> None:
    browser.say()
    refused = browser.get(f"slots?zone={zone}")
    assert (refused.status_code, refused.json()["param"]) == (422, "zone")
    held = browser.post("slots/hold", {"starts_at": FIRST, "zone": zone})
    assert (held.status_code, held.json()["param"]) == (422, "zone")
    sent = pick(browser, zone=zone)
    assert (sent.status_code, sent.json()["param"]) == (422, "reply.slot.zone")


def test_a_zone_is_asked_for(browser: Browser, priya: Member) -> None:
    browser.say()
    refused = browser.get("slots")
    assert (refused.status_code, refused.json()["param"]) == (422, "zone")


@pytest.mark.parametrize("starts_at", ["", "soon", "2026-03-16T08:00:00"])
def test_what_is_no_moment_is_named(browser: Browser, priya: Member, starts_at: str) -> None:
    browser.say()
    held = browser.post("slots/hold", {"starts_at": starts_at, "zone": "UTC"})
    assert (held.status_code, held.json()["param"]) == (422, "starts_at")
    sent = pick(browser, starts_at)
    assert (sent.status_code, sent.json()["param"]) == (422, "reply.slot.starts_at")


@pytest.mark.parametrize(
    ("reply", "param"),
    [
        ({"slot": {}}, "reply.slot.starts_at"),
        ({"slot": "x"}, "reply.slot"),
        ({"slot": {"starts_at": FIRST, "zone": "UTC"}, "form": {}}, "reply.form"),
        ({"slot": {"starts_at": FIRST, "zone": "UTC", "member": "x"}}, "reply.slot.member"),
    ],
)
def test_a_wrong_reply_is_named(browser: Browser, priya: Member, reply: Any, param: str) -> None:
    browser.say()
    refused = browser.post("messages", {"client_message_id": str(uuid4()), "reply": reply})
    assert (refused.status_code, refused.json()["param"]) == (422, param)


def test_what_somebody_else_holds_is_taken(
    browser: Browser, elsewhere: Callable[..., Browser], priya: Member
) -> None:
    other = elsewhere(browser.origin)
    browser.say()
    other.say()
    assert browser.post("slots/hold", {"starts_at": FIRST, "zone": "UTC"}).status_code == 200
    refused = other.post("slots/hold", {"starts_at": FIRST, "zone": "UTC"})
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert FIRST not in other.get("slots?zone=UTC").json()["days"][0]["starts"]
    # One's own is still to be had.
    assert FIRST in browser.get("slots?zone=UTC").json()["days"][0]["starts"]
    # A new one lets the old go.
    later = {"starts_at": "2026-03-16T09:00:00Z", "zone": "UTC"}
    assert browser.post("slots/hold", later).status_code == 200
    assert other.post("slots/hold", {"starts_at": FIRST, "zone": "UTC"}).status_code == 200


@pytest.mark.parametrize("starts_at", ["2026-03-16T08:07:00Z", "2026-03-15T08:00:00Z"])
def test_only_what_is_offered_can_be_held(browser: Browser, priya: Member, starts_at: str) -> None:
    browser.say()
    refused = browser.post("slots/hold", {"starts_at": starts_at, "zone": "UTC"})
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")


def test_without_a_calendar_there_is_nothing(browser: Browser, priya: Member) -> None:
    browser.say()
    Calendar.objects.update(is_on=False)
    for refused in (
        browser.get("slots?zone=UTC"),
        browser.post("slots/hold", {"starts_at": FIRST, "zone": "UTC"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "no_calendar")


def test_strangers_and_foreign_pages_learn_nothing(
    browser: Browser, elsewhere: Callable[..., Browser], priya: Member
) -> None:
    assert browser.get("slots?zone=UTC").status_code == 401
    browser.say()
    foreign = elsewhere("https://evil.example")
    foreign.token = browser.token
    assert foreign.get("slots?zone=UTC").status_code == 403
    held = foreign.post("slots/hold", {"starts_at": FIRST, "zone": "UTC"})
    assert held.json()["code"] == "origin_not_allowed"
    # A page of the site's own server sends none when it only reads.
    own = elsewhere(None)
    own.token = browser.token
    assert own.get("slots?zone=UTC").status_code == 200
    assert own.post("slots/hold", {"starts_at": FIRST, "zone": "UTC"}).status_code == 403
    assert browser.get("slots?zone=UTC&conversation_id=conv_nothere").status_code == 404


def test_a_moved_or_cancelled_meeting_is_told_in_the_stream(
    browser: Browser, priya: Member, account: Account
) -> None:
    from synaptiq.meetings import actions

    answer(browser.say("Hello"))
    Lead.objects.create(email="jane@visitor.example", origin="conversation")
    Conversation.objects.update(lead=Lead.objects.get())
    answer(pick(browser))
    meeting = Meeting.objects.get()
    actions.cancel_for_visitor(account, meeting.public_id)
    told = stream(meeting.conversation.public_id)[-1]
    assert told["type"] == "meeting_cancelled"
    assert told["meeting"]["state"] == "cancelled"
    assert told["meeting"]["starts_at"] == FIRST


def test_two_visitors_confirm_one_time_at_once(
    committed_db: str, account: Account, site: Site, priya: Member
) -> None:
    """One is booked; the other is offered what is free now. Each answer is a worker of its own."""
    browsers = [Browser(site.key), Browser(site.key)]
    turns = []
    for number, browser in enumerate(browsers):
        answer(browser.say("Hello"))
        answer(send_form(browser, name="J", email=f"j{number}@visitor.example"))
        turns.append(pick(browser).json())
    together = threading.Barrier(2)

    def work(accepted: dict[str, Any]) -> None:
        try:
            with acting_for(account.pk):
                pk = Turn.objects.get(public_id=accepted["turn_id"]).pk
            together.wait()
            agent.answer_turn(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, turns))
    answers = [stream(accepted["conversation_id"])[-1] for accepted in turns]
    assert sorted(one["text"] for one in answers) == sorted([words.BOOKED, words.TAKEN])
    loser = next(one for one in answers if one["text"] == words.TAKEN)
    assert loser["slots"] == {"minutes": 30, "name": "Priya"}
    assert Meeting.objects.get(state="booked").starts_at == NINE


def test_nothing_of_a_slot_is_masked_in_the_log(browser: Browser, priya: Member) -> None:
    accepted = browser.say()
    pick(browser, "2026-12-31T23:59:59Z", "America/Argentina/ComodRivadavia")
    text = stream(accepted.json()["conversation_id"])[-1]["text"]
    assert text == "Thursday 31 December 2026, 20:59 (America/Argentina/ComodRivadavia)"


def test_a_time_that_is_booked_shows_nowhere(browser: Browser, priya: Member) -> None:
    browser.say()
    booked()
    with clock.freeze(SUNDAY + timedelta(minutes=1)):
        assert FIRST not in json.dumps(browser.get("slots?zone=UTC").json())


def test_what_is_still_to_come_ends_when_a_visitor_has_all_erased(
    browser: Browser, priya: Member
) -> None:
    answer(browser.say("Hello"))
    answer(send_form(browser, name="Jane", email="jane@visitor.example"))
    answer(pick(browser))
    reserved = {"starts_at": "2026-03-16T12:00:00Z", "zone": "UTC"}
    assert browser.post("slots/hold", reserved).status_code == 200
    assert browser.post("erase", {}).status_code == 200
    assert list(Meeting.objects.values_list("state", flat=True)) == ["cancelled"]
    assert ProcrastinateJob.objects.filter(task_name="meetings.write_letters").count() == 2


def suggested(browser: Browser, zone: str = BERLIN) -> Any:
    return browser.get(f"slots?zone={zone}").json()["suggested"]


def test_a_time_in_words_is_where_the_card_opens(browser: Browser, priya: Member) -> None:
    answer(browser.say("Hello"))
    answer(browser.say("Can we schedule a demo on Tuesday at 3?"))
    assert suggested(browser) == {
        "starts_at": "2026-03-17T14:00:00Z", "is_it": True, "is_near": False,
    }  # fmt: skip
    # On the visitor's clocks, whichever they choose.
    assert suggested(browser, "America/New_York") == {
        "starts_at": "2026-03-17T15:30:00Z", "is_it": False, "is_near": True,
    }  # fmt: skip
    said = answer(browser.say("do you have something later?"))
    assert said["text"] == words.SLOTS_NAMED
    assert suggested(browser)["starts_at"] == "2026-03-17T15:00:00Z"
    # What was said is nothing that the stream repeats, and nothing is kept by it.
    assert said["slots"] == {"minutes": 30, "name": "Priya"}
    assert not Meeting.objects.exists()


def test_a_fresh_offer_opens_at_its_first_day(browser: Browser, priya: Member) -> None:
    answer(browser.say("Hello"))
    answer(browser.say("Can we schedule a demo on Tuesday?"))
    answer(browser.say("book a meeting"))
    assert suggested(browser) is None
