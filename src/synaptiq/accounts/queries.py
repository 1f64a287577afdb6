"""Reading accounts: members, keys, notices, the audit log; of the current account unless said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import F, JSONField, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from synaptiq.accounts.authentication import hash_of
from synaptiq.accounts.models import (
    PERSON,
    Account,
    APIKey,
    AuditEntry,
    AuditText,
    Invitation,
    Member,
    Notice,
    User,
)
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.roles import TABLE, Permission, Role
from synaptiq.kit import clock, paging
from synaptiq.kit.errors import NotFound
from synaptiq.kit.filters import Context
from synaptiq.kit.paging import Page

AUDIT_PAGE = 50
# An open page says so every 15 seconds; two of them may be lost.
HERE_FOR = timedelta(seconds=40)
LIST_PAGE = 50


def memberships(user: User) -> list[Member]:
    """A person's living memberships in open accounts, the oldest first. Across accounts."""
    return list(
        Member.across_accounts.select_related("account", "user")
        .filter(user=user, removed_at=None, account__closed_at=None)
        .order_by("created_at", "pk")
    )


def ended_membership(user: User, account: str) -> Member | None:
    """The membership that a person had in the account of this public id, where they are no more in
    it or it was closed. Across accounts."""
    ended = Q(removed_at__isnull=False) | Q(account__closed_at__isnull=False)
    members = Member.across_accounts.select_related("account")
    return members.filter(ended, user=user, account__public_id=account).first()


def account(public_id: str) -> Account:
    """An account by its public id, or NotFound. For the terminal: it asks for no membership."""
    found = Account.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no account of this id.")
    return found


class Settled(Protocol):
    """An account, or what was kept of it when something was asked for."""

    @property
    def timezone(self) -> str: ...

    @property
    def conversion_goal(self) -> str: ...


def context_of(settled: Settled) -> Context:
    """What conditions of filters depend on besides their values, whatever they choose."""
    return Context(timezone=settled.timezone, facts={"goal": settled.conversion_goal})


def sessions(user: User, most: int | None = None) -> list[UserSession]:
    """Where this person is signed in, the last used first, or of the so many last used; without
    those that are over because they expired or the password was changed since."""
    kept = UserSession.objects.filter(user_id=user.pk).order_by("-last_seen_at", "pk")
    return _living_sessions(user, list(kept[:most]))


def session(user: User, session_id: str) -> UserSession:
    """One of their sessions by `session_id_of`, or NotFound."""
    kept = UserSession.objects.filter(user_id=user.pk)
    chosen = [one for one in kept if session_id_of(one) == session_id]
    if not (found := _living_sessions(user, chosen)):
        raise NotFound("You are not signed in there any more.")
    return found[0]


def person_of_session(key: str) -> User | None:
    """Who is signed in by the session of this key, as Django asks it of a request's; None where it
    is over. Only reads, so it may be asked again and again of a page that stays open."""
    row = Session.objects.filter(session_key=key, expire_date__gt=clock.now()).first()
    held = row.get_decoded() if row else {}
    user = User.objects.filter(pk=held.get(SESSION_KEY) or 0, is_active=True).first()
    if user is None:
        return None
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return user if held.get(HASH_SESSION_KEY) in hashes else None


def _living_sessions(user: User, kept: Sequence[UserSession]) -> list[UserSession]:
    """Those that still sign in, as Django asks it of a request's session, in one query for all."""
    keys = [one.session_key for one in kept]
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    living = set()
    for row in Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now()):
        held = row.get_decoded()
        if held.get(SESSION_KEY) == str(user.pk) and held.get(HASH_SESSION_KEY) in hashes:
            living.add(row.session_key)
    return [one for one in kept if one.session_key in living]


def session_id_of(session: UserSession) -> str:
    """What pages and addresses call a session: of its key, which signs in, they show nothing."""
    return hash_of(session.session_key)[:20]


def members() -> QuerySet[Member, Member]:
    """Living members with their users, in the order in which they joined."""
    return (
        Member.objects.select_related("user", "account")
        .filter(removed_at=None)
        .order_by("created_at", "pk")
    )


def members_who(permission: Permission) -> QuerySet[Member, Member]:
    """Living members who may sign in and hold this permission: whom something may be given to."""
    holders = [role.value for role in Role if permission in TABLE[role]]
    return members().filter(user__is_active=True, roles__overlap=holders)


def is_here(member: Member) -> bool:
    """Whether a page of this account is open before them."""
    return member.seen_at is not None and member.seen_at > clock.now() - HERE_FOR


def members_by_id(public_ids: Collection[str]) -> list[Member]:
    """The members of these ids with their users, also former ones."""
    if not public_ids:
        return []
    return list(Member.objects.select_related("user").filter(public_id__in=public_ids))


class EmailsOfMembers(Subquery):
    """One object of the emails of all members, also of former ones, by their integer keys as text.

    It does not depend on the row, so PostgreSQL reads it once for a whole statement.
    """

    template = "(SELECT jsonb_object_agg(m.key, m.email) FROM (%(subquery)s) m)"
    output_field = JSONField()

    def __init__(self) -> None:
        super().__init__(Member.objects.order_by().values(key=F("pk"), email=F("user__email")))


class NamesOfMembers(Subquery):
    """As `EmailsOfMembers`, of the names that they gave themselves; never an email."""

    template = "(SELECT jsonb_object_agg(m.key, m.name) FROM (%(subquery)s) m)"
    output_field = JSONField()

    def __init__(self) -> None:
        super().__init__(Member.objects.order_by().values(key=F("pk"), name=F("user__name")))


def member_page(cursor: str | None) -> Page[Member]:
    """One page of the living members, in the order in which they joined."""
    return paging.page(
        members(), by="created_at", newest_first=False, size=LIST_PAGE, cursor=cursor
    )


def member(public_id: str) -> Member:
    """One living member, or NotFound."""
    found = members().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such member in this account.")
    return found


def member_named(given: str, among: QuerySet[Member, Member] | None = None) -> Member | None:
    """The member of this public id or email, `among` these or all living ones."""
    named = Q(public_id=given) | Q(user__email=given.strip().lower())
    return (members() if among is None else among).filter(named).first()


def pending_invitations() -> QuerySet[Invitation, Invitation]:
    """Invitations that can still be accepted, the newest first."""
    return Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).order_by("-created_at", "-pk")


def pending_invitation(public_id: str) -> Invitation:
    """One invitation that can still be accepted, or NotFound."""
    found = pending_invitations().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no open invitation of this id.")
    return found


def is_last_owner(member: Member) -> bool:
    """Whether the account would have no Owner who may sign in without this member."""
    if Role.OWNER.value not in member.roles:
        return False
    owners = members().filter(roles__contains=[Role.OWNER.value], user__is_active=True)
    return not owners.exclude(pk=member.pk).exists()


def invitations_sent(member: Member) -> list[Invitation]:
    """The open invitations that this member sent."""
    return list(pending_invitations().filter(invited_by=member))


def invitation_by_token(token: str) -> Invitation:
    """The open invitation of a link, with its account, or NotFound. Across accounts."""
    found = (
        Invitation.across_accounts.select_related("account", "invited_by__user")
        .filter(
            token_hash=hash_of(token),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=clock.now(),
            account__closed_at=None,
        )
        .first()
    )
    if found is None:
        raise no_such_invitation()
    check_inviter(found)
    return found


def check_inviter(invitation: Invitation) -> None:
    """NotFound unless whoever sent it is there and may give all of its roles today: an invitation
    must not give what its sender has lost. Reads the member and the person."""
    inviter = invitation.invited_by
    if not (inviter.is_living and inviter.may_give(invitation.roles)):
        raise NotFound(
            "This invitation does not work any more: whoever sent it may not give these roles "
            "now. Ask an Owner or Admin of the account for a new one."
        )


def no_such_invitation() -> NotFound:
    """One sentence for every link that does not work, so that it tells nothing."""
    return NotFound(
        "This invitation does not work: it was used, revoked or is older than a week. "
        "Ask for a new one."
    )


def api_keys() -> QuerySet[APIKey, APIKey]:
    """All keys ever made, with their account and the members they act as."""
    return APIKey.objects.select_related("account", "member__user", "created_by__user")


def api_key_page(cursor: str | None) -> Page[APIKey]:
    """One page of all keys ever made, the newest first."""
    return paging.page(
        api_keys(), by="created_at", newest_first=True, size=LIST_PAGE, cursor=cursor
    )


def living_api_keys() -> QuerySet[APIKey, APIKey]:
    """Keys that work now."""
    return APIKey.objects.living(clock.now())


def api_key(public_id: str) -> APIKey:
    """One key, or NotFound."""
    found = api_keys().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such API key in this account.")
    return found


def notices(member: Member, most: int) -> list[Notice]:
    """A member's newest notices."""
    return list(Notice.objects.filter(member=member).order_by("-created_at", "-public_id")[:most])


def urgent_notices(
    member: Member, most: int, *, kind: NoticeKind, since: datetime
) -> list[Notice]:  # fmt: skip
    """A member's newest notices, and the unread ones of this kind that came after `since`, however
    many came after them; the newest first."""
    own = Notice.objects.filter(member=member).order_by("-created_at", "-public_id")
    urgent = own.filter(kind=kind, read_at=None, created_at__gt=since)
    rows = own[:most].union(urgent[:most])
    return sorted(rows, key=lambda row: (row.created_at, row.public_id), reverse=True)


def notice_page(member: Member, cursor: str | None, *, unread: bool = False) -> Page[Notice]:
    """One page of a member's notices, or of the unread ones, the newest first."""
    rows = unread_notices(member) if unread else Notice.objects.filter(member=member)
    return paging.page(rows, by="created_at", newest_first=True, size=LIST_PAGE, cursor=cursor)


def unread_notices(member: Member) -> QuerySet[Notice, Notice]:
    return Notice.objects.filter(member=member, read_at=None)


def notice(member: Member | None, public_id: str) -> Notice:
    """One of this member's own notices, or NotFound."""
    found = Notice.objects.filter(member=member, public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such notification. They are kept for 90 days.")
    return found


@dataclass(frozen=True)
class AuditFilter:
    """Which entries: by `who` (a member's or key's public id, or "terminal") and by `action`."""

    who: str = ""
    action: str = ""


def audit_page(chosen: AuditFilter, cursor: str | None) -> Page[AuditEntry]:
    """One page of the log, the newest first."""
    rows = AuditEntry.objects.get_queryset()
    if chosen.who.startswith("key_"):
        rows = rows.filter(actor=chosen.who)
    elif chosen.who:
        # A member's own acts, and those of keys that act for them.
        rows = rows.filter(Exact(PERSON, chosen.who))
    if chosen.action:
        rows = rows.filter(action=chosen.action)
    return paging.page(rows, by="at", newest_first=True, size=AUDIT_PAGE, cursor=cursor)


def audit_entry(public_id: str) -> AuditEntry:
    """One entry of the log, or NotFound."""
    found = AuditEntry.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such entry in this account’s log.")
    return found


def audit_entries_of(targets: Iterable[str], action: str) -> dict[str, AuditEntry]:
    """The entries that say that this action was done to these things, by their public ids."""
    rows = AuditEntry.objects.filter(target__in=set(targets), action=action, outcome="ok")
    return {row.target: row for row in rows}


def audit_texts(entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """What was typed, as far as it was not erased: (entry's id, filter's key) → text."""
    rows = AuditText.objects.filter(entry__in=[entry.public_id for entry in entries])
    return {(row.entry, row.field): row.text for row in rows}


def names_of(public_ids: Iterable[str]) -> dict[str, str]:
    """What people call these members and API keys: email, or the key's name."""
    wanted = set(public_ids)
    people = Member.objects.filter(public_id__in=wanted).values_list("public_id", "user__email")
    keys = APIKey.objects.filter(public_id__in=wanted).values_list("public_id", "name")
    return dict(people) | dict(keys)
