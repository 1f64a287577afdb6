"""Leads by API are the objects of a JSON export, page by page, and every row is counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, APIKeyReads
from synaptiq.exports import actions, files, pipeline
from synaptiq.exports.models import RestrictedField
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests.api.conftest import Caller

Make = Callable[..., Caller]


def test_pages_hold_every_lead_once_and_the_oldest_first(
    five_leads: list[Lead], caller: Make
) -> None:
    reader = caller("viewer")
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        body = reader.get("/api/v1/leads", query).json()
        seen += [lead["id"] for lead in body["data"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    expected = Lead.objects.order_by("created_at", "public_id")
    assert seen == list(expected.values_list("public_id", flat=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "qualified"}, ["Lead 1", "Lead 3", "Lead 5"]),
        ({"status": "new,qualified", "score": "20..40"}, ["Lead 2", "Lead 3", "Lead 4"]),
        ({"tags": "webinar"}, ["Lead 1", "Lead 2"]),
        ({"text": "lead4@"}, ["Lead 4"]),
        ({"assigned_to": "nobody", "score": "50"}, ["Lead 5"]),
        ({"created": "1999-01-01..1999-12-31"}, []),
    ],
)
def test_the_filters_are_those_of_the_list(
    five_leads: list[Lead], caller: Make, query: dict[str, str], names: list[str]
) -> None:
    body = caller("viewer").get("/api/v1/leads", query).json()
    assert sorted(lead["name"] for lead in body["data"]) == names


@pytest.mark.usefixtures("committed_db")
def test_a_lead_is_the_object_of_the_json_export(
    account: Account, actor: Callable[..., Actor], caller: Make
) -> None:
    admin = actor("admin", email="boss@example.com")
    leads.define_property(admin, slug="budget", label="Budget", type="number")
    leads.define_property(admin, slug="note", label="Note")
    leads.create_lead(
        admin, {"name": "漢字 “x” \\ \t😀", "tags": ["a", "b"]}, custom={"budget": 9.5}
    )
    leads.create_lead(admin, {"email": "jane@acme.com", "score": 82}, custom={"note": "=1+1"})
    run = actions.request(
        admin, {"dataset": "leads", "format": "json", "scope": "filter"}, in_this_process=True
    )
    pipeline.run(run)
    run.refresh_from_db()
    with files.open_file(run.file_key) as file:
        exported = file.read()
    page = caller("viewer").get("/api/v1/leads").content
    assert page == b'{"data":' + exported + b',"next_cursor":null}'
    first = json.loads(exported)[0]
    one = caller("agent").get(f"/api/v1/leads/{first['id']}")
    assert one.json() == first
    assert list(one.json()) == list(first)


def test_restricted_fields_read_redacted(five_leads: list[Lead], caller: Make) -> None:
    for column in ("email", "score"):
        RestrictedField.objects.create(dataset="leads", column=column)
    reader = caller("owner")
    for lead in reader.get("/api/v1/leads").json()["data"]:
        assert (lead["email"], lead["score"]) == ("[REDACTED]", "[REDACTED]")
        assert lead["name"].startswith("Lead")
    one = reader.get(f"/api/v1/leads/{five_leads[0].public_id}").json()
    assert one["email"] == "[REDACTED]"


def test_rows_are_counted_by_key_and_day(five_leads: list[Lead], caller: Make) -> None:
    reader = caller("viewer")
    reader.get("/api/v1/leads", {"limit": "3"})
    reader.get(f"/api/v1/leads/{five_leads[0].public_id}")
    reader.get("/api/v1/leads/lead_none0000")
    count = APIKeyReads.objects.get(api_key=reader.key, dataset="leads")
    assert (count.requests, count.rows) == (2, 4)


def test_a_deleted_lead_is_gone_from_both(
    five_leads: list[Lead], caller: Make, actor: Callable[..., Actor]
) -> None:
    gone = five_leads[2].public_id
    leads.delete_lead(actor("admin", email="boss@example.com"), gone)
    reader = caller("viewer")
    assert gone not in {lead["id"] for lead in reader.get("/api/v1/leads").json()["data"]}
    assert reader.get(f"/api/v1/leads/{gone}").status_code == 404


@pytest.mark.parametrize("path", ["me", "leads", "leads?limit=2", "leads/lead_nothere", "exports"])
def test_head_answers_like_get(five_leads: list[Lead], caller: Make, path: str) -> None:
    one = caller("admin")
    head, got = one.head(f"/api/v1/{path}"), one.get(f"/api/v1/{path}")
    assert head.status_code == got.status_code
    own = {"X-Request-ID"}
    assert {k: v for k, v in head.headers.items() if k not in own} == {
        k: v for k, v in got.headers.items() if k not in own
    }
    assert got.content
    assert head.content == b""


def test_nothing_may_keep_what_was_read(five_leads: list[Lead], caller: Make) -> None:
    assert caller("viewer").get("/api/v1/leads")["Cache-Control"] == "private, no-store"


def test_me_says_whose_key_it_is(account: Account, caller: Make) -> None:
    one = caller("export", scopes=("leads:read",))
    body: Any = one.get("/api/v1/me").json()
    assert one.key is not None
    assert body == {
        "key": {
            "id": one.key.public_id, "name": "Test", "scopes": ["leads:read"], "expires_at": None,
        },
        "member": {
            "id": one.key.member.public_id,
            "email": one.key.member.user.email,
            "roles": ["export"],
            "permissions": ["download", "export", "read", "schedule"],
        },
        "account": {"id": account.public_id, "name": "Acme", "timezone": "UTC"},
    }  # fmt: skip
