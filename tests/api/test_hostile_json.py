"""JSON that is broken, strange or hostile: read as the standard says, and never a 500.

The cases are Nicolas Seriot's JSONTestSuite: y must be read, n must be refused, i is left open.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts.models import Account
from synaptiq.api.urls import api
from synaptiq.leads.filters import LEAD_FILTERS
from tests.api.conftest import Caller, assert_problem

CASES = Path(__file__).resolve().parents[2].parent / "shared/data/jsontestsuite/test_parsing"

Make = Callable[..., Caller]

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
    ]
}


def _cases(kinds: str, part: str = "") -> list[Path]:
    if not CASES.is_dir():
        return []
    return sorted(p for p in CASES.glob("*.json") if p.name[0] in kinds and part in p.name)


def _skip_without_cases() -> None:
    if not CASES.is_dir():
        pytest.skip(f"JSONTestSuite is not at {CASES}")


def test_every_endpoint_with_a_body_is_in_the_table() -> None:
    operations = {
        (method.lower(), "/api/v1" + path)
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
        if any(m.__ninja_param_source__ == "body" for m in operation.models)
    }
    assert operations == set(ENDPOINTS)


@pytest.fixture
def admin(account: Account, caller: Make) -> Caller:
    _skip_without_cases()
    return caller("admin")


def _status(admin: Caller, endpoint: tuple[str, str], body: bytes) -> Any:
    return getattr(admin, endpoint[0])(endpoint[1], body)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_what_is_json_is_accepted_or_unfit(admin: Caller, endpoint: tuple[str, str]) -> None:
    statuses = {p.name: _status(admin, endpoint, p.read_bytes()) for p in _cases("y")}
    assert len(statuses) == 95
    wrong = {name: r.status_code for name, r in statuses.items() if r.status_code not in (202, 422)}
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
        allowed = {"y": (202, 422), "n": (400, 422), "i": (202, 400, 422)}[path.name[0]]
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
@pytest.mark.parametrize("template", [b"%s", *ENDPOINTS["post", "/api/v1/exports"]])
def test_hostile_pieces_are_malformed(
    account: Account, caller: Make, text: bytes, template: bytes
) -> None:
    response = caller("admin").post("/api/v1/exports", template.replace(b"%s", text))
    assert_problem(response, 400, "malformed")


def test_a_nul_in_json_is_well_formed_and_unfit(account: Account, caller: Make) -> None:
    body = b'{"dataset":"leads","scope":"filter","filter":{"text":"a\\u0000b"}}'
    assert_problem(caller("admin").post("/api/v1/exports", body), 422, "invalid")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/v1/leads", ["limit", "cursor", *(f.key for f in LEAD_FILTERS.filters)]),
        ("/api/v1/leads/lead_8f3a2b", ["x"]),
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
