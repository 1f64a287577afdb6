"""The demo's conversations: made-up visitors who talk with the real agent, on a stopped clock.

Each visitor has facts in mind and answers what the agent asks, in their own words; some leave
early, some would rather not say, some correct themselves, some want a person. What the agent says,
learns and scores is its own doing. Most write by day and on weekdays, more of them lately, and a
few are still there. The conversation of the documentation's page is there too.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from synaptiq.terminal import appointments, lines, moments
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
# Those who are there as the demo begins: how many minutes ago they began, the messages after which
# they wait for an answer, and whether they want a person.
_THERE = ((3, 3, True), (6, 4, True), (9, 3, False))


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


def fill(account: Account, owner: Member, alex: Member) -> None:
    """Q&A, a site, and all conversations, in the caller's transaction."""
    from synaptiq.accounts import actors
    from synaptiq.agent import actions
    from synaptiq.kit import clock
    from synaptiq.sites import actions as sites
    from synaptiq.sites import greetings

    operator = actors.of_terminal(account)
    now = clock.now()
    _versions(owner)
    for question, answer in lines.ANSWERS:
        actions.add_answer(operator, question, answer)
    # Its own address too: `synaptiq chat` talks from there.
    own = sites.default_site()
    site = sites.change_site(
        operator, own.public_id, name="yoursite.com", origins=[ORIGIN, *own.origins]
    )
    greetings.add_greeting(operator, site.public_id, lines.RULE)
    appointments.switch_on(owner, alex)
    _jane(site)
    # Not for secrets: the same visitors in every checkout.
    dice = random.Random("visitors")  # noqa: S311
    # Its own: how often it is thrown depends on the day.
    when = random.Random("moments")  # noqa: S311
    for number in range(VISITORS):
        begin = moments.pick(now, DAYS, ZoneInfo(account.timezone), when)
        _talk(site, alex, _persona(number, dice), begin, dice)
    for number, (minutes, messages, wants_person) in enumerate(_THERE, VISITORS):
        who = replace(
            _persona(number, dice), refuses=None, leaves_after=MOST_MESSAGES,
            wants_person=wants_person,
        )  # fmt: skip
        begin = clock.now() - timedelta(minutes=minutes)
        _talk(site, alex, who, begin, dice, stays_after=messages)
    appointments.settle(account, owner)


def _versions(owner: Member) -> None:
    """The agent as the product made it, and as the team changed it."""
    from synaptiq.accounts import actors
    from synaptiq.agent import actions, queries

    first = queries.current_version()
    wanted = {**first.profile, "greeting": lines.GREETING}
    actions.save_profile(actors.of_member(owner), wanted, was=first.public_id)


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
    for time, sender, text in lines.JANE:
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
        for criterion, value, quote, seq in lines.JANE_FACTS
    )  # fmt: skip
    with clock.freeze(at + closing.IDLE_AFTER):
        closing.close_idle(made.pk)


def _visitor(site: Site, at: datetime) -> Any:
    from synaptiq.sites.models import Visitor, new_visitor_id
    from synaptiq.sites.tokens import hash_of

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
        start=dice.choice(lines.STARTS),
        role=dice.choice(lines.ROLES),
        use=dice.choice(lines.USES),
        leaves_after=dice.choice((1, 2, 2, 3, 4, *[MOST_MESSAGES] * 9)),
        refuses=dice.choice((None, None, None, None, "budget", "contact", "team_size")),
        corrects=dice.random() < 0.12,
        wants_person=dice.random() < 0.08,
    )


def _talk(
    site: Site,
    alex: Member,
    who: Persona,
    begin: datetime,
    dice: random.Random,
    *,
    stays_after: int | None = None,
) -> None:
    """One visitor's conversation from the first word to its end, or to that many of their messages:
    then the visitor is still there."""
    from synaptiq.agent import actions as agent
    from synaptiq.conversations import actions, closing
    from synaptiq.conversations.accepting import Message, accept
    from synaptiq.conversations.models import Conversation, Event, Turn
    from synaptiq.kit import clock

    at, token, text = begin, None, dice.choice(lines.OPENINGS)
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
        if said == stays_after:
            break
        at += timedelta(seconds=dice.randrange(9, 75))
        if talk.state == "pending_human" and (stays_after or dice.random() < 0.8):
            _person(alex, talk, at, lines.ALEX)
            at += timedelta(seconds=dice.randrange(9, 75))
            text, data = lines.TO_ALEX, {}
            continue
        asked = Event.objects.filter(conversation=talk, sender="ai").order_by("-seq").first()
        following = _next(who, asked.data if asked else {}, said)
        if asked and "slots" in asked.data:
            with clock.freeze(at):
                following = appointments.pick(talk, who.email)
        if said >= who.leaves_after or following is None or text == lines.TO_ALEX:
            break
        text, data = following
    if stays_after:
        return
    seconds = int((at - begin).total_seconds() * 0.7)
    actions.note_activity(talk.account_id, talk.pk, active_seconds=seconds)
    if text == lines.TO_ALEX:
        _person(alex, talk, at, lines.ALEX_ENDS, ends=True)
        return
    if talk.state == "pending_human":
        at += closing.CLAIM_WITHIN
        with clock.freeze(at):
            closing.time_out(talk.pk)
    with clock.freeze(at + closing.IDLE_AFTER):
        closing.close_idle(talk.pk)


def _person(
    alex: Member, talk: Conversation, at: datetime, text: str, *, ends: bool = False
) -> None:
    """Somebody of the team writes to a visitor, and ends the conversation, or not."""
    from synaptiq.accounts import actors
    from synaptiq.conversations import actions
    from synaptiq.kit import clock

    with clock.freeze(at):
        actions.reply(actors.of_member(alex), talk.public_id, text)
    if ends:
        with clock.freeze(at + timedelta(minutes=2)):
            actions.close(actors.of_member(alex), talk.public_id)


def _next(who: Persona, asked: Mapping[str, Any], said: int) -> tuple[str, dict[str, Any]] | None:
    """What the visitor says next, to what was asked; None where there is nothing to say."""
    if who.wants_person and said == 2:
        return lines.HUMAN, {}
    key = asked.get("asks")
    if key is not None and key == who.refuses:
        return lines.REFUSALS[said % len(lines.REFUSALS)], {}
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
