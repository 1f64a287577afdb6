"""A conversation is one ordered log: everything that happened in it is an `Event` with a `seq`.

`seq` and `at` are given under the conversation's row lock, by the database's clock, so the log has
no gap, nothing comes late, and times never fall. What a list, a filter or a figure needs is kept
beside it on the conversation's row, by whoever appends.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.kit import clock, ids
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site, Visitor

SENDERS: dict[str, str] = {
    "ai": "Agent",
    "visitor": "Visitor",
    "agent": "Person",
    "system": "System",
}
# `conversations.handover` says which way leads from which to which.
STATES: dict[str, str] = {
    "ai": "With the agent",
    "pending_human": "Waiting for a person",
    "human": "With a person",
    "closed": "Closed",
}
MESSAGE = "message"
# What is searched of a message; there is an index over the very same expression.
SAID = Lower(F("content"))
# What may be exported of the log beside its messages: a closed list.
EXPORTED_TYPES = (
    "qualification_check", "lead_captured", "handoff_requested", "taken_over", "given_back",
    "meeting_booked", "meeting_rescheduled", "meeting_cancelled", "closed",
)  # fmt: skip
# What happened that the team sees in the log, and no export: somebody set what is known by hand, a
# meeting has another host.
FACT_CORRECTED, MEETING_HANDED_OVER = "fact_corrected", "meeting_handed_over"
MEETING_EVENTS = (
    "meeting_booked", "meeting_rescheduled", "meeting_cancelled", MEETING_HANDED_OVER,
)  # fmt: skip
TURN_STATES = ("pending", "running", "done", "superseded", "failed")
CLOSED_BY: dict[str, str] = {"idle": "Idle", "person": "A person", "visitor": "The visitor"}


def new_conversation_id() -> str:
    return ids.new_id("conv")


def new_turn_id() -> str:
    return ids.new_id("turn")


class Conversation(AccountModel):
    """One conversation of a visitor. Begins with the visitor's first message; once closed, it never
    opens again.

    `started_at` is when the first message that is shown was: the greeting's, where the visitor
    answered it within 30 minutes. `ended_at`, set on closing, is the last message's. `epoch` counts
    the hand-overs: a turn of an earlier one is not committed. `message_count` counts what the
    visitor sees. `agent_version` is the public id of the agent's version that it is pinned to, and
    `agent_name` the name that this has.
    """

    public_id = models.TextField(default=new_conversation_id, db_collation="C")
    site = models.ForeignKey(
        Site, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    lead = models.ForeignKey(
        Lead, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    state = models.TextField(default="ai", choices=list(STATES.items()))
    epoch = models.PositiveIntegerField(default=0)
    # The person who has it, in the state "human".
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    waiting_since = models.DateTimeField(null=True)
    agent_version = models.TextField(default="")
    agent_name = models.TextField(default="Synaptiq")

    last_seq = models.PositiveIntegerField(default=0)
    last_sender = models.TextField(default="visitor", choices=list(SENDERS.items()))
    message_count = models.PositiveIntegerField(default=0)
    visitor_message_count = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(db_default=clock.DatabaseNow())
    updated_at = models.DateTimeField(db_default=clock.DatabaseNow())
    started_at = models.DateTimeField(db_default=clock.DatabaseNow())
    last_message_at = models.DateTimeField(db_default=clock.DatabaseNow())
    last_event_at = models.DateTimeField(db_default=clock.DatabaseNow())
    ended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(null=True, choices=list(CLOSED_BY.items()))

    # The latest check: its result and score; NULL before one.
    qualification = models.TextField(null=True)
    score = models.SmallIntegerField(null=True)
    meeting_booked = models.BooleanField(default=False)
    # A person took part.
    with_person = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    is_spam = models.BooleanField(default=False)

    # What the engagement score is made of (PRODUCT 1.6).
    asked = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(default=0)
    volunteered = models.PositiveSmallIntegerField(default=0)
    scheduler_opened = models.BooleanField(default=False)
    slot_picked = models.BooleanField(default=False)
    active_seconds = models.PositiveIntegerField(default=0)
    device = models.TextField(null=True)
    language = models.TextField(null=True)
    page_url = models.TextField(null=True)
    # The visitor had it erased: only counts are left of it, for the figures, and nobody sees it.
    erased_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="conversation_public_id_once"),
            models.UniqueConstraint(fields=["account", "id"], name="conversation_of_account"),
            # One that is open, for each visitor.
            models.UniqueConstraint(
                fields=["visitor"], condition=Q(closed_at=None), name="conversation_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(STATES)), name="conversation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, ended_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None, ended_at=None)),
                name="conversation_closed_whole",
            ),
            AccountForeignKey(field="site", to="sites.Site", name="conversation_site"),
            AccountForeignKey(field="visitor", to="sites.Visitor", name="conversation_visitor"),
            AccountForeignKey(field="lead", to="leads.Lead", name="conversation_lead"),
            AccountForeignKey(field="member", to="accounts.Member", name="conversation_member"),
        ]
        indexes = [
            models.Index(
                fields=["account", "started_at", "public_id"], name="conversation_started"
            ),
            # In the order of an export.
            models.Index(
                fields=["account", "created_at", "public_id"], name="conversation_created"
            ),
            models.Index(
                fields=["account", "lead", "started_at"],
                condition=Q(lead__isnull=False),
                name="conversation_of_lead",
            ),
            models.Index(fields=["visitor", "id"], name="conversation_of_visitor"),
            # What the sweep looks for.
            models.Index(
                fields=["last_message_at"], condition=Q(closed_at=None), name="conversation_idle"
            ),
            # The order of the list, where what goes on stands first.
            models.Index(
                fields=["account", "last_message_at", "public_id"], name="conversation_active"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Event(AccountModel):
    """One entry of the log. A message has a sender and its content; what else happened has a type
    and `data`.

    `client_message_id` is the visitor's own name of the message, so that one that is sent again is
    kept once. `member` is the person who wrote or did it.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    seq = models.PositiveIntegerField()
    type = models.TextField(default=MESSAGE)
    at = models.DateTimeField(db_default=clock.DatabaseNow())
    sender = models.TextField(null=True, choices=list(SENDERS.items()))
    content = models.TextField(null=True)
    data = models.JSONField(default=dict)
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    client_message_id = models.UUIDField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="conversation_event_seq"),
            models.UniqueConstraint(
                fields=["visitor", "client_message_id"],
                condition=Q(client_message_id__isnull=False),
                name="conversation_event_sent_once",
            ),
            models.CheckConstraint(
                condition=(
                    Q(type=MESSAGE, sender__in=list(SENDERS), content__isnull=False)
                    | (~Q(type=MESSAGE) & Q(sender=None, content=None))
                ),
                name="conversation_event_whole",
            ),
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="conversation_event_of"
            ),
            AccountForeignKey(
                field="member", to="accounts.Member", name="conversation_event_member"
            ),
            AccountForeignKey(
                field="visitor", to="sites.Visitor", name="conversation_event_visitor"
            ),
        ]
        indexes = [
            # Letter triples of what was said; what is new waits in the index's list, and costs
            # little (docs/performance.md).
            GinIndex(
                "account",
                OpClass(SAID, name="gin_trgm_ops"),
                condition=Q(type=MESSAGE),
                name="conversation_event_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.seq}"


class Turn(AccountModel):
    """The agent's answer to what a visitor wrote: one answer. At most one is open in a
    conversation; what is written meanwhile joins it.

    `received_at` is when the last message that it answers came, `first_output_at` when the visitor
    could see the first of the answer; the response time lies between. `due_at` is when a worker may
    take it: of one that runs, when the word of whoever has it ends. `trace` says how it came to its
    answer, stage by stage; of test conversations only.
    """

    public_id = models.TextField(unique=True, default=new_turn_id)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    state = models.TextField(default="pending", choices=[(s, s) for s in TURN_STATES])
    epoch = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(db_default=clock.DatabaseNow())
    due_at = models.DateTimeField(db_default=clock.DatabaseNow())
    claimed_at = models.DateTimeField(null=True)
    first_output_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    agent_version = models.TextField(default="")
    reason = models.TextField(default="")
    trace = models.JSONField(default=list, db_default=[])

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state__in=["pending", "running"]),
                name="turn_open_once",
            ),
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="turn_conversation"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "received_at"], name="turn_received"),
            models.Index(fields=["conversation", "id"], name="turn_of_conversation"),
            # What workers look for.
            models.Index(
                fields=["due_at"], condition=Q(state__in=["pending", "running"]), name="turn_due"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ConversationNote(AccountModel):
    """What members write to each other beside a conversation. Never shown to a visitor, never
    exported, and therefore in a table of its own."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    text = models.TextField()
    # Its writer's own name of it, so that one that is sent again is kept once.
    client_note_id = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="conversation_note_of"
            ),
            AccountForeignKey(
                field="member", to="accounts.Member", name="conversation_note_member"
            ),
        ]
        indexes = [models.Index(fields=["conversation", "id"], name="conversation_note")]

    def __str__(self) -> str:
        return self.text[:40]


class ChatCounter(AccountModel):
    """How much an address wrote to a site in a minute, for the limit. Not logged by the database:
    a crash forgets it, and no message waits for it to be written."""

    site = models.ForeignKey(
        Site, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    address = models.TextField()
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["site", "address"], name="chat_counter_once"),
            AccountForeignKey(field="site", to="sites.Site", name="chat_counter_site"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.count}"
