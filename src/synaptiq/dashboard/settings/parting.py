"""What a form asks of the meetings of a member who goes: removed under Team, or by leaving."""

from __future__ import annotations

from typing import Any

from synaptiq.accounts.models import Member
from synaptiq.dashboard.requests import SignedIn
from synaptiq.meetings import queries


def given(request: SignedIn) -> dict[str, Any]:
    """What was chosen, as `meetings.actions.remove_member` takes it."""
    return {
        "fate": request.POST.get("fate", "keep"), "to": request.POST.get("member"),
        "note": request.POST.get("note", ""),
    }  # fmt: skip


def context(request: SignedIn, member: Member, errors: dict[str, str]) -> dict[str, Any]:
    """How many meetings there are, and the form as it was sent with what is wrong in it."""
    count = queries.before(member).count()
    sent = given(request)
    return {
        "meetings": count,
        "hosts": [one for one in queries.hosts() if one.pk != member.pk] if count else [],
        "given": {"fate": sent["fate"], "member": sent["to"], "note": sent["note"]},
        "errors": errors,
    }
