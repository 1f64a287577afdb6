"""Who speaks with the visitor: the agent, a person, nobody any more. One table of the ways between.

    ai ⇄ pending_human → human → ai          each → closed
    ai ────────────────→ human

While a person is awaited the agent goes on answering. A way that silences the agent begins a new
epoch: answers that are thought out at that moment are never said (`turns.commit`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import current_account_id
from synaptiq.conversations import alerting
from synaptiq.conversations.filters import of_living_leads
from synaptiq.conversations.log import Entry
from synaptiq.conversations.models import Conversation, Turn
from synaptiq.kit import clock
from synaptiq.kit.database import ask
from synaptiq.kit.errors import Conflict, NotFound

AGENT_SPEAKS = frozenset({"ai", "pending_human"})
OPEN_TURN = ("pending", "running")
NOT_HERE = "There is no such conversation in this account."
CLOSED = "This conversation is closed, and a closed one never opens again."


@dataclass(frozen=True)
class Way:
    """From any of `sources` to `target`, by one of `by`; `event` is what the log gets."""

    sources: frozenset[str]
    target: str
    by: frozenset[str]
    silences: bool
    event: str


_OPEN = frozenset({"ai", "pending_human", "human"})

TABLE: dict[str, Way] = {
    "request": Way(
        frozenset({"ai"}), "pending_human", frozenset({"agent", "visitor", "system"}), False,
        "handoff_requested",
    ),
    # human → human: a colleague goes on.
    "take_over": Way(_OPEN, "human", frozenset({"person"}), True, "taken_over"),
    "give_back": Way(frozenset({"human"}), "ai", frozenset({"person"}), True, "given_back"),
    # Nobody came in time.
    "time_out": Way(
        frozenset({"pending_human"}), "ai", frozenset({"system"}), False, "given_back"
    ),
    "close": Way(_OPEN, "closed", frozenset({"person", "visitor", "system"}), True, "closed"),
}  # fmt: skip

# Of a conversation, in the order in which `Conversation.from_db` takes them.
COLUMNS = [field.attname for field in Conversation._meta.concrete_fields]
_HOLD = (
    f"SELECT {', '.join(COLUMNS)} FROM conversations_conversation "
    "WHERE id = %s AND account_id = %s FOR UPDATE"
)

_WHY_NOT: dict[str, str] = {
    "ai": "The agent has this conversation.",
    "pending_human": "This conversation waits for a person.",
    "human": "A person has this conversation.",
    "closed": CLOSED,
}


def hold(public_id: str) -> Conversation:
    """The conversation with its row locked until the transaction ends. Raises NotFound, for one of
    a deleted lead too: nobody sees that any more."""
    rows = Conversation.objects.select_for_update(of=("self",)).filter(of_living_leads())
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(NOT_HERE)
    return found


def hold_by_key(pk: int) -> Conversation:
    """The same by integer key, of whichever lead."""
    # As text: each answer begins so, and to put it together each time takes longer than to ask.
    rows = ask(_HOLD, [pk, current_account_id()])
    if not rows:
        raise Conversation.DoesNotExist
    return Conversation.from_db("default", COLUMNS, rows[0])


def can_go(conversation: Conversation, way: str) -> bool:
    """Whether that way leads on from where the conversation is."""
    return conversation.state in TABLE[way].sources


def go(
    conversation: Conversation, way: str, by: str, *, member: Member | None = None, **data: Any
) -> Entry:
    """Change the state of a conversation that is held, and give the entry for its log, which the
    caller appends where it belongs among what else it writes.

    Raises Conflict where that way does not begin in this state. `by` is agent, visitor, person or
    system; `data` goes into the entry.
    """
    step = TABLE[way]
    if by not in step.by:
        raise ValueError(f"{by} may not {way}")
    if conversation.state not in step.sources:
        raise Conflict(_WHY_NOT[conversation.state])
    changed: dict[str, Any] = {
        "state": step.target,
        "epoch": conversation.epoch + step.silences,
        "waiting_since": clock.DatabaseNow() if step.target == "pending_human" else None,
        "member": member if step.target == "human" else None,
        "with_person": conversation.with_person or step.target == "human",
    }
    if step.target == "closed":
        # Who had it stays written down.
        changed["member"] = conversation.member_id
        changed["closed_at"] = clock.DatabaseNow()
        changed["closed_by"] = "idle" if by == "system" else by
        changed["ended_at"] = conversation.last_message_at
    waited = conversation.state == "pending_human"
    Conversation.objects.filter(pk=conversation.pk).update(**changed)
    conversation.refresh_from_db(fields=list(changed))
    if step.silences:
        Turn.objects.filter(conversation=conversation, state__in=OPEN_TURN).update(
            state="superseded", ended_at=clock.DatabaseNow(), reason=step.event
        )
    if waited:
        alerting.settle(conversation)
    elif step.target == "pending_human":
        alerting.defer(conversation)
    return Entry(step.event, data={"by": by, **data}, member=member)
