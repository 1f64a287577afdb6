"""The shapes that the API takes and gives, as the OpenAPI document shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, PlainSerializer, WithJsonSchema

from synaptiq.exports import spec
from synaptiq.exports.columns import REDACTED
from synaptiq.exports.states import State

# As in every file: UTC, fractions cut.
Moment = Annotated[
    datetime,
    PlainSerializer(lambda at: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]

_RESTRICTED = f"Any value but `id` is the text `{REDACTED}` where the account restricts the field."


class Problem(Schema):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field(description="The address of the code's description.")
    title: str = Field(description="The same for every problem of this kind.")
    status: int
    detail: str = Field(description="What is wrong this time, and what to do.")
    code: str = Field(description="For programs; a closed list.")
    param: str | None = Field(description="The first parameter or field that is wrong.")
    request_id: str = Field(description="As in the header X-Request-ID.")
    doc_url: str


class LeadConversation(Schema):
    id: str
    started_at: Moment
    message_count: int


class Lead(Schema):
    model_config = ConfigDict(json_schema_extra={"description": _RESTRICTED})

    id: str = Field(examples=["lead_8f3a2b"])
    email: str | None = Field(examples=["jane@acme.com"])
    name: str | None = Field(examples=["Jane Smith"])
    phone: str | None = Field(examples=["+1-555-0123"])
    company: str | None = Field(examples=["Acme Corp"])
    status: str = Field(examples=["qualified"])
    score: int | str | None = Field(examples=[82])
    source_url: str | None = Field(examples=["https://yoursite.com/pricing"])
    created_at: str = Field(examples=["2026-03-15T09:22:41Z"])
    last_activity_at: str = Field(examples=["2026-03-18T14:05:12Z"])
    tags: list[str] | str = Field(examples=[["webinar", "enterprise"]])
    assigned_to: str | None = Field(examples=["alex@yourteam.com"])
    custom_properties: dict[str, Any] = Field(
        examples=[{"company_size": "50-200", "budget": "$10k-$50k"}]
    )
    conversations: list[LeadConversation]


class LeadPage(Schema):
    data: list[Lead]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page.")


class ExportRequest(spec.Request):
    """What to export. `scope` says whether `ids` or `filter` chooses the rows."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "dataset": "leads",
                "format": "csv",
                "scope": "filter",
                "filter": {"status": ["qualified"], "score": {"min": 70}},
            }
        }
    )


class Export(Schema):
    """One run of an export."""

    id: str = Field(examples=["exp_k5m2q7r3t9v4w6x8z2a5"])
    state: State
    reason: str | None = Field(description="Why it failed or was withdrawn.")
    dataset: str
    format: str
    scope: str
    filter: dict[str, Any]
    columns: list[str]
    options: dict[str, Any]
    rows_total: int | None = Field(description="How many rows the file will hold, once counted.")
    rows_written: int
    bytes: int | None
    sha256: str | None = Field(description="Of the file, in hexadecimal; also its ETag.")
    file_name: str | None
    file_url: str | None = Field(description="Where to download the file while there is one.")
    requested_at: Moment
    ended_at: Moment | None
    expires_at: Moment | None


class ExportPage(Schema):
    data: list[Export]
    next_cursor: str | None


class KeyOfMe(Schema):
    id: str
    name: str
    scopes: list[str]
    expires_at: Moment | None


class MemberOfMe(Schema):
    id: str
    email: str
    roles: list[str]
    permissions: list[str]


class AccountOfMe(Schema):
    id: str
    name: str
    timezone: str


class Me(Schema):
    key: KeyOfMe
    member: MemberOfMe
    account: AccountOfMe
