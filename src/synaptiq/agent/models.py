"""What an agent is (versions, answers) and what it has learned (facts).

Versions and facts are never rewritten: a conversation is pinned to its version, a score to its
facts. The database itself refuses it, but for whose lead a fact is.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock, ids
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Visitor

SOURCES: dict[str, str] = {
    "stated": "Said",
    "button": "Chosen",
    "form": "Typed into the form",
    "human": "Set by a person",
    "inferred": "Inferred",
}
FACT_STATUSES: dict[str, str] = {
    "known": "Known", "refused": "Refused", "withdrawn": "Withdrawn",
}  # fmt: skip
# Of PostgreSQL's dictionaries: plural and tense make no other word. A language for each account's
# knowledge comes with documents.
SEARCH_CONFIG = "english"


def new_version_id() -> str:
    return ids.new_id("agv")


def new_answer_id() -> str:
    return ids.new_id("qa")


class AgentVersion(AccountModel):
    """The agent as it was saved at one moment: name, greeting and profile. Never changed.

    `number` counts from 1 in each account; the newest is the one that answers. `profile` is
    `core.profile.Profile` as JSON. `said` tells what was changed; `member` is nobody where the
    product made it (the first one).
    """

    public_id = models.TextField(unique=True, default=new_version_id)
    number = models.PositiveIntegerField()
    name = models.TextField()
    greeting = models.TextField()
    profile = models.JSONField()
    said = models.TextField(default="")
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="agent_version_number"),
            AccountForeignKey(field="member", to="accounts.Member", name="agent_version_member"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class Answer(AccountModel):
    """A question that visitors ask, and what the agent answers to it, word by word.

    The two search columns are made by the database: what an answer is about stands in its
    question, so a word found there weighs more.
    """

    public_id = models.TextField(unique=True, default=new_answer_id)
    question = models.TextField()
    answer = models.TextField()
    question_search = models.GeneratedField(
        expression=SearchVector(F("question"), config=SEARCH_CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    search = models.GeneratedField(
        expression=SearchVector(F("question"), F("answer"), config=SEARCH_CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(db_default=clock.DatabaseNow())
    updated_at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        indexes = [GinIndex(fields=["search"], name="answer_search")]

    def __str__(self) -> str:
        return self.question


class Fact(AccountModel):
    """What somebody said about one criterion, in their own words. Only ever added.

    The integer key is the order (`seq` of `core.state.Fact`): it is given under the conversation's
    lock. A fact is the visitor's until a lead is captured, then also the lead's. `message_seq` is
    the place of its message in the conversation's log; `supersedes` what it corrects.
    """

    lead = models.ForeignKey(
        Lead, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    criterion = models.TextField()
    value = models.JSONField(null=True)
    quote = models.TextField(default="")
    message_seq = models.PositiveIntegerField()
    source = models.TextField(choices=list(SOURCES.items()))
    status = models.TextField(default="known", choices=list(FACT_STATUSES.items()))
    supersedes = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="fact_of_account"),
            models.CheckConstraint(
                condition=Q(source__in=list(SOURCES)) & Q(status__in=list(FACT_STATUSES)),
                name="fact_kind_known",
            ),
            AccountForeignKey(field="lead", to="leads.Lead", name="fact_lead"),
            AccountForeignKey(field="visitor", to="sites.Visitor", name="fact_visitor"),
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="fact_conversation"
            ),
            AccountForeignKey(field="supersedes", to="agent.Fact", name="fact_supersedes"),
        ]
        indexes = [
            models.Index(fields=["visitor", "id"], name="fact_of_visitor"),
            models.Index(
                fields=["account", "lead", "id"],
                condition=Q(lead__isnull=False),
                name="fact_of_lead",
            ),
            models.Index(fields=["conversation", "id"], name="fact_of_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.value}"
