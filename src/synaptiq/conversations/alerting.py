"""Telling the team that a visitor waits for a person, and that nobody needs to come any more."""

from __future__ import annotations

from synaptiq.accounts import actions, queries
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.roles import Permission
from synaptiq.conversations.filters import of_living_leads
from synaptiq.conversations.models import Conversation

_KIND = NoticeKind.VISITOR_WAITING


def defer(conversation: Conversation) -> None:
    """Have the team told once this is committed; of a test or spam nobody is."""
    from synaptiq.conversations import tasks

    if not (conversation.is_test or conversation.is_spam):
        tasks.tell_waiting.defer(
            account_id=conversation.account_id, conversation_id=conversation.pk
        )


def tell_waiting(pk: int) -> None:
    """Tell each member who talks with visitors, unless somebody has come meanwhile, or nobody could
    open it: its lead was deleted."""
    waiting = Conversation.objects.filter(of_living_leads(), pk=pk, state="pending_human")
    found = waiting.first()
    if found is None:
        return
    told = actions.told_of(_KIND, found.public_id)
    for member in queries.members_who(Permission.CONVERSE):
        if member.pk not in told:
            actions.notify(member, _KIND, "A visitor waits for a person", found.public_id)


def settle(conversation: Conversation) -> None:
    """The visitor waits no more: what is unread of it calls nobody."""
    actions.settle_notices(_KIND, conversation.public_id)
