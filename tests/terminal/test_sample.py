"""The sample account: made once, whole, and with a log that names what is there."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import queries
from synaptiq.agent.core.score import assess
from synaptiq.agent.core.state import Contact
from synaptiq.agent.models import Fact
from synaptiq.analytics import queries as figures
from synaptiq.analytics.models import VisitorDay
from synaptiq.analytics.spec import FigureSpec
from synaptiq.conversations.models import Conversation, Event, Turn
from synaptiq.exports import pipeline
from synaptiq.exports.models import Export
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from synaptiq.meetings.models import Meeting
from synaptiq.terminal import moments, sample, traffic, visitors

VISITORS = 25


@pytest.fixture(autouse=True)
def few_visitors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "VISITORS", VISITORS)


def test_the_sample_is_made_once_and_its_log_names_it(committed_db: str) -> None:
    sample.fill()
    sample.fill()
    account = Account.objects.get()
    with acting_for(account.pk):
        by_visitors = Lead.objects.filter(email__endswith="@visitors.example")
        assert Lead.objects.count() == sample.LEADS + by_visitors.count()
        assert set(Export.objects.values_list("state", flat=True)) == {"ready"}
        assert AuditEntry.objects.get(action="account.created").target == account.public_id
        joined = AuditEntry.objects.filter(action="member.joined").values_list("target", flat=True)
        others = Member.objects.exclude(user__email=sample.OWNER)
        assert set(joined) == set(others.values_list("public_id", flat=True))


def test_its_conversations_are_the_real_agents(committed_db: str) -> None:
    sample.fill()
    with acting_for(Account.objects.get().pk):
        talks = Conversation.objects.exclude(public_id="conv_4c9e1a")
        assert talks.filter(state="closed").count() == VISITORS
        there = talks.exclude(state="closed")
        assert set(there.values_list("state", flat=True)) == {"ai", "pending_human", "human"}
        assert not there.filter(last_message_at__gt=clock.now()).exists()
        assert {"idle", "person", None} == set(talks.values_list("closed_by", flat=True))
        assert {"qualified", "nurture", None} <= set(talks.values_list("qualification", flat=True))
        assert talks.filter(with_person=True).exists()
        assert set(Turn.objects.values_list("state", flat=True)) <= {"done", "superseded"}
        for talk in talks.exclude(lead=None).select_related("lead"):
            assert talk.lead.email.endswith("@visitors.example")
            assert talk.lead.created_at > talk.started_at
        fact = Fact.objects.filter(criterion="team_size", source="stated").first()
        said = Event.objects.get(conversation=fact.conversation, seq=fact.message_seq)
        assert fact.quote in said.content
        jane = Conversation.objects.get(public_id="conv_4c9e1a")
        assert (jane.message_count, jane.lead.public_id) == (14, "lead_8f3a2b")
        facts = queries.plain(queries.facts_of_lead(jane.lead))
        profile = queries.profile_of(queries.pinned_version(jane))
        found = assess(profile, facts, Contact(email=jane.lead.email))
        assert (found.score, found.outcome) == (jane.score, "qualified") == (82, "qualified")


def test_its_meetings_agree_with_leads_and_conversations_and_no_letter_is_left(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "VISITORS", 60)
    sample.fill()
    with acting_for(Account.objects.get().pk):
        meetings = Meeting.objects.exclude(state="reserved")
        # How many lie behind depends on the day.
        assert meetings.filter(attendance="held", starts_at__lt=clock.now()).exists()
        assert not meetings.filter(told__lt=F("sequence")).exists()
        for meeting in meetings.select_related("lead", "conversation"):
            assert meeting.lead.meeting_booked_at or meeting.state == "cancelled"
            assert meeting.conversation.meeting_booked == (meeting.state == "booked")


def test_exports_that_were_cut_off_are_made_by_the_next_start(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = pipeline.run

    def only_the_first(export: Export) -> Any:
        if Export.objects.count() > 1:
            raise KeyboardInterrupt
        run(export)

    monkeypatch.setattr(pipeline, "run", only_the_first)
    with pytest.raises(KeyboardInterrupt):
        sample.fill()
    with acting_for(Account.objects.get().pk):
        assert not Export.objects.exists()
    monkeypatch.setattr(pipeline, "run", run)
    sample.fill()
    with acting_for(Account.objects.get().pk):
        assert Export.objects.count() == 3


def test_visitors_write_by_day_and_more_of_them_lately() -> None:
    zone = ZoneInfo("America/New_York")
    now, dice = datetime(2026, 11, 28, 7, 0, tzinfo=UTC), random.Random("moments")
    found = [moments.pick(now, visitors.DAYS, zone, dice) for _ in range(400)]
    assert all(now - timedelta(days=visitors.DAYS + 1) < at <= now for at in found)
    hours = [at.astimezone(zone).hour for at in found]
    assert sum(8 <= hour < 18 for hour in hours) > 0.7 * len(hours)
    assert sum(at > now - timedelta(days=visitors.DAYS / 2) for at in found) > 0.6 * len(found)


def test_its_figures_have_weekdays_a_campaign_and_an_outage_that_are_noted(
    committed_db: str,
) -> None:
    sample.fill()
    account = Account.objects.get()
    today = clock.now().astimezone(ZoneInfo(account.timezone)).date()

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    with acting_for(account.pk):
        spec = FigureSpec(ago(90), ago(1), "day", account.timezone, account.conversion_goal)
        report = figures.report(spec)
        came = dict(zip(
            (bucket.label for bucket in report.range.buckets),
            report.series["unique_visitors"].values, strict=True,
        ))  # fmt: skip
        notes = figures.annotations_of(ago(90), today)
        days = VisitorDay.objects.filter(visitor__isnull=False).values("visitor").distinct()
        assert days.count() == Conversation.objects.values("visitor").distinct().count()
    assert [note.day for note in notes] == [ago(62), ago(41), ago(24), ago(12)]
    weekend = [n for day, n in came.items() if day.weekday() > 4]
    work = [n for day, n in came.items() if day.weekday() < 5]
    assert sum(weekend) / len(weekend) < 0.6 * sum(work) / len(work)
    assert min(came, key=lambda day: came[day]) == ago(traffic.OUTAGE)
    first, last = traffic.CAMPAIGN
    during = [came[ago(n)] for n in range(last, first + 1)]
    before = [came[ago(n)] for n in range(first + 1, first + 22)]
    assert sum(during) > 1.3 * sum(before)
    assert report.funnel is not None
    stages = {stage.key: stage.count for stage in report.funnel.stages}
    assert stages["visitors"] > stages["opened"] > stages["conversation"] > stages["lead"] > 0
