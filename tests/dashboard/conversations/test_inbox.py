"""What pages of conversations ask for while they are open, and what is written of their readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.conversations import actions, handover, log, presence
from synaptiq.conversations.models import (
    Conversation,
    ConversationNote,
    Event,
    Looking,
    ReadUpTo,
)
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from tests.conversations.making import make_conversation
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.conversations.test_pages import LIST, ids
from tests.dashboard.markup import assert_strict_csp

AT = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)


@pytest.fixture
def priya(account: Account, member: Callable[..., Member]) -> Member:
    return member("agent", email="priya@acme.example", name="Priya Shah")


@pytest.fixture
def alex(priya: Member, member: Callable[..., Member]) -> Member:
    return member("agent", email="alex@acme.example", name="Alex Moreau")


def add(made: Conversation, *entries: log.Entry) -> None:
    with transaction.atomic():
        log.append(handover.hold_by_key(made.pk), entries)
    made.refresh_from_db()


def said(sender: str, text: str, **more: Any) -> log.Entry:
    return log.message(sender, text, **more)


def keys(html: str) -> list[str]:
    """The ids of a thread's entries."""
    return re.findall(r'<li class="(?:turn|happening)[^>]* id="([mn]\d+)"', html)


def unread_in(html: str) -> str:
    """The number in the navigation."""
    found = re.search(r'id="conversations-unread"[^>]*>([0-9+]*)', html)
    assert found
    return found[1]


# ── What is unread ───────────────────────────────────────────────────────────────────────────────
def test_what_visitors_wrote_is_unread_for_each_member_until_they_open_it(
    priya: Member, alex: Member
) -> None:
    made = make_conversation(("visitor", "Hi"), ("ai", "Hello"), ("visitor", "Anyone?"))
    hers, his = client_of(priya), client_of(alex)
    for client in (hers, his):
        html = client.get(LIST).text
        assert unread_in(html) == "1"
        assert '<span class="unread-figure">2<span class="vh"> unread</span></span>' in html
    hers.get(f"{LIST}/{made.public_id}")
    assert unread_in(hers.get(LIST).text) == ""
    assert "unread-figure" not in hers.get(LIST).text
    assert unread_in(his.get(f"{LIST}/unread").text) == "1"
    # What the agent says is nobody's to read.
    add(made, said("ai", "Yes"))
    assert unread_in(hers.get(LIST).text) == ""
    add(made, said("visitor", "Good"))
    assert unread_in(hers.get(LIST).text) == "1"


def test_reading_never_goes_back(priya: Member) -> None:
    made = make_conversation(("visitor", "a"), ("visitor", "b"))
    presence.read(priya, made, 2)
    presence.read(priya, made, 1)
    assert ReadUpTo.objects.get().seq == 2


def test_the_number_counts_what_goes_on_and_the_list_what_ended_lately(priya: Member) -> None:
    make_conversation(("visitor", "Hi"), close=True)
    make_conversation(("visitor", "Hi"), is_test=True)
    make_conversation(("visitor", "Hi"), is_spam=True)
    make_conversation(("visitor", "Hi"), at=clock.now() - timedelta(days=8), close=True)
    html = client_of(priya).get(LIST).text
    assert unread_in(html) == ""
    assert html.count("unread-figure") == 1


def test_what_had_ended_before_somebody_joined_is_not_theirs_to_read(
    priya: Member, member: Callable[..., Member]
) -> None:
    with clock.freeze(clock.now() - timedelta(hours=1)):
        make_conversation(("visitor", "Long over"), close=True)
        make_conversation(("visitor", "Goes on"))
    sam = member("agent", email="sam@acme.example")
    html = client_of(sam).get(LIST).text
    assert html.count("unread-figure") == 1
    Member.objects.filter(pk=sam.pk).update(created_at=clock.now() - timedelta(hours=2))
    assert client_of(sam).get(LIST).text.count("unread-figure") == 2


def test_head_reads_nothing(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    client_of(priya).head(f"{LIST}/{made.public_id}")
    assert not ReadUpTo.objects.exists()


# ── The list ─────────────────────────────────────────────────────────────────────────────────────
def test_what_was_said_last_stands_first_and_filters_are_kept(priya: Member) -> None:
    first = make_conversation(("visitor", "Old"), at=AT, public_id="conv_000a")
    make_conversation(("visitor", "New"), at=AT + timedelta(hours=1), public_id="conv_000b")
    client = client_of(priya)
    assert ids(client.get(LIST).text) == ["b", "a"]
    with clock.freeze(AT + timedelta(hours=2)):
        add(first, said("ai", "Still here"))
    fragment = client.get(f"{LIST}/rows?state=open").text
    assert ids(fragment) == ["a", "b"]
    assert "Synaptiq: Still here" in fragment
    assert "<html" not in fragment
    assert client.get(f"{LIST}/rows?state=closed").text.count('id="row-') == 0
    assert client.get(f"{LIST}/rows?state=half").status_code == 204


def test_who_is_online_is_shown(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    params = presence.online_params(uuid4(), [made.pk])
    from synaptiq.kit.database import ask

    client = client_of(priya)
    assert "Online" not in client.get(f"{LIST}/rows").text
    ask(presence.ONLINE_SQL, params)
    assert "Online" in client.get(f"{LIST}/rows").text
    assert "Online" in client.get(f"{LIST}/{made.public_id}").text
    # Another process of the same visitor's leaves, this one stays; then it leaves too.
    for process, there in ((uuid4(), [made.pk]), (params["process"], [])):
        ask(presence.ONLINE_SQL, presence.online_params(process, there))
    assert presence.online([made.pk]) == {made.pk}
    with clock.freeze(clock.now() + presence.COUNTS_FOR):
        assert presence.online([made.pk]) == set()


# ── The thread ───────────────────────────────────────────────────────────────────────────────────
def test_a_page_begins_with_the_end_and_goes_back_in_steps(
    priya: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.dashboard.conversations.thread.FIRST", 4)
    monkeypatch.setattr("synaptiq.dashboard.conversations.thread.EARLIER", 3)
    made = make_conversation(*[("visitor", f"Line {n}") for n in range(1, 11)], at=AT)
    note = {"conversation": made, "member": priya}
    for n, text in ((2.5, "Early"), (8.5, "Late")):
        ConversationNote.objects.create(**note, text=text, at=AT + timedelta(seconds=20 * (n - 1)))
    address, client = f"{LIST}/{made.public_id}", client_of(priya)
    html = client.get(address).text
    assert_strict_csp(html)
    assert keys(html) == ["m7", "m8", "n2", "m9", "m10"]
    assert 'data-before="7"' in html
    back = client.get(f"{address}/earlier?before=7").text
    assert keys(back) == ["m4", "m5", "m6"]
    back = client.get(f"{address}/earlier?before=4").text
    assert keys(back) == ["m1", "m2", "n1", "m3"]
    assert "data-before" not in back
    # Without script the whole of it is a page, too.
    whole = client.get(f"{address}?from=1").text
    assert keys(whole) == ["m1", "m2", "n1", *[f"m{n}" for n in range(3, 9)], "n2", "m9", "m10"]


def test_what_is_new_comes_with_all_that_may_have_changed(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    address, client = f"{LIST}/{made.public_id}", client_of(priya)
    add(made, log.Entry("qualification_check", data={"result": "qualified", "score": 82}))
    actions.add_note(actor_of(priya), made.public_id, "A note")
    add(made, handover_of(made, priya))
    fragment = client.get(f"{address}/news?after=1&notes=0", **HTMX).text
    assert "<html" not in fragment
    assert keys(fragment) == ["m1", "m2", "n1", "m3"]
    assert 'data-last="3" data-notes="1"' in fragment
    assert "You are answering" in fragment
    assert "Qualified, 82" in fragment
    assert keys(client.get(f"{address}/news?after=3&notes=1").text) == ["m1", "m2", "m3"]
    # What is no number begins with the first.
    assert client.get(f"{address}/news?after=x&notes=-1").status_code == 200


def actor_of(member: Member) -> Any:
    from synaptiq.accounts import actors

    return actors.of_member(member)


def handover_of(made: Conversation, member: Member) -> log.Entry:
    with transaction.atomic():
        held = handover.hold_by_key(made.pk)
        return handover.go(held, "take_over", "person", member=member)


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────
def post(member: Member, made: Conversation, what: str, **body: Any) -> Any:
    return client_of(member).post(f"{LIST}/{made.public_id}/{what}", body, **HTMX)


def test_a_reply_that_is_sent_twice_is_written_once(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    name = str(uuid4())
    for _ in range(2):
        answer = post(priya, made, "reply", text="Hello", reply_id=name, seen=1, after=1, notes=0)
        assert answer.status_code == 200
        assert "Hello" in answer.text
    replies = Event.objects.filter(sender="agent")
    assert [one.content for one in replies] == ["Hello"]
    assert AuditEntry.objects.filter(action="conversation.replied").count() == 1
    # The same words under another name are another reply.
    post(priya, made, "reply", text="Hello", reply_id=str(uuid4()), after=1)
    assert replies.all().count() == 2


def test_a_note_that_is_sent_twice_is_written_once(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    name = str(uuid4())
    for _ in range(2):
        assert post(priya, made, "notes", text="N", note_id=name, after=1).status_code == 200
    assert ConversationNote.objects.count() == 1


def test_who_writes_while_a_colleague_answers_is_asked_first(priya: Member, alex: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    post(priya, made, "reply", text="I am here", seen=1, after=1)
    body = {"text": "Me too", "reply_id": str(uuid4()), "seen": 1, "after": 1, "notes": 0}
    refused = post(alex, made, "reply", **body)
    assert refused.status_code == 409
    for words in ("Priya Shah answered a moment ago", "Send anyway", "I am here"):
        assert words in refused.text
    assert Event.objects.filter(sender="agent").count() == 1
    # Without script too, with what was typed still there.
    page = client_of(alex).post(f"{LIST}/{made.public_id}/reply", {"text": "Me too", "seen": "1"})
    assert page.status_code == 409
    assert "Send anyway" in page.text
    assert ">Me too</textarea>" in page.text
    assert post(alex, made, "reply", **body, anyway="1").status_code == 200
    made.refresh_from_db()
    assert [e.content for e in Event.objects.filter(sender="agent")] == ["I am here", "Me too"]
    # One's own reply overtakes nobody, nor does what was seen.
    assert post(alex, made, "reply", text="More", seen=3, after=3).status_code == 200


def test_of_two_who_claim_one_has_the_visitor_and_the_other_is_told_who(
    priya: Member, alex: Member
) -> None:
    made = make_conversation(("visitor", "Hi"))
    actions.request_person(made.account_id, made.pk)
    html = client_of(priya).get(f"{LIST}/{made.public_id}").text
    assert "Claim" in html
    assert "data-until" in html
    assert post(priya, made, "claim", after=1).status_code == 200
    # Who claims again has it already.
    assert post(priya, made, "claim", after=1).status_code == 200
    refused = post(alex, made, "claim", after=1)
    assert refused.status_code == 409
    assert "Priya Shah was quicker" in refused["HX-Trigger"]
    followed = client_of(alex).post(f"{LIST}/{made.public_id}/claim", follow=True)
    assert "Priya Shah was quicker" in followed.text
    made.refresh_from_db()
    assert (made.state, made.member) == ("human", priya)
    assert Event.objects.filter(type="taken_over").count() == 1


# ── Who looks ────────────────────────────────────────────────────────────────────────────────────
def test_members_see_who_else_looks(priya: Member, alex: Member) -> None:
    made = make_conversation(("visitor", "Hi"), ("visitor", "Again"))
    assert post(priya, made, "looking", seq=1).status_code == 204
    assert ReadUpTo.objects.get().seq == 1
    address = f"{LIST}/{made.public_id}"
    assert "Priya Shah</bdi> is here too." in client_of(alex).get(address).text
    assert "is here too" not in client_of(priya).get(address).text
    with clock.freeze(clock.now() + presence.COUNTS_FOR):
        assert "is here too" not in client_of(alex).get(address).text
    assert post(priya, made, "looking", left=1).status_code == 204
    assert not Looking.objects.exists()


def test_a_seq_beyond_the_end_reads_no_future(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    post(priya, made, "looking", seq=999)
    assert ReadUpTo.objects.get().seq == 1


def test_who_may_only_read_types_nothing(member: Callable[..., Member]) -> None:
    viewer = member("viewer")
    made = make_conversation(("visitor", "Hi"))
    assert post(viewer, made, "typing").status_code == 403
    assert post(viewer, made, "looking", seq=1).status_code == 204


def test_presence_is_forgotten(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    post(priya, made, "looking", seq=1)
    assert presence.forget() == 0
    with clock.freeze(clock.now() + 3 * presence.COUNTS_FOR):
        assert presence.forget() == 1


# ── Correcting ───────────────────────────────────────────────────────────────────────────────────
def test_a_fact_is_corrected_from_the_conversation_and_from_the_lead(priya: Member) -> None:
    from tests.agent.test_answering import qualified

    made = qualified()
    assert made.lead
    address, client = f"{LIST}/{made.public_id}", client_of(priya)
    fact = f"{address}/facts/team_size"
    assert f'hx-get="{fact}"' in client.get(address).text
    dialog = client.get(fact, **HTMX).text
    assert dialog.lstrip().startswith("<dialog")
    assert "Now: <bdi>60</bdi>, said." in dialog
    assert_strict_csp(client.get(fact).text)
    wrong = client.post(fact, {"from": "many"}, **HTMX)
    assert wrong.status_code == 422
    assert "Type a number such as 25" in wrong.text
    done = client.post(fact, {"from": "5"}, **HTMX)
    assert "close-dialog" in done["HX-Trigger"]
    html = client.get(address).text
    assert "Priya Shah corrected: Team size" in re.sub(r"<[^>]*>", "", html)
    assert "set by a person" in html
    lead = f"/admin/leads/{made.lead.public_id}"
    assert f'hx-get="{fact}?back=lead"' in client.get(lead).text
    # Whose it is stands there, with the way to change it.
    assert re.search(f'id="assign-link" href="{address}/assign"[^>]*>Assign<', html)
    Lead.objects.update(assigned_to=priya)
    html = client.get(address).text
    assert re.search('<bdi>Priya Shah</bdi> <a class="link" id="assign-link"[^>]*>Change<', html)
    back = client.post(fact, {"from": "60", "back": "lead"})
    assert back["Location"] == lead


def test_what_was_refused_says_so(priya: Member) -> None:
    from synaptiq.agent.models import Fact
    from tests.agent.talking import answered, opened, talk

    made = talk(answered(opened("Hi")), "We are 20 people")
    Fact.objects.create(
        visitor=made.visitor, conversation=made, criterion="budget", value=None, message_seq=1,
        source="stated", status="refused",
    )  # fmt: skip
    assert "Did not want to say" in client_of(priya).get(f"{LIST}/{made.public_id}").text


def test_two_who_correct_one_fact_are_told_and_it_can_be_taken_back(
    priya: Member, member: Callable[..., Member]
) -> None:
    from tests.agent.talking import answered, opened, talk

    made = talk(answered(opened("Hi")), "We are 20 people")
    address = f"/admin/conversations/{made.public_id}/facts/team_size"
    first, second = client_of(priya), client_of(member("agent", name="Sam"))
    seen = re.search(r'name="seen" value="(\d+)"', first.get(address).text)
    assert seen
    assert first.post(address, {"from": "50", "seen": seen[1]}).status_code == 302
    late = second.post(address, {"from": "70", "seen": seen[1]})
    assert late.status_code == 422
    assert "Somebody else has set this" in late.text
    assert "Now: <bdi>50" in late.text
    assert 'value="70"' in late.text
    # The form knows by now what it would take the place of.
    anew = re.search(r'name="seen" value="(\d+)"', late.text)
    assert anew
    assert second.post(address, {"from": "70", "seen": anew[1]}).status_code == 302
    assert 'name="unknown"' in first.get(address).text
    first.post(address, {"unknown": "1", "from": "70"})
    form = first.get(address).text
    assert "Set Team size" in form
    assert 'name="unknown"' not in form
