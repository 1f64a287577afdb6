"""The demo's conversations: made-up visitors who talk with the real agent, on a stopped clock.

Each visitor has facts in mind and answers what the agent asks, in their own words; some leave
early, some would rather not say, some correct themselves, some want a person. What the agent says,
learns and scores is its own doing. The conversation of the documentation's page is there too.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from synaptiq.terminal.people import FIRST, LAST

if TYPE_CHECKING:
    from synaptiq.accounts.models import Account, Member
    from synaptiq.conversations.models import Conversation
    from synaptiq.sites.models import Site

VISITORS = 200
DAYS = 60
MOST_MESSAGES = 12
ORIGIN = "https://yoursite.com"
_PAGES = ("pricing", "features", "customers", "docs/quick-start", "demo")
_DEVICES = ("desktop", "desktop", "phone", "tablet")
_LANGUAGES = ("en", "en", "en", "de", "fr", "es")

ANSWERS: tuple[tuple[str, str], ...] = (
    ("How much does it cost?", "Growth is $49 a seat and month, Scale is $79."),
    ("Do you integrate with HubSpot?", "Yes. Leads are written to HubSpot within a minute."),
    ("Is there a free trial?", "Yes: 14 days with everything, and no card is asked for."),
    ("Where is our data stored?", "In Frankfurt, encrypted; you may also host Synaptiq yourself."),
    ("How long does the set-up take?", "Most teams are live on the same day."),
    ("Do you support single sign-on?", "Yes, on the Scale plan: SAML and OpenID Connect."),
    ("Can I export my data?", "Yes, all of it, as CSV or JSON, by hand, by API or on a schedule."),
)  # fmt: skip
_OPENINGS = (
    "Hi", "Hello, I have a question", "How much does it cost?", "Do you integrate with HubSpot?",
    "Is there a free trial?", "Where is our data stored?", "Do you support single sign-on?",
    "We are looking for something like this for our sales team", "Can I export my data?",
    "Do you have an on-premise version for submarines?",
)  # fmt: skip
_USES = (
    "Qualify the visitors of our pricing page", "Answer questions at night and book demos",
    "Get rid of our contact form", "Find out who is serious before sales calls them",
)  # fmt: skip
_STARTS = ("This month", "In 3 months", "In 6 months", "No rush", "next month")
_ROLES = ("I decide", "I recommend", "I will use it", "I'm the head of sales")
_REFUSALS = ("I'd rather not say", "That is confidential, sorry", "I can't share that")
_HUMAN = "Can I talk to a real person, please?"
_TO_ALEX = "Thanks Alex. We need an offer by Friday, can you send one?"

# Said so in the documentation's example; the first two and the moment of the check are its own.
_JANE: tuple[tuple[str, str, str], ...] = (
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
_JANE_FACTS: tuple[tuple[str, Any, str, int], ...] = (
    ("team_size", 30, "30 in sales", 4),
    ("budget", {"min": 10_000, "max": 50_000, "currency": "USD"}, "between $10k and $50k", 6),
    (
        "timeline", {"start": "2026-03-15", "end": "2026-03-31", "said": "2026-03-15"},
        "By the end of the quarter", 8,
    ),
    ("role", "uses", "I will use it", 8),
    ("use_case", "qualify visitors", "qualify visitors", 8),
)  # fmt: skip


@dataclass(frozen=True)
class Persona:
    """What one visitor has in mind, by criterion, and how they behave."""

    name: str
    email: str
    size: int
    budget: int
    start: str
    role: str
    use: str
    leaves_after: int
    refuses: str | None
    corrects: bool
    wants_person: bool


def fill(account: Account, alex: Member) -> None:
    """Q&A, a site, and all conversations, in the caller's transaction."""
    from synaptiq.accounts import actors
    from synaptiq.agent import actions
    from synaptiq.kit import clock
    from synaptiq.sites import actions as sites

    operator = actors.of_terminal(account)
    for question, answer in ANSWERS:
        actions.add_answer(operator, question, answer)
    # Its own address too: `synaptiq chat` talks from there.
    own = sites.default_site()
    site = sites.change_site(
        operator, own.public_id, name="yoursite.com", origins=[ORIGIN, *own.origins]
    )
    _jane(site)
    # Not for secrets: the same visitors in every checkout.
    dice = random.Random("visitors")  # noqa: S311
    today = clock.now().replace(minute=0, second=0, microsecond=0)
    for number in range(VISITORS):
        begin = today - timedelta(hours=2) - timedelta(days=DAYS * dice.random())
        _talk(site, alex, _persona(number, dice), begin, dice)
    _forget_jobs(account)


def _jane(site: Site) -> None:
    """The conversation of the documentation's page, with its first words, times and result."""
    from synaptiq.agent import queries
    from synaptiq.agent.models import Fact
    from synaptiq.conversations import closing, log
    from synaptiq.conversations.models import Conversation
    from synaptiq.kit import clock
    from synaptiq.leads.models import Lead

    day = datetime(2026, 3, 15, tzinfo=UTC)
    at = day.replace(hour=9, minute=22, second=41)
    lead = Lead.objects.get(public_id="lead_8f3a2b")
    made = Conversation.objects.create(
        public_id="conv_4c9e1a", site=site, visitor=_visitor(site, at), lead=lead,
        agent_version=queries.current_version().public_id, page_url=f"{ORIGIN}/pricing",
        device="desktop", language="en", created_at=at, started_at=at, last_event_at=at,
        last_message_at=at, updated_at=at, qualification="qualified", score=82,
        asked=3, answered=3, volunteered=2, active_seconds=240,
    )  # fmt: skip
    check = log.Entry("qualification_check", data={"result": "qualified", "score": 82})
    for time, sender, text in _JANE:
        at = datetime.combine(day, datetime.strptime(time, "%H:%M:%S").time(), UTC)  # noqa: DTZ007
        with clock.freeze(at):
            log.append(made, [log.message(sender, text)])
        if time == "09:27:30":
            with clock.freeze(at + timedelta(seconds=3)):
                log.append(made, [check])
    Fact.objects.bulk_create(
        Fact(
            lead=lead, visitor=made.visitor, conversation=made, criterion=criterion, value=value,
            quote=quote, message_seq=seq, source="stated", at=at,
        )
        for criterion, value, quote, seq in _JANE_FACTS
    )  # fmt: skip
    with clock.freeze(at + closing.IDLE_AFTER):
        closing.close_idle(made.pk)


def _visitor(site: Site, at: datetime) -> Any:
    from synaptiq.conversations.accepting import hash_of
    from synaptiq.sites.models import Visitor, new_visitor_id

    token = hash_of(new_visitor_id())
    return Visitor.objects.create(site=site, token_sha256=token, first_seen_at=at)


def _persona(number: int, dice: random.Random) -> Persona:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    mailbox = f"{first}.{last}".lower().translate(str.maketrans("éëïíøöüñ’", "eeiioounx"))
    return Persona(
        name=f"{first} {last}",
        email=f"{mailbox}{number}@visitors.example",
        size=dice.choice((1, 4, 12, 25, 40, 50, 80, 150, 400)),
        budget=dice.choice((2_000, 8_000, 15_000, 25_000, 60_000)),
        start=dice.choice(_STARTS),
        role=dice.choice(_ROLES),
        use=dice.choice(_USES),
        leaves_after=dice.choice((1, 2, 2, 3, 4, *[MOST_MESSAGES] * 9)),
        refuses=dice.choice((None, None, None, None, "budget", "contact", "team_size")),
        corrects=dice.random() < 0.12,
        wants_person=dice.random() < 0.08,
    )


def _talk(site: Site, alex: Member, who: Persona, begin: datetime, dice: random.Random) -> None:
    """One visitor's conversation from the first word to its end."""
    from synaptiq.agent import actions as agent
    from synaptiq.conversations import actions, closing
    from synaptiq.conversations.accepting import Message, accept
    from synaptiq.conversations.models import Conversation, Event, Turn
    from synaptiq.kit import clock

    at, token, text = begin, None, dice.choice(_OPENINGS)
    data: dict[str, Any] = {}
    page, device = f"{ORIGIN}/{dice.choice(_PAGES)}", dice.choice(_DEVICES)
    language = dice.choice(_LANGUAGES)
    for said in range(1, MOST_MESSAGES + 1):
        sent = Message(
            UUID(int=dice.getrandbits(128), version=4), text, data,
            page_url=page, device=device, language=language,
        )  # fmt: skip
        with clock.freeze(at):
            accepted = accept(site.key, sent, origin=ORIGIN, token=token, address=None)
        token = token or accepted.token
        if accepted.turn:
            at += timedelta(milliseconds=dice.randrange(150, 2_400))
            with clock.freeze(at):
                agent.answer_turn(Turn.objects.get(public_id=accepted.turn).pk)
        talk = Conversation.objects.get(public_id=accepted.conversation)
        at += timedelta(seconds=dice.randrange(9, 75))
        if talk.state == "pending_human" and dice.random() < 0.8:
            _person(alex, talk, at)
            at += timedelta(seconds=dice.randrange(9, 75))
            text, data = _TO_ALEX, {}
            continue
        asked = Event.objects.filter(conversation=talk, sender="ai").order_by("-seq").first()
        following = _next(who, asked.data if asked else {}, said)
        if said >= who.leaves_after or following is None or text == _TO_ALEX:
            break
        text, data = following
    seconds = int((at - begin).total_seconds() * 0.7)
    actions.note_activity(talk.account_id, talk.pk, active_seconds=seconds)
    with clock.freeze(at + closing.IDLE_AFTER):
        closing.close_idle(talk.pk)


def _person(alex: Member, talk: Conversation, at: datetime) -> None:
    """Somebody of the team answers a visitor who waits."""
    from synaptiq.accounts import actors
    from synaptiq.conversations import actions
    from synaptiq.kit import clock

    with clock.freeze(at):
        actions.reply(actors.of_member(alex), talk.public_id, "Hi, Alex here. How can I help you?")


def _next(who: Persona, asked: Mapping[str, Any], said: int) -> tuple[str, dict[str, Any]] | None:
    """What the visitor says next, to what was asked; None where there is nothing to say."""
    if who.wants_person and said == 2:
        return _HUMAN, {}
    key = asked.get("asks")
    if key is not None and key == who.refuses:
        return _REFUSALS[said % len(_REFUSALS)], {}
    if key == "contact":
        from synaptiq.conversations.accepting import form_text

        form = {"name": who.name, "email": who.email}
        return form_text(form), {"form": form}
    if key == "team_size":
        return f"We are {who.size} people" if not who.corrects else (
            f"We are {who.size + 30}, no, {who.size} people"
        ), {}
    answers = {
        "budget": f"about ${who.budget:,} a year", "timeline": who.start, "role": who.role,
        "use_case": who.use,
    }  # fmt: skip
    if key in answers:
        replies = asked.get("quick_replies") or ()
        text = answers[key]
        return (text, {"reply": text}) if text in replies else (text, {})
    if asked.get("offers") == "meeting":
        return "Yes", {"reply": "Yes"}
    if asked.get("offers") == "person":
        return "No, thanks", {}
    return None if asked.get("closes") or said > 2 else ("We want to sell more on our site", {})


def _forget_jobs(account: Account) -> None:
    """All turns are answered: what accepting deferred has nothing to do any more."""
    from django.db import connection

    from synaptiq.conversations import turns

    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' "
            "AND args ->> 'account_id' = %s::text",
            [turns.TASK, account.pk],
        )
