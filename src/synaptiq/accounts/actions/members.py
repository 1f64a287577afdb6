"""Who belongs to an account, and with which roles.

Only who holds OWNERSHIP may give or take the role of Owner, and no account is ever without one.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction

from synaptiq.accounts import actors, audit, queries, roles, values
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actions.letters import send_invitation, send_transfer
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.authentication import hash_of
from synaptiq.accounts.models import Account, APIKey, Invitation, Member, User
from synaptiq.accounts.roles import Permission, Role
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid

INVITATION_DAYS = 7
MOST_INVITATIONS = 100
# Forms offer all of them to choose from.
MOST_MEMBERS = 1_000


def invite_member(actor: Actor, email: Any, given_roles: Any) -> Invitation:
    """Send somebody a link with which they may join. An earlier one to them stops working."""
    with doing(actor, "member.invited", Permission.ROLES) as account:
        checked = values.checked(email=(values.email, email), roles=(values.roles, given_roles))
        _check_ownership(actor, Role.OWNER.value in checked["roles"])
        if actor.member is None:
            raise Invalid("Only a member invites others.")
        if queries.members().filter(user__email=checked["email"]).exists():
            raise Conflict(f"{checked['email']} is a member already.", param="email")
        queries.pending_invitations().filter(email=checked["email"]).update(revoked_at=clock.now())
        if queries.pending_invitations().count() >= MOST_INVITATIONS:
            raise Conflict(
                f"{MOST_INVITATIONS} invitations are open. Revoke some that are no longer needed."
            )
        if queries.members().count() + queries.pending_invitations().count() >= MOST_MEMBERS:
            raise Conflict(f"An account has at most {MOST_MEMBERS:,} members, invited ones too.")
        token = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            **checked,
            token_hash=hash_of(token),
            invited_by=actor.member,
            expires_at=clock.now() + timedelta(days=INVITATION_DAYS),
        )
        audit.record(
            actor,
            "member.invited",
            target=invitation.public_id,
            detail={"roles": checked["roles"]},
        )
        send_invitation(invitation, account, token)
    return invitation


def revoke_invitation(actor: Actor, invitation_id: str) -> None:
    """Make the link of an open invitation worthless."""
    with doing(actor, "invitation.revoked", Permission.ROLES, target=invitation_id):
        invitation = queries.pending_invitation(invitation_id)
        _revoke(actor, invitation)


def accept_invitation(
    user: User, token: str, *, address: str | None = None, request_id: str = ""
) -> Member:
    """Join the account that the link is of. Only the person it was sent to may.

    Raises NotFound for a link that is unknown, used, revoked or too old, Denied for another's.
    """
    invitation = queries.invitation_by_token(token)
    stranger = actors.of_stranger(invitation.account, address=address, request_id=request_id)
    with audit.denials(stranger, "member.joined", target=invitation.public_id):
        if invitation.email != user.email.lower():
            raise Denied(
                f"This invitation was sent to {invitation.email}, and you are signed in as "
                f"{user.email}. Sign in with that address to accept it.",
                code="other_address",
            )
    with acting_for(invitation.account_id), transaction.atomic():
        account = Account.objects.select_for_update().get(pk=invitation.account_id)
        # Asked again under the lock: since the link was looked up the account may have been closed,
        # and whoever sent it may have lost the right to.
        still_open = queries.pending_invitations().select_related("invited_by__user")
        taken = still_open.filter(pk=invitation.pk).first()
        if account.closed_at or taken is None:
            raise queries.no_such_invitation()
        queries.check_inviter(taken)
        taken.accepted_at = clock.now()
        taken.save(update_fields=["accepted_at"])
        member, is_new = Member.objects.get_or_create(
            user=user, defaults={"account": invitation.account, "roles": invitation.roles}
        )
        if not is_new and member.removed_at is None:
            raise Conflict("You are a member of this account already.")
        if not is_new:
            member.roles, member.removed_at = invitation.roles, None
            member.save()
        audit.record(
            actors.of_member(member, address=address, request_id=request_id),
            "member.joined",
            target=member.public_id,
            detail={"invitation": invitation.public_id, "roles": member.roles},
        )
    return member


def set_roles(actor: Actor, member_id: str, given_roles: Any) -> Member:
    """Give a member exactly these roles; they hold from the member's next request on."""
    with doing(actor, "member.roles_set", Permission.ROLES, target=member_id):
        wanted = values.checked(roles=(values.roles, given_roles))["roles"]
        member = queries.member(member_id)
        before = list(member.roles)
        if set(before) == set(wanted):
            return member
        _check_ownership(actor, Role.OWNER.value in set(before) ^ set(wanted))
        if Role.OWNER.value not in wanted:
            _check_not_last_owner(member)
        member.roles = wanted
        member.save(update_fields=["roles"])
        audit.record(
            actor,
            "member.roles_set",
            target=member_id,
            detail={"before": before, "after": wanted},
        )
        _revoke_ungivable(actor, member)
    return member


def transfer_ownership(actor: Actor, member_id: str, kept_role: Any) -> Member:
    """Make another member an Owner and give up being one, in one act; returns the new Owner.

    Who gives keeps `kept_role` and what other roles they hold. Both are told by email.
    """
    action = "ownership.transferred"
    with doing(actor, action, Permission.OWNERSHIP, target=member_id) as account:
        kept = values.checked(role=(values.roles, [kept_role]))["role"][0]
        if kept == Role.OWNER.value:
            raise Invalid({"role": "choose one that is not Owner."})
        if actor.member is None:
            raise Invalid("Only a member gives the ownership to another.")
        if not member_id:
            raise Invalid({"member": "choose a member."})
        giver, taker = queries.member(actor.member.public_id), queries.member(member_id)
        _check_still_owner(giver)
        if taker == giver:
            raise Invalid({"member": "choose somebody else."})
        if not taker.is_living:
            raise Invalid({"member": "cannot sign in at present; choose somebody else."})
        for member, wanted in (
            (taker, {Role.OWNER.value, *taker.roles}),
            (giver, {kept, *giver.roles} - {Role.OWNER.value}),
        ):
            member.roles = values.roles(wanted)
            member.save(update_fields=["roles"])
        detail = {"from": giver.public_id, "to": taker.public_id, "kept": giver.roles}
        audit.record(actor, action, target=taker.public_id, detail=detail)
        _revoke_ungivable(actor, giver)
        send_transfer(giver, taker, account)
    return taker


def remove_member(actor: Actor, member_id: str) -> None:
    """End a membership. What they made stays; the API keys that act for them are revoked."""
    with doing(actor, "member.removed", Permission.ROLES, target=member_id):
        member = queries.member(member_id)
        _check_ownership(actor, Role.OWNER.value in member.roles)
        _end(actor, member, "member.removed")


def leave(actor: Actor) -> None:
    """End one's own membership."""
    member_id = actor.member.public_id if actor.member else ""
    with doing(actor, "member.left", None, target=member_id):
        _end(actor, queries.member(member_id), "member.left")


def _end(actor: Actor, member: Member, action: str) -> None:
    _check_not_last_owner(member)
    now = clock.now()
    member.removed_at = now
    member.save(update_fields=["removed_at"])
    # For good: an invitation that brings the person back must not bring old keys back.
    revoked = APIKey.objects.filter(member=member, revoked_at=None).update(revoked_at=now)
    audit.record(
        actor, action, target=member.public_id, detail={"roles": member.roles, "keys": revoked}
    )
    _revoke_ungivable(actor, member)


def _revoke_ungivable(actor: Actor, member: Member) -> None:
    """Revoke the open invitations of a member that they may, with what they are now, no more send:
    for good, as with keys, so that none works again should the right come back."""
    for invitation in queries.invitations_sent(member):
        if not member.may_give(invitation.roles):
            _revoke(actor, invitation, sent_by=member.public_id)


def _revoke(actor: Actor, invitation: Invitation, **detail: str) -> None:
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    audit.record(actor, "invitation.revoked", target=invitation.public_id, detail=detail)


def _check_ownership(actor: Actor, concerns_owner: bool) -> None:
    if concerns_owner and not actor.can(Permission.OWNERSHIP):
        raise Denied(roles.missing(Permission.OWNERSHIP), code="role_missing")


def _check_still_owner(member: Member) -> None:
    """Asked again under the lock: whoever transfers twice at once would make two Owners."""
    if Role.OWNER.value not in member.roles:
        raise Denied(roles.missing(Permission.OWNERSHIP), code="role_missing")


def _check_not_last_owner(member: Member) -> None:
    if queries.is_last_owner(member):
        raise Conflict(
            "An account always has an Owner. Make somebody else an Owner first, "
            "under Settings > Team > Roles.",
            code="last_owner",
        )
