"""Inviting, roles, leaving; and that an account always has an Owner."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connections

from synaptiq.accounts import actions, actors, queries
from synaptiq.accounts.actions import members
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, APIKey, AuditEntry, Invitation, Member, User
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound, Refusal
from tests.conftest import make_account, make_member
from tests.mails import link_in, newest, text_of

Cast = Callable[..., Actor]
Members = Callable[..., Member]


def link_token() -> str:
    """The token in the newest mail."""
    return link_in(newest()).removeprefix("/invitation/").removesuffix("/")


def test_an_invited_person_joins_with_the_roles_of_the_invitation(
    account: Account, actor: Cast
) -> None:
    actions.invite_member(actor("admin"), "Jane@Acme.Example", ["viewer", "export"])
    jane = User.objects.create_user("jane@acme.example")
    member = actions.accept_invitation(jane, link_token(), address="203.0.113.9")
    assert (member.account, member.roles) == (account, ["export", "viewer"])
    assert [e.action for e in AuditEntry.objects.order_by("pk")] == [
        "member.invited",
        "member.joined",
    ]


def test_the_mail_says_until_when_by_the_clocks_of_the_account(actor: Cast) -> None:
    admin = actor("admin")
    actions.update_account(admin, name="Acme", timezone="America/New_York")
    with clock.freeze(datetime(2026, 3, 5, 18, 30, tzinfo=UTC)):
        actions.invite_member(admin, "jane@acme.example", ["viewer"])
    # The clocks of New York change within that week.
    assert "It works until 12 March 2026, 14:30 (America/New_York), for" in text_of(newest())


def test_the_mail_writes_dates_as_whoever_invites_does(actor: Cast) -> None:
    admin = actor("admin")
    assert admin.member
    User.objects.filter(pk=admin.member.user_id).update(language="en-US")
    with clock.freeze(datetime(2026, 3, 5, 18, 30, tzinfo=UTC)):
        actions.invite_member(
            actors.of_member(queries.member(admin.name)), "j@acme.example", ["viewer"]
        )
    assert "It works until March 12, 2026, 6:30 PM (UTC), for" in text_of(newest())


def test_the_log_holds_no_address_of_who_was_invited(account: Account, actor: Cast) -> None:
    actions.invite_member(actor("admin"), "jane@acme.example", ["viewer"])
    entry = AuditEntry.objects.get()
    assert "jane" not in repr(list(AuditEntry.objects.values()))
    assert entry.target == Invitation.objects.get().public_id


def test_the_database_holds_a_hash_of_the_link(account: Account, actor: Cast) -> None:
    actions.invite_member(actor("admin"), "jane@acme.example", ["viewer"])
    token = link_token()
    assert token not in repr(list(Invitation.objects.values()))
    assert queries.invitation_by_token(token) == Invitation.objects.get()


def test_a_link_works_once(account: Account, actor: Cast) -> None:
    actions.invite_member(actor("admin"), "jane@acme.example", ["viewer"])
    jane, token = User.objects.create_user("jane@acme.example"), link_token()
    actions.accept_invitation(jane, token)
    with pytest.raises(NotFound):
        actions.accept_invitation(jane, token)


def test_a_link_is_for_the_address_it_was_sent_to(account: Account, actor: Cast) -> None:
    actions.invite_member(actor("admin"), "jane@acme.example", ["viewer"])
    eve = User.objects.create_user("eve@acme.example")
    with pytest.raises(Denied, match="Sign in with that address"):
        actions.accept_invitation(eve, link_token(), address="203.0.113.9")
    assert not Member.objects.filter(user__email="eve@acme.example").exists()
    entry = AuditEntry.objects.get(action="member.joined")
    assert (entry.outcome, entry.actor, entry.target, entry.address, entry.detail) == (
        "denied", "stranger", Invitation.objects.get().public_id, "203.0.113.9",
        {"reason": "other_address"},
    )  # fmt: skip


def test_an_account_that_closes_while_somebody_joins_gets_no_member(
    account: Account, actor: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = actor("owner")
    actions.invite_member(owner, "jane@acme.example", ["viewer"])
    found = queries.invitation_by_token(link_token())
    actions.close_account(owner)
    # What a request had read before the account was closed.
    monkeypatch.setattr(queries, "invitation_by_token", lambda token: found)
    with pytest.raises(NotFound):
        actions.accept_invitation(User.objects.create_user("jane@acme.example"), "token")
    assert not Member.objects.filter(user__email="jane@acme.example").exists()


def test_a_link_is_worth_nothing_after_a_week(account: Account, actor: Cast) -> None:
    actions.invite_member(actor("admin"), "jane@acme.example", ["viewer"])
    jane, token = User.objects.create_user("jane@acme.example"), link_token()
    with clock.freeze(clock.now() + timedelta(days=7)), pytest.raises(NotFound):
        actions.accept_invitation(jane, token)


def test_a_revoked_link_is_worth_nothing(account: Account, actor: Cast) -> None:
    admin = actor("admin")
    invitation = actions.invite_member(admin, "jane@acme.example", ["viewer"])
    token = link_token()
    actions.revoke_invitation(admin, invitation.public_id)
    with pytest.raises(NotFound):
        queries.invitation_by_token(token)
    with pytest.raises(NotFound):
        actions.revoke_invitation(admin, invitation.public_id)


def test_a_second_invitation_takes_the_place_of_the_first(account: Account, actor: Cast) -> None:
    admin = actor("admin")
    actions.invite_member(admin, "jane@acme.example", ["viewer"])
    first = link_token()
    actions.invite_member(admin, "jane@acme.example", ["agent"])
    with pytest.raises(NotFound):
        queries.invitation_by_token(first)
    assert queries.invitation_by_token(link_token()).roles == ["agent"]


def test_a_member_is_not_invited_again(account: Account, actor: Cast, member: Members) -> None:
    member("viewer", email="jane@acme.example")
    with pytest.raises(Conflict, match="is a member already"):
        actions.invite_member(actor("admin"), "jane@acme.example", ["agent"])


def test_an_account_has_so_many_members_at_most(
    account: Account, actor: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.accounts.actions.members.MOST_MEMBERS", 2)
    admin = actor("admin")
    invitation = actions.invite_member(admin, "jane@acme.example", ["viewer"])
    with pytest.raises(Conflict, match="at most 2 members"):
        actions.invite_member(admin, "joe@acme.example", ["viewer"])
    actions.revoke_invitation(admin, invitation.public_id)
    actions.invite_member(admin, "joe@acme.example", ["viewer"])


def test_only_an_owner_invites_owners(account: Account, actor: Cast) -> None:
    with pytest.raises(Denied):
        actions.invite_member(actor("admin"), "jane@acme.example", ["owner"])
    assert not Invitation.objects.exists()
    actions.invite_member(actor("owner"), "jane@acme.example", ["owner"])


def test_only_an_owner_makes_and_unmakes_owners(
    account: Account, actor: Cast, member: Members
) -> None:
    admin, owner = actor("admin"), actor("owner")
    chief, agent = member("owner", email="chief@acme.example"), member("agent")
    for target, wanted in ((agent, ["owner"]), (chief, ["admin"])):
        with pytest.raises(Denied):
            actions.set_roles(admin, target.public_id, wanted)
        actions.set_roles(owner, target.public_id, wanted)
    with pytest.raises(Denied):
        actions.remove_member(admin, agent.public_id)
    assert AuditEntry.objects.filter(outcome="denied").count() == 3


def test_an_admin_may_change_what_else_an_owner_holds(
    account: Account, actor: Cast, member: Members
) -> None:
    owner = member("owner")
    actions.set_roles(actor("admin"), owner.public_id, ["owner", "auditor"])
    owner.refresh_from_db()
    assert owner.roles == ["owner", "auditor"]


@pytest.mark.parametrize("roles", ["export", "agent", "viewer", "auditor"])
def test_nobody_below_an_admin_touches_members(
    account: Account, actor: Cast, member: Members, roles: str
) -> None:
    low, other = actor(roles), member("viewer", email="other@acme.example")
    for attempt in (
        lambda: actions.invite_member(low, "jane@acme.example", ["viewer"]),
        lambda: actions.set_roles(low, other.public_id, ["admin"]),
        lambda: actions.remove_member(low, other.public_id),
        lambda: actions.revoke_invitation(low, "inv_none"),
    ):
        with pytest.raises(Denied):
            attempt()
    other.refresh_from_db()
    assert (other.roles, other.removed_at) == (["viewer"], None)
    assert set(AuditEntry.objects.values_list("outcome", flat=True)) == {"denied"}


def test_the_last_owner_stays_one(account: Account, actor: Cast, member: Members) -> None:
    owner = actor("owner")
    assert owner.member is not None
    for attempt in (
        lambda: actions.leave(owner),
        lambda: actions.remove_member(owner, owner.name),
        lambda: actions.set_roles(owner, owner.name, ["admin"]),
    ):
        with pytest.raises(Conflict, match="always has an Owner"):
            attempt()
    second = member("owner", email="second@acme.example")
    actions.leave(owner)
    owner.member.refresh_from_db()
    assert owner.member.removed_at is not None
    with pytest.raises(Conflict):
        actions.leave(actors.of_member(second))


def test_a_disabled_or_removed_owner_does_not_count(
    account: Account, actor: Cast, member: Members
) -> None:
    owner = actor("owner")
    disabled = member("owner", email="disabled@acme.example")
    User.objects.filter(pk=disabled.user_id).update(is_active=False)
    gone = member("owner", email="gone@acme.example")
    actions.remove_member(owner, gone.public_id)
    with pytest.raises(Conflict):
        actions.leave(owner)


def test_two_owners_cannot_remove_each_other_at_once(
    committed_db: str, account: Account, actor: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each alone is allowed; together they would leave none. The account's lock decides."""
    first, second = actor("owner", email="a@acme.example"), actor("owner", email="b@acme.example")
    both_saw_an_owner, refused = Barrier(2), list[Refusal]()
    check = members._check_not_last_owner

    def check_and_meet(member: Member) -> None:
        check(member)
        # Behind the lock the other cannot come; without it both would go on from here.
        with suppress(BrokenBarrierError):
            both_saw_an_owner.wait(timeout=0.5)

    monkeypatch.setattr(members, "_check_not_last_owner", check_and_meet)

    def remove(by: Actor, other: Actor) -> None:
        try:
            actions.remove_member(by, other.name)
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=remove, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(refusal) for refusal in refused] == [Conflict]
    assert queries.members().count() == 1


def test_an_owner_gives_the_role_away_in_one_act(
    account: Account, actor: Cast, member: Members
) -> None:
    giver = actor("owner", "auditor", email="a@acme.example", name="Ada")
    taker = member("agent", "export")
    actions.transfer_ownership(giver, taker.public_id, "admin")
    assert queries.member(taker.public_id).roles == ["owner", "export", "agent"]
    assert queries.member(giver.name).roles == ["admin", "auditor"]
    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.target) == ("ownership.transferred", taker.public_id)
    kept = {"from": giver.name, "to": taker.public_id, "kept": ["admin", "auditor"]}
    assert entry.detail == kept
    told = text_of(newest("a@acme.example"))
    assert "You are still there as Admin and Auditor." in told
    assert "/account/password/reset/" in told
    assert "Ada (a@acme.example) has made you an Owner of Acme" in text_of(newest(taker.user.email))


def test_it_is_given_to_another_living_member_and_for_a_lesser_role(
    account: Account, actor: Cast, member: Members
) -> None:
    owner, admin = actor("owner"), member("admin")
    away = member("viewer", email="away@acme.example")
    User.objects.filter(pk=away.user_id).update(is_active=False)
    for taker, role, says in (
        (owner.name, "admin", "choose somebody else"),
        (away.public_id, "admin", "cannot sign in"),
        (admin.public_id, "owner", "one that is not Owner"),
        (admin.public_id, "boss", "is no role"),
    ):
        with pytest.raises(Invalid, match=says):
            actions.transfer_ownership(owner, taker, role)
    with acting_for(make_account("Other").pk):
        stranger = make_member(Account.objects.get(name="Other"), "admin")
    with pytest.raises(NotFound):
        actions.transfer_ownership(owner, stranger.public_id, "admin")
    assert queries.member(owner.name).roles == ["owner"]
    assert not AuditEntry.objects.exists()


def test_only_an_owner_transfers(account: Account, actor: Cast, member: Members) -> None:
    admin = actor("admin")
    with pytest.raises(Denied):
        actions.transfer_ownership(admin, member("viewer").public_id, "viewer")
    assert AuditEntry.objects.get().outcome == "denied"


def test_an_owner_cannot_transfer_twice_at_once(
    committed_db: str, account: Account, actor: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each alone is allowed; together they would make two Owners of one."""
    owner = actor("owner")
    takers = [make_member(account, "agent", email=f"{n}@acme.example") for n in range(2)]
    both_saw_an_owner, refused = Barrier(2), list[Refusal]()
    check = members._check_still_owner

    def check_and_meet(member: Member) -> None:
        check(member)
        # Behind the lock the other cannot come; without it both would go on from here.
        with suppress(BrokenBarrierError):
            both_saw_an_owner.wait(timeout=0.5)

    monkeypatch.setattr(members, "_check_still_owner", check_and_meet)

    def transfer(taker: Member) -> None:
        try:
            actions.transfer_ownership(owner, taker.public_id, "admin")
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=transfer, args=(taker,)) for taker in takers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(one) for one in refused] == [Denied]
    assert queries.members().filter(roles__contains=["owner"]).count() == 1


def test_a_removed_member_comes_back_by_invitation_but_their_keys_do_not(
    account: Account, actor: Cast, member: Members
) -> None:
    owner, jane = actor("owner"), member("export", email="jane@acme.example")
    key, _ = actions.create_api_key(owner, jane.public_id, name="Sync", scopes=["leads:read"])
    actions.remove_member(owner, jane.public_id)
    assert AuditEntry.objects.get(action="member.removed").detail == {
        "roles": ["export"],
        "keys": 1,
    }
    jane.refresh_from_db()
    assert jane.permissions == frozenset()
    actions.invite_member(owner, "jane@acme.example", ["viewer"])
    back = actions.accept_invitation(jane.user, link_token())
    assert (back.pk, back.roles, back.removed_at) == (jane.pk, ["viewer"], None)
    assert APIKey.objects.get(pk=key.pk).revoked_at is not None


def test_members_of_another_account_are_not_found(account: Account, actor: Cast) -> None:
    elsewhere, owner = make_account("Globex"), actor("owner")
    stranger = make_member(elsewhere, "viewer")
    for attempt in (
        lambda: actions.set_roles(owner, stranger.public_id, ["admin"]),
        lambda: actions.remove_member(owner, stranger.public_id),
    ):
        with pytest.raises(NotFound):
            attempt()
    with acting_for(elsewhere.pk):
        assert Member.objects.get().roles == ["viewer"]


def test_roles_must_be_known(account: Account, actor: Cast, member: Members) -> None:
    with pytest.raises(Invalid):
        actions.set_roles(actor("owner"), member("viewer").public_id, ["root"])
