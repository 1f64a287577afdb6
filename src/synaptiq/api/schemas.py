"""The shapes that the API takes and gives, as the OpenAPI document shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from datetime import date as Day  # noqa: N812
from typing import Annotated, Any

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from synaptiq.exports import spec
from synaptiq.exports.columns import REDACTED
from synaptiq.exports.states import State
from synaptiq.kit.errors import Invalid
from synaptiq.leads import queries
from synaptiq.leads.models import STATUSES

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


class LeadId(Schema):
    """Which lead was written: all that a key without the scope leads:read is told."""

    id: str = Field(examples=["lead_8f3a2b"])


# What a change answers with.
Written = Lead | LeadId


class LeadPage(Schema):
    data: list[Lead]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page.")


# Bodies are no ninja Schemas: those also take attributes of an object, and so would take an array
# for a body that names nothing.

# What is Synaptiq's own to write: named in a body, it is refused with a sentence of its own.
_GIVEN_BY_US = "is written by Synaptiq itself and cannot be set; leave it out."
_OURS = ("id", "created_at", "last_activity_at", "updated_at", "conversations", "origin")


def _written(says: str, *types: str, example: Any, **about: Any) -> Any:
    """A field of a body, whose value is checked by `leads.values`, as every other way in does; this
    only says in the document what it takes. What is left out has no default: it stays."""
    shape = {"type": [*types, "null"], "description": says, "examples": [example], **about}

    def only(schema: dict[str, Any]) -> None:
        schema.clear()
        schema.update(shape)

    return Field(None, json_schema_extra=only)


class LeadFields(BaseModel):
    """What of a lead can be written. What is left out stays as it is; null empties a field."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "additionalProperties": False,
            "example": {
                "email": "jane@acme.com",
                "name": "Jane Smith",
                "phone": "+1-555-0123",
                "company": "Acme Corp",
                "external_id": "crm-20417",
                "status": "new",
                "tags": ["webinar"],
            },
        },
    )

    email: Any = _written("Checked for its form only", "string", example="jane@acme.com")
    name: Any = _written("", "string", example="Jane Smith")
    phone: Any = _written("As the person gave it", "string", example="+1-555-0123")
    company: Any = _written("", "string", example="Acme Corp")
    external_id: Any = _written(
        "What the lead is called in your system; unique", "string", example="crm-20417"
    )
    source_url: Any = _written(
        "The page that the lead came from", "string", example="https://yoursite.com/pricing"
    )
    status: Any = _written(
        "Locks the status against the agent", "string", example="new", enum=[*STATUSES]
    )
    score: Any = _written("0 to 100", "integer", example=82, minimum=0, maximum=100)
    tags: Any = _written(
        "All of them, in order", "array", example=["webinar"], items={"type": "string"}
    )
    assigned_to: Any = _written(
        "The email or id of a member who may see leads", "string", example="alex@yourteam.com"
    )
    custom_properties: Any = _written(
        "By slug; those left out stay, null empties one",
        "object",
        example={"company_size": "50-200"},
    )

    def parts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The own fields that the body names, and the custom properties. Raises Invalid for what
        nobody can write. Needs the account as the current one."""
        given = self.model_dump(exclude_unset=True)
        if ours := {name: _GIVEN_BY_US for name in _OURS if name in given}:
            raise Invalid(ours)
        custom = given.pop("custom_properties", {})
        if custom is None:
            custom = dict.fromkeys(p.slug for p in queries.custom_properties())
        if given.get("tags", ()) is None:
            given["tags"] = []
        return given, custom


class TagChange(BaseModel):
    """Tags to add and to take away."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={"example": {"add": ["webinar", "enterprise"], "remove": ["cold"]}},
    )  # fmt: skip

    add: list[str] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)


class NoteFields(BaseModel):
    """What of a note can be written."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={"example": {"text": "Wants a call before Friday. @alex@yourteam.com"}},
    )  # fmt: skip

    text: str = Field(description="Up to 10,000 characters.")


class Note(Schema):
    """What a member wrote about a lead, for the team alone."""

    id: str = Field(examples=["note_h2j4k6m8n3p5q7r9s2t4"])
    lead_id: str = Field(examples=["lead_8f3a2b"])
    text: str = Field(examples=["Wants a call before Friday."])
    author: str | None = Field(
        description="The member's email; null for the operator.", examples=["alex@yourteam.com"]
    )
    created_at: Moment
    edited_at: Moment | None


class NotePage(Schema):
    data: list[Note]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page.")


class Said(Schema):
    sender: str = Field(description="ai, visitor, agent (a person) or system.", examples=["ai"])
    content: str
    timestamp: Moment


class Conversation(Schema):
    model_config = ConfigDict(json_schema_extra={"description": _RESTRICTED})

    conversation_id: str = Field(examples=["conv_4c9e1a"])
    lead_id: str | None
    lead_email: str | None
    started_at: str
    ended_at: str | None = Field(description="`null` while it is open.")
    duration_seconds: int | str | None
    message_count: int | str
    qualification_triggered: bool | str
    meeting_booked: bool | str
    messages: list[Said] | str
    events: list[dict[str, Any]] | str = Field(
        description="What happened beside the messages; each has `type` and `timestamp`."
    )


class ConversationPage(Schema):
    data: list[Conversation]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page.")


class NumberedMessage(Schema):
    seq: int = Field(description="Its number in the log, which also counts other events.")
    sender: str
    content: str
    timestamp: Moment


class MessagePage(Schema):
    data: list[NumberedMessage]
    next_after_seq: int | None = Field(
        description="Pass it as `after_seq` for the next page; `null` where there is none yet."
    )


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


class FiguresRow(Schema):
    """The figures of a day, week or month; of one segment where there is a breakdown. A restricted
    column reads [REDACTED]."""

    segment: str | None = Field(default=None, description="What people read; with a breakdown.")
    segment_value: str | None = Field(default=None, description="What a filter takes.")
    date: Day = Field(description="The day, the week's Monday, or the 1st of the month.")
    total_leads: int | str
    qualified_leads: int | str
    conversations: int | str
    conversion_rate: float | str | None = Field(description="Percent. Null without a lead.")
    avg_response_time_ms: int | str | None = Field(description="The median, despite its name.")
    engagement_score: float | str | None = Field(description="0 to 100.")
    widget_engagement_rate: float | str | None = Field(description="May exceed 1.")
    maturing: bool = Field(description="Whether its conversion rate can still rise.")


class Figures(Schema):
    """Figures of one snapshot, taken at `as_of`."""

    data: list[FiguresRow]
    as_of: Moment
    timezone: str
    range: dict[str, Day] = Field(description="`from` and `to`, both included.")
    granularity: str
    breakdown: str | None
    conversion_goal: str
    definitions_version: int


class Definition(Schema):
    key: str
    label: str
    unit: str
    decimals: int
    rolls_up_by: str = Field(description="sum, ratio, mean, median or distinct.")
    definition: str
    segments: list[str] = Field(description="Those by which it can be filtered and broken down.")


class StageDefinition(Schema):
    key: str
    label: str
    definition: str


class FunnelDefinition(Schema):
    definition: str
    stages: list[StageDefinition]


class Definitions(Schema):
    """`version` goes up with any change of what is counted, or how."""

    version: int
    metrics: list[Definition]
    funnel: FunnelDefinition


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
