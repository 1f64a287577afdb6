"""Messages by the class of what is said in them, several of each: how money, dates, deciders and
uses are put by people who answer in their own words. Read as bench/sentences.py does, where
"decision_maker" is asked as yes or no and the day is 15 March 2026.
"""

from __future__ import annotations

from typing import Any

from tests.agent.core.messages import m, mr, r

Said = list[tuple[str, str | None, dict[str, Any]]]

# The currency stands apart from its number, or is the one of the amount that is replaced.
CURRENCIES: Said = [
    ("we can spend 10k dollars, no wait, euros", "timeline", {"budget": m(10_000, "EUR")}),
    ("800 dollars, no sorry, euros", "budget", {"budget": m(800, "EUR")}),
    ("20k. pounds I mean", "timeline", {"budget": m(20_000, "GBP")}),
    ("20,000 dollars. Sorry, euros.", "budget", {"budget": m(20_000, "EUR")}),
    ("between 5 and 7 grand, pounds", "budget", {"budget": mr(5_000, 7_000, "GBP")}),
    ("up to 45 grand, pounds that is", "budget", {"budget": mr(None, 45_000, "GBP")}),
    ("not more than 3 grand, in pounds", "budget", {"budget": mr(None, 3_000, "GBP")}),
    ("it's 12k but euros not dollars", "budget", {"budget": m(12_000, "EUR")}),
    ("the budget went from $20k to 25k", None, {"budget": m(25_000, "USD")}),
    ("our budget was 90k EUR but it got cut to 60k", None, {"budget": m(60_000, "EUR")}),
    ("a budget of £4,000 - sorry, 5,000", None, {"budget": m(5_000, "GBP")}),
    ("I said $10k to 20k for the budget, should have said 15 to 20k", "timeline",
     {"budget": mr(15_000, 20_000, "USD")}),
    ("we have $20k to spend and are 30, sorry, 35 people", None,
     {"budget": m(20_000, "USD"), "team_size": 35}),
    ("max 2 lakh rupees", "budget", {"budget": mr(None, 200_000, "INR")}),
    ("our budget is 5 lakhs INR", None, {"budget": m(500_000, "INR")}),
    ("the budget was 3 lakhs and now it is Rs 4,00,000", None, {"budget": m(400_000, "INR")}),
    ("Rs. 50,000", "budget", {"budget": m(50_000, "INR")}),
]  # fmt: skip
# An amount that was not asked for, said to be what can be spent.
SPENDING: Said = [
    ("our boss gave us $15k to spend", "timeline", {"budget": m(15_000, "USD")}),
    ("we can go as high as 40k usd", "team_size", {"budget": m(40_000, "USD")}),
    ("cant do more than £900", "timeline", {"budget": mr(None, 900, "GBP")}),
    ("we couldn't go over 2,500 euros", None, {"budget": mr(None, 2_500, "EUR")}),
    ("management has cleared €70k", "role", {"budget": m(70_000, "EUR")}),
    ("Our finance department approved USD 120,000 for it.", None,
     {"budget": m(120_000, "USD")}),
    ("we got 30k approved", "timeline", {"budget": m(30_000)}),
    ("we've put $35k aside", None, {"budget": m(35_000, "USD")}),
    ("we have around €40,000 for this project", None, {"budget": m(40_000, "EUR")}),
    ("Actually we could stretch to 18k EUR if needed", None, {"budget": m(18_000, "EUR")}),
    ("12 ppl, 8k usd", None, {"team_size": 12, "budget": m(8_000, "USD")}),
    ("5 users, $10k, June", None, {"team_size": 5, "budget": m(10_000, "USD")}),
]  # fmt: skip
# Numbers as they are typed.
TYPED: Said = [
    ("so thrity people", "team_size", {"team_size": 30}),
    ("fourty", "team_size", {"team_size": 40}),
    ("a hunderd users", "team_size", {"team_size": 100}),
    ("10-20", "team_size", {"team_size": r(10, 20)}),
]  # fmt: skip
# Money and numbers that say nothing of the kind.
NOTHING: list[tuple[str, str | None]] = [
    ("better by phone, call me at 555-0142", "budget"),
    ("Invoice INV-2025-0873 is wrong", None),
    ("it is about order AB-1234", "team_size"),
    ("my ticket is 0045", "team_size"),
    ("I have a $50 coupon", None),
    ("We have $5M in revenue", None),
    ("my last invoice was $300, can I go to $200?", None),
    ("could you do $500?", None),
    ("you offered 20% or $50 off", None),
    ("we got a bill of $300 for this", None),
    ("the bank approved a loan of $90k", None),
]
