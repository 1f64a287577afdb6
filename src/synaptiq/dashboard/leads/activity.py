"""What happened to a lead, in words: events and notes as one stream, the newest first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from synaptiq.accounts.queries import members_by_id
from synaptiq.accounts.roles import Permission
from synaptiq.conversations import queries as conversations
from synaptiq.conversations.models import Event
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import figures
from synaptiq.dashboard.conversations import shown
from synaptiq.dashboard.leads.fields import Words
from synaptiq.dashboard.requests import SignedIn, language_of
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.kit.languages import Language
from synaptiq.leads import queries
from synaptiq.leads.actions.notes import MENTION
from synaptiq.leads.models import MILESTONES, Lead, LeadEvent, Note

PAGE_SIZE = 30
# A value of 10,000 letters is read in its field, not here.
MOST_LETTERS = 200
# What follows from another field's change, or is said by the event's own words.
UNSAID = {
    "phone_normal", "status_locked", *MILESTONES, "deleted_at", "is_test", "is_spam",
}  # fmt: skip
# Icon and tone of an event by its type; of an edit, by the field.
LOOKS: dict[str, tuple[str, str]] = {
    "created": ("plus", ""),
    "edited": ("edit", ""),
    "deleted": ("trash", "bad"),
    "restored": ("undo", ""),
    "merged": ("merge", ""),
}
FIELD_LOOKS: dict[str, str] = {"tags": "tag", "assigned_to": "user", "status": "good"}
# A lead that a note of ours names.
_LEAD_ID = re.compile(r"\blead_[a-z2-7]{20}\b")
# Of one moment a lead has as many entries as acts: a larger number asks only for a longer reading.
_KEY = re.compile(r"([0-9T:.+-]{19,40})~([0-9]{1,3})", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One field's change, in words; "" for no value."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One thing of the stream. `day` is set on the first of each day; `of` names the lead whose
    it was before a merge; a note comes with its text as markup."""

    at: datetime
    icon: str
    tone: str
    who: str
    words: str
    lines: Sequence[Line] = ()
    how: str = ""
    of: str = ""
    day: str = ""
    note: Note | None = None
    text: SafeString = field(default=SafeString(""))
    may_edit: bool = False
    may_delete: bool = False


@require_safe
@needs(Permission.READ)
def earlier(request: SignedIn, public_id: str) -> HttpResponse:
    """The next page of the stream, as what comes after its last entry."""
    lead = queries.get(public_id)
    found = context(request, lead, Words(), request.GET.get("after", ""))
    return render(request, "dashboard/leads/stream.html", found | {"lead": lead})


def context(request: SignedIn, lead: Lead, words: Words, after: str = "") -> dict[str, Any]:
    """The stream's entries and the key of its next page; `after` is such a key."""
    key = _read(after) if after else None
    rows, following = queries.activity(lead, PAGE_SIZE, key)
    words.know(_assignees(row for row in rows if isinstance(row, LeadEvent)))
    names = _mentioned([row for row in rows if isinstance(row, Note)])
    entries = [
        _note(request, row, names) if isinstance(row, Note) else _event(row, words) for row in rows
    ]
    if following is None and not queries.has_creation(lead):
        entries.append(_creation(lead))
    # What stands between this page's ends; a conversation's log is another domain's table.
    since = following[0] if following else None
    entries += [
        _meeting(event)
        for event in conversations.meetings_of(lead, since=since, until=key[0] if key else None)
    ]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    zone = request.actor.account.timezone
    language = language_of(request)
    return {
        "entries": list(_with_days(entries, zone, language, key[0] if key else None)),
        "earlier": f"{following[0].isoformat()}~{following[1]}" if following else "",
        "arrived": bool(after),
    }


def who(one: LeadEvent | Note) -> str:
    """Who did it, as others call them."""
    if one.via == "terminal":
        return "The terminal"
    if one.member is None:
        return "Synaptiq"
    name = one.member.user.called
    return f"{name} by API" if one.via == "api_key" else name


def note_entry(request: SignedIn, note: Note) -> Entry:
    """A note by itself, for its own place."""
    return _note(request, note, _mentioned([note]))


def saying(response: HttpResponse, text: str, **more: Any) -> HttpResponse:
    """The same response with a sentence for the page's live region, and other events."""
    response["HX-Trigger"] = json.dumps({"said": {"text": text}, **more})
    return response


def _read(after: str) -> tuple[datetime, int]:
    found = _KEY.fullmatch(after)
    try:
        at = datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        at = None
    if found is None or at is None or at.tzinfo is None or not 1900 <= at.year <= 2200:
        raise Invalid("This part of the activity could not be found. Open the lead anew.")
    return at, int(found[2])


def _with_days(
    entries: Sequence[Entry], zone: str, language: Language, before: datetime | None
) -> Iterator[Entry]:
    """The entries, the first of each day with its heading; `before` is what stands above them."""
    here = ZoneInfo(zone)
    last = before.astimezone(here).date() if before else None
    for entry in entries:
        local = entry.at.astimezone(here)
        if local.date() != last:
            last = local.date()
            entry = replace(entry, day=figures.weekday(entry.at, zone, clock.now(), language))
        yield entry


def _creation(lead: Lead) -> Entry:
    how = {
        "conversation": "captured in a conversation", "import": "added by an import",
        "api": "added by API", "manual": "added by hand",
    }[lead.origin]  # fmt: skip
    return Entry(lead.created_at, "plus", "", "", f"This lead was {how}")


def _meeting(event: Event) -> Entry:
    """What became of a meeting, and when it is on the visitor's clocks."""
    words, icon = shown.EVENTS[event.type]
    by = event.member.user.called if event.member else ""
    said = shown.when(event.data)
    return Entry(event.at, icon, "", by, words, (Line("", "", said),) if said else ())


def _event(event: LeadEvent, words: Words) -> Entry:
    changed = {key: pair for key, pair in event.changes.items() if key not in UNSAID}
    icon, tone = LOOKS.get(event.type, ("info", ""))
    if event.type == "edited" and len(changed) == 1:
        icon = FIELD_LOOKS.get(next(iter(changed)), icon)
    said, lines = _said(event, changed, words)
    how = ""
    if event.batch is not None:
        kind = "by an import" if event.batch.kind == "import" else "in bulk"
        how = f"{kind}: {event.batch.said}"
    return Entry(
        event.at, icon, tone, who(event), said, lines, how, str(event.detail.get("of", ""))
    )


def _said(
    event: LeadEvent, changed: Mapping[str, Sequence[Any]], words: Words
) -> tuple[str, Sequence[Line]]:
    """The sentence after who did it, and the lines below it."""
    lines = [_line(key, pair, words) for key, pair in changed.items()]
    if event.type == "merged":
        return f"merged “{event.detail.get('name', 'another lead')}” into this lead", lines
    if event.type == "created":
        return "added this lead", []
    if event.type == "deleted":
        return "deleted this lead", []
    if event.type == "restored":
        return "brought this lead back", []
    if "tags" in changed and len(changed) == 1:
        return _tags_said(*changed["tags"]), []
    if not changed:
        return _stage(event), []
    names = [words.field(key).said if key != "tags" else "tags" for key in changed]
    shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} more"]
    if len(lines) == 1:
        verb = "changed" if lines[0].before and lines[0].after else (
            "set" if lines[0].after else "cleared"
        )  # fmt: skip
        return f"{verb} {names[0]}", lines
    return f"changed {', '.join(shown[:-1])} and {shown[-1]}", lines


def _stage(event: LeadEvent) -> str:
    """What was done where only the moment of a stage has changed."""
    for stage, (said, taken_back) in _STAGES.items():
        if stage in event.changes:
            return said if event.changes[stage][1] else taken_back
    return "changed this lead"


_STAGES: dict[str, tuple[str, str]] = {
    "meeting_held_at": ("noted that a meeting was held", "took back that a meeting was held"),
    "meeting_booked_at": ("noted that a meeting is booked", "noted that no meeting is booked now"),
}


def _line(key: str, pair: Sequence[Any], words: Words) -> Line:
    label = "Tags" if key == "tags" else "Score" if key == "score" else words.field(key).label
    before, after = (_cut(words.of(key, value)) for value in pair)
    return Line(label, before, after)


def _tags_said(before: Sequence[str], after: Sequence[str]) -> str:
    added = [tag for tag in after if tag not in before]
    gone = [tag for tag in before if tag not in after]
    parts = []
    for verb, found in (("added", added), ("took away", gone)):
        if found:
            parts.append(f"{verb} the {'tag' if len(found) == 1 else 'tags'} {', '.join(found)}")
    return _cut(" and ".join(parts) or "changed the order of the tags")


def _note(request: SignedIn, note: Note, names: Mapping[str, str]) -> Entry:
    me = request.actor.member
    may_write = request.actor.can(Permission.EDIT)
    is_own = me is not None and note.member_id == me.pk
    return Entry(
        note.created_at, "", "", who(note), "", note=note,
        text=_with_mentions(note.text, names) if note.member_id else _with_leads(note.text),
        may_edit=may_write and is_own,
        may_delete=may_write and (is_own or request.actor.can(Permission.SETTINGS)),
    )  # fmt: skip


def _mentioned(notes: Sequence[Note]) -> dict[str, str]:
    """Email → name of the members that these notes mention."""
    ids = {public_id for note in notes for public_id in note.mentions}
    return {m.user.email: m.user.called for m in members_by_id(ids)}


def _assignees(events: Iterable[LeadEvent]) -> set[str]:
    """Public ids of the members whom these events name."""
    named = {value for event in events for value in event.changes.get("assigned_to", ())}
    return {str(value) for value in named if value}


def _with_leads(text: str) -> SafeString:
    """A note of the product's own, with the leads that it names as links."""
    names = queries.names_of(_LEAD_ID.findall(text))
    parts: list[SafeString] = []
    end = 0
    for found in _LEAD_ID.finditer(text):
        if found[0] in names:
            parts.append(format_html("{}", text[end : found.start()]))
            address = reverse("leads:lead", args=[found[0]])
            name = names[found[0]] or found[0]
            parts.append(format_html('<a class="link" href="{}"><bdi>{}</bdi></a>', address, name))
            end = found.end()
    parts.append(format_html("{}", text[end:]))
    return format_html_join("", "{}", ((part,) for part in parts))


def _with_mentions(text: str, names: Mapping[str, str]) -> SafeString:
    """The text of a note, with those who are mentioned by their names."""
    parts: list[SafeString] = []
    end = 0
    for found in MENTION.finditer(text):
        name = names.get(found[1].lower())
        if name is not None:
            parts.append(format_html("{}", text[end : found.start()]))
            parts.append(format_html('<span class="mention" title="{}">@{}</span>', found[1], name))
            end = found.end()
    parts.append(format_html("{}", text[end:]))
    return format_html_join("", "{}", ((part,) for part in parts))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS].rstrip() + "…"
