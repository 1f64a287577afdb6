"""The account that the demo shows: the same people and leads in every checkout.

Only its moments and ids differ: it lies in the months before the day on which it was made. Account
and leads are filled in one transaction, its exports in another: a killed demo leaves all of each or
nothing.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from synaptiq.terminal.people import FIRST, LAST

if TYPE_CHECKING:
    from synaptiq.accounts.models import Account, Member, User
    from synaptiq.leads.models import Lead

OWNER = "owner@acme.example"
PASSWORD = "synaptiq-demo"  # noqa: S105
LEADS = 240
DAYS = 180

# The assignee of the documentation's example lead.
ALEX = "alex@yourteam.com"
PEOPLE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (OWNER, "Morgan Ellis", ("owner",)),
    ("admin@acme.example", "Ines Duarte", ("admin",)),
    (ALEX, "Alex Rivera", ("agent",)),
    ("sam@acme.example", "Sam Okafor", ("agent", "export")),
    ("export@acme.example", "Yuki Tanaka", ("export",)),
    ("viewer@acme.example", "Viktor Lind", ("viewer",)),
    ("auditor@acme.example", "Ada Novak", ("auditor",)),
)
COMPANIES = (
    "Northwind Logistics", "Blue Harbor Clinics", "Cedar & Stone Architects", "Kestrel Analytics",
    "Lumen Hotels", "Orchard Foods", "Pinecrest Schools", "Quartz Robotics", "Riverbend Energy",
    "Sable Insurance", "Tidewater Shipping", "Umbra Security", "Verdant Farms", "Willow Travel",
)  # fmt: skip
TAGS = ("webinar", "enterprise", "newsletter", "trial", "referral", "partner", "urgent")
PAGES = ("pricing", "features", "customers", "blog/qualify-leads", "docs/quick-start", "demo")
SIZES = ("1-10", "11-50", "50-200", "201-1000", "1000+")
BUDGETS = ("$1k-$5k", "$5k-$10k", "$10k-$50k", "over $50k")
# What people really type, and what some type on purpose.
NAUGHTY: tuple[dict[str, Any], ...] = (
    {"name": '=HYPERLINK("http://evil.example","Click")', "company": "@SUM(1+1)*cmd|' /C calc'!A0"},
    {"name": "Robert'); DROP TABLE leads;--", "company": "“Quotes” & Sons"},
    {"name": "<script>alert(1)</script>", "company": "Tags <b>bold</b>"},
    {"name": "Анна Каренина", "company": "Ясная Поляна"},
    {"name": "山田 太郎", "company": "株式会社アクメ"},
    {"name": "مريم العتيبي", "company": "شركة النخيل"},
    {"name": "🦄 Sparkle 👩‍👩‍👧‍👦", "company": "Emoji ❤️ GmbH"},
    {"name": "Line\nBreak", "company": "Comma, Semicolon; Tab\tInc."},
    {"name": "Zalgo Ẑ̶a̷l̸g̵o̷", "company": "NULL"},
    {"name": "null", "company": "undefined"},
    {"name": "+44 7700 900123", "phone": "+44 7700 900123", "company": "-1+1"},
    {"name": "A" * 300, "company": "Very " * 40 + "Long Ltd"},
)


def fill() -> None:
    """Make the sample account where it is not there yet, and its first exports."""
    from django.db import transaction

    from synaptiq.accounts.models import Member
    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.terminal import traffic, visitors

    owner = Member.across_accounts.filter(user__email=OWNER).order_by("pk").first()
    account = owner.account if owner else None
    if account is None:
        with transaction.atomic():
            account = _account()
            with acting_for(account.pk):
                members = _members(account)
                _leads(account, members)
                alex = next(m for m in members if m.user.email == ALEX)
                visitors.fill(account, members[0], alex)
                traffic.fill(account, members[0])
    with acting_for(account.pk), transaction.atomic():
        _exports()


def _account() -> Account:
    from synaptiq.accounts import actions

    email, name, _ = PEOPLE[0]
    owner = actions.create_account(
        _person(email, name), "Acme", "America/New_York", by_operator=True
    )
    return owner.account


def _members(account: Account) -> list[Member]:
    """Everybody; who joined is in the audit log, without an invitation that was never sent."""
    from synaptiq.accounts import actors, audit
    from synaptiq.accounts.models import Member

    members = [Member.objects.get(user__email=OWNER)]
    for email, name, roles in PEOPLE[1:]:
        user = _person(email, name)
        member = Member.objects.create(user=user, roles=list(roles))
        audit.record(
            actors.of_terminal(account), "member.joined", target=member.public_id,
            detail={"roles": member.roles},
        )  # fmt: skip
        members.append(member)
    return members


def _person(email: str, name: str) -> User:
    from synaptiq.accounts import actions
    from synaptiq.accounts.models import User

    known = User.objects.filter(email=email).first()
    return known or actions.add_person(email, PASSWORD, name=name)


def _leads(account: Account, members: list[Member]) -> None:
    from synaptiq.accounts import actors
    from synaptiq.kit import clock
    from synaptiq.leads import actions
    from synaptiq.leads.models import Lead, Tag

    actor = actors.of_terminal(account)
    actions.define_property(actor, slug="company_size", label="Company size")
    actions.define_property(actor, slug="budget", label="Budget")
    actions.define_property(
        actor, slug="plan", label="Plan", type="choice", choices=["Starter", "Growth", "Scale"]
    )
    actions.define_property(actor, slug="seats", label="Seats", type="number")
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    # Not for secrets: the same leads in every checkout.
    dice = random.Random("acme")  # noqa: S311
    agents = [member for member in members if "agent" in member.roles]
    leads = [_jane(next(m for m in members if m.user.email == ALEX))]
    leads += [_lead(number, dice, today, agents) for number in range(1, LEADS)]
    for given, lead in zip(NAUGHTY, leads[7::18], strict=False):
        _change(lead, given)
    Lead.objects.bulk_create(leads)
    Tag.objects.bulk_create([Tag(name=name) for name in TAGS])


def _jane(alex: Member) -> Lead:
    """The lead of the documentation's page, to the letter."""
    from synaptiq.leads.models import Lead

    made = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)
    last = datetime(2026, 3, 18, 14, 5, 12, tzinfo=UTC)
    lead = Lead(
        public_id="lead_8f3a2b", assigned_to=alex, origin="conversation", created_at=made,
        updated_at=last, last_activity_at=last, first_qualified_at=made,
        custom={"company_size": "50-200", "budget": "$10k-$50k"},
    )  # fmt: skip
    _change(
        lead,
        {
            "email": "jane@acme.com", "name": "Jane Smith", "phone": "+1-555-0123",
            "company": "Acme Corp", "status": "qualified", "score": 82,
            "source_url": "https://yoursite.com/pricing", "tags": ["webinar", "enterprise"],
        },
    )  # fmt: skip
    return lead


def _lead(number: int, dice: random.Random, today: datetime, agents: list[Member]) -> Lead:
    from synaptiq.kit.ids import ALPHABET, LENGTH
    from synaptiq.leads.models import Lead

    first, last = dice.choice(FIRST), dice.choice(LAST)
    company = dice.choice(COMPANIES)
    made = today - timedelta(days=DAYS * dice.random(), seconds=dice.randrange(1, 80_000))
    score = dice.choice([None, *range(5, 101)])
    status = _status(score, dice)
    active = min(made + timedelta(hours=dice.expovariate(1 / 60)), today)
    lead = Lead(
        public_id="lead_" + "".join(dice.choice(ALPHABET) for _ in range(LENGTH)),
        assigned_to=dice.choice([*agents, None]), created_at=made, updated_at=active,
        last_activity_at=active, custom=_custom(dice),
        origin=dice.choice(["conversation"] * 7 + ["import", "api", "manual"]),
        is_test=number % 60 == 0, is_spam=number % 80 == 0,
    )  # fmt: skip
    _stages(lead, status, made, dice)
    domain = "".join(c for c in company.lower() if c.isalpha() and c.isascii()) + ".example"
    mailbox = f"{first}.{last}".lower().translate(str.maketrans("éëïíøöüñ’", "eeiioounx"))
    _change(
        lead,
        {
            "name": f"{first} {last}" if dice.random() < 0.94 else None,
            "email": f"{mailbox}{number}@{domain}" if dice.random() < 0.9 else None,
            "phone": f"+1-212-555-{number:04d}" if dice.random() < 0.6 else None,
            "company": company if dice.random() < 0.85 else None,
            "status": status,
            "score": score,
            "source_url": f"https://yoursite.com/{dice.choice(PAGES)}",
            "tags": dice.sample(TAGS, dice.choice([0, 0, 1, 1, 2, 3])),
        },
    )
    return lead


def _status(score: int | None, dice: random.Random) -> str:
    if score is None or score < 25:
        return dice.choice(["new", "new", "disqualified"])
    if score < 60:
        return dice.choice(["new", "nurture", "nurture", "lost"])
    return dice.choice(["qualified", "qualified", "qualified", "meeting_booked", "won", "lost"])


def _stages(lead: Lead, status: str, made: datetime, dice: random.Random) -> None:
    """The moments that its status implies."""
    lead.first_visit_at = made - timedelta(minutes=dice.randrange(2, 4000))
    if status in ("qualified", "meeting_booked", "won"):
        lead.first_qualified_at = made + timedelta(minutes=dice.randrange(3, 90))
    if status in ("meeting_booked", "won"):
        lead.meeting_booked_at = made + timedelta(hours=dice.randrange(2, 50))
    if status == "won":
        lead.meeting_held_at = made + timedelta(days=dice.randrange(3, 9))
        lead.won_at = made + timedelta(days=dice.randrange(10, 25))


def _custom(dice: random.Random) -> dict[str, Any]:
    custom: dict[str, Any] = {}
    if dice.random() < 0.7:
        custom["company_size"] = dice.choice(SIZES)
    if dice.random() < 0.5:
        custom["budget"] = dice.choice(BUDGETS)
    if dice.random() < 0.4:
        custom["plan"] = dice.choice(["Starter", "Growth", "Scale"])
    if dice.random() < 0.4:
        custom["seats"] = dice.randrange(1, 400)
    return custom


def _change(lead: Lead, given: dict[str, Any]) -> None:
    """Set fields through the checks that every way in passes."""
    from synaptiq.leads import values

    for name, value in values.fields(given).items():
        setattr(lead, name, value)


def _exports() -> None:
    """A few finished runs, so that the list is not empty."""
    from synaptiq.accounts import actors
    from synaptiq.accounts.models import Member
    from synaptiq.exports import actions, pipeline
    from synaptiq.exports.models import Export

    if Export.objects.exists():
        return
    owner = actors.of_member(Member.objects.get(user__email=OWNER))
    asked: tuple[dict[str, Any], ...] = (
        {"format": "csv", "filter": {"status": ["qualified"]}},
        {"format": "json", "filter": {"score": {"min": 70, "max": 100}}},
        {"format": "csv", "filter": {}},
    )
    for given in asked:
        wanted = {"dataset": "leads", "scope": "filter", **given}
        pipeline.run(actions.request(owner, wanted, in_this_process=True))
