"""The published OpenAPI document says what the API does, and every example in it is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts.models import Account
from synaptiq.leads import values
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import STATUSES, Lead
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
        "POST /api/v1/leads": "create_lead",
        "PATCH /api/v1/leads/{lead_id}": "edit_lead",
        "DELETE /api/v1/leads/{lead_id}": "delete_lead",
        "PATCH /api/v1/leads/external/{external_id}": "upsert_lead",
        "POST /api/v1/leads/{lead_id}/restore": "restore_lead",
        "POST /api/v1/leads/{lead_id}/tags": "tag_lead",
        "GET /api/v1/leads/{lead_id}/notes": "list_notes",
        "POST /api/v1/leads/{lead_id}/notes": "add_note",
        "PATCH /api/v1/notes/{note_id}": "edit_note",
        "DELETE /api/v1/notes/{note_id}": "delete_note",
        "GET /api/v1/conversations": "list_conversations",
        "GET /api/v1/conversations/{conversation_id}": "get_conversation",
        "GET /api/v1/conversations/{conversation_id}/messages": "list_messages",
        "GET /api/v1/analytics": "get_analytics",
        "GET /api/v1/analytics/definitions": "get_definitions",
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
    assert names == ["limit", "cursor", "sort", *(f.key for f in LEAD_FILTERS.filters)]
    assert not any(one["required"] for one in parameters)
    assert all(one["description"] for one in parameters)


def test_what_is_answered_has_the_documented_keys(
    document: Any, five_leads: list[Lead], caller: Callable[..., Caller]
) -> None:
    schemas = document["components"]["schemas"]
    admin = caller("admin")
    one = f"/api/v1/leads/{five_leads[0].public_id}"
    examples = {
        name: schemas[name]["example"]
        for name in ("ExportRequest", "LeadFields", "TagChange", "NoteFields")
    }
    for schema, answer in (
        ("Me", admin.get("/api/v1/me")),
        ("LeadPage", admin.get("/api/v1/leads")),
        ("Lead", admin.get(one)),
        ("Lead", admin.post("/api/v1/leads", examples["LeadFields"])),
        ("Lead", admin.post(f"{one}/tags", examples["TagChange"])),
        ("Note", admin.post(f"{one}/notes", examples["NoteFields"])),
        ("NotePage", admin.get(f"{one}/notes")),
        ("Export", admin.post("/api/v1/exports", examples["ExportRequest"])),
        ("ExportPage", admin.get("/api/v1/exports")),
        ("Problem", admin.get("/api/v1/nothing")),
    ):
        assert list(answer.json()) == list(schemas[schema]["properties"]), schema


def test_a_body_takes_exactly_what_can_be_written(document: Any) -> None:
    schema = document["components"]["schemas"]["LeadFields"]
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {*values.FIELDS, "assigned_to", "custom_properties"}
    for name, field in schema["properties"].items():
        assert "null" in field["type"], name
        assert field["examples"], name
    assert schema["properties"]["status"]["enum"] == list(STATUSES)
