"""Corrections by the class of how they are put, mostly without a word that marks them: (message,
the question before it, what was said before, what holds now). Read as bench/sentences.py does,
where "decision_maker" is asked as yes or no and the day is 15 March 2026.
"""

from __future__ import annotations

from typing import Any

Reworded = list[tuple[str, str | None, dict[str, Any], dict[str, Any]]]


def _e(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


_D, _N = {"decision_maker": True}, {"decision_maker": False}

# A value that is put as a statement of its own, with a reason beside it.
RESTATED: Reworded = [
    ("we're 14 now, two colleagues joined", "budget", {"team_size": 12}, {"team_size": 14}),
    ("checked the list again, it's 31", None, {"team_size": 36}, {"team_size": 31}),
    ("make it 45 so the interns are in", "timeline", {"team_size": 40}, {"team_size": 45}),
    ("it's 4,500 EUR without travel", "team_size", {"budget": _e(5_000)}, {"budget": _e(4_500)}),
    ("no no, 700 a month", "team_size", {"budget": _e(70)}, {"budget": _e(700)}),
    ("the treasurer says 8k at most", None, {"budget": _e(9_000)},
     {"budget": {"low": None, "high": 8_000, "currency": "EUR"}}),
    ("that's 9,000 euros, he says, not 12", None, {"budget": _e(12_000)}, {"budget": _e(9_000)}),
    ("june doesn't work, may then", "budget", {"timeline": "june"}, {"timeline": "may"}),
    ("let's say 12 May, the 8th is a bank holiday", None, {"timeline": "2026-05-08"},
     {"timeline": "2026-05-12"}),
    ("let's do September, the call centre moves in July", "budget", {"timeline": "July"},
     {"timeline": "September"}),
]  # fmt: skip
# Who decides has changed hands, or was told wrongly.
HANDED_OVER: Reworded = [
    ("forget what I said about the board, they left it to us and that means me", None, _N, _D),
    ("she handed this over to me yesterday, so I choose", "budget", _N, _D),
    ("I don't have to ask the directors below 10k, I can sign it alone", "timeline", _N, _D),
    ("not Priya any more, I decide", None, _N, _D),
    ("my manager said this one is my call", None, _N, _D),
    ("it's me now", None, _N, _D),
    ("My boss left the company, so now it's on me", "team_size", _N, _D),
    ("I thought I could approve it, but our controller has to", None, _D, _N),
    ("it lies with the committee after all", "budget", _D, _N),
    ("Tom decides, not me", None, _D, _N),
    ("I'd need my director's approval for that", "timeline", _D, _N),
    ("turns out I'm only collecting offers, she chooses", None, _D, _N),
]
# What it is for: the old use is denied, the new one led to by a verb, a "for" or nothing at all.
REUSED: Reworded = [
    ("for bookings, not for tickets", "budget", {"use_case": "tickets"}, {"use_case": "bookings"}),
    ("it isn't for the shop, it's for our drivers' rota", None, {"use_case": "shop"},
     {"use_case": "our drivers' rota"}),
    ("scratch surveys, what we lack is lead scoring", "timeline", {"use_case": "surveys"},
     {"use_case": "lead scoring"}),
    ("we no longer want it for training, the thing we'd use it for is expense claims", None,
     {"use_case": "training"}, {"use_case": "expense claims"}),
    ("I should have said ticket routing instead of ticket tagging", "team_size",
     {"use_case": "ticket tagging"}, {"use_case": "ticket routing"}),
    ("sorry not recruiting, just payroll", "budget", {"use_case": "recruiting"},
     {"use_case": "payroll"}),
    ("i meant planning the routes", "budget", {"use_case": "planning holidays"},
     {"use_case": "planning the routes"}),
    ("correction: quality checks rather than audits", None, {"use_case": "audits"},
     {"use_case": "quality checks"}),
    ("the marketing part is handled by an agency, we need it to answer parents", None,
     {"use_case": "marketing"}, {"use_case": "answer parents"}),
]  # fmt: skip
# A change of one thing is no answer to the question for another.
UNASKED: Reworded = [
    ("asap actually, not in June", "use_case", {"timeline": "in June"}, {"timeline": "asap"}),
    ("more like 80 people tbh", "use_case", {"team_size": 70}, {"team_size": 80}),
    ("no, I mean next month", "decision_maker", {"timeline": "next week"},
     {"timeline": "next month"}),
    ("please forget the 4k, it's 6k", "decision_maker", {"budget": _e(4_000)},
     {"budget": _e(6_000)}),
    ("not 6, we are 9 with the drivers", "use_case", {"team_size": 6}, {"team_size": 9}),
]  # fmt: skip
# Facts in lists, days that move, and what leads to a use.
TOLD: Reworded = [
    ("$10k, 25 seats, second half of the year", None, {},
     {"budget": {"amount": 10_000, "currency": "USD"}, "team_size": 25,
      "timeline": "second half of the year"}),
    ("after Easter", "timeline", {}, {"timeline": "2026-04-05"}),
    ("we'd like to go live before Diwali", None, {}, {"timeline": "2026-11-08"}),
    ("KW 20 would suit us", "timeline", {}, {"timeline": "2026-05-11"}),
    ("it's for tracking spare parts", "budget", {}, {"use_case": "tracking spare parts"}),
    ("looking for something for table bookings", None, {}, {"use_case": "table bookings"}),
    ("I own the shop so yes", "decision_maker", {}, _D),
    ("£4,000 is my limit", "team_size", {}, {"budget": {"amount": 4_000, "currency": "GBP"}}),
]  # fmt: skip
# Talk that takes nothing back, whatever was said before.
UNCHANGED: list[tuple[str, str | None]] = [
    ("I have to take a call, it's urgent", None),
    ("sorry, it's me again", "budget"),
    ("no problem, my colleague had the same question", "team_size"),
    ("it's 9 in the evening here", None),
    ("there's no need to hurry", "decision_maker"),
    ("I'm Pete, by the way", "decision_maker"),
    ("sorry, I meant the other page", None),
    ("we need more time to read this", "budget"),
    ("my boss is on the phone, one second", "timeline"),
    ("that's 3 questions in a row", "budget"),
    ("not what I was looking for", "timeline"),
    ("I need help with my account", "use_case"),
    ("can't find the export button", "use_case"),
    ("it was 20 dollars cheaper last week", "budget"),
]
