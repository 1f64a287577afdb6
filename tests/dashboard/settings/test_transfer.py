"""Settings > Account > Transfer ownership: after the password, to another member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from synaptiq.accounts import queries
from synaptiq.accounts.models import Account, Invitation, Member
from synaptiq.kit import clock
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/settings/account/transfer"
PASSWORD = "correct horse battery"


@pytest.fixture
def owner(account: Account, member: Members) -> Member:
    return member("owner", email="morgan@acme.example")


@pytest.fixture
def client(owner: Member) -> Client:
    """A browser whose person has just given the password once more."""
    client = client_of(owner)
    client.post("/account/confirm-password/", {"password": PASSWORD})
    return client


def test_the_password_is_asked_first_and_leads_back(owner: Member, member: Members) -> None:
    taker, client = member("agent"), client_of(owner)
    given = {"member": taker.public_id, "role": "admin"}
    there = "/account/confirm-password/?next=%2Fadmin%2Fsettings%2Faccount%2Ftransfer"
    for answer in (client.get(PATH), client.post(PATH, given)):
        assert answer.headers["Location"] == there
    dialog = client.get(PATH, **HTMX)  # type: ignore[arg-type]
    assert (dialog.status_code, dialog.headers["HX-Redirect"]) == (401, there)
    back = client.post(there, {"password": PASSWORD})
    assert back.headers["Location"] == PATH
    assert queries.member(taker.public_id).roles == ["agent"]


def test_a_member_is_chosen_and_the_roles_change_hands(
    client: Client, owner: Member, member: Members
) -> None:
    taker, former = member("agent", name="Priya"), member("viewer")
    former.removed_at = clock.now()
    former.save()
    Invitation.objects.create(
        email="invited@acme.example", roles=["owner"], token_hash="x", invited_by=owner,
        expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    form = client.get(PATH).text
    assert_strict_csp(form)
    assert f"{taker.user.email} (Priya)</option>" in form
    for nobody in (former.user.email, "invited@acme.example", f"{owner.user.email}</option>"):
        assert nobody not in form
    assert '<option value="admin" selected>' in form
    done = client.post(PATH, {"member": taker.public_id, "role": "viewer"}, follow=True)
    assert f"{taker.user.email} is now an Owner" in done.text
    assert "Transfer ownership" not in done.text, "it is no longer theirs to give"
    roles = [queries.member(one.public_id).roles for one in (owner, taker)]
    assert roles == [["viewer"], ["owner", "agent"]]


def test_nobody_chosen_is_said(client: Client, owner: Member, member: Members) -> None:
    member("agent")
    answer = client.post(PATH, {"member": owner.public_id, "role": "admin"})
    assert answer.status_code == 422
    assert "Choose somebody else." in answer.text
    assert client.post(PATH, {"member": "", "role": "admin"}).status_code == 422


def test_alone_there_is_nobody_to_give_it_to(client: Client) -> None:
    assert "Nobody else is a member" in client.get(PATH).text


def test_who_was_removed_meanwhile_is_refused_in_the_form(client: Client, member: Members) -> None:
    member("admin", email="other@acme.example")
    gone = member("agent")
    gone.removed_at = clock.now()
    gone.save()
    answer = client.post(PATH, {"member": gone.public_id, "role": "admin"})
    assert answer.status_code == 422
    assert "This person is no longer a member. Choose somebody else." in answer.text
    chooser = answer.text.partition('id="transfer-member"')[2].partition(">")[0]
    assert 'aria-invalid="true"' in chooser
    assert " autofocus" in chooser
