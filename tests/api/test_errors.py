"""Whatever goes wrong under /api/ is a problem document, and says who can help."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from synaptiq.accounts.actors import Scope
from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.api.leads import external
from synaptiq.api.leads import reading as endpoint
from synaptiq.kit import clock
from tests.api.conftest import Caller, assert_problem, make_key

Make = Callable[..., Caller]
LEAD, NOTE = "/api/v1/leads/lead_8f3a2b", "/api/v1/notes/note_8f3a2b"
BODIES = {
    "/api/v1/exports": {"dataset": "leads", "scope": "filter"},
    "/api/v1/leads": {"name": "Jane"},
    f"{LEAD}/notes": {"text": "Called."},
    NOTE: {"text": "Called."},
}


def test_without_a_key_nothing_is_read(account: Account) -> None:
    for path in ("me", "leads", "exports", "leads/lead_8f3a2b", "exports/exp_8f3a2b/file"):
        response = Caller("").get(f"/api/v1/{path}")
        assert_problem(response, 401, "unauthenticated")
        assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("secret", ["sk_syn_" + "a" * 40, "wrong", "sk_syn_é", "\udcff"])
def test_an_unknown_key_learns_nothing(account: Account, secret: str) -> None:
    assert_problem(Caller(secret).get("/api/v1/me"), 401, "key_unknown")


def test_another_way_to_sign_in_is_no_way(account: Account, member: Callable[..., Member]) -> None:
    browser = Client()
    browser.force_login(member("owner").user)
    assert_problem(browser.get("/api/v1/leads"), 401, "unauthenticated")
    basic = Client(headers={"authorization": "Basic c2s6"})
    assert_problem(basic.get("/api/v1/leads"), 401, "unauthenticated")


def test_a_dead_key_says_what_became_of_it(account: Account, caller: Make) -> None:
    now = clock.now()
    before = now - timedelta(seconds=1)
    revoked, expired = caller("admin", revoked_at=now), caller("owner", expires_at=before)
    assert_problem(revoked.get("/api/v1/me"), 401, "key_revoked")
    assert_problem(expired.get("/api/v1/me"), 401, "key_expired")
    orphan = caller("agent")
    Member.objects.filter(api_keys=orphan.key).update(removed_at=now)
    assert_problem(orphan.get("/api/v1/me"), 401, "key_member_removed")
    living = caller("viewer")
    Account.objects.update(closed_at=now)
    assert_problem(living.get("/api/v1/me"), 401, "account_closed")


def test_a_key_loses_rights_with_its_member_at_once(account: Account, caller: Make) -> None:
    admin = caller("admin")
    assert admin.get("/api/v1/leads").status_code == 200
    Member.objects.filter(api_keys=admin.key).update(roles=["auditor"])
    assert_problem(admin.get("/api/v1/leads"), 403, "role_missing")
    denied = AuditEntry.objects.get(action="api.read", outcome="denied")
    assert denied.dataset == "leads"
    assert denied.request_id


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/api/v1/leads", "leads:read"),
        ("get", "/api/v1/leads/lead_8f3a2b", "leads:read"),
        ("get", "/api/v1/conversations", "conversations:read"),
        ("get", "/api/v1/conversations/conv_4c9e1a", "conversations:read"),
        ("get", "/api/v1/conversations/conv_4c9e1a/messages", "conversations:read"),
        ("get", "/api/v1/exports", "exports:read"),
        ("get", "/api/v1/exports/exp_8f3a2b", "exports:read"),
        ("get", "/api/v1/exports/exp_8f3a2b/file", "exports:read"),
        ("delete", "/api/v1/exports/exp_8f3a2b", "exports:write"),
        ("post", "/api/v1/exports", "exports:write"),
        ("get", f"{LEAD}/notes", "leads:read"),
        ("post", "/api/v1/leads", "leads:write"),
        ("patch", LEAD, "leads:write"),
        ("patch", "/api/v1/leads/external/crm-1", "leads:write"),
        ("delete", LEAD, "leads:write"),
        ("post", f"{LEAD}/restore", "leads:write"),
        ("post", f"{LEAD}/tags", "leads:write"),
        ("post", f"{LEAD}/notes", "leads:write"),
        ("patch", NOTE, "leads:write"),
        ("delete", NOTE, "leads:write"),
    ],
)
def test_each_endpoint_needs_its_scope(
    account: Account, caller: Make, method: str, path: str, scope: str
) -> None:
    others = tuple({s.value for s in Scope} - {scope})
    one = caller("admin", scopes=others)
    body = (BODIES.get(path, {}),) if method in {"post", "patch"} else ()
    assert_problem(getattr(one, method)(path, *body), 403, "scope_missing")


def test_things_of_another_account_are_not_found(
    account: Account, caller: Make, five_leads: list[Any]
) -> None:
    from synaptiq.accounts.tenancy import acting_for
    from tests.conftest import make_account, make_member

    other = make_account("Other")
    with acting_for(other.pk):
        _, secret = make_key(make_member(other, "owner"))
    stranger = Caller(secret)
    assert stranger.get("/api/v1/leads").json()["data"] == []
    assert_problem(stranger.get(f"/api/v1/leads/{five_leads[0].public_id}"), 404, "not_found")


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/leads"])
def test_an_unknown_path_is_a_problem_too(account: Account, caller: Make, path: str) -> None:
    assert_problem(caller("admin").get(path), 404, "not_found")


@pytest.mark.parametrize("path", ["leads/nothing", "leads/lead_%00", "leads/exp_8f3a2b",
                                  "exports/lead_8f3a2b", "exports/exp_%00/file"])  # fmt: skip
def test_what_has_no_shape_of_an_id_is_not_found(account: Account, caller: Make, path: str) -> None:
    assert_problem(caller("admin").get(f"/api/v1/{path}"), 404, "not_found")


@pytest.mark.parametrize("path", ["leads/lead_8f3a2b", "me", "openapi.json", "exports/exp_8f3a2b"])
def test_a_wrong_method_names_the_right_ones(account: Account, caller: Make, path: str) -> None:
    response = caller("admin").post(f"/api/v1/{path}", {})
    assert_problem(response, 405, "method_not_allowed")
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded",
                                        "multipart/form-data; boundary=x", ""])  # fmt: skip
def test_only_json_is_taken(account: Account, caller: Make, media_type: str) -> None:
    response = caller("admin").post("/api/v1/exports", b"{}", content_type=media_type)
    assert_problem(response, 415, "unsupported_media_type")


def test_a_body_larger_than_any_request_is_refused(
    account: Account, caller: Make, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = b'{"dataset":"leads","scope":"filter"' + b" " * 100 + b"}"
    assert_problem(caller("admin").post("/api/v1/exports", body), 413, "too_large")


def test_wrong_parameters_are_named(account: Account, caller: Make) -> None:
    admin = caller("admin")
    for query, param, code in (
        ({"limit": "101"}, "limit", "invalid"),
        ({"limit": "0"}, "limit", "invalid"),
        ({"limit": "ten"}, "limit", "invalid"),
        ({"cursor": "x"}, "cursor", "invalid"),
        ({"score": "high"}, "score", "invalid_filter"),
        ({"created": "2026-13-01"}, "created", "invalid_filter"),
        ({"colour": "red"}, "colour", "unknown_filter"),
    ):
        assert_problem(admin.get("/api/v1/leads", query), 422, code, param)


def test_a_fault_of_ours_is_a_problem_without_its_reason(
    account: Account, caller: Make, monkeypatch: Any, caplog: Any
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(endpoint.queries, "matching", fail)
    with caplog.at_level(logging.ERROR):
        response = caller("admin").get("/api/v1/leads")
    assert_problem(response, 500, "internal")
    assert "secret reason" not in response.content.decode()
    assert response["X-Request-ID"] in caplog.text
    assert "the secret reason" in caplog.text


def test_a_fault_is_logged_without_what_was_asked_and_what_a_row_holds(
    account: Account, caller: Make, monkeypatch: Any, caplog: Any
) -> None:
    """An external id, often an email, may stand in the address, and a database quotes the row."""
    quoted = "Key (email)=(jane@acme.com) already exists."

    def fail(*_: Any, **__: Any) -> None:
        raise IntegrityError(quoted)

    monkeypatch.setattr(external.actions, "upsert_lead", fail)
    with caplog.at_level(logging.WARNING):
        response = caller("admin").patch("/api/v1/leads/external/jane@acme.com", {"name": "Jane"})
    assert_problem(response, 500, "internal")
    assert "PATCH /api/v1/leads/external/<path:external_id> (req_" in caplog.text
    assert "IntegrityError" in caplog.text
    assert "jane@acme.com" not in caplog.text


def test_a_host_that_is_not_ours_is_a_problem(account: Account, caller: Make) -> None:
    assert_problem(caller("admin").get("/api/v1/me", host="evil.example"), 400, "malformed")
