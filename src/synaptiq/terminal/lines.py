"""What the demo's visitors say, and what its agent has been taught to answer."""

from __future__ import annotations

from typing import Any

ANSWERS: tuple[tuple[str, str], ...] = (
    ("How much does it cost?", "Growth is $49 a seat and month, Scale is $79."),
    ("Do you integrate with HubSpot?", "Yes. Leads are written to HubSpot within a minute."),
    ("Is there a free trial?", "Yes: 14 days with everything, and no card is asked for."),
    ("Where is our data stored?", "In Frankfurt, encrypted; you may also host Synaptiq yourself."),
    ("How long does the set-up take?", "Most teams are live on the same day."),
    ("Do you support single sign-on?", "Yes, on the Scale plan: SAML and OpenID Connect."),
    ("Can I export my data?", "Yes, all of it, as CSV or JSON, by hand, by API or on a schedule."),
)  # fmt: skip
OPENINGS = (
    "Hi", "Hello, I have a question", "How long does the set-up take?",
    "We want to talk with more of the people who look at our prices",
    "Can it answer at night, when nobody of us is there?", "What happens after the trial?",
    "Good morning, is this a person or a bot?", "Does it work with our CRM?",
    "How much does it cost?", "Do you integrate with HubSpot?",
    "Is there a free trial?", "Where is our data stored?", "Do you support single sign-on?",
    "We are looking for something like this for our sales team", "Can I export my data?",
    "Do you have an on-premise version for submarines?",
)  # fmt: skip
USES = (
    "Qualify the visitors of our pricing page", "Answer questions at night and book demos",
    "Get rid of our contact form", "Find out who is serious before sales calls them",
)  # fmt: skip
STARTS = ("This month", "In 3 months", "In 6 months", "No rush", "next month")
ROLES = ("I decide", "I recommend", "I will use it", "I'm the head of sales")
REFUSALS = ("I'd rather not say", "That is confidential, sorry", "I can't share that")
HUMAN = "Can I talk to a real person, please?"
ALEX = "Hi, Alex here. How can I help you?"
TO_ALEX = "Thanks Alex. We need an offer by Friday, can you send one?"
ALEX_ENDS = "Gladly, you have it by Thursday. Write to me whenever something is unclear."
# What the team has the agent begin with.
GREETING = "Hi! Ask me anything about our product, or tell me what you would like to do with it."
# What its widget says by itself, with answers that it was taught.
RULE: dict[str, Any] = {
    "text": "Prices, set-up, your data: ask me, I answer right here.",
    "quick_replies": ["How much does it cost?", "Is there a free trial?"],
    "pages": "/*", "delay_seconds": 3, "frequency": "session",
}  # fmt: skip

# Said so in the documentation's example; the first two and the moment of the check are its own.
JANE: tuple[tuple[str, str, str], ...] = (
    ("09:22:41", "ai", "Hi! I noticed you're checking out our pricing page..."),
    ("09:23:05", "visitor", "Yeah, I'm trying to figure out which plan fits a team of 50."),
    ("09:23:12", "ai", "Most teams of 50 choose Growth. How many of them talk to leads?"),
    ("09:24:01", "visitor", "About 30 in sales, the rest is marketing."),
    ("09:24:09", "ai", "Got it. What budget have you set aside for a year?"),
    ("09:25:20", "visitor", "Somewhere between $10k and $50k."),
    ("09:25:28", "ai", "That fits. By when would you like to have it running?"),
    ("09:26:31", "visitor", "By the end of the quarter. I will use it to qualify visitors."),
    ("09:26:40", "ai", "Thanks. How can we reach you?"),
    ("09:27:30", "visitor", "Jane Smith, jane@acme.com, +1-555-0123"),
    ("09:27:38", "ai", "Thank you, Jane. Shall somebody show you Growth on your own pages?"),
    ("09:29:02", "visitor", "Yes, but next week please, this one is full."),
    ("09:29:11", "ai", "Understood. Alex will write to you with a few times."),
    ("09:31:18", "visitor", "Perfect, thanks!"),
)  # fmt: skip


# What it told: criterion, value, its words, and in which message. They come to 82 of 100.
JANE_FACTS: tuple[tuple[str, Any, str, int], ...] = (
    ("team_size", 30, "30 in sales", 4),
    ("budget", {"min": 10_000, "max": 50_000, "currency": "USD"}, "between $10k and $50k", 6),
    (
        "timeline", {"start": "2026-03-15", "end": "2026-03-31", "said": "2026-03-15"},
        "By the end of the quarter", 8,
    ),
    ("role", "uses", "I will use it", 8),
    ("use_case", "qualify visitors", "qualify visitors", 8),
)  # fmt: skip
