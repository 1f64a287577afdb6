"""What follows from a turn, written together with its messages in the commit's one transaction:
facts, the lead and its judgement, counts, a person who is asked for."""

from __future__ import annotations

from typing import Any

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.agent import queries
from synaptiq.agent.actions.booking import book
from synaptiq.agent.core.turn import Step
from synaptiq.agent.models import AgentVersion, Fact
from synaptiq.agent.states import WAYS, Seen
from synaptiq.conversations import handover, log, marking
from synaptiq.conversations.log import Entry
from synaptiq.conversations.models import Conversation
from synaptiq.conversations.turns import Answer
from synaptiq.kit import clock
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead

CHECK = "qualification_check"


def apply(held: Conversation, version: AgentVersion, seen: Seen, found: Step) -> Answer:
    """Write facts and lead, and give what the conversation gets: its counts, version, lead and
    latest check, and for its log, in this order, what happened, what the agent says, whom it asks
    for. The conversation is held."""
    actor = actors.of_system(seen.account)
    changed: dict[str, Any] = {
        "asked": held.asked + found.asked,
        "answered": held.answered + found.answered,
        "volunteered": held.volunteered + found.volunteered,
    }
    if not held.agent_version:
        # From the first turn on; the commit writes it to the turn as well.
        held.agent_version, held.agent_name = version.public_id, version.name
        changed |= {"agent_version": version.public_id, "agent_name": version.name}
    lead, is_new = _lead(actor, held, seen, found)
    _keep_facts(held, lead, seen, found)
    if lead and held.lead_id is None:
        changed["lead_id"] = lead.pk
    checks = [event.data for event in found.events if event.type == CHECK]
    if checks:
        changed |= {"qualification": checks[-1]["result"], "score": checks[-1]["score"]}
    if lead and found.score and (checks or (is_new and seen.state.checked)):
        leads.judge_lead(actor, lead, result=found.score.outcome, score=found.score.score)
    entries = [Entry("lead_captured")] if is_new else []
    entries += [Entry(event.type, data=event.data) for event in found.events]
    entries += [log.message("ai", reply.text, **reply.data) for reply in found.messages]
    handoff = found.handoff
    if found.books:
        booked = book(held, lead, found.books)
        entries += booked.entries
        changed |= booked.changed
        handoff = handoff or booked.handoff
    if handoff and handover.can_go(held, "request"):
        entries.append(handover.go(held, "request", "agent"))
    return Answer(entries, changed)


def _lead(actor: Actor, held: Conversation, seen: Seen, found: Step) -> tuple[Lead | None, bool]:
    """The lead of who talks here, held, and whether it was made at this moment.

    One that was deleted is left alone in its own conversations; in a later one whoever leaves a way
    to be reached is a lead anew.
    """
    said = {capture.field: capture.value for capture in found.captures if capture.field in WAYS}
    ways, external_id = {**seen.vouched.ways, **said}, seen.vouched.external_id
    pk = held.lead_id or seen.lead_id
    if pk is not None:
        living = Lead.objects.alive().select_for_update(of=("self",))
        lead = living.select_related("assigned_to").filter(pk=pk).first()
        if lead:
            leads.touch_lead(lead)
            if held.lead_id is None and (lead.is_test or lead.is_spam):
                # A first conversation that is neither takes them away.
                marking.follow(lead.pk, beside=held)
            if ways:
                leads.add_ways(actor, lead, ways)
                lead = living.select_related("assigned_to").get(pk=pk)
            if external_id and lead.external_id is None:
                leads.name_lead(actor, lead, external_id)
                lead = living.select_related("assigned_to").get(pk=pk)
            return lead, False
    # What is known and no lead's was said to one that was deleted meanwhile, or cannot be kept.
    known = {field: value for field in WAYS if (value := getattr(seen.state.contact, field))}
    if held.lead_id is not None or not (known or ways):
        return None, False
    earlier = Conversation.objects.filter(visitor=held.visitor_id, lead=None).exclude(pk=held.pk)
    first = earlier.order_by("started_at", "pk").first()
    made = leads.capture_lead(
        actor, {**known, **ways}, source_url=(first or held).page_url,
        first_visit_at=held.visitor.first_seen_at, is_test=held.is_test,
        is_spam=held.is_spam, external_id=external_id,
    )  # fmt: skip
    if made and first:
        # What the lead said there is what it is judged by.
        earlier.update(lead=made, updated_at=clock.DatabaseNow())
        marking.follow(made.pk, beside=held)
    return made, made is not None


def _keep_facts(held: Conversation, lead: Lead | None, seen: Seen, found: Step) -> None:
    """Add what was learned. What was known of the visitor before is the lead's from now on."""
    if lead:
        Fact.objects.filter(visitor=held.visitor_id, lead=None).update(lead=lead)
    own = {fact.seq for fact in found.facts}
    # What corrects another of this very turn must know its key.
    is_one_by_one = any(fact.supersedes in own for fact in found.facts)
    kept: dict[int | None, int] = {}
    rows: list[Fact] = []
    for fact in found.facts:
        row = Fact(
            lead=lead, visitor_id=held.visitor_id, conversation=held, criterion=fact.criterion,
            value=fact.value, quote=fact.quote, message_seq=fact.message_seq, source=fact.source,
            status=fact.status, supersedes_id=kept.get(fact.supersedes, fact.supersedes),
        )  # fmt: skip
        if is_one_by_one:
            row.save()
            kept[fact.seq] = row.pk
        else:
            rows.append(row)
    rows += [
        Fact(
            lead=lead, visitor_id=held.visitor_id, conversation=held,
            criterion=queries.CONTACT_PREFIX + capture.field, value=capture.value,
            quote=capture.quote, message_seq=capture.message_seq, source=capture.source,
        )
        for capture in found.captures
        if capture.field in WAYS
    ]  # fmt: skip
    last = max((said.seq for said in seen.state.log), default=0)
    # Before what the visitor says in this very turn, which is the later word.
    rows[:0] = [
        Fact(
            lead=lead, visitor_id=held.visitor_id, conversation=held,
            criterion=queries.CONTACT_PREFIX + way, value=value, message_seq=last, source="form",
        )
        for way, value in seen.vouched.ways.items()
    ]  # fmt: skip
    if rows:
        Fact.objects.bulk_create(rows)
