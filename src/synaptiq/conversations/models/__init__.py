"""Conversations and what is beside them: their log and turns, and which members look at them."""

from __future__ import annotations

from synaptiq.conversations.models.conversation import (
    CLOSED_BY,
    EXPORTED_TYPES,
    FACT_CORRECTED,
    MEETING_EVENTS,
    MEETING_HANDED_OVER,
    MESSAGE,
    SAID,
    SENDERS,
    STATES,
    TURN_STATES,
    ChatCounter,
    Conversation,
    ConversationNote,
    Event,
    Turn,
    new_conversation_id,
    new_turn_id,
)
from synaptiq.conversations.models.presence import Looking, Online, ReadUpTo
from synaptiq.conversations.models.transcript import TranscriptMail

__all__ = [
    "CLOSED_BY", "EXPORTED_TYPES", "FACT_CORRECTED", "MEETING_EVENTS", "MEETING_HANDED_OVER",
    "MESSAGE", "SAID", "SENDERS", "STATES", "TURN_STATES", "ChatCounter", "Conversation",
    "ConversationNote", "Event", "Looking", "Online", "ReadUpTo", "TranscriptMail", "Turn",
    "new_conversation_id", "new_turn_id",
]  # fmt: skip
