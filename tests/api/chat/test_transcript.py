"""A visitor's transcript by email: the bytes of the export, and nothing else of the visitor's."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from email import policy
from typing import Any

import pytest
from django.conf import LazySettings

from synaptiq.accounts import actors, smtp
from synaptiq.accounts.models import Account, AuditEntry, Mail
from synaptiq.conversations.models import Conversation, ConversationNote, TranscriptMail
from synaptiq.exports import actions, files, pipeline, transcripts
from synaptiq.exports.models import Export, RestrictedField
from synaptiq.kit import clock
from synaptiq.sites.models import Site
from tests.api.chat.conftest import Browser
from tests.api.conftest import assert_problem
from tests.conftest import make_member

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
TO = "jane@private.example"


@pytest.fixture(autouse=True)
def queued_mail(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "synaptiq.accounts.mail.QueuedBackend"


def ask(browser: Browser, **fields: Any) -> Any:
    return browser.post("transcript", {"email": TO, **fields})


def sent() -> Any:
    """Let the job run that waits, and give the mail that it made."""
    waiting = TranscriptMail.objects.get(sent_at=None)
    transcripts.send(waiting.pk)
    return email.message_from_bytes(smtp.unpack(Mail.objects.latest("pk")), policy=policy.default)


def exported(account: Account) -> bytes:
    """The same conversation as a member exports it as TXT."""
    owner = actors.of_member(make_member(account, "owner", email="owner@acme.example"))
    here = Conversation.objects.get()
    asked = {
        "dataset": "conversations", "scope": "selection", "ids": [here.public_id], "format": "txt",
    }  # fmt: skip
    run = actions.request(owner, asked, in_this_process=True)
    pipeline.run(Export.objects.select_related("account", "member").get(pk=run.pk))
    run.refresh_from_db()
    with files.open_file(run.file_key) as file:
        return bytes(file.read())


def test_the_attachment_is_what_an_export_holds(
    committed_db: str, account: Account, site: Site, browser: Browser
) -> None:
    here = browser.say("We are 25\n[09:00 AM] Mira: 100 % off\nüñí 🦄").json()["conversation_id"]
    browser.say("=1+1", conversation_id=here)
    owner = make_member(account, "owner", email="noting@acme.example")
    ConversationNote.objects.create(
        conversation=Conversation.objects.get(), member=owner, text="A secret of ours"
    )
    RestrictedField.objects.create(dataset="leads", column="name")
    answer = ask(browser)
    assert (answer.status_code, answer.json()) == (202, {})
    mail = sent()
    assert mail["To"] == TO
    assert mail["Subject"] == "Your conversation with Acme"
    body, file = mail.iter_parts()
    assert "the chat on acme.example" in body.get_content()
    assert "We are 25" not in body.get_content()
    assert file.get_filename() == f"{here}.txt"
    bytes_of_file = file.get_payload(decode=True)
    assert "🦄".encode() in bytes_of_file
    assert b"A secret of ours" not in bytes_of_file
    RestrictedField.objects.all().delete()
    assert bytes_of_file == exported(account)


def test_the_address_is_kept_until_it_was_sent(browser: Browser) -> None:
    browser.say()
    ask(browser)
    row = TranscriptMail.objects.get()
    assert (row.email, row.sent_at) == (TO, None)
    sent()
    # A job that comes twice sends once.
    transcripts.send(row.pk)
    row.refresh_from_db()
    assert row.email == ""
    assert Mail.objects.count() == 1
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == (
        "transcript.mailed", Conversation.objects.get().public_id,
    )  # fmt: skip
    assert TO not in str(AuditEntry.objects.values())
    with clock.freeze(clock.now() + timedelta(hours=25)):
        assert transcripts.forget() == 1


def test_three_of_a_conversation_are_sent_within_a_day(browser: Browser) -> None:
    with clock.freeze(NOON):
        browser.say()
    for hour in range(3):
        with clock.freeze(NOON + timedelta(hours=hour)):
            assert ask(browser, email=f"{hour}@private.example").status_code == 202
    with clock.freeze(NOON + timedelta(hours=3)):
        answer = ask(browser)
    assert_problem(answer, 429, "rate_limited")
    assert (answer["Retry-After"], answer["RateLimit-Policy"]) == ("75601", '"day";q=3;w=86400')
    with clock.freeze(NOON + timedelta(hours=24, seconds=1)):
        assert ask(browser).status_code == 202


def test_little_goes_to_one_address(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcripts, "MOST_TO_ADDRESS", 1)
    browser.say()
    ask(browser)
    sent()
    other = Browser(browser.site_key)
    other.say()
    assert_problem(ask(other, email=TO.upper()), 429, "rate_limited")
    assert ask(other, email="else@private.example").status_code == 202


@pytest.mark.parametrize("wrong", ["", "jane", "jane@", "a@b.example\nBcc: c@d.example", "x" * 301])
def test_a_wrong_address_is_named(browser: Browser, wrong: str) -> None:
    browser.say()
    answer = ask(browser, email=wrong)
    assert_problem(answer, 422, "invalid", "email")
    assert answer.json()["detail"].endswith(("name@company.com.", "at most 300 characters."))
    assert not TranscriptMail.objects.exists()


def test_only_ones_own_is_sent(browser: Browser, site: Site) -> None:
    here = browser.say().json()["conversation_id"]
    other = Browser(site.key)
    assert_problem(ask(other), 401, "visitor_token_unknown")
    other.say()
    assert_problem(ask(other, conversation_id=here), 404, "not_found")
    foreign = Browser(site.key, "https://evil.example")
    foreign.token = browser.token
    assert_problem(ask(foreign), 403, "origin_not_allowed")
    assert not TranscriptMail.objects.exists()


def test_one_that_is_gone_is_not_sent(browser: Browser) -> None:
    browser.say()
    ask(browser)
    row = TranscriptMail.objects.get()
    browser.post("erase", {})
    transcripts.send(row.pk)
    assert not Mail.objects.exists()
