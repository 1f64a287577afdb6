"""What members do in a conversation, and what its visitor does beside writing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Greatest

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import closing, handover, log, marking, queries, telling, turns
from synaptiq.conversations.models import MESSAGE, Conversation, ConversationNote, Event
from synaptiq.kit import clock
from synaptiq.kit import text as texts
from synaptiq.kit.errors import Conflict, Denied, Invalid

LONGEST_REPLY = 4_000
# A day: whoever says more leaves a tab open, or makes it up.
MOST_ACTIVE_SECONDS = 86_400


class Overtaken(Conflict):
    """A colleague replied to the visitor meanwhile; `who` is their name, `seq` their message's."""

    def __init__(self, who: str, seq: int) -> None:
        super().__init__(f"{who} answered a moment ago. Nothing was sent.")
        self.who, self.seq = who, seq


def claim(actor: Actor, conversation_id: str) -> Conversation:
    """Take a visitor who waits for a person. Of several members who try the first has them; the
    others get a Conflict that names who it was."""
    with audit.denials(actor, "conversation.taken_over", target=conversation_id[:80]):
        actor.check(Permission.CONVERSE)
        member = _member(actor)
        with acting_for(actor.account.pk), transaction.atomic():
            held = handover.hold(conversation_id)
            closing.close_if_idle(held)
            if held.state == "human" and held.member_id == member.pk:
                return held
            if held.state == "human" and held.member is not None:
                raise Conflict(f"{held.member.user.called} was quicker and has this conversation.")
            if held.state != "closed":
                return _go(actor, held, "conversation.taken_over", "take_over")
    # Behind the transaction, which may have closed it.
    raise Conflict(handover.CLOSED)


def take_over(actor: Actor, conversation_id: str) -> Conversation:
    """Speak with the visitor oneself. The agent is silent from this moment on."""
    return _move(actor, conversation_id, "conversation.taken_over", "take_over")


def give_back(actor: Actor, conversation_id: str) -> Conversation:
    """Let the agent go on; it answers what the visitor said last, if nobody has."""
    return _move(actor, conversation_id, "conversation.given_back", "give_back")


def reply(
    actor: Actor, conversation_id: str, text: Any, *, reply_id: UUID | None = None,
    seen: int | None = None,
) -> Conversation:  # fmt: skip
    """Write to the visitor. Whoever replies has taken over, unless a colleague has already.

    The same `reply_id` again writes nothing more. `seen` is the seq up to which its writer had
    read: raises Overtaken where a colleague replied behind it; None asks for no such thing.
    """
    with audit.denials(actor, "conversation.replied", target=conversation_id[:80]):
        actor.check(Permission.CONVERSE)
        said = _checked(text)
        with acting_for(actor.account.pk), transaction.atomic():
            held = handover.hold(conversation_id)
            closing.close_if_idle(held)
            if reply_id and _is_said(actor, held, reply_id):
                return held
            if held.state != "closed":
                _check_seen(actor, held, seen)
                _say(actor, held, said, reply_id)
                return held
    # Behind the transaction, which has closed it.
    raise Conflict(handover.CLOSED)


def type_reply(actor: Actor, conversation_id: str) -> None:
    """Tell the visitor, and colleagues who look on, that this member types. Kept nowhere."""
    with audit.denials(actor, "conversation.replied", target=conversation_id[:80]):
        actor.check(Permission.CONVERSE)
        member = _member(actor)
        with acting_for(actor.account.pk):
            found = queries.get(conversation_id)
            if found.state != "closed":
                telling.member_types(found.pk, member.pk)


def add_note(
    actor: Actor, conversation_id: str, text: Any, *, note_id: UUID | None = None
) -> ConversationNote:
    """Write what only the team sees; it is never exported. The same `note_id` again writes nothing
    more."""
    with audit.denials(actor, "conversation.noted", target=conversation_id[:80]):
        actor.check(Permission.CONVERSE)
        said = _checked(text)
        with acting_for(actor.account.pk), transaction.atomic():
            held = handover.hold(conversation_id)
            about = {"conversation": held, "member": _member(actor)}
            named = ConversationNote.objects.filter(**about, client_note_id=note_id)
            if note_id and (again := named.first()):
                return again
            note = ConversationNote.objects.create(**about, text=said, client_note_id=note_id)
            telling.beside(note.conversation_id)
            audit.record(actor, "conversation.noted", target=conversation_id)
    return note


def close(actor: Actor, conversation_id: str) -> Conversation:
    """End a conversation. The visitor's next message begins another."""
    with audit.denials(actor, "conversation.closed", target=conversation_id[:80]):
        actor.check(Permission.CONVERSE)
        with acting_for(actor.account.pk), transaction.atomic():
            held = handover.hold(conversation_id)
            closing.close(held, "person", member=_member(actor))
            audit.record(actor, "conversation.closed", target=held.public_id)
    return held


def mark(
    actor: Actor, conversation_id: str, *, test: bool | None = None, spam: bool | None = None
) -> Conversation:
    """Say that it is, or is not, a test or spam (None: as it is). Lists and exports leave both out
    unless they are asked for, and with them a lead that has no other. What is marked already stays
    so, and is not written down again."""
    with audit.denials(actor, "conversation.marked", target=conversation_id[:80]):
        actor.check(Permission.CONVERSE)
        with acting_for(actor.account.pk), transaction.atomic():
            held = handover.hold(conversation_id)
            said = {"is_test": test, "is_spam": spam}
            changed = {
                name: value
                for name, value in said.items()
                if value is not None and value != getattr(held, name)
            }
            if changed:
                Conversation.objects.filter(pk=held.pk).update(
                    **changed, updated_at=clock.DatabaseNow()
                )
                held.refresh_from_db(fields=[*changed, "updated_at"])
                if held.lead_id is not None:
                    marking.follow(held.lead_id)
                telling.beside(held.pk)
                detail = {name.removeprefix("is_"): value for name, value in changed.items()}
                audit.record(actor, "conversation.marked", target=held.public_id, detail=detail)
    return held


def close_for_visitor(account_id: int, pk: int) -> bool:
    """The visitor has ended it; whether it was open."""
    with acting_for(account_id), transaction.atomic():
        held = handover.hold_by_key(pk)
        if held.state == "closed":
            return False
        closing.close(held, "visitor")
    return True


def request_person(account_id: int, pk: int) -> bool:
    """The visitor asks for a person; whether that is new. Raises Conflict where it is closed."""
    with acting_for(account_id), transaction.atomic():
        held = handover.hold_by_key(pk)
        closing.close_if_idle(held)
        if held.state in {"pending_human", "human"}:
            return False
        if held.state != "closed":
            log.append(held, [handover.go(held, "request", "visitor")])
            return True
    # Behind the transaction, which has closed it.
    raise Conflict(handover.CLOSED)


def note_activity(
    account_id: int, pk: int, *, active_seconds: int = 0, scheduler_opened: bool = False,
    slot_picked: bool = False,
) -> None:  # fmt: skip
    """Keep what the engagement score needs of the visitor's side. `active_seconds` is the total so
    far in this conversation; what was told once is never taken back, so it may come twice."""
    seconds = min(max(active_seconds, 0), MOST_ACTIVE_SECONDS)
    changed: dict[str, Any] = {"active_seconds": Greatest("active_seconds", seconds)}
    if scheduler_opened:
        changed["scheduler_opened"] = True
    if slot_picked:
        changed["slot_picked"] = True
    with acting_for(account_id):
        Conversation.objects.filter(pk=pk).update(**changed)


def _move(actor: Actor, conversation_id: str, action: str, way: str) -> Conversation:
    with audit.denials(actor, action, target=conversation_id[:80]):
        actor.check(Permission.CONVERSE)
        member = _member(actor)
        with acting_for(actor.account.pk), transaction.atomic():
            held = handover.hold(conversation_id)
            closing.close_if_idle(held)
            if held.state != "closed":
                if way == "take_over" and held.state == "human" and held.member_id == member.pk:
                    return held
                return _go(actor, held, action, way)
    # Behind the transaction, which may have closed it.
    raise Conflict(handover.CLOSED)


def _go(actor: Actor, held: Conversation, action: str, way: str) -> Conversation:
    log.append(held, [handover.go(held, way, "person", member=actor.member)])
    turns.open_for(held)
    audit.record(actor, action, target=held.public_id)
    return held


def _is_said(actor: Actor, held: Conversation, reply_id: UUID) -> bool:
    """Whether this member's reply of that name is written. The conversation is held, so two at the
    same moment come one after the other."""
    said = Event.objects.filter(conversation=held, type=MESSAGE, member=actor.member)
    return said.filter(client_message_id=reply_id).exists()


def _check_seen(actor: Actor, held: Conversation, seen: int | None) -> None:
    if seen is None:
        return
    other = queries.newest_reply(held, after=seen, but=actor.member)
    if other is not None and other.member is not None:
        raise Overtaken(other.member.user.called, other.seq)


def _say(actor: Actor, held: Conversation, said: str, reply_id: UUID | None) -> None:
    entries = []
    if held.state != "human":
        entries.append(handover.go(held, "take_over", "person", member=_member(actor)))
        audit.record(actor, "conversation.taken_over", target=held.public_id)
    written = log.append(held, [*entries, log.message("agent", said, member=_member(actor))])
    if reply_id:
        Event.objects.filter(pk=written[-1].pk).update(client_message_id=reply_id)
    # That something was said, and not what.
    audit.record(actor, "conversation.replied", target=held.public_id)


def _member(actor: Actor) -> Any:
    if actor.member is None:
        raise Denied("Only a member talks with visitors.")
    return actor.member


def _checked(text: Any) -> str:
    if not isinstance(text, str) or texts.is_letterless(text):
        raise Invalid({"text": "is blank."})
    try:
        # A form's line break is two characters, and one of those that were typed.
        said = texts.clean(text.replace("\r\n", "\n")).strip()
    except ValueError as error:
        raise Invalid({"text": str(error)}) from None
    if len(said) > LONGEST_REPLY:
        raise Invalid({"text": f"holds {len(said):,} characters; at most {LONGEST_REPLY:,} may."})
    return said
