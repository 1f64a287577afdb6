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
    ("5 users, $10k, June", None,
     {"team_size": 5, "budget": m(10_000, "USD"), "timeline": "June"}),
]  # fmt: skip
# Numbers as they are typed.
TYPED: Said = [
    ("so thrity people", "team_size", {"team_size": 30}),
    ("fourty", "team_size", {"team_size": 40}),
    ("a hunderd users", "team_size", {"team_size": 100}),
    ("10-20", "team_size", {"team_size": r(10, 20)}),
]  # fmt: skip
# Who decides, in words that are no nouns of the criterion.
DECIDERS: Said = [
    ("I run the company so that's my decision", "decision_maker", {"decision_maker": True}),
    ("I can sign for this myself", "decision_maker", {"decision_maker": True}),
    ("I'm the owner so it's my call", None, {"decision_maker": True}),
    ("it's entirely up to me", None, {"decision_maker": True}),
    ("Sorry, I was wrong, I do have the authority", "budget", {"decision_maker": True}),
    ("it has to go through our CFO first", "decision_maker", {"decision_maker": False}),
    ("I need approval from the board", "decision_maker", {"decision_maker": False}),
    ("the final word is with our CEO", None, {"decision_maker": False}),
    ("I'm just gathering quotes for my boss", "decision_maker", {"decision_maker": False}),
    ("correction: I'm not the one who signs, our COO is", "budget", {"decision_maker": False}),
]
# Dates that are put off, that end a contract, that are seasons.
DATES: Said = [
    ("we'd like to get going in the autumn", "budget", {"timeline": "autumn"}),
    ("forget next month, push it to the summer", None, {"timeline": "summer"}),
    ("push that to next year please", "budget", {"timeline": "next year"}),
    ("we'd want to begin on 4 May", None, {"timeline": "4 May"}),
    ("by 1 June, our lease on the old tool ends then", "timeline", {"timeline": "1 June"}),
    ("our contract runs out on 31 May so we need it by then", "timeline", {"timeline": "31 May"}),
    ("we've got €40,000 for this year", None, {"budget": m(40_000, "EUR")}),
]
# Who works there, by what they do.
POSTS: Said = [
    ("it would be for our 140 drivers", None, {"team_size": 140}),
    ("We have 60 dispatchers in Rotterdam", None, {"team_size": 60}),
    ("between 20 and 25 nurses would use it", None, {"team_size": r(20, 25)}),
]
# (message, the question before it, the use).
USES: list[tuple[str, str | None, str]] = [
    ("we need it for appointment booking", "budget", "appointment booking"),
    ("not for recruiting any more, it's for customer service now", "budget", "customer service"),
    ("I wrote HR but I meant payroll", "timeline", "payroll"),
    ("it's mainly for invoice processing", None, "invoice processing"),
    ("the use case changed: order tracking", "team_size", "order tracking"),
    ("it's for my boss", None, ""),
    ("it's for next year", None, ""),
    ("we need more training", None, ""),
    ("is it for scheduling?", None, ""),
    ("Change of plan, we need it live on 1 September", "use_case", ""),
]
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
    ("yeah hold on, someone's at the door", "decision_maker"),
    ("Let's say someone wants to start tomorrow, is that possible?", None),
    ("No date fixed so far.", "timeline"),
    ("this is the 4th already", "timeline"),
    ("I'm only comparing a few tools", None),
    ("I'm the owner of the account jane@x.com", None),
    ("let me check with my team and come back", "budget"),
    ("my contract with you ends in May", "timeline"),
    ("the article mentions 70 drivers", None),
]
