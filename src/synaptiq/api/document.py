"""The OpenAPI document: ninja's, with what it does not know (problems, one id for each method)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from synaptiq.api import schemas
from synaptiq.api.problems import MEDIA_TYPE
from synaptiq.kit.requests import API

PREFIX = f"{API}v1/"


@cache
def of(api: NinjaAPI) -> dict[str, Any]:
    """The document as JSON values."""
    document: dict[str, Any] = json.loads(
        json.dumps(dict(api.get_openapi_schema(path_prefix=PREFIX)))
    )
    document["components"]["schemas"]["Problem"] = schemas.Problem.model_json_schema()
    failed = {
        "description": "A problem document (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in document["paths"].values():
        # Operation ids are unique in a document, and HEAD is GET without the body.
        operations.pop("head", None)
        for operation in operations.values():
            operation["responses"]["default"] = failed
    return document


@require_safe
def serve(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The document, for everybody: it says nothing that is not in the documentation."""
    body = json.dumps(of(api), indent=1, ensure_ascii=False)
    return HttpResponse(
        body, content_type="application/json", headers={"Cache-Control": "public, max-age=300"}
    )
