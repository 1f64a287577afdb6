"""A person corrects what is known of a visitor: a fact of its own, and the score anew at once.

Judged by the same functions as a turn of the agent. A turn that is thought out meanwhile is thought
again (`conversations.turns.commit`), as after a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.db import transaction

from synaptiq.accounts import actors, audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import queries, states
from synaptiq.agent.actions.applying import CHECK
from synaptiq.agent.core import entering, learning, state
from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.score import assess, check_event
from synaptiq.agent.core.values import same
from synaptiq.agent.models import Fact
from synaptiq.conversations import handover, log
from synaptiq.conversations.log import Entry
from synaptiq.conversations.masking import mask
from synaptiq.conversations.models import FACT_CORRECTED, Conversation
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid, NotFound
from synaptiq.kit.text import clean
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead

HUMAN = "human"


def criterion_of(conversation: Conversation, key: str) -> Criterion:
    """A criterion of the version that a conversation is pinned to, or NotFound."""
    profile = queries.profile_of(queries.pinned_version(conversation))
    found = profile.criterion(key)
    if found is None:
        raise NotFound("This conversation's agent has no such criterion.")
    return found


class SetSince(Conflict):
    """Somebody else has set it since the form was opened; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has set this since you opened it: see what it is now. Save again to set "
            "yours all the same."
        )


def correct_fact(
    actor: Actor, conversation_id: str, key: str, given: Mapping[str, str],
    *, seen: int | None = None,
) -> Conversation:  # fmt: skip
    """Set what is known of a criterion; `given` as `core.entering` has it. What is so already is
    not written again. `seen` is the fact (integer key, 0 for none) that the form showed: raises
    SetSince where another one holds by now. Raises NotFound, Invalid, Denied, Conflict."""
    return _set(actor, conversation_id, key, given, seen)


def withdraw_fact(
    actor: Actor, conversation_id: str, key: str, *, seen: int | None = None
) -> Conversation:
    """Say that what is known of a criterion is not: it counts as never said, until somebody says
    it. Where nothing is known, nothing is written. Raises as `correct_fact`."""
    return _set(actor, conversation_id, key, None, seen)


def _set(
    actor: Actor, conversation_id: str, key: str, given: Mapping[str, str] | None, seen: int | None
) -> Conversation:
    with audit.denials(actor, "fact.corrected", target=conversation_id[:80]):
        actor.check(Permission.EDIT)
        with acting_for(actor.account.pk), transaction.atomic():
            held = handover.hold(conversation_id)
            if not held.visitor_message_count:
                raise Conflict("The visitor has not said anything yet.")
            criterion = criterion_of(held, key)
            today = clock.now().astimezone(ZoneInfo(actor.account.timezone)).date()
            value = None if given is None else entering.value_of(criterion, _cleaned(given), today)
            read = states.read(held)
            before = state.present(read.state.facts).get(key)
            is_known = before is not None and before.status == "known"
            if seen is not None and seen != (before.seq if before and is_known else 0):
                raise SetSince
            if not is_known if given is None else before and _says_so(before, value):
                return held
            lead = _lead(held.lead_id or read.lead_id)
            about = {"criterion": key, "label": criterion.label}
            (event,) = log.append(held, [Entry(FACT_CORRECTED, data=about, member=actor.member)])
            Fact.objects.create(
                lead=lead, visitor_id=held.visitor_id, conversation=held, criterion=key,
                value=value, message_seq=event.seq, source=HUMAN,
                status="withdrawn" if given is None else "known",
                supersedes_id=before.seq if before else None,
            )  # fmt: skip
            _judge(held, lead)
            # Which criterion, and not what is known of somebody.
            audit.record(actor, "fact.corrected", target=held.public_id, detail={"criterion": key})
    return held


def _says_so(fact: state.Fact, value: object) -> bool:
    """What was only inferred a person makes certain by saying the same."""
    return fact.status == "known" and fact.source != state.INFERRED and same(fact.value, value)


def _lead(pk: int | None) -> Lead | None:
    living = Lead.objects.alive().select_for_update(of=("self",))
    return living.select_related("assigned_to").filter(pk=pk).first() if pk else None


def _judge(held: Conversation, lead: Lead | None) -> None:
    profile = queries.profile_of(queries.pinned_version(held))
    now = states.read(held).state
    score = assess(profile, now.facts, now.contact, learning.closed(profile, now))
    check = check_event(now.checked, score)
    if check is None:
        return
    log.append(
        held, [Entry(CHECK, data=check)],
        {"qualification": check["result"], "score": check["score"]},
    )  # fmt: skip
    if lead:
        system = actors.of_system(held.account)
        leads.judge_lead(system, lead, result=score.outcome, score=score.score)


def _cleaned(given: Mapping[str, str]) -> dict[str, str]:
    """As a visitor's words are kept: without control characters, card numbers masked."""
    try:
        return {name: mask(clean(text)) for name, text in given.items()}
    except ValueError as error:
        raise Invalid({"value": str(error)}) from None
