"""Corrections as people write them, each with what holds afterwards.

Written before the rules were looked at, so that they say what people mean and not what the rules
can do. Where a correction names no criterion, what is known (`BEFORE`) tells which one is meant.
"""

from __future__ import annotations

from typing import Any

from tests.agent.core.messages import m, mr, r

# What the visitor had said before: an amount for each, a date as the words it was said in.
BEFORE: dict[str, Any] = {
    "role": "recommends",
    "timeline": "March 2027",
    "budget": m(10_000, "USD"),
    "team_size": 50,
}

T, B, W, R, U = "team_size", "budget", "timeline", "role", "use_case"


def t(value: Any) -> dict[str, Any]:
    return {T: value}


def b(amount: float, currency: str | None = None) -> dict[str, Any]:
    return {B: m(amount, currency)}


def w(words: str) -> dict[str, Any]:
    return {W: words}


Group = list[tuple[str, str | None, dict[str, Any]]]

# (message, the question asked before it, criterion → value; a date as words that say it).
OLD_AND_NEW: Group = [
    ("no, 20 not 50", B, t(20)),
    ("20, not 50", B, t(20)),
    ("not 50, 20", B, t(20)),
    ("not 50 but 20", None, t(20)),
    ("it isn't 50, it's 20", W, t(20)),
    ("that's not 50 people, that's 15", None, t(15)),
    ("We are 30 people, not 50.", W, t(30)),
    ("we're not 50, we're 35", B, t(35)),
    ("35 instead of 50 please", B, t(35)),
    ("instead of 50 users it will be 80 users", W, t(80)),
    ("I said 50 but I meant 15", B, t(15)),
    ("i wrote 50 seats, should be 60", B, t(60)),
    ("50 was wrong, it's 45", B, t(45)),
    ("50 is too many, 40 is enough", B, t(40)),
    ("from 50 to 75 people", B, t(75)),
    ("change 50 to 65 please", B, t(65)),
    ("please change the team size from 50 to 70", W, t(70)),
    ("50 -> 55", B, t(55)),
    ("users: 50 => 85", None, t(85)),
    ("50 should have been 500", B, t(500)),
    ("15 people rather than 50", None, t(15)),
    ("Did I say 50? I meant 15, sorry.", B, t(15)),
    ("did i say 50? it's 52 actually", B, t(52)),
    ("I think I said 50 people before, but HR tells me it's 47", W, t(47)),
    ("we went from 50 down to 38 people", None, t(38)),
    ("headcount went up from 50 to 64", R, t(64)),
    ("no no, fifteen, not fifty", B, t(15)),
    ("thirteen, not thirty", T, t(13)),
    ("drop the 50, use 60", B, t(60)),
    ("replace 50 with 44", B, t(44)),
    ("$12k, not $10k", W, b(12_000, "USD")),
    ("not 10k but 15k dollars", W, b(15_000, "USD")),
    ("we have 8,000 euros, not 10,000 dollars", W, b(8_000, "EUR")),
    ("the budget is not $10,000, it's $1,000", W, b(1_000, "USD")),
    ("I was wrong about the $10k, it's $14k", R, b(14_000, "USD")),
    ("budget got cut from 10k to 6k USD", R, b(6_000, "USD")),
    ("Our budget was raised from $10,000 to $25,000.", None, b(25_000, "USD")),
    ("it's 20 thousand dollars we can spend, not 10 thousand", R, b(20_000, "USD")),
    ("£9,500 not $10,000", W, b(9_500, "GBP")),
    ("in April, not in March", R, w("April 2027")),
    ("not March but June", R, w("June 2027")),
    ("June instead of March", R, w("June 2027")),
    ("we won't start in March, we'll start in May", R, w("May 2027")),
    ("the launch moved from March to July", None, w("July 2027")),
    ("not next quarter, next month", W, w("next month")),
    ("our deadline isn't March 1 anymore, it's April 15", R, w("April 15 2027")),
    ("It's Q3 we want to go live, not Q1", R, w("Q3")),
    ("we pushed the go-live back from March to September", R, w("September 2027")),
    ("by end of January, not end of March", R, w("end of January")),
    ("next week, not next month", W, w("next week")),
]  # fmt: skip

CUE_AND_NEW: Group = [
    ("sorry, I meant 20", T, t(20)),
    ("sorry, 20 people", B, t(20)),
    ("Sorry I meant 20 people", B, t(20)),
    ("actually 25 people", B, t(25)),
    ("actually it's more like 80 users", W, t(80)),
    ("Actually, we are 18 now", T, t(18)),
    ("make it 40", T, t(40)),
    ("make that 40", T, t(40)),
    ("make that 40 seats please", R, t(40)),
    ("let's say 40 people instead", B, t(40)),
    ("oops, 500 users", B, t(500)),
    ("oops I meant 500", T, t(500)),
    ("typo, 150 people", B, t(150)),
    ("*40", T, t(40)),
    ("*40 people", B, t(40)),
    ("correction: 42 seats", B, t(42)),
    ("Correction - we're 42 people", None, t(42)),
    ("wait, 30 people", B, t(30)),
    ("hold on, it's 30 people", W, t(30)),
    ("hmm, closer to 70 people", T, t(70)),
    ("probably closer to 70 employees now that I think about it", W, t(70)),
    ("come to think of it, we'd be 22 users", B, t(22)),
    ("on second thought, 22 users", B, t(22)),
    ("let me rephrase: 16 people would use it", R, t(16)),
    ("let me correct that, we have 34 employees", B, t(34)),
    ("my bad, we're 31 people", B, t(31)),
    ("my mistake, it's 31 seats", None, t(31)),
    ("apologies, the team is 28 people", None, t(28)),
    ("we've grown, it's 66 people now", None, t(66)),
    ("two people left, so we are 48 now", T, t(48)),
    ("just checked, we're 53 people", W, t(53)),
    ("I checked with HR and it's 57 employees", R, t(57)),
    ("I misspoke, 17 users", B, t(17)),
    ("I miscounted. 19 people.", B, t(19)),
    ("strike that. 12 seats", B, t(12)),
    ("scratch that, 12 people", B, t(12)),
    ("scratch that, our budget is 12k", W, b(12_000, "USD")),
    ("update: budget is now $16k", W, b(16_000, "USD")),
    ("actually we could spend up to $18,000", W, {B: mr(None, 18_000, "USD")}),
    ("sorry, our budget is 7k EUR", R, b(7_000, "EUR")),
    ("ah no, the budget is $11,500", W, b(11_500, "USD")),
    ("the budget is rather 9k dollars", None, b(9_000, "USD")),
    ("better make it $20k for the budget", None, b(20_000, "USD")),
    ("I should have said 13k USD for the budget", R, b(13_000, "USD")),
    ("our budget has gone up to $30k", None, b(30_000, "USD")),
    ("budget went down to 4k dollars unfortunately", R, b(4_000, "USD")),
    ("budget's been doubled to $20,000", R, b(20_000, "USD")),
    ("about the budget, I need to correct myself: it's $22k", U, b(22_000, "USD")),
    ("I had the wrong number for the budget, it's $8,500", U, b(8_500, "USD")),
    ("sorry I meant next quarter", W, w("next quarter")),
    ("Sorry, I meant in May", W, w("May 2027")),
    ("actually in May", R, w("May 2027")),
    ("actually, we'd rather start in June", R, w("June 2027")),
    ("wait no, by the end of January", W, w("end of January")),
    ("make it February", W, w("February 2027")),
    ("correction, we need it by 15 February 2027", R, w("2027-02-15")),
    ("the launch is delayed until May", None, w("May 2027")),
    ("we had to postpone the start to September", R, w("September 2027")),
    ("go-live slipped to June", U, w("June 2027")),
    ("deadline has been brought forward to January 15", U, w("January 15 2027")),
    ("regarding the timeline: it's April now", U, w("April 2027")),
    ("hmm better say Q2", W, w("Q2")),
    ("turns out we can start next week already", None, w("next week")),
    ("plans changed, we want to go live in August", None, w("August 2027")),
    ("the number of users I gave you was off, it's 33", W, t(33)),
    ("As for the team size, 29 would be right", W, t(29)),
    ("about the people who'd use it: 26 is right", R, t(26)),
    ("Quick update on seats, we need 37", W, t(37)),
    ("forgot the Berlin office, with them we are 90 people", W, t(90)),
    ("I was mistaken, there are 61 of us", R, t(61)),
]  # fmt: skip

IN_ONE_BREATH: Group = [
    ("We're 50, no wait, 60 people", T, t(60)),
    ("20 people, sorry, 25", T, t(25)),
    ("20... actually 30", T, t(30)),
    ("we are 12 i mean 21", T, t(21)),
    ("15 — no, 16 people", T, t(16)),
    ("we have 40 users, or rather 45", T, t(45)),
    ("40 reps. Correction: 42 reps.", T, t(42)),
    ("100 seats, oh wait, 120", T, t(120)),
    ("we're 10 people... scratch that, 14", T, t(14)),
    ("around 30? no, make that 35", T, t(35)),
    ("It's 25 users, well, actually 27", T, t(27)),
    ("80 people, hmm no, 85 if you count the interns", T, t(85)),
    ("I'd say 20. Hm, 25 is closer.", T, t(25)),
    ("$5k, no, $6k", B, b(6_000, "USD")),
    ("5k sorry 15k euros", B, b(15_000, "EUR")),
    ("our budget is $30,000, wait, I mean $3,000", B, b(3_000, "USD")),
    ("about 20k. scratch that, 25k", B, b(25_000, "USD")),
    ("$12,000 or better $15,000", B, b(15_000, "USD")),
    ("10 to 15k, sorry, 15 to 20k dollars", B, {B: mr(15_000, 20_000, "USD")}),
    ("we start in March, er, May", W, w("May 2027")),
    ("January. No, February.", W, w("February 2027")),
    ("next month, or no, next quarter", W, w("next quarter")),
    ("By Q2, sorry, Q3", W, w("Q3")),
    ("on the 1st of March – no, the 1st of April", W, w("1 April 2027")),
    ("in 2 weeks. i mean 2 months", W, w("in 2 months")),
    ("by June, oops, July", W, w("July 2027")),
    ("I recommend, well actually I decide", R, {R: "decides"}),
    ("we are 5, I mean 6 with the intern, and the budget is 4k dollars", T,
     {T: 6, B: m(4_000, "USD")}),
    ("10 people, no, 12, and we want to start in May", T, {T: 12, W: "May 2027"}),
    ("Budget $8k, sorry $9k, for 20 users", B, {B: m(9_000, "USD"), T: 20}),
]  # fmt: skip

PARTS: Group = [
    ("euros, not dollars", W, b(10_000, "EUR")),
    ("I meant euros", W, b(10_000, "EUR")),
    ("sorry, in pounds", W, b(10_000, "GBP")),
    ("that was in EUR, not USD", W, b(10_000, "EUR")),
    ("not dollars, euros", W, b(10_000, "EUR")),
    ("the budget is in pounds btw, not in dollars", R, b(10_000, "GBP")),
    ("$10k was in CAD actually", W, b(10_000, "CAD")),
    ("sorry, 15 thousand", B, b(15_000, "USD")),
    ("between 40 and 45 actually", T, {T: r(40, 45)}),
    ("sorry, 40 to 60 people", B, {T: r(40, 60)}),
    ("at least 60 people, not 50", B, {T: r(60, None)}),
    ("more than 60 now", T, {T: r(60, None)}),
    ("not 2027, 2028", R, w("March 2028")),
    ("March 2028, not 2027", R, w("March 2028")),
]  # fmt: skip

ROLES: Group = [
    ("I'm actually the decision maker", B, {R: "decides"}),
    ("actually I decide", None, {R: "decides"}),
    ("correction: it's my call in the end", None, {R: "decides"}),
    ("sorry, I'm the CEO, so I decide", W, {R: "decides"}),
    ("I don't just recommend, I make the decision", None, {R: "decides"}),
    ("I got promoted, I'm the head of sales now", None, {R: "decides"}),
    ("no, I am the one who decides", W, {R: "decides"}),
    ("turns out the final say is mine", None, {R: "decides"}),
    ("actually I'm just a user", W, {R: "uses"}),
    ("sorry, I'll only use it myself", R, {R: "uses"}),
    ("I'm not the decision maker, I only recommend", R, {R: "recommends"}),
    ("I don't decide, I will just use it", R, {R: "uses"}),
    ("not the owner, I'm a consultant", R, {R: "recommends"}),
]  # fmt: skip

# "decision_maker" is asked as yes or no here, as in bench/sentences.py.
DECIDERS: Group = [
    ("I'm actually not the one who decides", B, {"decision_maker": False}),
    ("sorry, I don't make the decision, my boss does", None, {"decision_maker": False}),
    ("I was wrong about being the decision maker, our CFO has to sign off", B,
     {"decision_maker": False}),
    ("correction: our director decides, not me", None, {"decision_maker": False}),
    ("actually it's not my decision", None, {"decision_maker": False}),
    ("scratch that, I don't have the final say", B, {"decision_maker": False}),
    ("it's not my boss who decides, it's me", None, {"decision_maker": True}),
    ("actually I'm the decision maker after all", B, {"decision_maker": True}),
    ("I can decide this myself now, no need to ask my boss", None, {"decision_maker": True}),
    ("no wait, yes I do decide", "decision_maker", {"decision_maker": True}),
    ("yes... actually no", "decision_maker", {"decision_maker": False}),
    ("no, sorry, yes", "decision_maker", {"decision_maker": True}),
    ("I said yes but really it's my manager who decides", None, {"decision_maker": False}),
    ("I said I decide, but I can only recommend", None, {"decision_maker": False}),
]  # fmt: skip

# Nothing new is said; what was known must not turn into something false.
TAKEN_BACK: Group = [
    ("forget the budget", W, {}),
    ("no budget yet actually", W, {}),
    ("forget what I said about the 50 people", W, {}),
    ("the $10k is not certain anymore", W, {}),
    ("50 was wrong", W, {}),
    ("not 50", B, {}),
    ("we're not 50 people", B, {}),
    ("scratch that", T, {}),
    ("sorry, that was a typo", T, {}),
    ("actually I don't know how many people", T, {}),
    ("never mind the March date", R, {}),
    ("it won't be March", R, {}),
    ("the 10k are gone", W, {}),
    ("please ignore my last message", B, {}),
    ("please remove the budget I gave you", W, {}),
]  # fmt: skip

# (message, contact field → what is read of it).
CONTACTS: list[tuple[str, dict[str, str]]] = [
    ("sorry, it's jane@acme.com", {"email": "jane@acme.com"}),
    ("jane@acme.com, not jane@acme.co", {"email": "jane@acme.com"}),
    ("not jane@acme.co but jane@acme.com", {"email": "jane@acme.com"}),
    ("typo, my email is jane@acme.com", {"email": "jane@acme.com"}),
    ("please use jane@acme.com instead of jane@gmail.com", {"email": "jane@acme.com"}),
    ("instead of jane@gmail.com use jane@acme.com", {"email": "jane@acme.com"}),
    ("jane@gmail.com - wait, better jane@acme.com", {"email": "jane@acme.com"}),
    ("I wrote jane@gmail.con, should be jane@gmail.com", {"email": "jane@gmail.com"}),
    ("change my email from jane@gmail.com to jane@acme.com", {"email": "jane@acme.com"}),
    ("jane@gmail.com -> jane@acme.com", {"email": "jane@acme.com"}),
    ("wrong number, it's +1 650 253 0000", {"phone": "+1 650 253 0000"}),
    ("+1 650 253 0000, not +1 650 253 0001", {"phone": "+1 650 253 0000"}),
    ("not +1 650 253 0001 but +1 650 253 0000", {"phone": "+1 650 253 0000"}),
    ("call me on +1 650 253 0001, sorry, +1 650 253 0000", {"phone": "+1 650 253 0000"}),
]
