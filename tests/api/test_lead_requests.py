"""A request that comes twice makes one thing; lists come in the order that was asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from synaptiq.accounts.actors import Actor
from synaptiq.kit import clock
from synaptiq.leads import actions, tasks
from synaptiq.leads.models import Lead, MadeOnce, Note
from tests.api.conftest import Caller, assert_problem

Make = Callable[..., Caller]
LEADS = "/api/v1/leads"
BODY = {"name": "Jane", "tags": ["a"]}


def test_the_same_idempotency_key_gives_the_same_lead(account: Any, caller: Make) -> None:
    one, other = caller("agent"), caller("agent")
    first = one.post(LEADS, BODY, idempotency_key="k")
    again = one.post(LEADS, dict(reversed(BODY.items())), idempotency_key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.content, first["Location"]) == (again.content, again["Location"])
    changed = one.post(LEADS, BODY | {"tags": ["b"]}, idempotency_key="k")
    assert_problem(changed, 422, "idempotency_key_reused", "Idempotency-Key")
    for fresh in (
        one.post(LEADS, BODY, idempotency_key="k2"),
        other.post(LEADS, BODY, idempotency_key="k"),
        one.post(LEADS, BODY),
    ):
        assert fresh.json()["id"] != first.json()["id"]
    assert Lead.objects.count() == 4


def test_a_refused_request_leaves_its_key_free(account: Any, caller: Make) -> None:
    agent = caller("agent")
    refused = agent.post(LEADS, {"email": "x"}, idempotency_key="k")
    assert_problem(refused, 422, "invalid", "email")
    assert agent.post(LEADS, BODY, idempotency_key="k").status_code == 201


def test_a_key_whose_lead_is_gone_makes_no_other(account: Any, caller: Make) -> None:
    agent = caller("agent")
    made = agent.post(LEADS, BODY, idempotency_key="k").json()
    agent.delete(f"{LEADS}/{made['id']}")
    again = agent.post(LEADS, BODY, idempotency_key="k")
    assert_problem(again, 404, "not_found")
    assert "Idempotency-Key made was deleted" in again.json()["detail"]
    assert Lead.objects.count() == 1


def test_a_key_whose_lead_was_merged_gives_the_lead_that_it_is_now(
    account: Any, caller: Make, actor: Callable[..., Actor]
) -> None:
    agent = caller("agent")
    older = agent.post(LEADS, {"name": "Jane Smith"}).json()
    made = agent.post(LEADS, BODY, idempotency_key="k").json()
    notes = f"{LEADS}/{made['id']}/notes"
    note = agent.post(notes, {"text": "Called."}, idempotency_key="n").json()
    actions.merge_leads(actor("agent"), made["id"], older["id"])
    again = agent.post(LEADS, BODY, idempotency_key="k")
    assert (again.status_code, again.json()["id"]) == (201, older["id"])
    answer = agent.post(notes, {"text": "Called."}, idempotency_key="n")
    assert answer.json() == note | {"lead_id": older["id"]}
    assert_problem(agent.post(notes, {"text": "Called."}, idempotency_key="n2"), 404, "not_found")
    assert Note.objects.count() == 1


def test_a_lead_that_was_merged_is_found_by_what_it_was_known_by(
    account: Any, caller: Make, actor: Callable[..., Actor]
) -> None:
    agent = caller("agent")
    stays = agent.post(LEADS, {"name": "Jane", "external_id": "a"}).json()["id"]
    gone = agent.post(LEADS, {"name": "Jane S.", "external_id": "b"}).json()["id"]
    actions.merge_leads(actor("agent"), gone, stays, {"external_id": stays, "name": stays})
    moved = agent.get(f"{LEADS}/{gone}")
    assert (moved.status_code, moved["Location"]) == (301, f"{LEADS}/{stays}")
    refused = agent.patch(f"{LEADS}/{gone}", {"company": "Acme"})
    assert_problem(refused, 404, "not_found")
    assert stays in refused.json()["detail"]
    upserted = agent.patch(f"{LEADS}/external/b", {"company": "Acme", "external_id": "b"})
    assert (upserted.status_code, upserted.json()["id"]) == (200, stays)
    kept = Lead.objects.alive().get()
    assert (kept.company, kept.external_id) == ("Acme", "a")
    # Once another lead has that external id, it means that one.
    other = agent.post(LEADS, {"name": "Eve", "external_id": "b"}).json()["id"]
    assert agent.patch(f"{LEADS}/external/b", {"company": "Beta"}).json()["id"] == other


def test_an_idempotency_key_is_short_and_plain(account: Any, caller: Make) -> None:
    agent = caller("agent")
    for key in ("", "x" * 256, "é"):
        answer = agent.post(LEADS, BODY, idempotency_key=key)
        assert_problem(answer, 422, "invalid", "Idempotency-Key")
    assert not Lead.objects.exists()


@pytest.mark.usefixtures("committed_db")
def test_two_requests_at_once_with_one_key_make_one_lead(account: Any, caller: Make) -> None:
    agent = caller("agent")
    answers: list[Any] = []
    begin = threading.Barrier(4)

    def ask() -> None:
        begin.wait()
        try:
            answers.append(Caller(agent.secret).post(LEADS, BODY, idempotency_key="k"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Lead.objects.count() == 1


def test_keys_are_kept_for_thirty_days(account: Any, caller: Make) -> None:
    agent = caller("agent")
    now = datetime(2026, 3, 15, 12, tzinfo=UTC)
    for key, days in (("old", 31), ("new", 29)):
        with clock.freeze(now - timedelta(days=days)):
            agent.post(LEADS, BODY, idempotency_key=key)
    with clock.freeze(now):
        tasks.forget_requests(0)
    assert [row.key for row in MadeOnce.objects.all()] == ["new"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("created", [1, 2, 3, 4, 5]),
        ("-created", [5, 4, 3, 2, 1]),
        ("-score", [5, 4, 3, 2, 1]),
        ("name", [1, 2, 3, 4, 5]),
        ("last_activity", [2, 3, 4, 5, 1]),
    ],
)
def test_pages_come_in_the_order_that_was_asked_for(
    five_leads: list[Lead], caller: Make, sort: str, names: list[int]
) -> None:
    agent = caller("agent")
    agent.patch(f"{LEADS}/{five_leads[0].public_id}", {"company": "Acme"})
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": "2"} | ({"sort": sort} if sort else {})
        body = agent.get(LEADS, query | ({"cursor": cursor} if cursor else {})).json()
        seen += [lead["name"] for lead in body["data"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"Lead {n}" for n in names]


def test_a_sort_that_is_not_there_is_refused(account: Any, caller: Make) -> None:
    agent = caller("agent")
    for sort in ("company", "--score", "-", "", "\x00"):
        answer = agent.get(LEADS, {"sort": sort})
        assert_problem(answer, 422, "invalid", "sort")


def test_a_cursor_is_of_its_sort(five_leads: list[Lead], caller: Make) -> None:
    agent = caller("agent")
    cursor = agent.get(LEADS, {"limit": "2", "sort": "-score"}).json()["next_cursor"]
    answer = agent.get(LEADS, {"cursor": cursor, "sort": "created"})
    assert_problem(answer, 422, "invalid", "cursor")


def test_notes_are_written_read_changed_and_deleted(
    five_leads: list[Lead], caller: Make, member: Callable[..., Any]
) -> None:
    agent = caller("agent")
    assert agent.key is not None
    address = f"{LEADS}/{five_leads[0].public_id}/notes"
    made = agent.post(address, {"text": " Wants a call. "})
    assert made.status_code == 201
    note = made.json()
    assert note == {
        "id": Note.objects.get().public_id, "lead_id": five_leads[0].public_id,
        "text": "Wants a call.", "author": agent.key.member.user.email,
        "created_at": note["created_at"], "edited_at": None,
    }  # fmt: skip
    where = f"/api/v1/notes/{note['id']}"
    assert made["Location"] == f"http://localhost:8000{where}"
    changed = agent.patch(where, {"text": "Wants a call before Friday."})
    assert changed.json()["edited_at"]
    second = agent.post(address, {"text": "Called."}).json()
    listed = agent.get(address, {"limit": "1"}).json()
    assert [one["id"] for one in listed["data"]] == [second["id"]]
    rest = agent.get(address, {"limit": "1", "cursor": listed["next_cursor"]}).json()
    assert rest == {"data": [changed.json()], "next_cursor": None}
    assert agent.delete(where).status_code == 204
    assert_problem(agent.delete(where), 404, "not_found")
    assert_problem(agent.patch(where, {"text": "x"}), 404, "not_found")
    assert [one["id"] for one in agent.get(address).json()["data"]] == [second["id"]]


def test_a_note_that_comes_twice_is_one(five_leads: list[Lead], caller: Make) -> None:
    agent = caller("agent")
    one, two = (f"{LEADS}/{lead.public_id}/notes" for lead in five_leads[:2])
    first = agent.post(one, {"text": "Called."}, idempotency_key="k")
    assert agent.post(one, {"text": "Called."}, idempotency_key="k").json() == first.json()
    answer = agent.post(two, {"text": "Called."}, idempotency_key="k")
    assert_problem(answer, 422, "idempotency_key_reused", "Idempotency-Key")
    assert Note.objects.count() == 1


def test_a_note_is_its_writers(five_leads: list[Lead], caller: Make) -> None:
    agent, other, admin = caller("agent"), caller("agent"), caller("admin")
    address = f"{LEADS}/{five_leads[0].public_id}/notes"
    where = f"/api/v1/notes/{agent.post(address, {'text': 'Mine.'}).json()['id']}"
    for one in (other, admin):
        assert_problem(one.patch(where, {"text": "Theirs."}), 403, "denied")
    assert_problem(other.delete(where), 403, "denied")
    assert admin.delete(where).status_code == 204


@pytest.mark.parametrize(
    ("body", "param"),
    [({}, "text"), ({"text": " "}, "text"), ({"text": 5}, "text"), ({"text": "x" * 10_001}, "text"),
     ({"text": "x", "author": "a@b.example"}, "author")],
)  # fmt: skip
def test_a_note_that_cannot_be_is_refused(
    five_leads: list[Lead], caller: Make, body: Any, param: str
) -> None:
    answer = caller("agent").post(f"{LEADS}/{five_leads[0].public_id}/notes", body)
    assert_problem(answer, 422, "invalid", param)
    assert not Note.objects.exists()


def test_notes_of_no_lead_are_not_found(five_leads: list[Lead], caller: Make) -> None:
    agent = caller("agent")
    for lead in ("lead_nothere", "exp_8f3a2b"):
        assert_problem(agent.get(f"{LEADS}/{lead}/notes"), 404, "not_found")
        assert_problem(agent.post(f"{LEADS}/{lead}/notes", {"text": "x"}), 404, "not_found")
    assert_problem(agent.delete("/api/v1/notes/lead_8f3a2b"), 404, "not_found")
    auditor = caller("auditor")
    answer = auditor.get(f"{LEADS}/{five_leads[0].public_id}/notes")
    assert_problem(answer, 403, "role_missing")
