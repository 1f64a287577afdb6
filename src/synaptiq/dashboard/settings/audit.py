"""Settings > Security > Audit Log: the list, one entry, and the words for what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from synaptiq.accounts import queries
from synaptiq.accounts.models import AuditEntry
from synaptiq.accounts.queries import AuditFilter
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.exports.datasets import ALL
from synaptiq.kit.errors import Invalid

# Every action that is written, as the filter offers them: asking the log which ones occur would
# read all seven years of it. One without words here is shown as the log has it.
WORDS: dict[str, str] = {
    "account.created": "Created the account",
    "account.updated": "Changed the account’s settings",
    "account.closed": "Closed the account",
    "ownership.transferred": "Transferred the ownership",
    "member.invited": "Invited somebody",
    "invitation.revoked": "Revoked an invitation",
    "member.joined": "Joined",
    "member.roles_set": "Changed a member’s roles",
    "member.removed": "Removed a member",
    "member.left": "Left",
    "api_key.created": "Made an API key",
    "api_key.revoked": "Revoked an API key",
    "api.read": "Read by API",
    "lead.created": "Added a lead",
    "lead.edited": "Edited a lead",
    "leads.changed": "Changed many leads",
    "filter.saved": "Saved a filter",
    "filter.deleted": "Deleted a saved filter",
    "list.arranged": "Chose columns of the list",
    "lead.deleted": "Deleted a lead",
    "lead.restored": "Brought back a lead",
    "lead.merged": "Merged two leads",
    "lead.selected": "Selected leads",
    "note.added": "Wrote a note",
    "note.edited": "Edited a note",
    "note.deleted": "Deleted a note",
    "conversation.taken_over": "Took over a conversation",
    "conversation.given_back": "Gave a conversation back to the agent",
    "conversation.looked_at": "Looked at a conversation",
    "conversation.replied": "Wrote to a visitor",
    "conversation.closed": "Closed a conversation",
    "conversation.assigned": "Assigned a conversation’s lead",
    "conversation.noted": "Noted something beside a conversation",
    "fact.corrected": "Corrected what is known of a visitor",
    "conversation.marked": "Marked a conversation as a test or spam",
    "calendar.saved": "Saved their calendar",
    "conversation.times_offered": "Offered times to a visitor",
    "meeting.moved": "Moved a meeting",
    "meeting.cancelled": "Cancelled a meeting",
    "meeting.handed_over": "Handed a meeting over",
    "meeting.marked": "Said whether a meeting took place",
    "transcript.mailed": "Sent a visitor their transcript",
    "visitor.erased": "Erased a visitor’s data, at their request",
    "site.added": "Added a site",
    "site.changed": "Changed a site",
    "site.identity_made": "Made a site’s identity secret",
    "site.identity_removed": "Removed a site’s identity secret",
    "greeting.added": "Added a greeting",
    "greeting.changed": "Changed a greeting",
    "greeting.deleted": "Deleted a greeting",
    "import.requested": "Asked for an import",
    "import.finished": "Import ended",
    "import.rejected_read": "Downloaded the rejected rows of an import",
    "annotation.added": "Added an annotation to a day",
    "annotation.changed": "Changed an annotation",
    "annotation.deleted": "Deleted an annotation",
    "analytics.changed": "Changed the conversion goal or how long page views are kept",
    "page_groups.changed": "Changed the page groups",
    "branding.changed": "Changed how reports look",
    "property.defined": "Defined a custom property",
    "property.changed": "Changed a custom property",
    "property.archived": "Archived a custom property",
    "property.restored": "Brought back a custom property",
    "agent.saved": "Saved the agent",
    "agent.previewed": "Tried the agent out",
    "answer.added": "Added an answer",
    "answer.edited": "Changed an answer",
    "answer.deleted": "Deleted an answer",
    "export.requested": "Asked for an export",
    "export.finished": "Export ended",
    "export.cancelled": "Cancelled an export",
    "export.downloaded": "Downloaded a file",
    "export.withdrawn": "Withdrew a file",
}
OUTCOMES: dict[str, tuple[str, str]] = {
    "ok": ("Done", "good"),
    "denied": ("Denied", "bad"),
    "failed": ("Failed", "bad"),
    "cancelled": ("Cancelled", ""),
    "withdrawn": ("Withdrawn", ""),
}
ERASED = "(erased)"


@dataclass(frozen=True)
class Line:
    """An entry with the words that its ids and codes stand for."""

    entry: AuditEntry
    who: str
    on_behalf_of: str
    what: str
    filter: str
    outcome: str
    tone: str


@require_safe
@needs(Permission.AUDIT)
def audit_log(request: SignedIn) -> HttpResponse:
    """Entries, newest first, by person and action."""
    chosen = AuditFilter(
        who=request.GET.get("who", "")[:80], action=request.GET.get("action", "")[:80]
    )
    page = queries.audit_page(chosen, request.GET.get("cursor") or None)
    context = {
        "log": page,
        "lines": lines(page.rows),
        "chosen": chosen,
        "people": [(m.public_id, str(m)) for m in queries.members()],
        "actions": list(WORDS.items()),
    }
    return frame.show(request, "audit_log", context)


@require_safe
@needs(Permission.AUDIT)
def entry(request: SignedIn, public_id: str) -> HttpResponse:
    """Everything that one entry holds."""
    line = lines([queries.audit_entry(public_id)])[0]
    detail = [
        (name.replace("_", " ").capitalize(), _said(v)) for name, v in line.entry.detail.items()
    ]
    context = {"title": line.what, "line": line, "detail": detail}
    return frame.ask(request, "audit_log", "audit_entry", context)


def lines(entries: Any) -> list[Line]:
    """Entries as people read them; a few queries for all of them."""
    names = queries.names_of({e.actor for e in entries} | {e.on_behalf_of for e in entries})
    # The filter of a run stands in the entry of its request alone.
    runs = {e.target for e in entries if e.target and e.action.startswith("export.")}
    requests = queries.audit_entries_of(runs, "export.requested") if runs else {}
    texts = queries.audit_texts([*entries, *requests.values()])
    return [
        Line(
            entry=one,
            who=names.get(one.actor, one.actor),
            on_behalf_of=names.get(one.on_behalf_of, one.on_behalf_of),
            what=WORDS.get(one.action, one.action),
            filter=_chosen(requests.get(one.target, one), texts),
            outcome=OUTCOMES.get(one.outcome, (one.outcome.capitalize(), ""))[0],
            tone=OUTCOMES.get(one.outcome, ("", ""))[1],
        )
        for one in entries
    ]


def _chosen(entry: AuditEntry, texts: Mapping[tuple[str, str], str]) -> str:
    """The filter as a sentence, with what was typed unless that was erased."""
    if entry.detail.get("scope") == "selection":
        return "a selection"
    if entry.filter is None:
        return ""
    given = {
        key: texts.get((entry.public_id, key), ERASED) if _is_hash(value) else value
        for key, value in entry.filter.items()
    }
    dataset = ALL.get(entry.dataset)
    if dataset is None:
        return _said(given)
    try:
        said = dataset.filters.sentence(dataset.filters.from_json(given))
    except Invalid:
        # A filter that a later version no longer knows.
        return _said(given)
    return said or f"all {dataset.label.lower()}"


def _is_hash(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"sha256"}


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_said(v)}" for key, v in value.items())
    if isinstance(value, list):
        return ", ".join(_said(v) for v in value) or "none"
    return "none" if value is None else str(value)
