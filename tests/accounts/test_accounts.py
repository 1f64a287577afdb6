"""Making, changing and closing accounts, and the people the operator adds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress

from synaptiq.accounts import actions, queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, User
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import Conflict, Denied, Gone, Invalid


def test_who_makes_an_account_is_its_owner(db: None) -> None:
    user = User.objects.create_user("jane@acme.example")
    member = actions.create_account(
        user, " Acme ", "Europe/Berlin", address="203.0.113.9", request_id="req_1"
    )
    assert (member.account.name, member.account.timezone) == ("Acme", "Europe/Berlin")
    assert member.roles == ["owner"]
    with acting_for(member.account_id):
        entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.address, entry.request_id) == (
        "account.created", member.public_id, "203.0.113.9", "req_1",
    )  # fmt: skip


def test_an_account_of_the_operator_names_the_terminal(db: None) -> None:
    member = actions.create_account(
        User.objects.create_user("jane@acme.example"), "Acme", "UTC", by_operator=True
    )
    with acting_for(member.account_id):
        assert AuditEntry.objects.get().actor == "terminal"


def test_a_refused_account_leaves_nothing(db: None) -> None:
    with pytest.raises(Invalid):
        actions.create_account(User.objects.create_user("jane@acme.example"), "Acme", "Mars/X")
    assert not Account.objects.exists()


def test_the_log_says_which_settings_changed(account: Account, actor: Callable[..., Actor]) -> None:
    actions.update_account(actor("admin"), name="Acme Corp", timezone="Asia/Tokyo")
    account.refresh_from_db()
    assert (account.name, account.timezone) == ("Acme Corp", "Asia/Tokyo")
    entry = AuditEntry.objects.get()
    assert entry.detail == {"changed": ["name", "timezone"], "timezone": "Asia/Tokyo"}


def test_saving_without_a_change_is_not_logged(
    account: Account, actor: Callable[..., Actor]
) -> None:
    actions.update_account(actor("admin"), name=account.name, timezone=account.timezone)
    assert not AuditEntry.objects.exists()


def test_who_may_not_change_settings_changes_nothing_and_is_logged(
    account: Account, actor: Callable[..., Actor]
) -> None:
    with pytest.raises(Denied):
        actions.update_account(actor("agent"), name="Mine", timezone="UTC")
    account.refresh_from_db()
    assert account.name == "Acme"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome) == ("account.updated", "denied")


def test_a_closed_account_lets_nobody_in_and_changes_no_more(
    account: Account, actor: Callable[..., Actor]
) -> None:
    owner = actor("owner")
    with pytest.raises(Denied):
        actions.close_account(actor("admin"))
    actions.close_account(owner)
    assert owner.member is not None
    assert queries.memberships(owner.member.user) == []
    with pytest.raises(Gone):
        actions.update_account(owner, name="Again", timezone="UTC")


def test_the_operator_vouches_for_an_address(db: None) -> None:
    user = actions.add_person("Jane@Acme.Example", "a long pass phrase", name="Jane")
    assert user.email == "jane@acme.example"
    assert EmailAddress.objects.get(user=user).verified
    with pytest.raises(Conflict):
        actions.add_person("jane@acme.example")


def test_a_weak_password_is_refused(db: None) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_person("jane@acme.example", "password")
    assert "password" in refused.value.fields
    assert not User.objects.exists()
