"""Leads by API are added, changed, tagged and deleted by the actions of the pages."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, APIKeyReads, AuditEntry, Member, Notice
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports.models import RestrictedField
from synaptiq.kit.errors import Denied
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead, LeadEvent
from tests.api.conftest import Caller, assert_problem, make_key
from tests.conftest import make_account, make_member

Make = Callable[..., Caller]
LEADS = "/api/v1/leads"
JANE: dict[str, Any] = {
    "email": "jane@acme.com", "name": "Jane Smith", "phone": "+1-555-0123", "company": "Acme Corp",
    "external_id": "crm-1", "source_url": "https://yoursite.com/pricing", "status": "nurture",
    "score": 42, "tags": ["webinar", "enterprise"], "assigned_to": "alex@yourteam.com",
    "custom_properties": {"budget": 9.5},
}  # fmt: skip


@pytest.fixture
def agent(caller: Make, member: Callable[..., Member], actor: Callable[..., Actor]) -> Caller:
    """A key that may write, in an account with a colleague and a custom property."""
    member("agent", email="alex@yourteam.com")
    admin = actor("admin", email="boss@example.com")
    leads.define_property(admin, slug="budget", label="Budget", type="number")
    return caller("agent")


def _one(agent: Caller, **fields: Any) -> tuple[str, Any]:
    """The address of a fresh lead, and the answer that made it."""
    made = agent.post(LEADS, {"name": "Jane", **fields})
    assert made.status_code == 201, made.content
    return f"{LEADS}/{made.json()['id']}", made


def test_a_lead_is_added_with_all_that_was_given(agent: Caller) -> None:
    made = agent.post(LEADS, JANE)
    assert made.status_code == 201
    shown = made.json()
    kept = Lead.objects.get()
    assert made["Location"] == f"http://localhost:8000{LEADS}/{kept.public_id}"
    assert made["ETag"] == '"1"'
    for name, value in JANE.items():
        assert shown.get(name, value) == value
    assert (kept.origin, kept.external_id) == ("api", "crm-1")
    read = agent.get(f"{LEADS}/{kept.public_id}")
    assert (read.content, read["ETag"]) == (made.content, '"1"')
    told = Notice.objects.get()
    assert told.member.user.email == "alex@yourteam.com"


def test_a_member_may_be_named_by_id_or_be_nobody(
    agent: Caller, member: Callable[..., Member]
) -> None:
    sam = member("viewer", email="sam@yourteam.com")
    address, made = _one(agent, assigned_to=sam.public_id)
    assert made.json()["assigned_to"] == "sam@yourteam.com"
    assert agent.patch(address, {"assigned_to": None}).json()["assigned_to"] is None


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": 5}, "email"),
        ({"phone": "none"}, "phone"),
        ({"source_url": "ftp://x"}, "source_url"),
        ({"status": "sold"}, "status"),
        ({"status": None}, "status"),
        ({"score": "82"}, "score"),
        ({"score": True}, "score"),
        ({"score": 101}, "score"),
        ({"tags": "webinar"}, "tags"),
        ({"tags": ["a,b"]}, "tags"),
        ({"assigned_to": "stranger@example.com"}, "assigned_to"),
        ({"assigned_to": 7}, "assigned_to"),
        ({"custom_properties": []}, "custom_properties"),
        ({"custom_properties": {"budget": "much"}}, "custom_properties.budget"),
        ({"custom_properties": {"shoe_size": 9}}, "custom_properties.shoe_size"),
        ({"colour": "red"}, "colour"),
        ({"parts": 1}, "parts"),
        ({"model_dump": 1}, "model_dump"),
        ({"name": "x" * 10_001}, "name"),
        ({"name": "a\x00b"}, None),
        ({"id": "lead_8f3a2b"}, "id"),
        ({"created_at": "2026-03-15T09:22:41Z"}, "created_at"),
        ({"last_activity_at": None}, "last_activity_at"),
        ({"conversations": []}, "conversations"),
        ({"origin": "manual"}, "origin"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    agent: Caller, change: dict[str, Any], param: str | None
) -> None:
    address, _ = _one(agent)
    before = Lead.objects.values().get()
    for ask, where in ((agent.post, LEADS), (agent.patch, address)):
        answer = ask(where, {"email": "jane@acme.com", **change})
        assert_problem(answer, 422, "invalid", param)
    assert Lead.objects.values().get() == before


@pytest.mark.parametrize("body", [[], [1], "x", 1, None, True])
def test_a_body_that_is_no_object_is_refused(agent: Caller, body: Any) -> None:
    address, _ = _one(agent)
    for ask, where in (
        (agent.post, LEADS),
        (agent.patch, address),
        (agent.patch, f"{LEADS}/external/crm-1"),
        (agent.post, f"{address}/tags"),
        (agent.post, f"{address}/notes"),
    ):
        assert_problem(ask(where, body), 422, "invalid")


def test_a_field_that_is_ours_is_refused_in_a_sentence(agent: Caller) -> None:
    detail = agent.post(LEADS, {"name": "Jane", "id": "lead_8f3a2b"}).json()["detail"]
    assert detail == "id: is written by Synaptiq itself and cannot be set; leave it out."


def test_everything_that_is_wrong_is_named_at_once(agent: Caller) -> None:
    body = {"email": "x", "assigned_to": "x", "custom_properties": {"budget": "x"}}
    detail = agent.post(LEADS, body).json()["detail"]
    for name in ("email: ", "assigned_to: ", "custom_properties.budget: "):
        assert name in detail


def test_nobody_can_be_added_without_a_way_to_know_them(agent: Caller) -> None:
    assert_problem(agent.post(LEADS, {"company": "Acme"}), 422, "invalid", "email")
    address, _ = _one(agent)
    assert_problem(agent.patch(address, {"name": None}), 422, "invalid", "email")


def test_what_is_left_out_stays_and_null_empties(agent: Caller) -> None:
    made = agent.post(LEADS, JANE)
    address = f"{LEADS}/{made.json()['id']}"
    changed = agent.patch(
        address, {"company": None, "tags": None, "custom_properties": {"budget": None}}
    )
    assert changed.status_code == 200
    assert changed["ETag"] == '"2"'
    ours = {"company": None, "tags": [], "custom_properties": {"budget": None}}
    moved = {"last_activity_at": changed.json()["last_activity_at"]}
    assert changed.json() == made.json() | ours | moved
    event = LeadEvent.objects.get(type="edited")
    assert event.via == "api_key"
    assert set(event.changes) == {"company", "tags", "custom.budget"}


def test_null_for_all_custom_properties_empties_each(agent: Caller) -> None:
    address, _ = _one(agent, custom_properties={"budget": 1})
    emptied = agent.patch(address, {"custom_properties": None}).json()
    assert emptied["custom_properties"] == {"budget": None}
    assert _one(agent, custom_properties=None)[1].json()["custom_properties"] == {"budget": None}


def test_what_is_already_so_touches_nothing(agent: Caller) -> None:
    address, made = _one(agent, company="Acme")
    before = Lead.objects.values().get()
    for body in ({}, {"company": "Acme"}):
        same = agent.patch(address, body)
        assert (same.status_code, same["ETag"]) == (200, made["ETag"])
    assert Lead.objects.values().get() == before
    assert not LeadEvent.objects.exists()


def test_a_patch_may_be_called_what_it_is(agent: Caller) -> None:
    address, _ = _one(agent)
    merge = "application/merge-patch+json"
    assert agent.patch(address, {"name": "J"}, content_type=merge).status_code == 200
    answer = agent.post(LEADS, {"name": "J"}, content_type=merge)
    assert_problem(answer, 415, "unsupported_media_type")


def test_who_read_an_older_version_writes_nothing(agent: Caller) -> None:
    address, made = _one(agent)
    changed = agent.patch(address, {"company": "Acme"}, if_match=made["ETag"])
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    for stale in (made["ETag"], '"0"', '"x"', 'W/"2"', '"1", "3"'):
        answer = agent.patch(address, {"company": "Other"}, if_match=stale)
        assert_problem(answer, 412, "out_of_date")
        assert_problem(agent.delete(address, if_match=stale), 412, "out_of_date")
    assert agent.get(address).json()["company"] == "Acme"
    for sound in ('"2"', '"9" ,"2"'):
        assert agent.patch(address, {"company": "Acme"}, if_match=sound).status_code == 200
    assert agent.patch(address, {"company": "A"}, if_match="*").status_code == 200
    assert agent.delete(address, if_match='"3"').status_code == 204


def test_an_if_match_that_is_none_is_malformed(agent: Caller) -> None:
    address, _ = _one(agent)
    for given in ("1", "", '"1', '"1" "2"', "W/1", '"1",'):
        answer = agent.patch(address, {"company": "Acme"}, if_match=given)
        assert_problem(answer, 400, "malformed")


def test_an_external_id_finds_its_lead_or_makes_it(agent: Caller) -> None:
    address = f"{LEADS}/external/crm-1"
    made = agent.patch(address, {"name": "Jane", "custom_properties": {"budget": 1}})
    assert made.status_code == 201
    kept = Lead.objects.get()
    assert (kept.external_id, kept.origin) == ("crm-1", "api")
    assert made["Location"].endswith(f"{LEADS}/{kept.public_id}")
    same = agent.patch(address, {"name": "Jane", "external_id": "crm-1"})
    assert (same.status_code, same.content) == (200, made.content)
    assert Lead.objects.get().updated_at == kept.updated_at
    changed = agent.patch(address, {"company": "Acme"})
    assert (changed.status_code, changed.json()["name"]) == (200, "Jane")
    assert Lead.objects.count() == 1
    assert_problem(agent.patch(address, {"external_id": "crm-2"}), 422, "invalid", "external_id")
    assert_problem(agent.patch(address, {"company": "A"}, if_match='"1"'), 412, "out_of_date")
    agent.delete(f"{LEADS}/{kept.public_id}")
    assert_problem(agent.patch(address, {"name": "J"}, if_match="*"), 412, "out_of_date")
    again = agent.patch(address, {"name": "Jane"})
    assert again.status_code == 201
    assert again.json()["id"] != kept.public_id


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("notes", "notes"), ("tags", "tags"), ("restore", "restore"), ("a%2Fb/c", "a/b/c"),
        ("%E6%BC%A2%20x", "漢 x"), ("lead_8f3a2b/notes", "lead_8f3a2b/notes"),
    ],
)  # fmt: skip
def test_any_text_is_an_external_id(agent: Caller, written: str, meant: str) -> None:
    address = f"{LEADS}/external/{written}"
    assert agent.patch(address, {"name": "Jane"}).status_code == 201
    assert Lead.objects.get().external_id == meant
    assert agent.patch(address, {"name": "Joe"}).status_code == 200


def test_an_external_id_that_no_column_holds_is_refused(agent: Caller) -> None:
    for written in ("a%00b", "x" * 256):
        answer = agent.patch(f"{LEADS}/external/{written}", {"name": "Jane"})
        assert_problem(answer, 422, "invalid", "external_id")


def test_an_external_id_is_one_leads_only(agent: Caller) -> None:
    _one(agent, external_id="crm-1")
    assert_problem(agent.post(LEADS, {"external_id": "crm-1"}), 409, "conflict", "external_id")
    other, _ = _one(agent)
    answer = agent.patch(other, {"external_id": "crm-1"})
    assert_problem(answer, 409, "conflict", "external_id")


def test_a_deleted_lead_comes_back(agent: Caller) -> None:
    address, made = _one(agent)
    gone = agent.delete(address)
    assert (gone.status_code, gone.content) == (204, b"")
    for answer in (agent.get(address), agent.delete(address), agent.patch(address, {})):
        assert_problem(answer, 404, "not_found")
    back = agent.post(f"{address}/restore")
    assert (back.status_code, back.content, back["ETag"]) == (200, made.content, '"3"')
    assert_problem(agent.post(f"{address}/restore"), 404, "not_found")
    written = AuditEntry.objects.filter(action__startswith="lead.").order_by("pk")
    assert list(written.values_list("action", "outcome", "actor_kind")) == [
        ("lead.deleted", "ok", "api_key"), ("lead.restored", "ok", "api_key"),
    ]  # fmt: skip


def test_tags_come_and_go_each_by_itself(agent: Caller) -> None:
    address, _ = _one(agent, tags=["a", "b"])
    tagged = agent.post(f"{address}/tags", {"add": ["c", "b"], "remove": ["a", "z"]})
    assert (tagged.json()["tags"], tagged["ETag"]) == (["b", "c"], '"2"')
    for body, param in (
        ({"add": ["x,y"]}, "tags"),
        ({"add": [5]}, "add.0"),
        ({"add": "x"}, "add"),
        ({"tags": ["x"]}, "tags"),
        ({"add": [str(n) for n in range(101)]}, "tags"),
    ):
        assert_problem(agent.post(f"{address}/tags", body), 422, "invalid", param)


def test_a_restricted_field_can_be_written_and_not_read(agent: Caller) -> None:
    RestrictedField.objects.create(dataset="leads", column="email")
    made = agent.post(LEADS, {"email": "jane@acme.com"})
    assert made.json()["email"] == "[REDACTED]"
    address = f"{LEADS}/{made.json()['id']}"
    assert agent.patch(address, {"email": "j@acme.com"}).json()["email"] == "[REDACTED]"
    assert Lead.objects.get().email == "j@acme.com"


def test_an_answer_counts_as_a_row_read(agent: Caller) -> None:
    address, _ = _one(agent)
    agent.patch(address, {"company": "Acme"})
    agent.delete(address)
    counted = APIKeyReads.objects.get(api_key=agent.key, dataset="leads")
    assert (counted.requests, counted.rows) == (2, 2)


@pytest.mark.parametrize("role", ["viewer", "export", "auditor"])
def test_a_key_of_who_may_not_edit_is_denied_and_recorded(
    agent: Caller, caller: Make, role: str
) -> None:
    address, _ = _one(agent)
    one, before = caller(role), Lead.objects.values().get()
    asked = {
        "lead.created": lambda: one.post(LEADS, {"name": "Joe"}),
        "lead.edited": lambda: one.patch(address, {"name": "Joe"}),
        "lead.deleted": lambda: one.delete(address),
        "lead.restored": lambda: one.post(f"{address}/restore"),
        "note.added": lambda: one.post(f"{address}/notes", {"text": "x"}),
    }
    for ask in asked.values():
        assert_problem(ask(), 403, "role_missing")
    assert_problem(one.patch(f"{LEADS}/external/x", {"name": "Joe"}), 403, "role_missing")
    assert_problem(one.post(f"{address}/tags", {"add": ["x"]}), 403, "role_missing")
    denied = AuditEntry.objects.filter(outcome="denied").values_list("action", flat=True)
    assert set(denied) == set(asked)
    assert Lead.objects.values().get() == before


def test_a_key_without_the_scope_is_recorded_by_what_it_tried(agent: Caller, caller: Make) -> None:
    address, _ = _one(agent)
    reader = caller("admin", scopes=("leads:read",))
    assert_problem(reader.delete(address), 403, "scope_missing")
    denied = AuditEntry.objects.get(outcome="denied")
    assert (denied.action, denied.target) == ("lead.deleted", address.rpartition("/")[2])
    assert denied.detail == {"reason": "scope_missing"}


def test_no_denial_keeps_what_an_address_says_of_a_person(
    caller: Make, actor: Callable[..., Actor]
) -> None:
    """External ids are often emails, and a mistaken address has one in place of an id."""
    viewer, reader = caller("viewer"), caller("admin", scopes=("leads:read",))
    for key in (viewer, reader):
        answer = key.patch(f"{LEADS}/external/jane@acme.com", {"name": "Jane"})
        assert answer.status_code == 403
        for ask in (
            lambda where, key=key: key.patch(where, {"name": "Jane"}),
            lambda where, key=key: key.delete(where),
            lambda where, key=key: key.post(f"{where}/restore"),
            lambda where, key=key: key.post(f"{where}/tags", {"add": ["x"]}),
            lambda where, key=key: key.post(f"{where}/notes", {"text": "x"}),
        ):
            assert_problem(ask(f"{LEADS}/jane_smith"), 404, "not_found")
        where = "/api/v1/notes/jane_smith"
        assert_problem(key.patch(where, {"text": "x"}), 404, "not_found")
        assert_problem(key.delete(where), 404, "not_found")
    with pytest.raises(Denied):
        leads.delete_lead(actor("viewer"), "jane@acme.com")
    denied = AuditEntry.objects.filter(outcome="denied").values_list("action", "target")
    assert sorted(denied) == [("lead.deleted", ""), ("lead.edited", ""), ("lead.edited", "")]


def test_a_key_that_may_only_write_reads_no_lead_by_changing_it(
    agent: Caller, caller: Make
) -> None:
    address, made = _one(agent, **JANE)
    known = {"id": made.json()["id"]}
    writer = caller("agent", scopes=("leads:write",))
    for answer in (
        writer.patch(address, {}),
        writer.patch(address, {"status": "nurture"}),
        writer.patch(f"{LEADS}/external/crm-1", {}),
        writer.post(f"{address}/tags", {"add": [], "remove": []}),
        writer.delete(address) and writer.post(f"{address}/restore"),
    ):
        assert (answer.status_code, answer.json()) == (200, known)
    assert answer["ETag"] == f'"{Lead.objects.get().version}"'
    added = writer.post(LEADS, {"name": "Joe"})
    assert (added.status_code, list(added.json())) == (201, ["id"])
    assert added["Location"].endswith(added.json()["id"])
    assert not APIKeyReads.objects.filter(api_key=writer.key).exists()
    assert_problem(writer.get(address), 403, "scope_missing")


def test_another_accounts_leads_are_not_found(agent: Caller, account: Account) -> None:
    address, _ = _one(agent, external_id="crm-1")
    before = Lead.objects.values().get()
    other = make_account("Other")
    with acting_for(other.pk):
        _, secret = make_key(make_member(other, "owner"))
    stranger = Caller(secret)
    for answer in (
        stranger.patch(address, {"name": "Joe"}),
        stranger.delete(address),
        stranger.post(f"{address}/restore"),
        stranger.post(f"{address}/tags", {"add": ["x"]}),
    ):
        assert_problem(answer, 404, "not_found")
    made = stranger.patch(f"{LEADS}/external/crm-1", {"name": "Joe"})
    assert made.status_code == 201
    colleague = stranger.post(LEADS, {"name": "Joe", "assigned_to": "alex@yourteam.com"})
    assert_problem(colleague, 422, "invalid", "assigned_to")
    assert Lead.objects.values().get() == before


def test_a_parameter_in_the_address_is_refused(agent: Caller) -> None:
    address, _ = _one(agent)
    assert_problem(agent.post(f"{LEADS}?dry_run=1", {"name": "J"}), 422, "invalid", "dry_run")
    assert_problem(agent.delete(f"{address}?force=%00"), 422, "invalid", "force")


def test_a_huge_body_is_too_large(agent: Caller) -> None:
    address, _ = _one(agent)
    body = b'{"name":"' + b"x" * (5 * 1024 * 1024) + b'"}'
    assert_problem(agent.post(LEADS, body), 413, "too_large")
    assert_problem(agent.patch(address, body), 413, "too_large")


def test_lone_surrogates_are_malformed(agent: Caller) -> None:
    assert_problem(agent.post(LEADS, b'{"name":"\\ud800"}'), 400, "malformed")


def test_an_id_of_another_shape_is_not_found(agent: Caller) -> None:
    for one in ("note_8f3a2b", "lead_%00", "x"):
        assert_problem(agent.patch(f"{LEADS}/{one}", {}), 404, "not_found")
        assert_problem(agent.delete(f"{LEADS}/{one}"), 404, "not_found")


@pytest.mark.usefixtures("committed_db")
def test_of_two_patches_at_once_with_one_etag_one_is_refused(agent: Caller) -> None:
    address, made = _one(agent)
    answers: list[Any] = []
    begin = threading.Barrier(4)

    def change(company: str) -> None:
        begin.wait()
        try:
            one = Caller(agent.secret)
            answers.append(one.patch(address, {"company": company}, if_match=made["ETag"]))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=(f"Acme {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a.status_code for a in answers) == [200, 412, 412, 412]
    won = next(a for a in answers if a.status_code == 200)
    assert agent.get(address).content == won.content
    assert LeadEvent.objects.count() == 1


@pytest.mark.usefixtures("committed_db")
def test_of_two_upserts_at_once_one_adds_and_the_others_find(agent: Caller) -> None:
    answers: list[Any] = []
    begin = threading.Barrier(4)

    def upsert() -> None:
        begin.wait()
        try:
            one = Caller(agent.secret)
            answers.append(one.patch(f"{LEADS}/external/crm-1", {"name": "Jane"}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=upsert) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 201]
    assert Lead.objects.get().external_id == "crm-1"
