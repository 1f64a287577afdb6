"""The shapes that the Chat API takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import UUID4, AfterValidator, ConfigDict, Discriminator, Field, Tag

from synaptiq.conversations.accepting import LONGEST_TEXT
from synaptiq.kit import text as texts

LONGEST_URL = 2_000
LONGEST_FIELD = 300
# A greeting of 2,000 characters in whatever script with four answers, signed.
LONGEST_GREETING = 13_500
MOST_OUTCOMES = 20


def _said(value: str) -> str:
    if texts.is_letterless(value):
        raise ValueError("is blank")
    return texts.clean(value)


def _page(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("is no address of a page; it begins with https:// or http://")
    return texts.one_line(value)


def _path(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError("is no path; it begins with a slash")
    return texts.one_line(value.partition("?")[0].partition("#")[0])


Said = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_said)]
Line = Annotated[str, Field(max_length=LONGEST_FIELD), AfterValidator(texts.one_line)]


class _Body(Schema):
    model_config = ConfigDict(extra="forbid")


class FormReply(_Body):
    """What was filled into a form card, by the names that the card has."""

    form: dict[str, Line]


class Slot(_Body):
    """A start out of `GET …/slots`, and the zone in which the visitor read it."""

    starts_at: str = Field(max_length=40)
    zone: str = Field(max_length=64)


class SlotReply(_Body):
    """What was picked on a card of free times."""

    slot: Slot


def _kind(given: object) -> str:
    if isinstance(given, SlotReply) or (isinstance(given, dict) and "slot" in given):
        return "<slot>"
    return "<form>" if isinstance(given, dict | FormReply) else "<text>"


# By its kind, so that what is wrong with one is not called wrong as the other, too. `api.problems`
# leaves the tags out.
Reply = Annotated[
    Annotated[Said, Tag("<text>")]
    | Annotated[FormReply, Tag("<form>")]
    | Annotated[SlotReply, Tag("<slot>")],
    Discriminator(_kind),
]


class Message(_Body):
    # Random, for that of a first message is what the visitor's token is made of.
    client_message_id: UUID4
    text: Said | None = None
    reply: Reply | None = None
    conversation_id: str | None = Field(default=None, max_length=60)
    page_url: Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(_page)] | None = None
    greeting: str | None = Field(default=None, max_length=LONGEST_GREETING)


class Of(_Body):
    """Which conversation is meant; without an id, the visitor's newest."""

    conversation_id: str | None = Field(default=None, max_length=60)


class Hold(Of, Slot):
    """The start that is to be kept for a visitor."""


class Activity(Of):
    active_seconds: int = Field(default=0, ge=0, strict=True)
    scheduler_opened: bool = Field(default=False, strict=True)
    slot_picked: bool = Field(default=False, strict=True)


class Outcome(_Body):
    """What became of a greeting, or why it was not shown."""

    greeting: str = Field(max_length=60)
    outcome: Literal[
        "shown", "opened", "answered", "dismissed", "other_page", "dismissed_before",
        "shown_before", "chat_open", "chat_before", "tab_hidden", "left_before_delay",
        "screen_too_small",
    ]  # fmt: skip


class Seen(_Body):
    page: Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(_path)]
    outcomes: list[Outcome] = Field(min_length=1, max_length=MOST_OUTCOMES)


class Identity(_Body):
    token: str = Field(min_length=1, max_length=8_000)


class Transcript(Of):
    email: Line


class Erasing(_Body):
    """Nothing has to be said."""
