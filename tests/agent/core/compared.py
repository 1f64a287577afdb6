"""Messages by the class of what is said in them: a new value weighed against the old one, an old
one told behind the new, and several facts in one list. Read as bench/sentences.py does, where
"decision_maker" is asked as yes or no and the day is 15 March 2026.
"""

from __future__ import annotations

from tests.agent.core.messages import m, mr
from tests.agent.core.rewordings import Reworded

_PAID = {"budget": m(6_000, "EUR")}
# What is better than the old value is the new one.
COMPARED: Reworded = [
    ("€8,000 is more likely than the €6,000", None, _PAID, {"budget": m(8_000, "EUR")}),
    ("€9k to €10k is more sensible than the 6k I gave", None, _PAID,
     {"budget": mr(9_000, 10_000, "EUR")}),
    ("September is more realistic than June", None, {"timeline": "June"},
     {"timeline": "September"}),
    ("August is more doable for us", "budget", {"timeline": "June"}, {"timeline": "August"}),
    ("we can't do June, July works better", None, {"timeline": "June"}, {"timeline": "July"}),
    ("€7k would be fine too", "timeline", _PAID, {"budget": m(7_000, "EUR")}),
    ("45 is closer to the truth than the 40", "timeline", {"team_size": 40}, {"team_size": 45}),
]  # fmt: skip
# What was so is told behind what is.
TOLD_BEHIND: Reworded = [
    ("that makes 21 of us, was 19", None, {"team_size": 19}, {"team_size": 21}),
    ("it's 32 people (was 28)", "budget", {"team_size": 28}, {"team_size": 32}),
    ("it's €4,500, it was 6,000", "timeline", _PAID, {"budget": m(4_500, "EUR")}),
]
# The old use and the new one in one part.
INSTEAD: Reworded = [
    ("instead of payroll we need it for shift planning", None, {"use_case": "payroll"},
     {"use_case": "shift planning"}),
    ("Rather than sales calls we'd use it for customer onboarding", None,
     {"use_case": "sales calls"}, {"use_case": "customer onboarding"}),
    ("plans changed, instead of surveys we want it for lead scoring", "budget",
     {"use_case": "surveys"}, {"use_case": "lead scoring"}),
]  # fmt: skip
# Several facts, each a part of its own.
LISTED: Reworded = [
    ("15 users, $9,000, needed by the end of May", None, {},
     {"team_size": 15, "budget": m(9_000, "USD"), "timeline": "end of May"}),
    ("30 people, route planning, by next Friday please", "team_size", {},
     {"team_size": 30, "use_case": "route planning", "timeline": "next Friday"}),
    ("we have set aside £12,000 for stock counting", "budget", {},
     {"budget": m(12_000, "GBP"), "use_case": "stock counting"}),
    ("need it for 25 agents starting in July", None, {},
     {"team_size": 25, "timeline": "in July"}),
    ("we have 75 employees and I'd like to see your product", None, {}, {"team_size": 75}),
    ("they've approved €15,000 for this", None, {}, {"budget": m(15_000, "EUR")}),
    ("a quarter of a million dollars", "budget", {}, {"budget": m(250_000, "USD")}),
    ("no hurry, some time in Q3", "timeline", {}, {"timeline": "Q3"}),
    ("we're looking for help with visitor registration", None, {},
     {"use_case": "visitor registration"}),
    ("i'm looking for technical support", None, {}, {}),
    ("I need my invoices", None, {}, {}),
]  # fmt: skip
# Which side of the sentence names the use, and who decides.
NAMED: Reworded = [
    ("forget billing, route planning is the problem we want to solve", None,
     {"use_case": "billing"}, {"use_case": "route planning"}),
    ("what I called support is really claims handling", None, {"use_case": "support"},
     {"use_case": "claims handling"}),
    ("no, it's stock counting we want to automate", None, {"use_case": "orders"},
     {"use_case": "stock counting"}),
    ("I've changed jobs, Mona makes the decision", "budget", {"decision_maker": True},
     {"decision_maker": False}),
    ("put me down as the one who decides", None, {"decision_maker": False},
     {"decision_maker": True}),
]  # fmt: skip
# A small number is no budget, though one was asked for; a plan is put anew by what one would do.
COUNTED_AGAIN: Reworded = [
    ("the trainees won't get a login, so only 31", "budget", {"team_size": 34},
     {"team_size": 31}),
    ("actually we're 18, I forgot the two apprentices", "budget", {"team_size": 16},
     {"team_size": 18}),
    ("somebody left, which leaves us with 11", "timeline", {"team_size": 12}, {"team_size": 11}),
    ("the review takes longer, so September it is", None, {"timeline": "July"},
     {"timeline": "September"}),
    ("we would prefer mid-November now, the season is over by then", None,
     {"timeline": "September"}, {"timeline": "mid-November"}),
]  # fmt: skip
# Yes and no that lead on to something else than was asked, and names.
ASIDE: list[tuple[str, str | None]] = [
    ("yes please send me the price list", "decision_maker"),
    ("sure, I'd love to see a demo", "decision_maker"),
    ("no I haven't received the email yet", "decision_maker"),
    ("I'm not Maria", "decision_maker"),
    ("no thanks", "decision_maker"),
    ("sure, ask away", "decision_maker"),
    ("no, that link is broken", "decision_maker"),
    ("do I have to decide today?", "decision_maker"),
    ("our manager retired on Friday", None),
    ("our new colleagues start on Monday", None),
]
# A reason stands before what it leads to.
REASONS: Reworded = [
    ("not everybody needs a seat, 25 will do", "decision_maker", {"team_size": 40},
     {"team_size": 25}),
    ("we lost a contract, so there's only £3,000 left", "timeline",
     {"budget": m(5_000, "GBP")}, {"budget": m(3_000, "GBP")}),
    ("he won't release £5,000. He'll release £2,000.", None, {"budget": m(5_000, "GBP")},
     {"budget": m(2_000, "GBP")}),
    ("the boss would rather have it for tender writing", None, {"use_case": "payroll"},
     {"use_case": "tender writing"}),
    ("replace 'room bookings' with 'visitor passes' please", None, {"use_case": "room bookings"},
     {"use_case": "visitor passes"}),
    ("We'd need 30 licences by 1 October 2026", None, {},
     {"team_size": 30, "timeline": "1 October 2026"}),
    ("yes, I'm the managing director", "decision_maker", {}, {"decision_maker": True}),
]  # fmt: skip
# Said shortly behind a reason.
SHORTLY: Reworded = [
    ("the grant got smaller, only €4,500", "timeline", {"budget": m(7_000, "EUR")},
     {"budget": m(4_500, "EUR")}),
    ("sales wants it too, so 33 in all", None, {"team_size": 24}, {"team_size": 33}),
    ("that was the old headcount, it's 52 this year", None, {"team_size": 44},
     {"team_size": 52}),
    ("we're in a hurry, it has to be this month", "budget", {"timeline": "June"},
     {"timeline": "this month"}),
]  # fmt: skip
