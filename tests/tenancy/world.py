"""Two accounts with a cast of members each, and one of everything in the first.

What must never be seen by others holds `SECRET` in its text, leads `LEAD_SECRET` as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from synaptiq.accounts import actors, audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.authentication import hash_of
from synaptiq.accounts.models import Account, APIKeyReads, Invitation, Member, Notice, User
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.queries import session_id_of
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent.core.profile import DEFAULT
from synaptiq.agent.models import AgentVersion, Answer, Fact
from synaptiq.agent.queries import current_version
from synaptiq.analytics.models import (
    Annotation,
    ErasedConversation,
    ErasedLead,
    KnownToday,
    PageGroup,
    Visit,
    VisitorDay,
)
from synaptiq.analytics.models import Settings as AnalyticsSettings
from synaptiq.conversations import linking, log
from synaptiq.conversations.models import (
    ChatCounter,
    Conversation,
    ConversationNote,
    Event,
    Looking,
    Online,
    ReadUpTo,
    TranscriptMail,
    Turn,
)
from synaptiq.exports import spec as specs
from synaptiq.exports.models import Export, ReportBranding, RestrictedField
from synaptiq.kit import clock, paging
from synaptiq.kit.encryption import encrypt
from synaptiq.leads import actions as leads
from synaptiq.leads import queries
from synaptiq.leads.models import CustomProperty, Import, Lead, MadeOnce, Selection
from synaptiq.meetings.models import Calendar, Meeting
from synaptiq.meetings.slots import DAYS
from synaptiq.sites.models import ErasedToken, Greeting, GreetingCount, Site
from tests.api.conftest import make_key
from tests.conftest import make_account, make_member
from tests.conversations.making import make_conversation, make_visitor

SECRET = "ours-secret"
LEAD_SECRET = "lead-ours-secret"
ROLES = ("owner", "admin", "export", "agent", "viewer", "auditor")
TOKEN = "the-token-of-the-open-invitation"


@dataclass
class World:
    """`ids` fill the places of addresses and bodies; `secrets` are API keys and `sessions` cookies
    of somebody who is signed in, both by persona."""

    ours: Account
    others: Account
    members: dict[str, Member]
    secrets: dict[str, str]
    sessions: dict[str, str]
    ids: dict[str, str]


def make() -> World:
    """Fresh rows in the test's transaction. Needs a frozen clock, or keys' use is written down."""
    ours = make_account(f"{SECRET} GmbH")
    others = make_account("Others")
    members, keys = {}, {}
    for account, role in [(ours, role) for role in ROLES] + [(others, "owner")]:
        persona = role if account is ours else "other"
        domain = SECRET if account is ours else "others"
        member = make_member(account, role, email=f"{role}@{domain}.example", name=persona)
        EmailAddress.objects.create(
            user=member.user, email=member.user.email, primary=True, verified=True
        )
        with acting_for(account.pk):
            key, secret = make_key(member, last_used_at=clock.now())
        members[persona], keys[persona] = member, secret
        if persona == "owner":
            ids = {"own_key": key.public_id}
    with acting_for(ours.pk):
        ids |= _fill(ours, members["owner"])
    with acting_for(others.pk):
        other = actors.of_member(members["other"])
        theirs = leads.create_lead(other, {"name": "Somebody else"})
        leads.change_many(other, {"status": "won"}, ids=[theirs.public_id])
        # A visitor who said nothing, and a log without entries: what of ours is made to point there
        # breaks no other rule.
        Greeting.objects.create(site=make_visitor().site, position=1)
        current_version()
        said_nothing = make_conversation(lead=theirs, visitor=make_visitor())
        Fact.objects.create(
            lead=theirs, visitor=said_nothing.visitor, conversation=said_nothing,
            criterion="use_case", value="Somebody else", message_seq=1, source="stated",
        )  # fmt: skip
    ids |= {"account": ours.public_id, "account_name": ours.name}
    ids["session"] = _session(members["owner"])
    sessions = {persona: _signed_in(member) for persona, member in members.items()}
    return World(ours, others, members, keys, sessions, ids)


def _signed_in(member: Member) -> str:
    client = Client()
    client.force_login(member.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _fill(account: Account, owner: Member) -> dict[str, str]:
    actor = actors.of_member(owner)
    victim = make_member(account, "viewer", email=f"victim@{SECRET}.example")
    key, _ = make_key(victim, last_used_at=clock.now())
    prop, archived, converting = [
        leads.define_property(actor, slug=slug, label=SECRET).public_id
        for slug in ("budget", "archived", "converting")
    ]
    leads.archive_property(actor, archived)
    CustomProperty.objects.filter(public_id=converting).update(converting={"type": "number"})
    lead, deleted, twin, merged, *_ = [
        leads.create_lead(
            actor,
            {"name": f"{LEAD_SECRET} {n}", "email": f"{n}@{LEAD_SECRET}.example", "tags": ["a"]},
            assigned_to=victim,
        )
        for n in range(5)
    ]
    leads.delete_lead(actor, deleted.public_id)
    leads.merge_leads(actor, twin.public_id, merged.public_id)
    Selection.objects.create(key="somebody's", member=owner, lead_ids=[lead.public_id])
    note = leads.add_note(actor, lead.public_id, SECRET)
    saved = leads.save_filter(actor, SECRET, {"text": [SECRET]})
    leads.save_list_settings(actor, columns=["company"], dense=True)
    batch = leads.change_many(actor, {"status": "won"}, ids=[lead.public_id])
    Import.objects.create(member=owner, via="member", file_name=SECRET, batch=batch)
    MadeOnce.objects.create(api_key=key, key="k", request_sha256="", target=lead.public_id)
    file = BytesIO(f"email,name\nnew@person.example,{LEAD_SECRET}\n".encode())
    draft = leads.give_import(actor, file, f"{SECRET}.csv")
    RestrictedField.objects.create(dataset="leads", column="phone")
    ReportBranding.objects.create(accent="#123456", second="#cccccc")
    notice = Notice.objects.create(
        member=owner, kind=NoticeKind.BATCH_ENDED, text=SECRET, target=batch.public_id
    )
    APIKeyReads.objects.create(api_key=key, day=clock.now().date(), dataset="leads")
    invitation = Invitation.objects.create(
        email=f"invited@{SECRET}.example", roles=["viewer"], token_hash=hash_of(TOKEN),
        invited_by=owner, expires_at=clock.now() + timedelta(days=7),
    )  # fmt: skip
    said = [("ai", "Hello"), ("visitor", LEAD_SECRET), ("agent", SECRET)]
    conversation = make_conversation(*said, lead=lead, member=owner, entries=[log.Entry("closed")])
    Event.objects.filter(sender="agent").update(member=owner)
    Event.objects.filter(sender="visitor").update(visitor=conversation.visitor)
    Turn.objects.create(conversation=conversation)
    ChatCounter.objects.create(
        site=conversation.site, address="192.0.2.7", minute=clock.now(), count=1
    )
    TranscriptMail.objects.create(
        conversation=conversation, email=f"to@{SECRET}.example", address=b"a"
    )
    Site.objects.filter(pk=conversation.site_id).update(
        name=SECRET, identity_secret=encrypt(SECRET), last_refused_origin="https://shop.example"
    )
    greeting = Greeting.objects.create(
        site=conversation.site, position=1, text=SECRET, pages=["/*"]
    )
    GreetingCount.objects.create(greeting=greeting, day=clock.now().date(), outcome="shown")
    ErasedToken.objects.create(token_sha256=uuid4().bytes)
    ConversationNote.objects.create(conversation=conversation, member=owner, text=SECRET)
    Online.objects.create(conversation=conversation, process=uuid4())
    Looking.objects.create(conversation=conversation, member=owner)
    ReadUpTo.objects.create(conversation=conversation, member=owner, seq=1)
    version = AgentVersion.objects.create(
        number=1, name=SECRET, greeting=SECRET, member=owner,
        profile={**DEFAULT.to_json(), "name": SECRET, "greeting": SECRET},
    )  # fmt: skip
    answer = Answer.objects.create(question=SECRET, answer=SECRET)
    Fact.objects.create(
        lead=lead, visitor=conversation.visitor, conversation=conversation, criterion="use_case",
        value=SECRET, message_seq=2, source="stated",
    )  # fmt: skip
    meeting = _meeting(conversation, owner)
    annotation = _figures(conversation, lead, owner)
    entry = audit.record(
        actor, "export.requested", dataset="leads", filter={"text": SECRET},
        typed=frozenset({"text"}), detail={"x": SECRET},
    )  # fmt: skip
    page: Any = paging.page(
        Lead.objects.alive(), by="created_at", newest_first=False, size=1, cursor=None
    )
    return {
        "victim": victim.public_id,
        "victim_key": key.public_id,
        "lead": lead.public_id,
        "note": note.public_id,
        "conversation": conversation.public_id,
        "meeting": meeting.public_id,
        "host": meeting.member.public_id,
        "meeting_token": linking.token_of(meeting.public_id),
        "free_time": (meeting.starts_at + timedelta(hours=1)).isoformat(),
        "site": conversation.site.key,
        "site_id": conversation.site.public_id,
        "greeting": greeting.public_id,
        "annotation": annotation,
        "version": version.public_id,
        "answer": answer.public_id,
        "notice": notice.public_id,
        "property": prop,
        "archived": archived,
        "converting": converting,
        "batch": batch.public_id,
        "saved": saved.public_id,
        "draft": draft.public_id,
        "deleted": deleted.public_id,
        "twin": twin.public_id,
        "merged": merged.public_id,
        "lead_version": str(queries.get(lead.public_id).version),
        "twin_version": str(queries.get(twin.public_id).version),
        "invitation": invitation.public_id,
        "token": TOKEN,
        "entry": entry.public_id,
        "cursor": page.next,
        "ready": _run(actor, ready=True).public_id,
        "begun": _run(actor, ready=False).public_id,
    }


def _figures(conversation: Conversation, lead: Lead, owner: Member) -> str:
    """What figures keep; the public id of a note about a day."""
    today, key = clock.now().date(), b"k" * 16
    of_page = {"site": conversation.site, "key": key, "page": f"/{SECRET}"}
    Visit.objects.create(at=clock.now(), **of_page)
    VisitorDay.objects.create(
        day=today, first_at=clock.now(), visitor=conversation.visitor, **of_page
    )
    KnownToday.objects.create(key=key, visitor=conversation.visitor, day=today)
    ErasedLead.objects.create(number=0, created_at=clock.now(), origin="api")
    ErasedConversation.objects.create(number=0, device=SECRET)
    PageGroup.objects.create(position=1, name=SECRET, pages=["/*"])
    AnalyticsSettings.objects.create()
    return Annotation.objects.create(day=today, text=SECRET, member=owner).public_id


def _meeting(conversation: Conversation, member: Member) -> Meeting:
    """One that is still to come, in the calendar of a member who has time each day."""
    hours = {day: [["00:00", "24:00"]] for day in DAYS}
    Calendar.objects.create(
        member=member, is_on=True, hours=hours, place=SECRET, notice_minutes=0, timezone="UTC"
    )
    day = clock.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
    end = day + timedelta(minutes=30)
    return Meeting.objects.create(
        member=member, conversation=conversation, lead=conversation.lead, state="booked",
        starts_at=day, ends_at=end, blocked_from=day, blocked_until=end, place=SECRET,
        booked_at=clock.now(),
    )  # fmt: skip


def _run(actor: Actor, *, ready: bool) -> Export:
    """A run of all leads; a ready one has its file."""
    spec = specs.make(actor.account, {"dataset": "leads", "scope": "filter"})
    data = f"{LEAD_SECRET}\r\n".encode()
    export = Export(
        dataset="leads", format="csv", spec=spec.model_dump(mode="json"), sentence=SECRET,
        actor_kind="member", actor=actor.name, member=actor.member,
    )  # fmt: skip
    if ready:
        export.state, export.file_name, export.bytes = "ready", f"{SECRET}.csv", len(data)
        export.sha256, export.expires_at = "a" * 64, clock.now() + timedelta(days=30)
        export.file_key = f"{actor.account.public_id}/{export.public_id}.1"
        path = settings.EXPORT_DIR / export.file_key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    export.save()
    return export


def _session(member: Member) -> str:
    """The id of a session in which this member is signed in elsewhere."""
    elsewhere = Client(headers={"user-agent": SECRET})
    elsewhere.force_login(member.user)
    # A name that every installation knows: the bench makes this world on the product's settings.
    elsewhere.get("/admin/settings", SERVER_NAME="localhost")
    return session_id_of(UserSession.objects.get(user_agent=SECRET))


def users_of(account: Account) -> list[int]:
    """Keys of the people in an account."""
    return list(User.objects.filter(memberships__account=account).values_list("pk", flat=True))
