"""That an invitation does not outlive the right of whoever sent it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synaptiq.accounts import actions, actors, queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Invitation, Member, User
from synaptiq.kit.errors import NotFound
from tests.mails import link_in, newest

Cast = Callable[..., Actor]
Members = Callable[..., Member]


def invite(by: Actor, email: str, *roles: str) -> str:
    """Invite and give the token of the link."""
    actions.invite_member(by, email, list(roles))
    return link_in(newest(email)).removeprefix("/invitation/").removesuffix("/")


def still_open() -> set[str]:
    return {invitation.email for invitation in queries.pending_invitations()}


def revocations() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="invitation.revoked"))


def test_what_a_former_owner_may_no_longer_give_ends_with_the_transfer(
    account: Account, actor: Cast, member: Members
) -> None:
    owner, taker = actor("owner"), member("admin")
    token = invite(owner, "jane@acme.example", "owner")
    invite(owner, "joe@acme.example", "admin")
    other = invite(actors.of_member(taker), "sam@acme.example", "viewer")
    actions.transfer_ownership(owner, taker.public_id, "admin")
    with pytest.raises(NotFound):
        actions.accept_invitation(User.objects.create_user("jane@acme.example"), token)
    assert still_open() == {"joe@acme.example", "sam@acme.example"}
    (entry,) = revocations()
    assert (entry.target, entry.actor, entry.detail) == (
        Invitation.objects.get(email="jane@acme.example").public_id,
        owner.name,
        {"sent_by": owner.name},
    )
    actions.accept_invitation(User.objects.create_user("sam@acme.example"), other)


@pytest.mark.parametrize("way", ["removed", "left", "lowered"])
def test_what_a_former_admin_sent_ends_with_their_right(
    account: Account, actor: Cast, way: str
) -> None:
    owner, admin = actor("owner"), actor("admin")
    token = invite(admin, "jane@acme.example", "admin")
    invite(owner, "joe@acme.example", "viewer")
    if way == "removed":
        actions.remove_member(owner, admin.name)
    elif way == "left":
        actions.leave(admin)
    else:
        actions.set_roles(owner, admin.name, ["viewer"])
    with pytest.raises(NotFound):
        actions.accept_invitation(User.objects.create_user("jane@acme.example"), token)
    assert still_open() == {"joe@acme.example"}
    assert len(revocations()) == 1


def test_an_owner_who_becomes_an_admin_keeps_what_an_admin_may_send(
    account: Account, actor: Cast, member: Members
) -> None:
    owner = actor("owner")
    member("owner", email="second@acme.example")
    invite(owner, "jane@acme.example", "viewer", "owner")
    invite(owner, "joe@acme.example", "viewer")
    actions.set_roles(owner, owner.name, ["admin"])
    assert still_open() == {"joe@acme.example"}


def test_a_link_is_worth_nothing_while_its_sender_may_not_sign_in(
    account: Account, actor: Cast
) -> None:
    admin = actor("admin")
    assert admin.member
    token = invite(admin, "jane@acme.example", "viewer")
    User.objects.filter(pk=admin.member.user_id).update(is_active=False)
    with pytest.raises(NotFound, match="may not give these roles now"):
        queries.invitation_by_token(token)


def test_a_sender_who_loses_the_right_while_somebody_joins_brings_nobody_in(
    account: Account, actor: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = actor("admin")
    assert admin.member
    found = queries.invitation_by_token(invite(admin, "jane@acme.example", "admin"))
    # Not by an action, which would revoke it: what is asked under the lock is the member.
    Member.objects.filter(pk=admin.member.pk).update(roles=["viewer"])
    monkeypatch.setattr(queries, "invitation_by_token", lambda token: found)
    with pytest.raises(NotFound, match="may not give these roles now"):
        actions.accept_invitation(User.objects.create_user("jane@acme.example"), "token")
    assert not Member.objects.filter(user__email="jane@acme.example").exists()
    assert still_open() == {"jane@acme.example"}
