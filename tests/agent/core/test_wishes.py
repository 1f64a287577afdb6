"""Who asks for a meeting, and who only talks about meetings."""

from __future__ import annotations

import pytest

from synaptiq.agent.core.extract import attitudes, wishes


@pytest.mark.parametrize(
    "text",
    [
        "Can I book a demo?", "let's schedule a call", "Let’s have a quick call", "book a meeting",
        "I'd like a demo", "I'd like to schedule a short demo please", "could we get a live demo",
        "we would love to see a demo", "Can we set up a 30 minute call next week?", "A demo please",
        "demo", "I want to book an appointment", "I need to reschedule my meeting",
        "can we move the meeting?", "arrange a time to talk", "Can we talk tomorrow?",
        "Let's jump on a call", "I want a demo", "could I have a product demo",
        "When can we talk with someone next week?",
    ],
)  # fmt: skip
def test_who_wants_a_meeting(text: str) -> None:
    assert wishes.wants_meeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello", "We are 40 people", "Does it book meetings for our customers?",
        "Our sales team schedules calls all day", "We need to schedule calls of our drivers",
        "I don't want to book a demo", "please don't schedule a call", "no need to book a meeting",
        "How many meetings can it book?", "What is a demo?", "cancel my meeting",
        "We use it for appointments with our patients", "the call volume is high",
        "I saw the demo video", "We want to see pricing", "I'm in a meeting", "call me back",
        "We get 200 calls a day", "it should remind people of appointments", "I want to move",
    ],
)  # fmt: skip
def test_who_does_not(text: str) -> None:
    assert not wishes.wants_meeting(text)


@pytest.mark.parametrize(
    "text",
    ["Can we cancel it at any time?", "we can't make it work with Salesforce",
     "We can't come up with a number", "Can it cancel appointments of our patients?",
     "it can't join two tables", "what happens if a customer cancels?"],
)  # fmt: skip
def test_what_cancels_no_meeting(text: str) -> None:
    assert not wishes.cancels_meeting(text)


@pytest.mark.parametrize(
    "text",
    ["We want to change that process", "we would move it to the cloud", "can you push this data"],
)
def test_what_moves_no_meeting(text: str) -> None:
    assert not wishes.moves_meeting(text)


@pytest.mark.parametrize("text", ["I see you offer SSO", "Is that it?", "we see you on every list"])
def test_what_is_no_farewell(text: str) -> None:
    assert not attitudes.is_farewell(text)
