"""Who is told that a lead is theirs, by whichever way it was given, and that nothing of it is kept
with what they are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member, Notice
from synaptiq.accounts.notices import NoticeKind
from synaptiq.kit.errors import Invalid
from synaptiq.leads import actions, queries
from synaptiq.leads.actions import bulk
from synaptiq.leads.models import BatchState, Lead
from tests.leads.imports.bringing import bring, start

ASSIGNED = NoticeKind.LEAD_ASSIGNED


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.IMPORT_DIR = tmp_path / "imports"


@pytest.fixture
def ada(actor: Callable[..., Actor]) -> Actor:
    return actor("agent", email="ada@yourteam.com", name="Ada Lovelace")


@pytest.fixture
def bob(member: Callable[..., Member]) -> Member:
    return member("agent", email="bob@yourteam.com")


def told(member: Member) -> list[tuple[str, str]]:
    """What stands under a member's bell of leads assigned to them: text and target, in order."""
    rows = Notice.objects.filter(member=member, kind=ASSIGNED).order_by("pk")
    return list(rows.values_list("text", "target"))


def add(actor: Actor, count: int = 1, **fields: str) -> list[Lead]:
    return [actions.create_lead(actor, {"name": f"Jane {n}"} | fields) for n in range(count)]


def test_a_lead_that_is_made_for_or_given_to_somebody_tells_them_once(
    ada: Actor, bob: Member
) -> None:
    (made,) = add(ada, assigned_to="bob@yourteam.com")
    given = actions.create_lead(ada, {"name": "Jane"}, assigned_to=bob)
    (later,) = add(ada)
    actions.edit_lead(ada, later.public_id, {"assigned_to": "bob@yourteam.com"})
    actions.edit_lead(ada, later.public_id, {"assigned_to": bob.public_id, "company": "Acme"})
    actions.upsert_lead(ada, "crm-1", {"name": "Jane", "assigned_to": bob.public_id})
    texts = [text for text, _ in told(bob)]
    assert texts == ["was assigned to you by Ada Lovelace"] * 4
    assert [target for _, target in told(bob)][:3] == [
        made.public_id, given.public_id, later.public_id,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["an auditor", "disabled"])
def test_who_may_not_see_leads_is_given_none_and_not_mentioned(
    ada: Actor, member: Callable[..., Member], kind: str
) -> None:
    eve = member("auditor" if kind == "an auditor" else "agent", email="eve@yourteam.com")
    if kind == "disabled":
        eve.user.is_active = False
        eve.user.save()
    (lead,) = add(ada)
    for named in (eve.public_id, "eve@yourteam.com"):
        given = {"assigned_to": named}
        for act in (
            lambda given=given: add(ada, **given),
            lambda given=given: actions.edit_lead(ada, lead.public_id, given),
            lambda given=given: actions.change_many(ada, given, ids=[lead.public_id]),
        ):
            with pytest.raises(Invalid, match="is no member of this account who may see leads"):
                act()
    imported = bring(ada, "email,owner\na@acme.com,eve@yourteam.com\n")
    assert (imported.created, imported.rejected) == (0, 1)
    note = actions.add_note(ada, lead.public_id, "Ask @eve@yourteam.com or @ada@yourteam.com")
    assert ada.member
    assert note.mentions == [ada.member.public_id]
    assert Lead.objects.filter(assigned_to=eve).count() == 0
    assert not Notice.objects.filter(member=eve).exists()


def test_nobody_is_told_of_what_they_did_themselves(ada: Actor, account: Account) -> None:
    assert ada.member
    own = {"assigned_to": ada.member.public_id}
    (lead,) = add(ada)
    actions.edit_lead(ada, lead.public_id, own)
    add(ada, **own)
    actions.change_many(ada, own, ids=[lead.public_id for lead in add(ada, 2)])
    bring(ada, "email,owner\na@acme.com,ada@yourteam.com\n")
    assert told(ada.member) == []
    add(actors.of_terminal(account), **own)
    assert [text for text, _ in told(ada.member)] == ["was assigned to you"]


def test_an_act_on_many_tells_once_and_of_a_single_one_by_its_name(ada: Actor, bob: Member) -> None:
    one, *rest = [lead.public_id for lead in add(ada, 4)]
    to_bob = {"assigned_to": bob.public_id}
    actions.change_many(ada, to_bob, ids=[one])
    # One of these is his already.
    batch = actions.change_many(ada, to_bob, ids=[one, *rest])
    actions.change_many(ada, {"status": "won"}, ids=rest)
    assert told(bob) == [
        ("was assigned to you by Ada Lovelace", one),
        ("3 leads were assigned to you by Ada Lovelace", batch.public_id),
    ]


def test_an_undo_tells_who_gets_leads_back(
    ada: Actor, bob: Member, member: Callable[..., Member]
) -> None:
    carl = member("agent", email="carl@yourteam.com")
    ids = [lead.public_id for lead in add(ada, 2)]
    actions.change_many(ada, {"assigned_to": bob.public_id}, ids=ids)
    taken = actions.change_many(ada, {"assigned_to": carl.public_id}, ids=ids)
    Notice.objects.all().delete()
    undo = actions.undo_batch(ada, taken.public_id)
    assert told(bob) == [("2 leads were assigned to you by Ada Lovelace", undo.public_id)]
    assert told(carl) == []


def test_what_was_given_until_an_act_was_stopped_is_told(
    ada: Actor, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.leads.actions.bulk.AT_ONCE", 1)
    monkeypatch.setattr("synaptiq.leads.actions.bulk.PIECE", 2)
    ids = [lead.public_id for lead in add(ada, 3)]
    batch = actions.change_many(ada, {"assigned_to": bob.public_id}, ids=ids)
    assert bulk._piece(batch)
    assert told(bob) == []
    assert actions.cancel_batch(ada, batch.public_id).state == BatchState.CANCELLED
    assert told(bob) == [("2 leads were assigned to you by Ada Lovelace", batch.public_id)]


def test_an_import_tells_each_member_once_how_many_are_theirs(
    ada: Actor, bob: Member, member: Callable[..., Member]
) -> None:
    carl = member("agent", email="carl@yourteam.com")
    actions.create_lead(ada, {"email": "b@acme.com"})
    # Of those that it makes and that it changes; a row that comes twice is one lead.
    imported = bring(
        ada,
        "email,owner\na@acme.com,bob@yourteam.com\nb@acme.com,bob@yourteam.com\n"
        "a@acme.com,bob@yourteam.com\nc@acme.com,carl@yourteam.com\nd@acme.com,\n",
        match="overwrite",
    )
    assert imported.batch
    assert told(bob) == [("2 leads were assigned to you by Ada Lovelace", imported.batch.public_id)]
    (((text, target),)) = told(carl)
    assert text == "was assigned to you by Ada Lovelace"
    assert queries.get(target).email == "c@acme.com"
    # Nobody is counted anew by an import that assigns nothing.
    bring(ada, "email,company\na@acme.com,Acme\n")
    assert len(told(bob)) == 1


def test_an_import_that_is_stopped_tells_what_came_in(
    ada: Actor, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.leads.imports.work.PIECE", 3)
    rows = "".join(f"{n}@acme.com,bob@yourteam.com\n" for n in range(4))
    going = start(ada, f"email,owner\n{rows}")

    def stop(imported: object) -> None:
        actions.cancel_import(ada, going.public_id)

    actions.run_import(going, stop)
    assert [text for text, _ in told(bob)] == ["2 leads were assigned to you by Ada Lovelace"]


def test_what_members_are_told_holds_nothing_of_a_lead(ada: Actor, bob: Member) -> None:
    secret = "Grace Hopper"
    lead = actions.create_lead(ada, {"name": secret, "email": "grace@lead.example"})
    actions.edit_lead(ada, lead.public_id, {"assigned_to": bob.public_id})
    actions.add_note(ada, lead.public_id, f"{secret}: ask @bob@yourteam.com")
    actions.change_many(ada, {"status": "won"}, ids=[lead.public_id])
    texts = list(Notice.objects.values_list("text", flat=True))
    assert len(texts) == 2
    assert "has a note by Ada Lovelace that mentions you" in texts
    assert not [text for text in texts if "Grace" in text or "lead.example" in text]
