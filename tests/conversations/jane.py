"""The conversation of the documentation page "Exporting Data", as the chat would have written it:
the page's two messages, and twelve more."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from synaptiq.accounts.models import Member
from synaptiq.conversations import log
from synaptiq.conversations.models import Conversation, ConversationNote
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from tests.conversations.making import make_conversation

HI = "Hi! I noticed you're checking out our pricing page..."
YEAH = "Yeah, I'm trying to figure out which plan fits a team of 50."
CHECK = log.Entry(
    "qualification_check", data={"result": "qualified", "score": 82, "contributions": [50, 32]}
)
# (clock, entry), in the order of the log.
SAID: tuple[tuple[str, log.Entry], ...] = (
    ("09:22:41", log.message("ai", HI)),
    ("09:23:05", log.message("visitor", YEAH)),
    ("09:23:07", log.message("ai", "Happy to help. What do you use today?")),
    ("09:23:40", log.message("visitor", "A spreadsheet 😅")),
    ("09:23:42", log.message("ai", "And when would you like to start?")),
    ("09:24:30", log.message("visitor", 'This quarter.\nNo later than "June".')),
    ("09:24:32", log.message("ai", "What budget have you set aside?")),
    ("09:25:58", log.message("visitor", "$10k-$50k")),
    ("09:26:00", log.message("ai", "How can we reach you?")),
    ("09:27:31", log.message("visitor", "jane@acme.com")),
    ("09:27:32", log.message("system", "Jane Smith left an email address.")),
    ("09:27:33", CHECK),
    ("09:29:10", log.message("agent", "Hello Jane, Alex here.")),
    ("09:30:02", log.message("visitor", "Hi Alex!")),
    ("09:31:18", log.message("ai", "Talk to you soon.")),
)


def moment(time: str) -> datetime:
    """That time of the page's day; the last microsecond of it, for files cut fractions."""
    return datetime.fromisoformat(f"2026-03-15T{time}.999999").replace(tzinfo=UTC)


def make_janes(lead: Lead, alex: Member, *, messages: int = 14) -> Conversation:
    """Conversation `conv_4c9e1a` of this lead, closed, or no more than its first messages, open.

    `alex` wrote the person's message, and a note that nobody else may see.
    """
    made = make_conversation(at=moment("09:22:41"), lead=lead, public_id="conv_4c9e1a")
    for time, entry in SAID:
        if made.message_count < messages:
            by = {"member": alex} if entry.sender == "agent" else {}
            with clock.freeze(moment(time)), transaction.atomic():
                entry = log.Entry(entry.type, entry.sender, entry.content, entry.data, **by)
                log.append(made, [entry])
    ConversationNote.objects.create(conversation=made, member=alex, text="Call her at noon.")
    if messages == len(SAID) - 1:
        Conversation.objects.filter(pk=made.pk).update(
            state="closed", ended_at=made.last_message_at, closed_at=moment("10:01:18"),
            closed_by="idle", qualification="qualified", score=82, with_person=True,
        )  # fmt: skip
    made.refresh_from_db()
    return made
