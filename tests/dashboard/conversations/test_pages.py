"""The pages of conversations: who sees what, what is shown of them, and what members do there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import transaction

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.conversations import closing, log
from synaptiq.conversations.closing import MOST_MESSAGES
from synaptiq.conversations.models import Conversation, ConversationNote, Event
from synaptiq.exports.models import Export
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests.conversations.jane import make_janes
from tests.conversations.making import make_conversation, make_site
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.markup import assert_strict_csp

AT = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)
LIST = "/admin/conversations"
JANES = f"{LIST}/conv_4c9e1a"


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    return member("admin", email="alex@yourteam.com", name="Alex Moreau")


@pytest.fixture
def jane(alex: Member) -> Conversation:
    (lead,) = make_leads(1, public_id="lead_8f3a2b", name="Jane Smith", email="jane@acme.com")
    return make_janes(lead, alex)


def ids(html: str) -> list[str]:
    """The conversations of a list, in its order."""
    found = re.findall(rf'href="{LIST}/conv_([^"#/?]*)["#?]', html)
    return [name.removeprefix("000") for name in found]


def test_the_list_shows_who_what_was_said_last_and_how_it_stands(
    jane: Conversation, alex: Member
) -> None:
    make_conversation(("ai", "Hello"), ("visitor", "<b>Anyone?</b>"), at=AT + timedelta(days=1))
    make_conversation(("visitor", "A test"), at=AT, is_test=True)
    Conversation.objects.filter(pk=jane.pk).update(qualification="nurture", score=47)
    html = client_of(alex).get(LIST).text
    assert_strict_csp(html)
    assert "2 conversations" in re.sub(r"<[^>]*>", "", html)
    assert html.index("&lt;b&gt;Anyone?&lt;/b&gt;") < html.index("Jane Smith")
    for words in (
        ">Visitor ",
        "Synaptiq: Talk to you soon.",
        "Closed, nurture",
        "With the agent",
        '>47<span class="vh"> score</span>',
    ):
        assert words in html
    assert "A test" not in html


def test_an_empty_list_says_why(alex: Member) -> None:
    html = client_of(alex).get(LIST).text
    assert "No conversations yet" in html
    way = re.search(r'href="([^"]*)">Test your first conversation', html)
    assert way
    assert client_of(alex).get(way[1]).status_code == 200
    filtered = client_of(alex).get(f"{LIST}?state=open")
    # What a tab says is no chip.
    assert "None is open" in filtered.text
    assert "State is open" not in filtered.text.split('class="filter-form"')[0]
    assert "State is open" in client_of(alex).get(f"{LIST}?state=open&person=x@acme.example").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("started=2026-03-15..2026-03-15", "a b"),
        ("ended=2026-03-16..", "c"),
        ("state=open", "a d"),
        ("state=closed", "b c"),
        ("state=waiting", "d"),
        ("state=open,waiting", "a d"),
        ("state=waiting&state=closed", "b c d"),
        ("state=open&state=closed", "a b c d"),
        ("person=alex@yourteam.com", "b d"),
        ("person=ALEX@yourteam.com&state=open", "d"),
        ("person=nobody@acme.example", ""),
        ("spoke=person", "b"),
        ("spoke=agent", "a c d"),
        ("qualified=yes", "c"),
        ("qualified=no", "a b d"),
        ("meeting_booked=yes", "d"),
        ("meeting_booked=no", "a b c"),
        ("dropped_off=yes", "a"),
        ("dropped_off=no", "b c d"),
        ("lead=lead_1,lead_nope", "b"),
        ("lead_tags=webinar", "b"),
        ("agent_version=agv_2", "c"),
        ("site=shop.example", "d"),
        ("text=THE+PR%25CE", "c"),
        ("text=価格", "d"),
        ("test=only", "t"),
        ("spam=include&state=open", "a d s"),
        ("dropped_off=yes&dropped_off=no&state=open", "a d"),
    ],
)
def test_each_filter_chooses(alex: Member, query: str, found: str) -> None:
    day = timedelta(days=1)
    (lead,) = make_leads(1, public_id="lead_1", tags=["webinar"], assigned_to=alex)
    make_conversation(("visitor", "Hi"), ("ai", "Bye"), at=AT, public_id="conv_000a")
    make_conversation(
        ("visitor", "Hi"), ("ai", "Bye"), at=AT, public_id="conv_000b", lead=lead, with_person=True,
        close=True,
    )  # fmt: skip
    make_conversation(
        ("visitor", "The pr%ce, please"), at=AT + day, public_id="conv_000c", close=True,
        qualification="qualified", agent_version="agv_2",
    )  # fmt: skip
    shop = make_site("shop.example")
    made = make_conversation(
        ("visitor", "価格は?"), at=AT + day, public_id="conv_000d", meeting_booked=True
    )
    Conversation.objects.filter(pk=made.pk).update(
        site=shop, member=alex, state="pending_human", waiting_since=AT
    )
    make_conversation(("visitor", "Hi"), at=AT + day, public_id="conv_000t", is_test=True)
    make_conversation(("visitor", "Hi"), at=AT + day, public_id="conv_000s", is_spam=True)
    answer = client_of(alex).get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert sorted(ids(answer.text)) == found.split() == sorted(found.split())


def test_what_cannot_be_read_is_said_and_nothing_is_shown(alex: Member) -> None:
    make_conversation(("visitor", "Hi"), at=AT)
    for query in ("state=half", "text=ab", "started=yesterday", "nothing=1", "cursor=x"):
        answer = client_of(alex).get(f"{LIST}?{query}")
        assert answer.status_code == 422
        assert ids(answer.text) == []


def test_pages_go_by_key(alex: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synaptiq.dashboard.conversations.inbox.PAGE_SIZE", 2)
    for n in range(5):
        make_conversation(("visitor", "Hi"), at=AT, public_id=f"conv_000{n}")
    client, seen, query = client_of(alex), [], ""
    for _ in range(3):
        html = client.get(LIST + query).text
        seen += ids(html)
        after = re.search(r'href="(\?[^"]*)" rel="next"', html)
        query = after[1] if after else ""
    assert seen == ["4", "3", "2", "1", "0"]


def test_the_page_shows_what_was_said_what_happened_and_the_teams_notes(
    jane: Conversation, alex: Member
) -> None:
    html = client_of(alex).get(JANES).text
    assert_strict_csp(html)
    for words in (
        "14 messages", "A spreadsheet 😅", "Qualification check", "Qualified, 82",
        "Jane Smith left an email address.", "Alex Moreau", "Call her at noon.",
        "Lasted <b>9 min</b>",
    ):  # fmt: skip
        assert words in html.replace("<b>14</b> messages", "14 messages"), words
    assert "alex@yourteam.com" not in html.split('id="room"', 1)[1]


def test_what_a_visitor_writes_is_never_markup(alex: Member) -> None:
    make_conversation(("visitor", "<script>x</script>"), at=AT, public_id="conv_0001")
    html = client_of(alex).get(f"{LIST}/conv_0001").text
    assert "<script>x" not in html
    assert "&lt;script&gt;x&lt;/script&gt;" in html


def test_a_conversation_of_a_deleted_lead_is_gone_with_it(jane: Conversation, alex: Member) -> None:
    leads.delete_lead(actors.of_member(alex), "lead_8f3a2b")
    client = client_of(alex)
    assert client.get(JANES).status_code == 404
    assert ids(client.get(LIST).text) == []


def test_the_leads_page_shows_its_conversations(jane: Conversation, alex: Member) -> None:
    lead = Lead.objects.get()
    for n in range(11):
        make_conversation(("visitor", f"Again {n}"), at=AT + timedelta(days=n + 1), lead=lead)
    html = client_of(alex).get("/admin/leads/lead_8f3a2b").text
    assert_strict_csp(html)
    assert len(ids(html)) == 10
    assert "All conversations of this lead" in html
    assert "?lead=lead_8f3a2b&amp;test=include&amp;spam=include" in html
    assert "Export Conversations" in html
    # Whoever may export has each conversation's own menu here too.
    assert html.count('aria-label="Conversation actions"') >= 10
    assert html.count("/transcript") >= 10


def test_a_leads_export_takes_tests_and_spam_too(jane: Conversation, alex: Member) -> None:
    lead = Lead.objects.get()
    for marks in ({"is_test": True}, {"is_spam": True}):
        make_conversation(("visitor", "Hi"), at=AT, lead=lead, **marks)
    client = client_of(alex)
    html = client.get("/admin/leads/lead_8f3a2b").text
    assert len(ids(html)) == 3
    (address,) = set(re.findall(r'href="(/admin/conversations/export\?filter=[^"]*)"', html))
    assert "3 rows" in client.get(unescape(address)).text
    assert "1 row" in client.get(f"{LIST}/export?filter=lead%3Dlead_8f3a2b").text


def test_who_may_not_export_sees_no_button(
    jane: Conversation, member: Callable[..., Member]
) -> None:
    for role in ("agent", "viewer"):
        client = client_of(member(role))
        for address in (LIST, JANES, "/admin/leads/lead_8f3a2b"):
            html = client.get(address).text
            assert "open-export" not in html
            assert "Export Transcript" not in html
            assert "Export Conversations" not in html
        refused = client.post(f"{JANES}/transcript", {"format": "txt"})
        assert refused.status_code == 403
        assert "Settings &gt; Team &gt; Roles" in refused.text
    assert not Export.objects.exists()
    denied = AuditEntry.objects.filter(action="export.requested", outcome="denied")
    assert denied.filter(dataset="conversations").count() == 2


def test_who_may_only_read_cannot_speak(jane: Conversation, member: Callable[..., Member]) -> None:
    made = make_conversation(("visitor", "Hi"), at=AT)
    html = client_of(member("viewer")).get(f"{LIST}/{made.public_id}").text
    for words in ("Take over", "Send", "Add note", "Close conversation", "Conversation actions"):
        assert words not in html


def test_a_member_marks_tests_and_spam(alex: Member) -> None:
    made = make_conversation(("visitor", "Hi"), at=AT, close=True)
    address, client = f"{LIST}/{made.public_id}", client_of(alex)
    for body, marks, offered in (
        ({"test": "yes"}, (True, False), ("Not a test", "Mark as spam")),
        ({"spam": "yes"}, (True, True), ("Not a test", "Not spam")),
        ({"test": "no"}, (False, True), ("Mark as test", "Not spam")),
        ({"test": "perhaps"}, (False, True), ("Mark as test", "Not spam")),
    ):
        assert client.post(f"{address}/mark", body)["Location"] == address
        made.refresh_from_db()
        assert (made.is_test, made.is_spam) == marks
        html = client.get(address).text
        assert all(words in html for words in offered)
    assert ids(client.get(LIST).text) == []


def test_a_reply_to_an_idle_conversation_is_kept_for_who_wrote_it(alex: Member) -> None:
    made = make_conversation(("visitor", "Hi"), at=AT)
    answer = client_of(alex).post(f"{LIST}/{made.public_id}/reply", {"text": "Too late"})
    assert answer.status_code == 422
    assert "This was not sent" in answer.text
    assert "The conversation was closed: nobody wrote for 30 minutes" in answer.text


def test_a_member_takes_over_replies_gives_back_notes_and_closes(alex: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    address, client = f"{LIST}/{made.public_id}", client_of(alex)

    def act(name: str, **body: Any) -> str:
        answer = client.post(f"{address}/{name}", body)
        assert (answer.status_code, answer["Location"]) == (302, f"{address}#end")
        made.refresh_from_db()
        return client.get(address).text

    assert "Sending takes over from the agent." in client.get(address).text
    taken = act("take-over")
    assert "You are answering" in taken
    assert "Sending takes over" not in taken
    assert (made.state, made.member) == ("human", alex)
    assert "Hello Jane" in act("reply", text="Hello Jane")
    assert "has this conversation" in act("give-back")
    assert made.state == "ai"
    assert "Call her" in act("notes", text="Call her")
    for htmx, shown in ((HTMX, "<dialog"), ({}, "<!doctype html")):
        asked = client.get(f"{address}/close", **htmx).text
        assert asked.lstrip().lower().startswith(shown)
        assert "never opens again" in asked
        made.refresh_from_db()
        assert made.state == "ai"
    closed = act("close")
    assert "Alex Moreau closed the conversation" in closed
    assert "Take over" not in closed
    assert "Add note" in closed
    said = Event.objects.filter(type="message").order_by("seq").values_list("content", flat=True)
    assert list(said) == ["Hi", "Hello Jane"]
    assert ConversationNote.objects.get().text == "Call her"


@pytest.mark.parametrize("form", ["reply", "notes"])
@pytest.mark.parametrize("text", ["", " \u200b", "x" * 4_001])
def test_what_is_refused_is_said_and_stays_typed(alex: Member, form: str, text: str) -> None:
    made = make_conversation(("visitor", "Hi"), at=AT)
    answer = client_of(alex).post(f"{LIST}/{made.public_id}/{form}", {"text": text})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert Event.objects.count() == 1
    assert not ConversationNote.objects.exists()


def test_whoever_is_too_late_is_told(alex: Member) -> None:
    made = make_conversation(("visitor", "Hi"), at=AT, close=True)
    client = client_of(alex)
    answer = client.post(f"{LIST}/{made.public_id}/take-over", follow=True)
    assert "This conversation is closed" in answer.text
    refused = client.post(f"{LIST}/{made.public_id}/reply", {"text": "Hello"})
    assert refused.status_code == 422
    assert "This conversation is closed" in refused.text
    assert '<p class="quoted" dir="auto">Hello</p>' in refused.text


def test_a_transcript_is_asked_for_once_and_holds_that_conversation(
    jane: Conversation, alex: Member
) -> None:
    client = client_of(alex)
    dialog = client.get(f"{JANES}/transcript", **HTMX).text
    assert dialog.lstrip().startswith("<dialog")
    page = client.get(f"{JANES}/transcript").text
    assert_strict_csp(page)
    assert '<option value="json" selected>JSON</option><option value="txt">TXT</option>' in page
    token = page.split('name="token" value="')[1].split('"')[0]
    for _ in range(2):
        answer = client.post(f"{JANES}/transcript", {"format": "txt", "token": token})
        assert answer.status_code == 302
    run = Export.objects.get()
    assert answer["Location"] == f"/admin/exports/{run.public_id}"
    assert (run.dataset, run.format, run.spec["ids"]) == ("conversations", "txt", ["conv_4c9e1a"])
    # "Export again" leads back to this very dialog.
    again = client.get(answer["Location"])
    Export.objects.update(state="cancelled")
    assert f'href="{JANES}/transcript"' in client.get(answer["Location"]).text
    assert again.status_code == 200
    wrong = client.post(f"{JANES}/transcript", {"format": "pdf"})
    assert (wrong.status_code, Export.objects.count()) == (422, 1)


def test_the_dialog_of_the_list_takes_its_filter_and_what_a_format_can_hold(
    jane: Conversation, alex: Member
) -> None:
    client = client_of(alex)
    dialog = client.get(f"{LIST}/export?filter=state%3Dclosed", **HTMX).text
    assert "State is closed" in dialog
    assert 'value="json" checked' in dialog
    chosen = {
        "sent": "1", "what": "filter", "which": "choose", "format": "csv", "headings": "1",
        "filter": "state=closed", "column": ["lead_email", "messages", "events"],
    }  # fmt: skip
    assert client.post(f"{LIST}/export", chosen).status_code == 302
    run = Export.objects.get()
    assert run.spec["columns"] == ["conversation_id", "lead_email"]
    assert run.spec["filter"] == {"state": ["closed"]}
    assert run.spec["options"]["headings"] is False
    preview = client.get(f"{LIST}/export/preview", {**chosen, "format": "txt"}).text
    assert "1 row, about" in preview


def test_who_ended_it_is_said(alex: Member) -> None:
    made = make_conversation(("visitor", "Hi"), at=AT)
    assert closing.close_idle(made.pk)
    address, client = f"{LIST}/{made.public_id}", client_of(alex)
    for change, words in (
        ({}, "The conversation was closed: nobody wrote for 30 minutes"),
        ({"message_count": MOST_MESSAGES}, "The conversation was closed: it was full"),
        ({"closed_by": "visitor"}, "The visitor ended the conversation"),
    ):
        Conversation.objects.filter(pk=made.pk).update(**change)
        assert words in client.get(address).text


def test_spaces_of_a_message_are_kept_and_a_right_to_left_one_has_its_direction(
    alex: Member,
) -> None:
    made = make_conversation(("visitor", "if x:\n    y\nمرحبا"), at=AT)
    html = client_of(alex).get(f"{LIST}/{made.public_id}").text
    assert '<div class="text" dir="auto">if x:\n    y\nمرحبا</div>' in html


def test_a_log_of_all_kinds_has_words(alex: Member) -> None:
    from synaptiq.conversations.models import EXPORTED_TYPES

    made = make_conversation(("visitor", "Hi"), at=AT)
    with transaction.atomic():
        log.append(made, [log.Entry(type) for type in EXPORTED_TYPES])
        log.append(made, [log.Entry("taken_over", member=alex), log.message("system", "Bye")])
    html = client_of(alex).get(f"{LIST}/{made.public_id}").text
    for words in (
        "A person was asked for", "Nobody came in time", "Alex Moreau took over", "Meeting booked",
        "Meeting rescheduled", "Meeting cancelled", "The conversation was closed", "Lead captured",
    ):  # fmt: skip
        assert words in html
