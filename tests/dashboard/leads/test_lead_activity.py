"""The stream of one lead: events in words, notes, pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice
from synaptiq.conversations import handover, log
from synaptiq.conversations.log import Entry
from synaptiq.kit import clock
from synaptiq.leads import actions, queries
from synaptiq.leads.models import Batch, CustomProperty, Lead, LeadEvent, Note
from tests.conversations.making import make_conversation
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.markup import assert_strict_csp

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture
def alex(member: Callable[..., Member]) -> Member:
    return member("agent", name="Alex Moreno", email="alex@yourteam.com")


@pytest.fixture
def actor_(alex: Member) -> Actor:
    return actors.of_member(alex)


@pytest.fixture
def lead(account: Account) -> Lead:
    [made] = make_leads(1, name="Jane Smith", tags=["a"])
    return made


def stream(client: Client, lead: Lead, path: str = "") -> list[str]:
    """Each thing of the stream as the text that a person reads, blanks as one."""
    page = client.get(f"/admin/leads/{lead.public_id}{path}").text
    assert_strict_csp(page)
    listed = re.search(r'<ol class="log"[^>]*>(.*?)</ol>', page, re.S)
    assert listed
    items = re.split(r"<li", listed[1])[1:]
    texts = [re.sub(r"<(svg|time).*?</\1>", "", item, flags=re.S) for item in items]
    plain = [re.sub(r"<[^>]*>", " ", text.partition(">")[2]) for text in texts]
    return [" ".join(text.split()) for text in plain]


def test_every_event_says_who_what_and_from_what_to_what(
    alex: Member, actor_: Actor, lead: Lead, member: Callable[..., Member]
) -> None:
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    priya = member("viewer", name="Priya Nair")
    edit = lambda given, **more: actions.edit_lead(actor_, lead.public_id, given, **more)  # noqa: E731
    with clock.freeze(NOON):
        edit({"company": "Acme"})
        edit({"company": "Acme Corp"})
        edit({"company": None})
        edit({"status": "won", "assigned_to": priya.public_id}, custom={"seats": 60})
        actions.tag_lead(actor_, lead.public_id, add=["b"], remove=["a"])
        actions.change_many(actor_, {"status": "lost"}, ids=[lead.public_id])
        actions.edit_lead(actors.of_terminal(lead.account), lead.public_id, {"phone": "1"})
        actions.delete_lead(actor_, lead.public_id)
        actions.restore_lead(actor_, lead.public_id)
    with clock.freeze(NOON.replace(year=2027)):
        told = stream(client_of(alex), lead)
    assert told == [
        "Sunday 15 March 2026",
        "Alex Moreno brought this lead back",
        "Alex Moreno deleted this lead",
        "The terminal set phone 1",
        "Alex Moreno changed status Won → became Lost In bulk: Status set to lost",
        "Alex Moreno added the tag b and took away the tag a",
        "Alex Moreno changed status, assignee and Seats Status: New → became Won "
        "Assigned to: Priya Nair Seats: 60",
        "Alex Moreno cleared company Acme Corp was taken away",
        "Alex Moreno changed company Acme → became Acme Corp",
        "Alex Moreno set company Acme",
        "Sunday 1 March 2026",
        "This lead was added by hand",
    ]


def test_an_import_and_an_api_key_are_named(alex: Member, lead: Lead) -> None:
    batch = Batch.objects.create(kind="import", via="member", member=alex, said="leads.csv")
    told = {"lead": lead, "at": NOON, "member": alex, "changes": {"company": [None, "Acme"]}}
    LeadEvent.objects.create(**told, type="edited", via="api_key")
    LeadEvent.objects.create(**told, type="edited", via="member", batch=batch)
    LeadEvent.objects.create(**told, type="created", via="member", batch=batch)
    assert stream(client_of(alex), lead)[1:] == [
        "Alex Moreno added this lead By an import: leads.csv",
        "Alex Moreno set company Acme By an import: leads.csv",
        "Alex Moreno by API set company Acme",
    ], "and not once more that it was added"


def test_days_are_those_of_the_account(account: Account, alex: Member, lead: Lead) -> None:
    account.timezone = "Pacific/Auckland"
    account.save()
    # 09:00 UTC on 1 March is 22:00 there; a change at 12:00 UTC is of the next day.
    with clock.freeze(lead.created_at + timedelta(hours=3)):
        actions.edit_lead(actors.of_member(alex), lead.public_id, {"company": "Acme"})
        days = [text for text in stream(client_of(alex), lead) if text.endswith("March")]
    assert days == ["Monday 2 March", "Sunday 1 March"]


def test_a_long_stream_is_paged_by_key_without_a_gap_or_a_double(alex: Member, lead: Lead) -> None:
    # Of one moment, as an act on many and its undo within one piece could be: none may be lost.
    LeadEvent.objects.bulk_create(
        LeadEvent(
            lead=lead, at=NOON + timedelta(days=n // 50), type="edited", via="member", member=alex,
            changes={"company": [None, f"{n:03}"]},
        )
        for n in range(70)
    )  # fmt: skip
    client, path, found = client_of(alex), "", []
    for _ in range(4):
        page = client.get(f"/admin/leads/{lead.public_id}{path}").text
        found += re.findall(r"<bdi>(\d{3})</bdi></span>", page)
        following = re.search(r"(\?after=[^\"#]*)#activity", page)
        path = following[1] if following else ""
        if not path:
            break
    assert found == [f"{n:03}" for n in reversed(range(70))]
    assert "This lead was added by hand" in page


def test_the_next_page_comes_as_a_fragment_that_goes_on_within_the_day(
    alex: Member, lead: Lead
) -> None:
    LeadEvent.objects.bulk_create(
        LeadEvent(lead=lead, at=NOON, type="edited", via="member", member=alex) for _ in range(31)
    )
    client = client_of(alex)
    page = client.get(f"/admin/leads/{lead.public_id}").text
    found = re.search(r'hx-get="([^"]*/activity\?after=[^"]*)"', page)
    assert found
    more = client.get(found[1], **HTMX)
    assert more.text.count('class="event') == 2, "the last change, and that the lead was added"
    assert "Sunday 15 March" not in more.text
    assert "data-arrived" in more.text
    assert "Show earlier" not in more.text


@pytest.mark.parametrize(
    "after",
    ["x", "2026-03-15T12:00:00~1", "9999-03-15T12:00:00+00:00~1", "2026-03-15T12:00:00+00:00~1000"],
)
def test_a_key_that_no_page_gave_is_refused(alex: Member, lead: Lead, after: str) -> None:
    answer = client_of(alex).get(f"/admin/leads/{lead.public_id}/activity", {"after": after})
    assert answer.status_code == 422


# ── Notes ───────────────────────────────────────────────────────────────────────────────────────


def test_a_note_is_written_shown_and_tells_who_is_mentioned(
    alex: Member, lead: Lead, member: Callable[..., Member]
) -> None:
    priya = member("viewer", name="Priya <b>", email="priya@yourteam.com")
    client, where = client_of(alex), f"/admin/leads/{lead.public_id}/notes"
    text = "Call her, @priya@yourteam.com.\n<i>Not</i> @nobody@else.example"
    answer = client.post(where, {"text": text}, **HTMX)
    assert answer.status_code == 200
    assert '<span class="mention" title="priya@yourteam.com">@Priya &lt;b&gt;</span>' in answer.text
    assert "&lt;i&gt;Not&lt;/i&gt; @nobody@else.example" in answer.text
    assert 'id="stream" hx-swap-oob="true"' in answer.text
    assert json.loads(answer["HX-Trigger"])["said"]["text"] == "Note added."
    assert Notice.objects.get().member == priya
    assert client.post(where, {"text": "plain"}).status_code == 302
    assert_strict_csp(answer.text)


def test_a_blank_note_is_refused_beside_the_field(alex: Member, lead: Lead) -> None:
    where = f"/admin/leads/{lead.public_id}/notes"
    for how in (HTMX, {}):
        answer = client_of(alex).post(where, {"text": " "}, **how)
        assert answer.status_code == 422
        assert "A note is blank." in answer.text
    assert not Note.objects.exists()


def test_one_edits_and_deletes_ones_own_note(alex: Member, actor_: Actor, lead: Lead) -> None:
    note = actions.add_note(actor_, lead.public_id, "Frist")
    client, where = client_of(alex), f"/admin/leads/{lead.public_id}/notes/{note.public_id}"
    assert "Frist</textarea>" in client.get(where, **HTMX).text
    assert "Frist</textarea>" in client.get(where).text
    assert client.post(where, {"text": ""}, **HTMX).status_code == 422
    saved = client.post(where, {"text": "First"}, **HTMX)
    assert "First" in saved.text
    assert "edited" in saved.text
    assert "First" in client.get(where + "?read", **HTMX).text
    assert "cannot be brought back" in client.get(where + "/delete", **HTMX).text
    gone = client.post(where + "/delete", **HTMX)
    assert f'<li id="{note.public_id}" hx-swap-oob="delete">' in gone.text
    assert json.loads(gone["HX-Trigger"])["close-dialog"]
    assert queries.count_notes(lead) == 0
    assert client.post(where, {"text": "x"}, **HTMX).status_code == 404
    log = AuditEntry.objects.order_by("pk").values_list("action", "target", "detail")
    assert list(log) == [(f"note.{act}", note.public_id, {}) for act in ("edited", "deleted")]


def test_others_notes_are_read_and_an_admin_may_delete_them(
    actor_: Actor, lead: Lead, member: Callable[..., Member]
) -> None:
    note = actions.add_note(actor_, lead.public_id, "Mine")
    where = f"/admin/leads/{lead.public_id}/notes/{note.public_id}"
    admin, agent = client_of(member("admin")), client_of(member("agent"))
    page = agent.get(f"/admin/leads/{lead.public_id}").text
    assert "Edit note" not in page
    assert "Delete note" not in page
    assert agent.post(where, {"text": "Yours"}).status_code == 403
    assert agent.post(where + "/delete").status_code == 403
    page = admin.get(f"/admin/leads/{lead.public_id}").text
    assert "Edit note" not in page
    assert "Delete note" in page
    assert admin.post(where + "/delete").status_code == 302


def test_a_note_is_found_under_its_own_lead_alone(alex: Member, actor_: Actor, lead: Lead) -> None:
    [other] = make_leads(1)
    note = actions.add_note(actor_, lead.public_id, "Mine")
    where = f"/admin/leads/{other.public_id}/notes/{note.public_id}"
    assert client_of(alex).get(where).status_code == 404


def test_a_page_reads_definitions_once_and_all_members_that_it_names_at_once(
    alex: Member, actor_: Actor, lead: Lead, member: Callable[..., Member]
) -> None:
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    CustomProperty.objects.create(
        slug="old", label="Old", type="text", position=2, archived_at=clock.now()
    )
    client, there = client_of(alex), f"/admin/leads/{lead.public_id}"

    def queried() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(there).text
        assert "Priya" in page
        assert "Seats" in page
        return [query["sql"] for query in captured.captured_queries]

    for number, name in enumerate(["Priya", "Omar", "Zoë"]):
        one = member("agent", name=name, email=f"{number}@yourteam.com")
        actions.edit_lead(actor_, lead.public_id, {"assigned_to": one.public_id})
        asked = queried()
        assert sum('FROM "leads_customproperty"' in sql for sql in asked) == 1
        if number == 0:
            first = len(asked)
        assert len(asked) <= first + 1, "one query for those whom events name"


def test_what_became_of_its_meetings_stands_between_the_other_things(
    alex: Member, actor_: Actor, lead: Lead
) -> None:
    with clock.freeze(NOON - timedelta(hours=1)):
        held = make_conversation(("visitor", "Hi"), lead=lead)
    about = {"starts_at": "2026-03-20T14:00:00Z", "zone": "Europe/Berlin", "member": "Alex"}
    moments = [NOON + timedelta(hours=n) for n in range(4)]
    for at, type in zip(moments[::2], ("meeting_booked", "meeting_cancelled"), strict=True):
        with clock.freeze(at), transaction.atomic():
            log.append(handover.hold_by_key(held.pk), [Entry(type, data=about)])
    with clock.freeze(moments[1]):
        actions.edit_lead(actor_, lead.public_id, {"company": "Acme"})
    told = stream(client_of(alex), lead)
    assert [one.partition(" Friday")[0] for one in told if "Meeting" in one] == [
        "Meeting cancelled", "Meeting booked",
    ]  # fmt: skip
    assert "with Alex" in told[1]
    assert ["Meeting" in one for one in told[1:4]] == [True, False, True]


def test_each_thing_of_a_meeting_stands_on_one_page(
    alex: Member, actor_: Actor, lead: Lead
) -> None:
    with clock.freeze(NOON - timedelta(hours=1)):
        held = make_conversation(("visitor", "Hi"), lead=lead)
    for n in range(70):
        with clock.freeze(NOON + timedelta(minutes=n)), transaction.atomic():
            if n % 7 == 0:
                log.append(handover.hold_by_key(held.pk), [Entry("meeting_rescheduled")])
            actions.edit_lead(actor_, lead.public_id, {"company": f"Acme {n}"})
    client, seen, path = client_of(alex), 0, ""
    while path is not None:
        page = client.get(f"/admin/leads/{lead.public_id}{path}").text
        seen += page.count("Meeting rescheduled")
        more = re.search(r'id="earlier"><a[^>]*href="[^"?]*(\?after=[^"#]*)', page)
        path = more[1] if more else None
    assert seen == 10


def test_a_possible_duplicate_is_a_link(alex: Member, lead: Lead) -> None:
    [twin] = make_leads(1, name="Jane <Twin>")
    gone = "lead_" + "a" * 20
    Note.objects.create(
        lead=lead, via="system", created_at=NOON,
        text=f"Possible duplicate: {twin.public_id} has the same email, and {gone} had.",
    )  # fmt: skip
    page = client_of(alex).get(f"/admin/leads/{lead.public_id}").text
    assert (
        f'<a class="link" href="/admin/leads/{twin.public_id}"><bdi>Jane &lt;Twin&gt;</bdi></a>'
        in page
    )
    assert f"and {gone} had." in page
