"""Who is told that a visitor waits, or that a lead is qualified, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from synaptiq.accounts import actions as accounts
from synaptiq.accounts import actors, queries
from synaptiq.accounts.models import Account, Member, Notice
from synaptiq.conversations import actions, alerting
from synaptiq.kit import clock
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests.conversations.making import make_conversation

Makes = Callable[..., Member]


@pytest.fixture
def team(account: Account, member: Makes) -> dict[str, Member]:
    return {role: member(role) for role in ("owner", "agent", "viewer", "auditor", "export")}


def told(kind: str, *, unread: bool = True) -> set[str]:
    rows = Notice.objects.filter(kind=kind)
    rows = rows.filter(read_at=None) if unread else rows
    return {row.member.roles[0] for row in rows.select_related("member")}


def test_those_who_talk_are_told_of_a_visitor_who_waits(team: dict[str, Member]) -> None:
    made = make_conversation(("visitor", "Hi"))
    actions.request_person(made.account_id, made.pk)
    for _ in range(2):
        alerting.tell_waiting(made.pk)
    assert told("visitor_waiting") == {"owner", "agent"}
    assert Notice.objects.filter(kind="visitor_waiting").count() == 2
    assert {row.target for row in Notice.objects.all()} == {made.public_id}
    # The first who claims has the visitor, and it calls nobody any more.
    actions.claim(actors.of_member(team["agent"]), made.public_id)
    assert told("visitor_waiting") == set()
    assert told("visitor_waiting", unread=False) == {"owner", "agent"}


def test_nobody_is_told_of_one_who_does_not_wait_any_more(team: dict[str, Member]) -> None:
    made = make_conversation(("visitor", "Hi"))
    actions.request_person(made.account_id, made.pk)
    actions.close_for_visitor(made.account_id, made.pk)
    alerting.tell_waiting(made.pk)
    assert told("visitor_waiting") == set()


def test_nobody_is_told_of_one_that_nobody_could_open(team: dict[str, Member]) -> None:
    lead = Lead.objects.create(email="jane@acme.com")
    made = make_conversation(("visitor", "Hi"), lead=lead)
    actions.request_person(made.account_id, made.pk)
    leads.delete_lead(actors.of_member(team["owner"]), lead.public_id)
    alerting.tell_waiting(made.pk)
    assert told("visitor_waiting") == set()


def test_a_wait_that_ends_settles_it(team: dict[str, Member]) -> None:
    from synaptiq.conversations import closing

    made = make_conversation(("visitor", "Hi"))
    actions.request_person(made.account_id, made.pk)
    alerting.tell_waiting(made.pk)
    with clock.freeze(clock.now() + closing.CLAIM_WITHIN):
        assert closing.time_out(made.pk)
    assert told("visitor_waiting") == set()


def test_a_qualified_lead_is_told_once_to_whose_it_is(team: dict[str, Member]) -> None:
    owner = actors.of_member(team["owner"])
    nobodys = leads.create_lead(owner, {"name": "A"})
    agents = leads.create_lead(owner, {"name": "B"}, assigned_to=team["agent"])
    Notice.objects.all().delete()
    for lead, roles in ((nobodys, {"owner", "agent"}), (agents, {"agent"})):
        Notice.objects.all().delete()
        leads.tell_qualified(lead.pk)
        leads.tell_qualified(lead.pk)
        assert told("lead_qualified") == roles
        assert Notice.objects.count() == len(roles)


def test_it_is_deferred_with_the_first_qualification_alone(team: dict[str, Member]) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    system = actors.of_system(team["owner"].account)
    made = leads.create_lead(actors.of_member(team["owner"]), {"name": "A"})
    jobs = ProcrastinateJob.objects.filter(task_name="leads.tell_qualified")
    for result, count in (("nurture", 0), ("qualified", 1), ("qualified", 1)):
        with transaction.atomic():
            leads.judge_lead(system, Lead.objects.get(pk=made.pk), result=result, score=80)
        assert jobs.all().count() == count


# ── By email ─────────────────────────────────────────────────────────────────────────────────────
def mailed() -> set[str]:
    return {sent.to[0] for sent in mail.outbox}


def test_who_has_a_page_open_gets_no_mail_of_a_visitor_who_waits(member: Makes) -> None:
    here, away, long_gone, reads = (
        member(role, email=f"{name}@acme.example")
        for name, role in (("here", "agent"), ("away", "agent"), ("gone", "admin"), ("v", "viewer"))
    )
    Member.objects.filter(pk=here.pk).update(seen_at=clock.now() - timedelta(seconds=20))
    Member.objects.filter(pk=long_gone.pk).update(seen_at=clock.now() - queries.HERE_FOR)
    made = make_conversation(("visitor", "My number is 5550123"))
    actions.request_person(made.account_id, made.pk)
    alerting.tell_waiting(made.pk)
    assert mailed() == {"away@acme.example", "gone@acme.example"}
    # Under the bell it stands for all three.
    assert Notice.objects.filter(read_at=None).count() == 3
    assert not Notice.objects.filter(member=reads).exists()
    for sent in mail.outbox:
        assert "5550123" not in sent.body
        assert sent.subject == "A visitor waits for a person"
    # Who says no gets none.
    mail.outbox.clear()
    Notice.objects.all().delete()
    accounts.choose_mailed_kinds(actors.of_member(away), [])
    alerting.tell_waiting(made.pk)
    assert mailed() == {"gone@acme.example"}


def test_a_mail_of_a_qualified_lead_holds_nothing_of_it(team: dict[str, Member]) -> None:
    Member.objects.filter(pk=team["agent"].pk).update(seen_at=clock.now())
    secret = {"name": "Zorro Secret", "email": "zorro@secret.example", "phone": "+1-555-0123"}
    lead = leads.create_lead(actors.of_member(team["owner"]), secret)
    leads.tell_qualified(lead.pk)
    # It waits for nobody, so it goes to who is here too.
    assert mailed() == {team["owner"].user.email, team["agent"].user.email}
    for sent in mail.outbox:
        assert not [
            word for word in ("Zorro", "secret", "0123") if word in sent.body + sent.subject
        ]
