"""Settings > Team: members and invitations, and which role may do what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts import actions, queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import LABELS, SAYS, TABLE, Permission, Role
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import wording
from synaptiq.dashboard.requests import SignedIn, go_to
from synaptiq.dashboard.settings import frame, parting
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.meetings import actions as meetings

ROLE_SAYS: dict[Role, str] = {
    Role.OWNER: "Everything, and making other Owners.",
    Role.ADMIN: "Everything but ownership and billing.",
    Role.EXPORT: "See leads, export them and download the files.",
    Role.AGENT: "See and edit leads, talk with visitors.",
    Role.VIEWER: "See leads and conversations.",
    Role.AUDITOR: "The audit log, and no leads.",
}


@require_safe
@needs()
def members(request: SignedIn) -> HttpResponse:
    """Members in the order in which they joined, by pages, and open invitations."""
    page = queries.member_page(request.GET.get("cursor") or None)
    context = {
        "members": [shown(member, request.actor) for member in page.rows],
        "member_page": page,
        "total": queries.members().count(),
        "invitations": [
            {"row": row, "roles": labels(row.roles)}
            for row in queries.pending_invitations().select_related("invited_by__user")
        ],
        "may_change": request.actor.can(Permission.ROLES),
    }
    return frame.show(request, "members", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ROLES, "member.invited")
def invite(request: SignedIn) -> HttpResponse:
    """Send somebody a link with which they may join."""
    given = request.POST.getlist("roles")
    context: dict[str, Any] = {
        "title": "Invite somebody",
        "lede": "They get a mail with a link that works for a week.",
        "email": request.POST.get("email", ""),
    }
    if request.method == "POST":
        try:
            invitation = actions.invite_member(request.actor, context["email"], given)
        except (Invalid, Conflict) as refusal:
            context["errors"] = errors_of(refusal)
        else:
            messages.success(request, f"An invitation is on its way to {invitation.email}.")
            return redirect("settings:members")
    context["choices"] = role_choices(request.actor, given)
    return frame.ask(request, "members", "invite_form", context, refused="errors" in context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ROLES, "invitation.revoked")
def revoke_invitation(request: SignedIn, public_id: str) -> HttpResponse:
    if request.method == "POST":
        actions.revoke_invitation(request.actor, public_id)
        messages.success(request, "The invitation is revoked.")
        return redirect("settings:members")
    context = {
        "title": "Revoke this invitation?",
        "invitation": queries.pending_invitation(public_id),
    }
    return frame.ask(request, "members", "revoke_invitation_form", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ROLES, "member.removed")
def remove(request: SignedIn, public_id: str) -> HttpResponse:
    """End somebody's membership, after saying what ends with it."""
    member, errors = queries.member(public_id), {}
    if request.method == "POST":
        try:
            parted = meetings.remove_member(request.actor, member, **parting.given(request))
        except Invalid as refusal:
            errors = errors_of(refusal)
        else:
            messages.success(request, f"{member} is no longer a member. {parted.said}".strip())
            return go_to(request, reverse("settings:members"))
    context = {
        **parting.context(request, member, errors),
        "title": f"Remove {member}?",
        "member": member,
        "keys": queries.living_api_keys().filter(member=member).count(),
        "invitations": len(queries.invitations_sent(member)),
    }
    return frame.ask(request, "members", "remove_form", context, refused=bool(errors))


@require_safe
@needs()
def roles(request: SignedIn) -> HttpResponse:
    """The table of roles as the product asks it, and who holds which, by pages."""
    page = queries.member_page(request.GET.get("cursor") or None)
    context = {
        "heads": [LABELS[role] for role in Role],
        "rows": [
            (SAYS[permission], [(LABELS[role], permission in TABLE[role]) for role in Role])
            for permission in Permission
        ],
        "members": [shown(member, request.actor) for member in page.rows],
        "member_page": page,
        "may_change": request.actor.can(Permission.ROLES),
    }
    return frame.show(request, "roles", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ROLES, "member.roles_set")
def set_roles(request: SignedIn, public_id: str) -> HttpResponse:
    """Tick the roles of one member."""
    member = queries.member(public_id)
    context: dict[str, Any] = {
        "title": f"Roles of {member}",
        "lede": "They take effect with the member’s next click.",
        "member": member,
        "invitations": len(queries.invitations_sent(member)),
    }
    given = list(member.roles)
    if request.method == "POST":
        given = request.POST.getlist("roles")
        if Role.OWNER.value in member.roles and not request.actor.can(Permission.OWNERSHIP):
            # A tick that this person may not change is not sent by the browser.
            given.append(Role.OWNER.value)
        try:
            actions.set_roles(request.actor, public_id, given)
        except (Invalid, Conflict) as refusal:
            context["errors"] = errors_of(refusal)
        else:
            messages.success(request, f"The roles of {member} are changed.")
            return redirect("settings:roles")
    context["choices"] = role_choices(request.actor, given)
    return frame.ask(request, "roles", "roles_form", context, refused="errors" in context)


def shown(member: Member, actor: Actor) -> dict[str, Any]:
    """A member as the lists show it."""
    return {
        "id": member.public_id,
        "email": member.user.email,
        "name": member.user.name,
        "roles": labels(member.roles),
        "joined": member.created_at,
        "is_me": member == actor.member,
        "may_remove": Role.OWNER.value not in member.roles or actor.can(Permission.OWNERSHIP),
    }


def labels(roles: list[str]) -> list[str]:
    return [LABELS[role] for role in Role if role.value in roles]


def role_choices(actor: Actor, given: list[str]) -> list[dict[str, Any]]:
    """Every role as a tick with its sentence; Owner only for who may make Owners."""
    return [
        {
            "value": role.value,
            "label": LABELS[role],
            "says": ROLE_SAYS[role],
            "checked": role.value in given,
            "disabled": role is Role.OWNER and not actor.can(Permission.OWNERSHIP),
        }
        for role in Role
    ]


def errors_of(refusal: Invalid | Conflict) -> dict[str, str]:
    """Sentences by field, for forms without a Django form, whose fields are named as they are
    labelled; "form" is what names none."""
    return {
        name or "form": wording.sentence(text, name.capitalize())
        for name, text in refusal.by_field().items()
    }
