"""Notices as pages show them: with the name of the lead and the page that they lead to, as far as
this member may see them now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from synaptiq.accounts import queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Notice
from synaptiq.accounts.notices import NoticeKind, is_about_lead
from synaptiq.accounts.roles import Permission
from synaptiq.conversations.closing import CLAIM_WITHIN
from synaptiq.conversations.queries import waiting
from synaptiq.kit import clock
from synaptiq.leads.queries import names_of

_K = NoticeKind
ICONS: dict[str, str] = {
    _K.LEAD_ASSIGNED: "user",
    _K.MENTIONED: "edit",
    _K.MEETING: "calendar",
    _K.VISITOR_WAITING: "chat",
    _K.LEAD_QUALIFIED: "good",
    _K.EXPORT_READY: "download",
    _K.EXPORT_FAILED: "alert",
    _K.IMPORT_DONE: "good",
    _K.IMPORT_FAILED: "alert",
    _K.BATCH_ENDED: "users",
    _K.PROPERTY_CONVERTED: "columns",
}
LONGEST_NAME = 80
# A notice that is older calls nobody any more.
_CALLS_FOR = 2 * CLAIM_WITHIN
# Beyond this the bell says "9+".
MOST_COUNTED = 9
MOST_IN_BELL = 10


@dataclass(frozen=True)
class Place:
    """The page of a kind of thing, who may open it (any of these permissions), and whether each
    thing has its own."""

    page: str
    wanted: frozenset[Permission]
    own: bool = True


# By the prefix of the public id.
PLACES: dict[str, Place] = {
    "exp": Place("exports:run", frozenset({Permission.DOWNLOAD, Permission.EXPORT})),
    "conv": Place("conversations:conversation", frozenset({Permission.READ})),
    "lead": Place("leads:lead", frozenset({Permission.READ})),
    "mtg": Place("meetings:meeting", frozenset({Permission.READ})),
    "batch": Place("leads:batch", frozenset({Permission.READ})),
    "imp": Place("leads:import_file", frozenset({Permission.EDIT})),
    "prop": Place("settings:properties", frozenset({Permission.SETTINGS}), own=False),
}


@dataclass(frozen=True)
class Line:
    """A notice; `name` is that of the lead which it is about, `url` "" where it leads nowhere.
    `calls`: somebody waits, and not for long; as long as it is so with `until` when, and where they
    are claimed."""

    id: str
    icon: str
    name: str
    text: str
    url: str
    at: datetime
    unread: bool
    calls: bool = False
    until: datetime | None = None
    claim: str = ""


def lines(notices: Iterable[Notice], actor: Actor) -> list[Line]:
    """These notices of the actor's own; one query for the names of all leads."""
    rows = list(notices)
    leads = {row.target for row in rows if is_about_lead(row.target)}
    names = names_of(leads) if leads and actor.can(Permission.READ) else {}
    calls = [row.target for row in rows if _calls(row)] if actor.can(Permission.CONVERSE) else []
    since = waiting(calls) if calls else {}
    return [
        Line(
            id=row.public_id,
            icon=ICONS.get(row.kind, "bell"),
            name=names.get(row.target, "A lead")[:LONGEST_NAME] if row.target in leads else "",
            text=row.text,
            url=reverse("notices:open", args=[row.public_id]) if address_of(row, actor) else "",
            at=row.created_at,
            unread=row.read_at is None,
            calls=_calls(row),
            until=since[row.target] + CLAIM_WITHIN if row.target in since else None,
            claim=reverse("conversations:claim", args=[row.target]) if row.target in since else "",
        )
        for row in rows
    ]


def _calls(notice: Notice) -> bool:
    """Whether somebody may still wait for whoever reads it."""
    is_recent = notice.created_at > clock.now() - _CALLS_FOR
    return notice.kind == _K.VISITOR_WAITING and notice.read_at is None and is_recent


def address_of(notice: Notice, actor: Actor) -> str:
    """The page that a notice leads to; "" where there is none, or none for this member."""
    prefix = notice.target.partition("_")[0]
    place = PLACES.get(prefix)
    if place is None or not place.wanted & actor.permissions:
        return ""
    if notice.kind == NoticeKind.LEAD_ASSIGNED and not is_about_lead(notice.target):
        # Many at once: one's own leads, where these stand first.
        assert actor.member is not None
        query = {"assigned_to": actor.member.public_id, "sort": "-last_activity"}
        return f"{reverse('leads:list')}?{urlencode(query)}"
    return reverse(place.page, args=[notice.target] if place.own else [])


class Bell:
    """What the bell shows, read when it is drawn."""

    def __init__(self, actor: Actor) -> None:
        assert actor.member is not None
        self._actor, self._member = actor, actor.member
        self.url = reverse("notices:bell")
        self.list_url = reverse("notices:list")
        self.read_url = reverse("notices:read_all")

    @cached_property
    def count(self) -> int:
        """How many are unread; one more than `MOST_COUNTED` stands for all above."""
        return queries.unread_notices(self._member)[: MOST_COUNTED + 1].count()

    @property
    def figure(self) -> str:
        return f"{MOST_COUNTED}+" if self.count > MOST_COUNTED else str(self.count)

    @property
    def said(self) -> str:
        many = self.count > MOST_COUNTED
        return f"more than {MOST_COUNTED}" if many else str(self.count)

    @cached_property
    def _newest(self) -> list[Notice]:
        since = clock.now() - _CALLS_FOR
        return queries.urgent_notices(
            self._member, MOST_IN_BELL, kind=_K.VISITOR_WAITING, since=since
        )

    @cached_property
    def calling(self) -> list[Notice]:
        """Of visitors who wait: they stand first, since each waits for minutes alone."""
        return [notice for notice in self._newest if _calls(notice)]

    @cached_property
    def recent(self) -> list[Line]:
        others = [one for one in self._newest if one not in self.calling]
        return lines([*self.calling, *others][:MOST_IN_BELL], self._actor)

    @property
    def state(self) -> str:
        """Another one as soon as the bell shows something else."""
        newest = self._newest[0].public_id if self._newest else ""
        return ".".join([str(self.count), newest, *[one.public_id for one in self.calling]])
