"""The published OpenAPI document says what the API does, and every example in it is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts.models import Account
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import Lead
from tests.api.conftest import Caller


@pytest.fixture
def document(account: Account) -> Any:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return response.json()


def test_it_has_exactly_these_operations(document: Any) -> None:
    operations = {
        f"{method.upper()} {path}": operation["operationId"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert operations == {
        "GET /api/v1/me": "me",
        "GET /api/v1/leads": "list_leads",
        "GET /api/v1/leads/{lead_id}": "get_lead",
        "GET /api/v1/exports": "list_exports",
        "POST /api/v1/exports": "request_export",
        "GET /api/v1/exports/{export_id}": "get_export",
        "DELETE /api/v1/exports/{export_id}": "cancel_export",
        "GET /api/v1/exports/{export_id}/file": "download_file",
    }


def test_every_operation_needs_a_key_and_may_be_a_problem(document: Any) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["security"] == [{"APIKey": []}]
            problem = operation["responses"]["default"]["content"]
            assert list(problem) == ["application/problem+json"]
    assert document["components"]["securitySchemes"]["APIKey"]["scheme"] == "bearer"


def test_every_reference_leads_somewhere(document: Any) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            found = [value["$ref"]] if "$ref" in value else []
            return found + [r for one in value.values() for r in references(one)]
        return [r for one in value for r in references(one)] if isinstance(value, list) else []

    schemas = document["components"]["schemas"]
    found = references(document)
    assert found
    assert {r.removeprefix("#/components/schemas/") for r in found} <= set(schemas)


def test_the_leads_parameters_are_the_filters(document: Any) -> None:
    parameters = document["paths"]["/api/v1/leads"]["get"]["parameters"]
    names = [one["name"] for one in parameters]
    assert names == ["limit", "cursor", *(f.key for f in LEAD_FILTERS.filters)]
    assert not any(one["required"] for one in parameters)
    assert all(one["description"] for one in parameters)


def test_what_is_answered_has_the_documented_keys(
    document: Any, five_leads: list[Lead], caller: Callable[..., Caller]
) -> None:
    schemas = document["components"]["schemas"]
    admin = caller("admin")
    example = schemas["ExportRequest"]["example"]
    for schema, answer in (
        ("Me", admin.get("/api/v1/me")),
        ("LeadPage", admin.get("/api/v1/leads")),
        ("Lead", admin.get(f"/api/v1/leads/{five_leads[0].public_id}")),
        ("Export", admin.post("/api/v1/exports", example)),
        ("ExportPage", admin.get("/api/v1/exports")),
        ("Problem", admin.get("/api/v1/nothing")),
    ):
        assert list(answer.json()) == list(schemas[schema]["properties"]), schema
