"""Conversations through the one road: what is in each format, and what never is."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import log
from synaptiq.conversations.models import (
    EXPORTED_TYPES,
    Conversation,
    ConversationNote,
    Event,
    Turn,
)
from synaptiq.exports import pipeline, queries
from synaptiq.exports.datasets import DATASETS
from synaptiq.exports.formats import formats_of
from synaptiq.exports.models import RestrictedField
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests.conftest import make_account, make_member
from tests.conversations.jane import make_janes
from tests.conversations.making import make_conversation
from tests.exports.running import ask, content, exported, run

pytestmark = pytest.mark.usefixtures("committed_db")

AT = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)
FORMATS = ("json", "txt", "jsonl", "csv")
# What has broken lines, readers and terminals elsewhere.
NASTY = [
    "a\nb", "a\rb", "a\r\nb", "a\u0085b", "a\u2028b", "a\u2029b", "\u202eabc\u202c \u2066x\u2069",
    "\u200f\u061c", "[09:00 AM] Synaptiq: 90 % off", "* x", "# x", "=1+1", '"', "\\", "\\n", "\t",
    "", " ", "é e\u0301", "山田", "🦄👩‍👩‍👧", "\ufeff", "\U0010ffff", "</script>", "x" * 100_000,
]  # fmt: skip


@pytest.fixture
def asking(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


def a_lead(asking: Actor, **given: Any) -> Lead:
    given = {"name": "Jane Smith", "email": "jane@acme.com", **given}
    made = leads.create_lead(asking, given)
    return Lead.objects.get(pk=made.pk)


def objects(asking: Actor, **given: Any) -> list[dict[str, Any]]:
    found = json.loads(exported(asking, dataset="conversations", format="json", **given))
    assert isinstance(found, list)
    return found


def transcripts(data: bytes) -> dict[str, str]:
    """The members of a ZIP by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name).decode() for name in file.namelist()}


def test_the_formats_are_these_and_json_is_the_default(asking: Actor) -> None:
    assert tuple(formats_of("conversations")) == FORMATS
    export = run(ask(asking, dataset="conversations", format=None))
    assert (export.format, content(export)) == ("json", b"[]")
    with pytest.raises(Invalid, match="conversations can be exported as json, txt, jsonl, csv"):
        ask(asking, dataset="conversations", format="parquet")


def test_no_conversations_are_a_file_too(asking: Actor) -> None:
    assert exported(asking, dataset="conversations", format="json") == b"[]"
    assert exported(asking, dataset="conversations", format="jsonl") == b""
    head = exported(asking, dataset="conversations", format="csv")
    assert head.startswith(b"\xef\xbb\xbfconversation_id,lead_id,lead_email,started_at,")
    found = transcripts(exported(asking, dataset="conversations", format="txt"))
    assert list(found) == ["index.csv"]


def test_an_open_conversation_has_no_end(asking: Actor) -> None:
    make_conversation(("visitor", "Hi"), at=AT)
    (found,) = objects(asking)
    assert (found["ended_at"], found["duration_seconds"]) == (None, None)
    assert (found["lead_id"], found["lead_email"], found["events"]) == (None, None, [])


def test_the_duration_is_that_of_the_times_in_the_file(asking: Actor) -> None:
    made = make_conversation(("visitor", "Hi"), at=AT + timedelta(seconds=0.9), close=True)
    Conversation.objects.filter(pk=made.pk).update(ended_at=AT + timedelta(seconds=3.1))
    (found,) = objects(asking)
    assert (found["started_at"], found["ended_at"]) == (
        "2026-03-15T09:22:41Z", "2026-03-15T09:22:44Z",
    )  # fmt: skip
    assert found["duration_seconds"] == 3


def test_what_was_said_comes_back_whole(asking: Actor) -> None:
    make_conversation(*(("visitor", text) for text in NASTY), at=AT)
    (found,) = objects(asking)
    assert [m["content"] for m in found["messages"]] == NASTY
    assert found["message_count"] == len(found["messages"]) == len(NASTY)
    raw = exported(asking, dataset="conversations", format="json")
    for text in ("山田", "🦄", "\u2028", "\u202e"):
        assert text.encode() in raw
    (line,) = exported(asking, dataset="conversations", format="jsonl").split(b"\n")[:-1]
    assert json.loads(line) == found
    # A transcript's lines: those of a turn, and indented ones. Nothing else begins a line.
    text = exported(asking, dataset="conversations", format="txt").decode()
    told = [one for one in text.splitlines() if not one.startswith("    ")]
    assert len(told) == len(NASTY)
    assert all(one.startswith(("[09:2", "[09:3")) for one in told)


def test_the_order_is_that_of_creation_then_of_the_bytes_of_the_ids(asking: Actor) -> None:
    for name in ("conv_b", "conv_Z", "conv_a"):
        make_conversation(("visitor", "Hi"), at=AT, public_id=name)
    make_conversation(("visitor", "Hi"), at=AT - timedelta(days=1), public_id="conv_z")
    order = ["conv_z", "conv_Z", "conv_a", "conv_b"]
    assert [one["conversation_id"] for one in objects(asking)] == order
    zipped = transcripts(exported(asking, dataset="conversations", format="txt"))
    assert list(zipped) == [f"{one}.txt" for one in order] + ["index.csv"]


def test_events_are_of_the_closed_list_with_their_own_fields_alone(asking: Actor) -> None:
    data = {"result": "qualified", "score": 82, "prompt": "SECRET", "email": "SECRET"}
    others = ("typing", "epoch", "note", "form_shown", "MESSAGE")
    make_conversation(
        ("visitor", "Hi"), at=AT,
        entries=[log.Entry(type, data=data) for type in (*EXPORTED_TYPES, *others)],
    )  # fmt: skip
    (found,) = objects(asking)
    assert [event["type"] for event in found["events"]] == list(EXPORTED_TYPES)
    first, *rest = found["events"]
    assert list(first) == ["type", "timestamp", "result", "score"]
    of_meeting = ["type", "timestamp", "starts_at", "zone", "member"]
    assert all(
        list(event) == (of_meeting if "meeting" in event["type"] else ["type", "timestamp"])
        for event in rest
    )


def test_a_check_without_a_score_has_the_key_all_the_same(asking: Actor) -> None:
    entry = log.Entry("qualification_check", data={"result": "unreachable"})
    make_conversation(("visitor", "Hi"), at=AT, entries=[entry])
    (found,) = objects(asking)
    assert found["qualification_triggered"] is True
    assert found["events"][0]["score"] is None


PLANTED = "planted-secret"


def test_notes_prompts_and_members_emails_are_in_no_format(
    asking: Actor, member: Callable[..., Any]
) -> None:
    nameless = member("agent", email=f"{PLANTED}@team.example")
    named = member("agent", email=f"{PLANTED}2@team.example", name=f"alex@{PLANTED}.example")
    made = make_conversation(("visitor", "Hi"), at=AT, member=nameless)
    for who in (nameless, named):
        with transaction.atomic():
            entry = log.message("agent", "Hello", member=who, prompt=PLANTED)
            log.append(made, [entry, log.Entry("taken_over", data={"by": PLANTED}, member=who)])
    ConversationNote.objects.create(conversation=made, member=nameless, text=PLANTED)
    Turn.objects.create(conversation=made, reason=PLANTED)
    for count in (1, 2):
        for format in FORMATS:
            assert PLANTED not in everything_in(asking, format), format
        # The second time there are two, and TXT is a ZIP.
        if count == 1:
            make_conversation(("visitor", "Hi"), at=AT)
    # Were it in what was said, it would be found.
    Event.objects.filter(sender="visitor").update(content=PLANTED)
    assert [PLANTED in everything_in(asking, format) for format in FORMATS] == [True] * 3 + [False]


def everything_in(asking: Actor, format: str) -> str:
    data = exported(asking, dataset="conversations", format=format)
    return str(transcripts(data)) if data.startswith(b"PK") else data.decode()


def test_a_conversation_that_goes_on_is_cut_at_the_snapshot(
    asking: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_conversation(("visitor", "before"), at=AT)
    build = pipeline.build

    def building(*given: Any) -> None:
        with transaction.atomic():
            log.append(made, [log.message("visitor", "after")])
            log.append(made, [log.Entry("qualification_check", data={"score": 1})])
        make_conversation(("visitor", "another"), at=AT)
        build(*given)

    monkeypatch.setattr(pipeline, "build", building)
    (found,) = objects(asking)
    assert [m["content"] for m in found["messages"]] == ["before"]
    assert (found["message_count"], found["events"]) == (1, [])
    assert found["qualification_triggered"] is False
    monkeypatch.setattr(pipeline, "build", build)
    assert sorted(len(one["messages"]) for one in objects(asking)) == [1, 2]


@pytest.mark.parametrize(
    ("of", "column", "hidden"),
    [
        ("conversations", "lead_email", ["lead_email"]),
        ("leads", "email", ["lead_email"]),
        ("conversations", "messages", ["messages"]),
        ("conversations", "events", ["events"]),
        ("conversations", "ended_at", ["ended_at"]),
    ],
)
def test_what_is_restricted_reads_so_in_every_row(
    asking: Actor, of: str, column: str, hidden: list[str]
) -> None:
    lead = a_lead(asking)
    make_conversation(("visitor", "Hi"), at=AT, lead=lead)
    make_conversation(("visitor", "Hi"), at=AT)
    RestrictedField.objects.create(dataset=of, column=column)
    for found in objects(asking):
        assert [key for key, value in found.items() if value == "[REDACTED]"] == hidden
    table = exported(asking, dataset="conversations", format="csv").decode("utf-8-sig")
    index = transcripts(exported(asking, dataset="conversations", format="txt"))["index.csv"]
    for text in (table, index.removeprefix("\ufeff")):
        for row in csv.DictReader(io.StringIO(text)):
            redacted = [key for key, value in row.items() if value == "[REDACTED]"]
            assert redacted == [key for key in hidden if key in row]


def test_what_is_restricted_of_an_event_leaves_the_rest_of_it(asking: Actor) -> None:
    entry = log.Entry("qualification_check", data={"result": "qualified", "score": 82})
    make_conversation(("visitor", "Hi"), at=AT, entries=[entry, log.Entry("closed")])
    RestrictedField.objects.create(dataset="leads", column="score")
    check, closed = objects(asking)[0]["events"]
    assert list(check.values())[2:] == ["qualified", "[REDACTED]"]
    assert list(closed) == ["type", "timestamp"]
    RestrictedField.objects.create(dataset="conversations", column="events.result")
    assert list(objects(asking)[0]["events"][0].values())[2:] == ["[REDACTED]", "[REDACTED]"]


def test_a_restricted_name_is_in_no_transcript_and_is_no_key_of_an_object(asking: Actor) -> None:
    said = (("ai", "Hello"), ("visitor", "Hi"))
    make_conversation(*said, at=AT, lead=a_lead(asking))
    RestrictedField.objects.create(dataset="leads", column="name")
    assert exported(asking, dataset="conversations", format="txt") == (
        b"[09:22 AM] Synaptiq: Hello\n[09:23 AM] [REDACTED]: Hi\n"
    )
    assert "[REDACTED]" not in json.dumps(objects(asking))
    RestrictedField.objects.create(dataset="conversations", column="messages")
    assert exported(asking, dataset="conversations", format="txt") == b"[REDACTED]\n"


def test_the_key_can_be_neither_left_out_nor_restricted(asking: Actor) -> None:
    make_conversation(("visitor", "Hi"), at=AT, public_id="conv_1")
    with pytest.raises(Invalid, match="conversation_id cannot be left out"):
        ask(asking, dataset="conversations", format="csv", columns=["lead_id"])
    with pytest.raises(Invalid, match="there is no messages"):
        ask(asking, dataset="conversations", format="csv", columns=["conversation_id", "messages"])
    few = ["messages", "conversation_id"]
    assert list(objects(asking, columns=few)[0]) == ["conversation_id", "messages"]


def test_a_selection_holds_those_alone(asking: Actor) -> None:
    for name in ("conv_1", "conv_2", "conv_3"):
        make_conversation(("visitor", name), at=AT, public_id=name)
    given = {"scope": "selection", "ids": ["conv_3", "conv_1", "conv_nope"]}
    assert [one["conversation_id"] for one in objects(asking, **given)] == ["conv_1", "conv_3"]
    one = {"scope": "selection", "ids": ["conv_2"]}
    assert exported(asking, dataset="conversations", format="txt", **one) == (
        b"[09:22 AM] Visitor: conv_2\n"
    )


def test_conversations_of_deleted_leads_leave_and_come_back(asking: Actor) -> None:
    lead = a_lead(asking)
    make_conversation(("visitor", "Hi"), at=AT, lead=lead, public_id="conv_1")
    leads.delete_lead(asking, lead.public_id)
    assert objects(asking) == []
    assert objects(asking, scope="selection", ids=["conv_1"]) == []
    leads.restore_lead(asking, lead.public_id)
    assert len(objects(asking)) == 1


def test_conversations_of_a_merged_lead_are_those_of_the_one_that_stayed(asking: Actor) -> None:
    stays, goes = a_lead(asking), a_lead(asking, email="j@acme.com")
    make_conversation(("visitor", "Hi"), at=AT, lead=goes)
    leads.merge_leads(asking, stays.public_id, goes.public_id)
    (found,) = objects(asking)
    assert (found["lead_id"], found["lead_email"]) == (stays.public_id, "jane@acme.com")
    (lead,) = json.loads(exported(asking, format="json"))
    assert [one["id"] for one in lead["conversations"]] == [found["conversation_id"]]


def test_a_lead_refers_to_all_of_its_conversations_in_the_order_of_their_beginning(
    asking: Actor,
) -> None:
    lead, other = a_lead(asking), a_lead(asking, email="o@acme.com")
    for day in (2, 0, 1):
        make_conversation(
            ("ai", "Hello"), ("visitor", "Hi"), at=AT + timedelta(days=day), lead=lead,
            public_id=f"conv_{day}", is_test=day == 1,
        )  # fmt: skip
    found = {one["id"]: one["conversations"] for one in json.loads(exported(asking, format="json"))}
    assert found == {
        lead.public_id: [
            {"id": f"conv_{day}", "started_at": f"2026-03-{15 + day}T09:22:41Z", "message_count": 2}
            for day in range(3)
        ],
        other.public_id: [],
    }


def test_a_lead_refers_to_more_than_two_thousand_where_there_are_so_many(asking: Actor) -> None:
    lead = a_lead(asking)
    first = make_conversation(("visitor", "Hi"), at=AT, lead=lead, close=True)
    fields = [f for f in Conversation._meta.concrete_fields if f.attname not in {"id", "public_id"}]
    values = {f.attname: getattr(first, f.attname) for f in fields}
    Conversation.objects.bulk_create(Conversation(**values) for _ in range(2_100))
    (found,) = json.loads(exported(asking, format="json"))
    assert len({one["id"] for one in found["conversations"]}) == 2_101


def test_transcripts_are_in_the_accounts_zone_as_it_was_when_asked(
    asking: Actor, account: Account
) -> None:
    Account.objects.update(timezone="America/New_York")
    asking.account.refresh_from_db()
    # Clocks go forward between the two.
    said = (("ai", "Hello"), ("visitor", "Hi"))
    make_conversation(*said, at=datetime(2026, 3, 8, 6, 59, 50, tzinfo=UTC))
    export = ask(asking, dataset="conversations", format="txt")
    Account.objects.update(timezone="UTC")
    expected = b"[01:59 AM] Synaptiq: Hello\n[03:00 AM] Visitor: Hi\n"
    assert content(run(export)) == expected
    with_headings = ask(asking, dataset="conversations", format="txt", options={"headings": True})
    conversation = Conversation.objects.get().public_id.encode()
    assert (
        content(run(with_headings))
        == (b"# Conversation " + conversation + b"\n# Times in America/New_York\n# 2026-03-08\n")
        + expected
    )


def test_a_zip_holds_a_file_for_each_and_an_index(asking: Actor) -> None:
    lead = a_lead(asking, name="=cmd", email="=x@acme.com")
    make_conversation(("visitor", "Hi"), at=AT, lead=lead, public_id="conv_1", close=True)
    make_conversation(("visitor", 'Say "x"'), at=AT, public_id="conv_2")
    with clock.freeze(AT):
        export = run(ask(asking, dataset="conversations", format="txt"))
        assert export.file_name == "synaptiq_conversations_20260315T092241Z.zip"
        assert queries.media_type(export) == "application/zip"
        again = exported(asking, dataset="conversations", format="txt")
    assert content(export) == again
    assert transcripts(again) == {
        "conv_1.txt": "[09:22 AM] =cmd: Hi\n",
        "conv_2.txt": '[09:22 AM] Visitor: Say "x"\n',
        "index.csv": (
            "\ufefffile,conversation_id,lead_id,lead_email,started_at,ended_at,duration_seconds,"
            "message_count,qualification_triggered,meeting_booked\r\n"
            f'"conv_1.txt","conv_1","{lead.public_id}","\'=x@acme.com","2026-03-15T09:22:41Z",'
            '"2026-03-15T09:22:41Z",0,1,false,false\r\n'
            '"conv_2.txt","conv_2",,,"2026-03-15T09:22:41Z",,,1,false,false\r\n'
        ),
    }
    with zipfile.ZipFile(io.BytesIO(again)) as file:
        assert {one.date_time for one in file.infolist()} == {(2026, 3, 15, 9, 22, 40)}


def test_one_conversation_is_a_text_file(asking: Actor) -> None:
    make_conversation(("visitor", "Hi"), at=AT)
    with clock.freeze(AT):
        export = run(ask(asking, dataset="conversations", format="txt"))
    assert export.file_name == "synaptiq_conversations_20260315T092241Z.txt"
    assert queries.media_type(export) == "text/plain; charset=utf-8"


def test_a_lead_with_a_persons_name_does_not_speak_as_that_person(asking: Actor) -> None:
    lead = Lead.objects.create(email="x@acme.com", name="Alex Doe")
    member = make_member(asking.account, "agent", email="alex@x.example", name="Alex Rivera")
    said = log.message("agent", "I am the team’s", member=member)
    make_conversation(("visitor", "Hi"), at=AT, lead=lead, entries=[said], every=timedelta(0))
    assert exported(asking, dataset="conversations", format="txt").decode() == (
        "[09:22 AM] Visitor: Hi\n[09:22 AM] Alex: I am the team’s\n"
    )


def test_another_accounts_conversations_are_in_nothing(asking: Actor) -> None:
    other = make_account("Other")
    with acting_for(other.pk):
        make_conversation(("visitor", "Theirs"), at=AT)
    make_conversation(("visitor", "Ours"), at=AT)
    assert [one["messages"][0]["content"] for one in objects(asking)] == ["Ours"]


def test_every_table_of_the_statement_is_limited_to_the_account(
    asking: Actor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for format in FORMATS:
        spec = queries.ExportSpec.model_validate(
            ask(asking, dataset="conversations", format=format).spec
        )
        rows = DATASETS["conversations"].ordered(queries.rows_of(spec))
        made = queries.FORMATS["conversations", format].copy(
            rows, queries.columns_for(spec), spec.options
        )
        statement, params = made
        queries.check_account(statement, params, account.pk)
        # One of its tables without the account, whichever, is seen.
        limit = '."account_id" = %s'
        assert statement.count(limit) >= 4
        with pytest.raises(RuntimeError, match="not limited"):
            queries.check_account(statement.replace(limit, '."id" = %s', 1), params, account.pk)
        joined = statement.replace(' FROM "', ' FROM "leads_lead" x CROSS JOIN "', 1)
        with pytest.raises(RuntimeError, match="not limited"):
            queries.check_account(joined, params, account.pk)


def test_one_by_one_they_are_as_in_a_file(asking: Actor, member: Callable[..., Any]) -> None:
    make_janes(a_lead(asking), member("agent"))
    (found,) = queries.objects("conversations", ["conv_4c9e1a", "conv_nope"])
    assert b"[" + found + b"]" == exported(asking, dataset="conversations", format="json")


def test_the_preview_shows_the_columns_of_a_table(asking: Actor) -> None:
    make_conversation(("visitor", "Hi"), at=AT, public_id="conv_1")
    for format in FORMATS:
        spec = queries.ExportSpec.model_validate(
            ask(asking, dataset="conversations", format=format).spec
        )
        shown = queries.preview(spec)
        assert (shown.rows, len(shown.columns)) == (1, 9)
        assert shown.first == [
            ["conv_1", None, None, "2026-03-15T09:22:41Z", None, None, "1", "false", "false"]
        ]
        data = exported(asking, dataset="conversations", format=format)
        assert shown.estimated_bytes == len(data)


def test_events_of_meetings_say_when_where_and_with_whom(asking: Actor) -> None:
    """And nothing of the email and the links that the log keeps beside."""
    about = {"starts_at": "2026-03-19T13:30:00Z", "zone": "Europe/Berlin", "member": "Priya"}
    data = {**about, "meeting": {"id": "mtg_1234", "email": "j@visitor.example"}, "by": "person"}
    types = ("meeting_booked", "meeting_rescheduled", "meeting_cancelled")
    with acting_for(asking.account.pk):
        make_conversation(
            ("visitor", "Hello"), entries=[log.Entry(type, data=data) for type in types]
        )
    (found,) = objects(asking)
    told = [{k: v for k, v in one.items() if k != "timestamp"} for one in found["events"]]
    assert told == [{"type": type, **about} for type in types]
