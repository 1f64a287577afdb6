"""Several accounts: going from one to another, links that belong elsewhere, invitations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.core.mail import send_mail
from django.test import Client
from django.urls import resolve

from synaptiq.accounts import actions, actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member, User
from synaptiq.accounts.tenancy import acting_for
from synaptiq.leads.models import Lead
from tests.conftest import make_account, make_member
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.markup import assert_strict_csp
from tests.mails import link_in, newest

Members = Callable[..., Member]


@pytest.fixture
def elsewhere(account: Account, member: Members) -> Account:
    """Another account of Jane, where she is an agent; in the first she is a viewer."""
    member("viewer", email="jane@acme.example")
    other = make_account("Globex")
    make_member(other, "agent", email="jane@acme.example")
    return other


@pytest.fixture
def jane(elsewhere: Account) -> Client:
    return client_of(Member.across_accounts.filter(user__email="jane@acme.example")[0])


def leads_of(account: Account) -> Lead:
    with acting_for(account.pk):
        return make_leads(1)[0]


def test_the_first_account_is_the_oldest_and_the_switch_is_kept(
    jane: Client, account: Account, elsewhere: Account
) -> None:
    lead = leads_of(elsewhere)
    assert lead.public_id not in jane.get("/admin/leads").text
    page = jane.post("/account/switch/", {"account": elsewhere.public_id}, follow=True)
    assert "You are now in Globex." in page.text
    assert lead.public_id in jane.get("/admin/leads").text


def test_the_shell_offers_the_other_account(jane: Client, elsewhere: Account) -> None:
    page = jane.get("/admin/leads").text
    assert elsewhere.public_id in page
    assert 'action="/account/switch/"' in page


@pytest.mark.parametrize("given", ["", "acct_none", None])
def test_only_ones_own_accounts_can_be_switched_to(
    jane: Client, account: Account, given: str | None
) -> None:
    foreign = make_account("Foreign").public_id if given is None else given
    assert jane.post("/account/switch/", {"account": foreign}).status_code == 404
    assert jane.session["account"] == account.public_id


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example", "/\\evil.example", ""]
)
def test_switching_leads_nowhere_else(jane: Client, elsewhere: Account, after: str) -> None:
    answer = jane.post("/account/switch/", {"account": elsewhere.public_id, "next": after})
    assert answer.headers["Location"] == "/admin/"


def test_a_link_of_another_account_of_mine_offers_the_switch(
    jane: Client, elsewhere: Account
) -> None:
    path = f"/admin/leads/{leads_of(elsewhere).public_id}"
    page = jane.get(path)
    assert page.status_code == 404
    assert "This is in another account of yours" in page.text
    assert "Switch to Globex" in page.text
    assert_strict_csp(page.text)
    there = jane.post("/account/switch/", {"account": elsewhere.public_id, "next": path})
    assert there.headers["Location"] == path
    assert jane.get(path).status_code == 200


def test_the_offer_comes_also_where_the_role_here_would_not_do(
    account: Account, elsewhere: Account
) -> None:
    Member.objects.filter(user__email="jane@acme.example").update(roles=["auditor"])
    client = client_of(Member.objects.get(user__email="jane@acme.example"))
    page = client.get(f"/admin/leads/{leads_of(elsewhere).public_id}")
    assert "Switch to Globex" in page.text


def test_a_link_of_somebody_elses_account_is_simply_not_there(jane: Client) -> None:
    page = jane.get(f"/admin/leads/{leads_of(make_account('Foreign')).public_id}")
    assert page.status_code == 404
    assert "Foreign" not in page.text
    assert "Switch to" not in page.text


def test_an_account_one_has_left_offers_nothing(jane: Client, elsewhere: Account) -> None:
    lead = leads_of(elsewhere)
    with acting_for(elsewhere.pk):
        Member.objects.update(removed_at=elsewhere.created_at)
    assert "Switch to" not in jane.get(f"/admin/leads/{lead.public_id}").text


def test_a_change_of_roles_takes_effect_on_the_next_request(
    jane: Client, account: Account, actor: Callable[..., Actor]
) -> None:
    lead = leads_of(account)
    path = f"/admin/leads/{lead.public_id}/delete"
    assert jane.post(path).status_code == 403
    mine = Member.objects.get(user__email="jane@acme.example")
    actions.set_roles(actor("owner"), mine.public_id, ["agent"])
    assert jane.post(path).status_code == 302
    actions.set_roles(actor("admin"), mine.public_id, ["auditor"])
    assert jane.get("/admin/leads").status_code == 403


def test_who_is_removed_is_in_their_other_account_with_the_next_request(
    jane: Client, account: Account, elsewhere: Account, actor: Callable[..., Actor]
) -> None:
    assert jane.get("/admin/leads").status_code == 200
    mine = Member.objects.get(user__email="jane@acme.example")
    actions.remove_member(actor("owner"), mine.public_id)
    # The bell of a page that is still open asks first; nobody sees its answer.
    bell = jane.get("/admin/notifications/bell", headers={"X-Account": account.public_id}, **HTMX)
    assert bell.status_code == 409
    assert "in which you are not any more" in bell.headers["HX-Trigger"]
    page = jane.get("/admin/leads").text
    assert "Globex" in page
    assert "You are no longer a member of Acme." in page
    assert jane.session["account"] == elsewhere.public_id
    assert "no longer a member" not in jane.get("/admin/leads").text


def test_who_is_in_no_account_any_more_is_asked_to_make_one(
    account: Account, member: Members, actor: Callable[..., Actor]
) -> None:
    client = client_of(member("viewer"))
    client.get("/admin/leads")
    actions.remove_member(actor("owner"), Member.objects.get(roles=["viewer"]).public_id)
    page = client.get("/admin/leads", follow=True)
    assert page.redirect_chain == [("/account/new/", 302)]
    assert "You are no longer a member of Acme." in page.text
    fragment = client.get("/admin/leads", **HTMX)
    assert (fragment.status_code, "HX-Redirect" in fragment.headers) == (403, False)
    assert "no longer a member of this account" in fragment.headers["HX-Trigger"]


# ── Invitations ─────────────────────────────────────────────────────────────────────────────────


def test_the_link_in_the_mail_is_the_one_that_is_served(
    account: Account, actor: Callable[..., Actor]
) -> None:
    actions.invite_member(actor("admin"), "joe@acme.example", ["viewer"])
    assert resolve(link_in(newest())).view_name == "invitation"


def test_who_is_signed_in_joins_and_is_there(
    account: Account, actor: Callable[..., Actor], elsewhere: Account
) -> None:
    jane = User.objects.get(email="jane@acme.example")
    third = make_account("Initech")
    actions.invite_member(actors.of_member(make_member(third, "owner")), jane.email, ["export"])
    client = Client()
    client.force_login(jane)
    link = link_in(newest())
    asked = client.get(link)
    assert "Join Initech" in asked.text
    assert "as Export" in asked.text
    assert not Member.across_accounts.filter(account=third, user=jane).exists(), "only asked"
    client.post(link)
    assert client.session["account"] == third.public_id


def test_the_link_of_somebody_else_says_to_whom_it_was_sent(
    account: Account, actor: Callable[..., Actor], jane: Client
) -> None:
    actions.invite_member(actor("admin"), "joe@acme.example", ["viewer"])
    link = link_in(newest())
    page = jane.get(link)
    assert "joe@acme.example" in page.text
    assert_strict_csp(page.text)
    assert jane.post(link).status_code == 403
    assert not Member.objects.filter(user__email="joe@acme.example").exists()


def test_joining_needs_a_person(account: Account, actor: Callable[..., Actor]) -> None:
    actions.invite_member(actor("admin"), "joe@acme.example", ["viewer"])
    link = link_in(newest())
    assert Client().post(link).headers["Location"].startswith("/account/sign-in/?next=")


def test_a_link_that_does_not_work_says_so(db: None) -> None:
    page = Client().get("/invitation/nonsense/")
    assert page.status_code == 404
    assert "Ask for a new one." in page.text


# ── The demo's mailbox ──────────────────────────────────────────────────────────────────────────


def test_the_mail_of_the_demo_can_be_read_and_its_links_followed(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.DEMO = True
    send_mail("Hello", "Open http://localhost:8000/a?b=1&c=2\n<script>", None, ["jane@x.example"])
    page = client.get("/demo/mail")
    assert 'href="http://localhost:8000/a?b=1&amp;c=2"' in page.text
    assert "&lt;script&gt;" in page.text
    assert "jane@x.example" in page.text
    assert_strict_csp(page.text)


def test_an_empty_mailbox_says_what_comes_here(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.DEMO = True
    assert "No mail yet" in client.get("/demo/mail").text


def test_outside_the_demo_there_is_no_such_page(client: Client, db: None) -> None:
    assert client.get("/demo/mail").status_code == 404
