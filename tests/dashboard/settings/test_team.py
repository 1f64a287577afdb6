"""Settings > Team: members, invitations, and the table of roles."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from synaptiq.accounts import actions, queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Invitation, Member
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp
from tests.mails import link_in, newest, text_of

Members = Callable[..., Member]
MEMBERS = "/admin/settings/team/members"
ROLES = "/admin/settings/team/roles"


def test_everybody_sees_who_belongs_here(account: Account, member: Members) -> None:
    member("agent", "export", email="sam@acme.example", name="Sam Okafor")
    page = client_of(member("viewer")).get(MEMBERS).text
    for shown in ("sam@acme.example", "Sam Okafor", "Export, Agent", "Nobody is invited"):
        assert shown in page
    assert "Invite" not in page
    assert "Remove" not in page
    assert_strict_csp(page)


def test_inviting_and_revoking(account: Account, member: Members) -> None:
    client = client_of(member("admin", name="Ada", email="ada@acme.example"))
    dialog = client.get(f"{MEMBERS}/invite", **HTMX)
    assert "<dialog" in dialog.text
    assert_strict_csp(dialog.text)
    done = client.post(
        f"{MEMBERS}/invite", {"email": "Joe@Acme.Example", "roles": ["viewer"]}, follow=True
    )
    assert "An invitation is on its way to joe@acme.example." in done.text
    assert newest().to == "joe@acme.example"
    told = text_of(newest())
    assert "Ada (ada@acme.example) invites you to Acme on Synaptiq, as Viewer." in told
    assert (
        "Ada (ada@acme.example)</bdi> invites you, as Viewer." in client.get(link_in(newest())).text
    )
    # By name in the list and in the corner of every page.
    assert done.text.count('title="ada@acme.example"') == 2
    assert done.text.count("<bdi>Ada</bdi>") == 1
    assert '<bdi title="ada@acme.example">Ada</bdi>' in done.text
    invitation = Invitation.objects.get()
    revoke = f"/admin/settings/team/invitations/{invitation.public_id}/revoke"
    assert "joe@acme.example" in client.get(revoke).text
    assert "The invitation is revoked." in client.post(revoke, follow=True).text
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert client.get(revoke).status_code == 404


def test_an_invitation_that_cannot_be_sent_keeps_what_was_typed(
    account: Account, member: Members
) -> None:
    member("viewer", email="sam@acme.example")
    client = client_of(member("admin"))
    for given, sentence in (
        ({"email": "joe", "roles": ["agent"]}, "not an email address"),
        ({"email": "joe@acme.example"}, "Choose at least one role."),
        ({"email": "", "roles": ["agent"]}, ">Email is blank."),
        (
            {"email": "sam@acme.example", "roles": ["agent"]},
            ">sam@acme.example is a member already",
        ),
    ):
        page = client.post(f"{MEMBERS}/invite", given)
        assert page.status_code == 422
        assert sentence in page.text
        assert not given["email"] or f'value="{given["email"]}"' in page.text
        assert_strict_csp(page.text)
    assert not Invitation.objects.exists()


def test_an_admin_cannot_invite_an_owner_even_by_hand(account: Account, member: Members) -> None:
    client = client_of(member("admin"))
    assert "Only an Owner can give or take it." in client.get(f"{MEMBERS}/invite").text
    given = {"email": "joe@acme.example", "roles": ["owner"]}
    assert client.post(f"{MEMBERS}/invite", given).status_code == 403
    assert not Invitation.objects.exists()


def test_removing_says_how_many_keys_stop(
    account: Account, member: Members, actor: Callable[..., Actor]
) -> None:
    owner, sam = actor("owner"), member("export", email="sam@acme.example")
    for name in ("One", "Two"):
        actions.create_api_key(owner, sam.public_id, name=name, scopes=["leads:read"])
    assert owner.member is not None
    client = client_of(owner.member)
    path = f"{MEMBERS}/{sam.public_id}/remove"
    asked = client.get(path, **HTMX).text
    assert "2 API keys act as them and will be revoked: programs that use them stop." in asked
    assert "that they sent" not in asked
    sam.refresh_from_db()
    assert sam.removed_at is None
    assert "sam@acme.example is no longer a member." in client.post(path, follow=True).text
    assert client.get(path).status_code == 404


def test_what_ends_a_right_says_how_many_invitations_are_open(
    account: Account, member: Members, actor: Callable[..., Actor]
) -> None:
    owner, admin = actor("owner"), actor("admin")
    member("owner", email="second@acme.example")
    for by in (owner, admin):
        actions.invite_member(by, f"of-{by.name}@acme.example", ["viewer"])
    assert owner.member
    client = client_of(owner.member)
    client.post("/account/confirm-password/", {"password": "correct horse battery"})
    for path, says in (
        (f"{MEMBERS}/{admin.name}/remove", "1 open invitation that they sent will be revoked."),
        ("/admin/settings/account/leave", "1 open invitation that you sent will be revoked."),
        (f"{ROLES}/{admin.name}", "They have sent 1 invitation that is still open."),
        ("/admin/settings/account/transfer", "You have sent 1 invitation that is still open."),
    ):
        page = client.get(path).text
        assert says in page
        assert_strict_csp(page)


def test_the_last_owner_cannot_be_removed_by_any_form(account: Account, member: Members) -> None:
    owner = member("owner")
    client = client_of(owner)
    assert client.post(f"{MEMBERS}/{owner.public_id}/remove").status_code == 409
    page = client.post(f"{ROLES}/{owner.public_id}", {"roles": ["admin"]})
    assert page.status_code == 422
    assert "always has an Owner" in page.text
    owner.refresh_from_db()
    assert (owner.roles, owner.removed_at) == (["owner"], None)


def test_the_table_of_roles_is_the_one_that_is_asked(account: Account, member: Members) -> None:
    page = client_of(member("viewer")).get(ROLES).text
    row = page.partition("Export data</th>")[2].partition("</tr>")[0]
    assert row.count("Yes") == 3
    assert row.count(">No<") == 3
    assert_strict_csp(page)


def test_many_members_come_by_pages(
    account: Account, member: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LIST_PAGE", 2)
    client = client_of(member("admin", email="a@acme.example"))
    for name in "bc":
        member("viewer", email=f"{name}@acme.example")
    for path in (MEMBERS, ROLES):
        first = client.get(path).text
        later = re.search(r'href="([^"]*)" rel="next"', first)
        assert later
        second = client.get(path + later[1].replace("&amp;", "&")).text
        for page, shown in ((first, "ab"), (second, "c")):
            rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
            found = re.findall(r'<span class="cut">(\w)@acme.example', rows)
            assert "".join(found) == shown
            assert_strict_csp(page)
    assert '<span class="count">3</span>' in client.get(MEMBERS).text


def test_setting_roles(account: Account, member: Members) -> None:
    sam = member("viewer", email="sam@acme.example")
    client = client_of(member("admin"))
    path = f"{ROLES}/{sam.public_id}"
    asked = client.get(path, **HTMX).text
    assert "<dialog" in asked
    assert 'value="viewer" checked' in asked
    done = client.post(path, {"roles": ["agent", "export"]}, follow=True)
    assert "The roles of sam@acme.example are changed." in done.text
    sam.refresh_from_db()
    assert sam.roles == ["export", "agent"]
    none = client.post(path, {})
    assert none.status_code == 422
    assert "Choose at least one role." in none.text


def test_an_admin_keeps_an_owners_tick_that_the_browser_does_not_send(
    account: Account, member: Members
) -> None:
    owner = member("owner")
    client = client_of(member("admin"))
    assert client.post(f"{ROLES}/{owner.public_id}", {"roles": ["auditor"]}).status_code == 302
    owner.refresh_from_db()
    assert owner.roles == ["owner", "auditor"]


def test_an_admin_does_not_become_an_owner(account: Account, member: Members) -> None:
    admin = member("admin")
    answer = client_of(admin).post(f"{ROLES}/{admin.public_id}", {"roles": ["owner"]})
    assert answer.status_code == 403
    admin.refresh_from_db()
    assert admin.roles == ["admin"]
