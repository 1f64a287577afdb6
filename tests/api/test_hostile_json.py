"""JSON that is broken, strange or hostile: read as the standard says, and never a 500.

The cases are Nicolas Seriot's JSONTestSuite: y must be read, n must be refused, i is left open.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts import actors, authentication
from synaptiq.accounts.models import Account
from synaptiq.api.urls import api
from synaptiq.leads import actions as leads
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import Lead, Note
from tests.api.conftest import Caller, assert_problem

CASES = Path(__file__).resolve().parents[2].parent / "shared/data/jsontestsuite/test_parsing"

Make = Callable[..., Caller]

LEAD, NOTE = "/api/v1/leads/lead_8f3a2b", "/api/v1/notes/note_8f3a2b"
# What an endpoint answers to a body that it can use, or to one that is JSON and that it cannot.
FIT = (200, 201, 202, 422)

# Every endpoint that takes JSON, with places for a text in a body that is valid without it.
ENDPOINTS: dict[tuple[str, str], list[bytes]] = {
    ("post", "/api/v1/exports"): [
        b'{"dataset":"leads","scope":"filter","filter":{"text":%s}}',
        b'{"dataset":"leads","scope":"filter","filter":{"tags":[%s]}}',
        b'{"dataset":"leads","scope":"filter","filter":{"status":%s}}',
        b'{"dataset":"leads","scope":"filter","filter":{"created":{"from":%s}}}',
        b'{"dataset":"leads","scope":"selection","ids":[%s]}',
        b'{"dataset":"leads","scope":"filter","columns":["id",%s]}',
        b'{"dataset":%s,"scope":"filter"}',
        b'{"dataset":"leads","scope":"filter","options":{"delimiter":%s}}',
    ],
    ("post", "/api/v1/leads"): [
        b'{"name":%s}',
        b'{"email":"a@b.example","tags":[%s]}',
        b'{"email":"a@b.example","assigned_to":%s}',
        b'{"email":"a@b.example","custom_properties":{"budget":%s}}',
    ],
    ("patch", LEAD): [b'{"company":%s}', b'{"source_url":%s}', b'{"status":%s}', b'{"phone":%s}'],
    ("patch", "/api/v1/leads/external/crm-1"): [b'{"external_id":%s}', b'{"email":%s}'],
    ("post", f"{LEAD}/tags"): [b'{"add":[%s]}', b'{"remove":[%s]}'],
    ("post", f"{LEAD}/notes"): [b'{"text":%s}'],
    ("patch", NOTE): [b'{"text":%s}'],
}
# As the addresses above name them.
IDS = {
    "{lead_id}": "lead_8f3a2b",
    "{note_id}": "note_8f3a2b",
    "{path:external_id}": "crm-1",
}


def _cases(kinds: str, part: str = "") -> list[Path]:
    if not CASES.is_dir():
        return []
    return sorted(p for p in CASES.glob("*.json") if p.name[0] in kinds and part in p.name)


def _skip_without_cases() -> None:
    if not CASES.is_dir():
        pytest.skip(f"JSONTestSuite is not at {CASES}")


def _filled(path: str) -> str:
    for place, value in IDS.items():
        path = path.replace(place, value)
    return path


def test_every_endpoint_with_a_body_is_in_the_table() -> None:
    operations = {
        (method.lower(), "/api/v1" + _filled(path))
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
        if any(m.__ninja_param_source__ == "body" for m in operation.models)
    }
    assert operations == set(ENDPOINTS)


@pytest.fixture
def admin(account: Account, caller: Make, monkeypatch: pytest.MonkeyPatch) -> Caller:
    _skip_without_cases()
    # Whose key it is does not change between hundreds of bodies, and asking takes half the time.
    monkeypatch.setattr(authentication, "authenticate", cache(authentication.authenticate))
    return _made(caller)


def _made(caller: Make) -> Caller:
    """A key of an Admin, whose lead and note have the ids of the addresses."""
    admin = caller("admin")
    assert admin.key is not None
    actor = actors.of_member(admin.key.member)
    leads.define_property(actor, slug="budget", label="Budget")
    lead = leads.create_lead(actor, {"name": "Jane", "external_id": "crm-1"})
    note = leads.add_note(actor, lead.public_id, "Called.")
    Lead.objects.filter(pk=lead.pk).update(public_id="lead_8f3a2b")
    Note.objects.filter(pk=note.pk).update(public_id="note_8f3a2b")
    return admin


def _status(admin: Caller, endpoint: tuple[str, str], body: bytes) -> Any:
    return getattr(admin, endpoint[0])(endpoint[1], body)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_what_is_json_is_accepted_or_unfit(admin: Caller, endpoint: tuple[str, str]) -> None:
    statuses = {p.name: _status(admin, endpoint, p.read_bytes()) for p in _cases("y")}
    assert len(statuses) == 95
    for path in _cases("y"):
        if not isinstance(json.loads(path.read_bytes()), dict):
            assert statuses[path.name].status_code == 422, path.name
    wrong = {name: r.status_code for name, r in statuses.items() if r.status_code not in FIT}
    assert wrong == {}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_what_is_not_json_is_a_400_problem(admin: Caller, endpoint: tuple[str, str]) -> None:
    cases = _cases("n")
    assert len(cases) == 188
    for path in cases:
        response = _status(admin, endpoint, path.read_bytes())
        assert response.status_code == 400, path.name
        assert_problem(response, 400, "malformed")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_what_the_standard_leaves_open_is_no_fault(
    admin: Caller, endpoint: tuple[str, str]
) -> None:
    cases = _cases("i")
    assert len(cases) == 35
    for path in cases:
        response = _status(admin, endpoint, path.read_bytes())
        assert response.status_code in (400, 422), path.name


@pytest.mark.parametrize(
    ("endpoint", "template"), [(e, t) for e, templates in ENDPOINTS.items() for t in templates]
)
def test_each_text_is_read_rightly_inside_a_valid_body(
    admin: Caller, endpoint: tuple[str, str], template: bytes
) -> None:
    cases = _cases("yni", "_string_")
    assert len(cases) == 99
    for path in cases:
        case = path.read_bytes().strip()
        if not (case.startswith(b"[") and case.endswith(b"]")):
            continue
        response = _status(admin, endpoint, template.replace(b"%s", case[1:-1]))
        allowed = {"y": FIT, "n": (400, 422), "i": (*FIT, 400)}[path.name[0]]
        assert response.status_code in allowed, (path.name, response.content)


def test_texts_that_are_fit_are_accepted_as_they_are(account: Account, caller: Make) -> None:
    body = '{"dataset":"leads","scope":"filter","filter":{"text":"\\ud83d\\ude00 漢 \\u2028"}}'
    response = caller("admin").post("/api/v1/exports", body.encode())
    assert response.status_code == 202
    assert response.json()["filter"] == {"text": "😀 漢"}


@pytest.mark.parametrize(
    "text",
    [b'"\\ud800"', b'"\\udc00x"', b'"\xed\xa0\x80"', b"NaN", b"-Infinity", b"1" + b"0" * 5000,
     b"[" * 100_000, b'{"":' * 60 + b"1" + b"}" * 60],
)  # fmt: skip
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_hostile_pieces_are_malformed(
    account: Account, caller: Make, text: bytes, endpoint: tuple[str, str]
) -> None:
    admin = _made(caller)
    for template in (b"%s", *ENDPOINTS[endpoint]):
        response = _status(admin, endpoint, template.replace(b"%s", text))
        assert_problem(response, 400, "malformed")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_nul_in_json_is_well_formed_and_unfit(
    account: Account, caller: Make, endpoint: tuple[str, str]
) -> None:
    admin = _made(caller)
    for template in ENDPOINTS[endpoint]:
        response = _status(admin, endpoint, template.replace(b"%s", b'"a\\u0000b"'))
        assert_problem(response, 422, "invalid")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/v1/leads", ["limit", "cursor", "sort", *(f.key for f in LEAD_FILTERS.filters)]),
        ("/api/v1/leads/lead_8f3a2b", ["x"]),
        ("/api/v1/leads/lead_8f3a2b/notes", ["limit", "cursor", "x"]),
        ("/api/v1/exports", ["limit", "cursor"]),
    ],
)
def test_a_nul_in_any_query_parameter_is_refused(
    account: Account, caller: Make, path: str, names: list[str]
) -> None:
    admin = caller("admin")
    for name in names:
        for query in (f"{name}=%00", f"{name}=a%00b", f"{name}%00=1", f"{name}=1&{name}=%00"):
            response = admin.get(f"{path}?{query}")
            assert response.status_code == 422, query
            assert response["Content-Type"] == "application/problem+json"


def test_bytes_that_are_no_utf8_in_a_query_are_no_fault(account: Account, caller: Make) -> None:
    admin = caller("admin")
    for text in ("%ED%A0%80", "%FF", "%C0%80"):
        for one in LEAD_FILTERS.filters:
            response = admin.get(f"/api/v1/leads?{one.key}={text}")
            assert response.status_code in (200, 422), one.key
