"""A visitor has all erased: nothing of theirs stays, nothing of others goes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts import smtp
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Mail
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import actions as agents
from synaptiq.agent.models import Fact
from synaptiq.conversations import queries
from synaptiq.conversations.accepting import ErasedVisitor, Message, UnknownVisitor, accept
from synaptiq.conversations.models import (
    Conversation,
    ConversationNote,
    Event,
    TranscriptMail,
    Turn,
)
from synaptiq.exports import transcripts
from synaptiq.kit.errors import NotFound
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead, LeadEvent
from synaptiq.meetings import queries as meetings
from synaptiq.sites.models import Site, Visitor
from tests.api.chat.conftest import Browser
from tests.api.conftest import assert_problem
from tests.conftest import make_member
from tests.conversations.test_accepting import send
from tests.meetings.making import booked, make_calendar, write_letters
from tests.waiting import wait_until

WORD = "zebrawood"
PAGE = f"https://acme.example/{WORD}"


def answer_all() -> None:
    for turn in Turn.objects.filter(state="pending"):
        agents.answer_turn(turn.pk)


def talk(browser: Browser, *texts: str) -> str:
    """Each is said and answered; gives the conversation."""
    for text in texts:
        here: str = browser.say(text, page_url=PAGE).json()["conversation_id"]
        answer_all()
    return here


def holding(word: str) -> list[str]:
    """Tables in which some text holds this word."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{word}%"]
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return sorted(found)


def test_nothing_of_the_visitor_stays(browser: Browser, account: Account) -> None:
    first = talk(browser, f"Hi, I am from {WORD}, we are 25 people")
    browser.post("close", {})
    second = talk(browser, f"Back, our budget is 20000 for {WORD}")
    owner = make_member(account, "owner")
    open_one = Conversation.objects.get(public_id=second)
    ConversationNote.objects.create(conversation=open_one, member=owner, text=f"{WORD} again")
    assert {"conversations_event", "conversations_conversation"} <= set(holding(WORD))
    token = browser.token
    answer = browser.post("erase", {})
    assert (answer.status_code, answer.json()) == (200, {"conversations": 2})
    assert holding(WORD) == []
    assert not Fact.objects.exists()
    for one in Conversation.objects.all():
        assert (one.state, one.page_url, one.device, one.language) == ("closed", None, None, None)
        with pytest.raises(NotFound):
            queries.get(one.public_id)
    assert set(Event.objects.values_list("type", flat=True)) == {"closed"}
    assert_problem(browser.say(), 401, "visitor_token_unknown")
    assert_problem(browser.post("close", {"conversation_id": first}), 401, "visitor_token_unknown")
    # Who was not told that it was done asks again.
    assert browser.post("erase", {}).json() == {"conversations": 0}
    entry = AuditEntry.objects.get(action="visitor.erased")
    assert (entry.actor, entry.target) == ("system", Visitor.objects.get().public_id)
    assert sorted(entry.detail["conversations"]) == sorted([first, second])
    assert WORD not in str(AuditEntry.objects.values())
    browser.token = ""
    assert browser.say("Somebody new").status_code == 202
    assert browser.token != token


def test_the_first_message_sent_again_brings_no_token_back(browser: Browser, site: Site) -> None:
    first = {"client_message_id": str(uuid4()), "text": "Hello"}
    browser.post("messages", first)
    browser.post("erase", {})
    again = Message(UUID(first["client_message_id"]), "Hello")
    with pytest.raises(ErasedVisitor), transaction.atomic():
        accept(site.key, again, origin=browser.origin, token=None, address=None)
    assert Visitor.objects.count() == Conversation.objects.count() == 1
    # Another message is somebody new.
    browser.token = ""
    assert browser.say().status_code == 202


def test_mails_that_tell_of_the_visitor_go_with_the_rest(
    browser: Browser, account: Account, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_URL = "synaptiq.accounts.mail.QueuedBackend", "demo://"
    make_calendar(make_member(account, "agent", email="priya@acme.example"), days_ahead=14)
    conversation = Conversation.objects.get(
        public_id=talk(browser, "My email is jane@private.example")
    )
    found = meetings.offering(conversation)
    assert found
    booked(conversation, found.starts[0])
    write_letters()
    browser.post("transcript", {"email": "jane@private.example"})
    transcripts.send(TranscriptMail.objects.get().pk)
    Mail.objects.create(to="jane@private.example", subject="Of somebody else", message=b"")
    assert Mail.objects.filter(about=conversation.public_id).count() == 3
    browser.post("erase", {})
    assert [one.subject for one in Mail.objects.all()] == ["Of somebody else"]
    # Both sides still hear that the meeting is cancelled; of that nothing stays.
    ProcrastinateJob.objects.filter(args__sequence=0).delete()
    write_letters()
    letters = Mail.objects.filter(about=smtp.ONCE)
    assert {one.to for one in letters} == {"jane@private.example", "priya@acme.example"}
    for one in letters:
        smtp.send(one.pk)
    assert not Mail.objects.filter(about=smtp.ONCE).exists()


def test_a_lead_that_came_of_it_is_deleted(browser: Browser, account: Account) -> None:
    talk(browser, "My email is jane@private.example", "We are 25 people")
    lead = Lead.objects.get()
    assert browser.post("erase", {}).json() == {"conversations": 1}
    assert not Lead.objects.alive().exists()
    event = LeadEvent.objects.filter(lead=lead).latest("pk")
    assert (event.type, event.detail) == ("deleted", {"reason": "the visitor asked"})
    assert AuditEntry.objects.get(action="lead.deleted").detail["reason"] == "the visitor asked"
    assert Conversation.objects.get().lead is None
    assert not Fact.objects.exists()


def test_a_lead_that_others_know_stays(
    browser: Browser, site: Site, account: Account, actor: Callable[..., Actor]
) -> None:
    talk(browser, "My email is jane@private.example")
    mine = Lead.objects.get()
    imported = leads.create_lead(actor("owner"), {"email": "joe@acme.example"}, origin="import")
    other = Browser(site.key)
    talk(other, "My email is joe@acme.example")
    joes = Lead.objects.get(origin="conversation", email="joe@acme.example")
    leads.merge_leads(actor("admin"), imported.public_id, joes.public_id)
    other.post("erase", {})
    assert set(Lead.objects.alive()) == {mine, imported}
    assert Fact.objects.filter(lead=mine).exists()
    assert not Fact.objects.filter(lead=imported).exists()


def test_what_another_visitor_corrected_of_it_stays(browser: Browser, site: Site) -> None:
    talk(browser, "My email is jane@private.example", "We are 25 people")
    mine = Fact.objects.get(criterion="team_size")
    other = Browser(site.key)
    there = Conversation.objects.get(public_id=talk(other, "Hi"))
    corrected = Fact.objects.create(
        lead=mine.lead, visitor=there.visitor, conversation=there, criterion="team_size", value=30,
        message_seq=1, source="stated", supersedes=mine,
    )  # fmt: skip
    browser.post("erase", {})
    corrected.refresh_from_db()
    assert (corrected.value, corrected.supersedes) == (30, None)
    # Somebody else is known to have said something of this lead.
    assert Lead.objects.alive().count() == 1


def test_without_a_token_nobody_is_meant(
    browser: Browser, elsewhere: Callable[[str | None], Browser]
) -> None:
    assert_problem(browser.post("erase", {}), 401, "visitor_token_unknown")
    browser.say()
    foreign = elsewhere("https://evil.example")
    foreign.token = browser.token
    assert_problem(foreign.post("erase", {}), 403, "origin_not_allowed")
    assert_problem(browser.post("erase", {"all": True}), 422, "invalid", "all")
    other = Site.objects.create(name="Other", origins=[browser.origin])
    there = Browser(other.key)
    there.token = browser.token
    assert there.post("erase", {}).json() == {"conversations": 0}
    assert Event.objects.count() == 1


def test_a_message_of_that_very_moment_finds_nobody(
    committed_db: str, account: Account, site: Site, browser: Browser
) -> None:
    browser.say()

    def say() -> Any:
        try:
            with acting_for(account.pk):
                return send(site, token=browser.token)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            assert agents.erase_visitor(
                site.key, token=browser.token, origin=browser.origin, address=None
            ) == 1  # fmt: skip
            said = threads.submit(say)
            _until_somebody_waits()
        with pytest.raises(UnknownVisitor):
            said.result(timeout=20)
    assert set(Event.objects.values_list("type", flat=True)) == {"closed"}


def _until_somebody_waits() -> None:
    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    wait_until(waits)
