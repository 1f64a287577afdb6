"""Settings in a real browser: nothing for axe to find, dialogs by keyboard, all without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from synaptiq.accounts import actions, actors, audit
from synaptiq.accounts.models import Account, APIKey, Invitation, Member
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.leads import actions as leads
from synaptiq.leads.models import CustomProperty, Lead
from tests.conftest import make_account, make_member
from tests.dashboard import browser

SETTINGS = "/admin/settings"
TEAM = SETTINGS + "/team"
PROPERTIES = "/leads/custom-properties"


@pytest.fixture
def owner(committed_db: str, account: Account) -> Member:
    """An Owner whose account has something on every page."""
    owner = make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")
    make_member(account, "export", "agent", email="a.very.long.address@subsidiary.acme.example")
    actor = actors.of_member(owner, address="203.0.113.9")
    actions.invite_member(actor, "new.colleague@acme.example", ["viewer"])
    actions.create_api_key(
        actor, owner.public_id, name="Nightly sync", scopes=["leads:read", "exports:write"],
        expires_at=clock.now() + timedelta(days=90),
    )  # fmt: skip
    audit.record(
        actor, "export.requested", dataset="leads", format="csv", rows=1284,
        filter={"status": ["qualified"], "text": "acme"}, typed=frozenset({"text"}),
    )  # fmt: skip
    *_, old = [
        leads.define_property(actor, label=label, type=type, choices=choices).public_id
        for label, type, choices in (
            ("Budget of the whole company for this and the following financial year", "text", ()),
            ("Size", "choice", [f"{n} to {n + 99} employees" for n in range(1, 1000, 100)]),
            ("Old campaign", "text", ()),
        )
    ]
    leads.create_lead(actor, {"name": "Jane"}, custom={"size": "1 to 100 employees"})
    leads.archive_property(actor, old)
    actions.notify(
        owner, NoticeKind.EXPORT_READY, "Your export of 212 leads is ready.", "exp_k5m2a7q3"
    )
    return owner


def test_nothing_is_found_on_any_page(url: str, chromium: Browser, owner: Member) -> None:
    key = APIKey.objects.get().public_id
    invitation = Invitation.objects.get().public_id
    other = Member.objects.get(roles=["export", "agent"]).public_id
    size = CustomProperty.objects.get(slug="size").public_id
    with browser.signed_in(chromium, url, owner) as page:
        for path in (
            "", "/account", "/account/leave", "/account/close", "/team/members",
            "/team/members/invite", f"/team/members/{other}/remove",
            f"/team/invitations/{invitation}/revoke", "/team/roles", f"/team/roles/{other}",
            "/api-keys", "/api-keys/new", f"/api-keys/{key}/revoke", "/you/profile",
            "/you/calendar",
            "/you/sessions", "/you/sessions/end-others", "/security",
            "/security/audit-log", "/security/audit-log?action=none", "/you/notifications",
            PROPERTIES, f"{PROPERTIES}/new",
            f"{PROPERTIES}/{size}/rename", f"{PROPERTIES}/{size}/type",
            f"{PROPERTIES}/{size}/archive",
        ):  # fmt: skip
            page.goto(url + SETTINGS + path)
            browser.assert_sound_everywhere(page, path)
        page.goto(url + SETTINGS + "/security/audit-log")
        page.get_by_role("link", name="Asked for an export").click()
        expect(page.get_by_role("dialog")).to_contain_text("status is qualified")
        browser.assert_sound_everywhere(page, "an entry of the log")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Notifications, 1 unread").click()
        browser.assert_sound_everywhere(page, "notifications")


def test_a_member_is_invited_by_keyboard_in_a_dialog(
    url: str, chromium: Browser, owner: Member
) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(f"{url}{TEAM}/members")
        invite = page.get_by_role("link", name="Invite")
        invite.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Invite somebody")
        expect(dialog.get_by_label("Email")).to_be_focused()
        browser.assert_sound(page, "the open dialog")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(invite).to_be_focused()
        page.keyboard.press("Enter")
        expect(dialog.get_by_label("Email")).to_be_focused()
        page.keyboard.type("joe@acme.example")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Choose at least one role.")).to_be_visible()
        expect(page.get_by_label("Email")).to_have_value("joe@acme.example")
        browser.assert_sound(page, "the refused form")
        page.get_by_role("checkbox", name="Viewer").check()
        page.get_by_role("button", name="Send invitation").click()
        expect(page.get_by_text("An invitation is on its way to joe@acme.example.")).to_be_visible()
    assert Invitation.objects.filter(email="joe@acme.example").exists()


def test_a_key_is_made_and_revoked_without_script(
    url: str, chromium: Browser, owner: Member
) -> None:
    with browser.signed_in(chromium, url, owner, java_script_enabled=False) as page:
        page.goto(url + SETTINGS + "/api-keys")
        page.get_by_role("link", name="New key").click()
        page.get_by_label("Name").fill("Warehouse")
        page.get_by_role("checkbox", name="Read leads").check()
        page.get_by_role("button", name="Make key").click()
        expect(page.get_by_text("Copy it now.")).to_be_visible()
        expect(page.get_by_text("sk_syn_")).to_be_visible()
        page.get_by_role("link", name="Done").click()
        page.get_by_role("link", name="Revoke Warehouse").click()
        expect(page.get_by_text("This cannot be undone.")).to_be_visible()
        page.get_by_role("button", name="Revoke").click()
        expect(page.get_by_role("link", name="Revoke Warehouse")).to_have_count(0)
    assert APIKey.objects.get(name="Warehouse").revoked_at is not None


def test_a_setting_is_found_by_keyboard(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(f"{url}{TEAM}/roles")
        field = page.get_by_role("searchbox", name="Search settings")
        found = page.get_by_role("list", name="Settings found").get_by_role("link")
        pages = page.get_by_role("navigation", name="Settings")
        page.keyboard.press("/")
        expect(field).to_be_focused()
        page.keyboard.type("acc")
        expect(found).to_have_count(9)
        expect(page.locator("#settings-count")).to_have_text("9 settings found")
        expect(pages).to_be_hidden()
        browser.assert_sound(page, "what is found")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(found.nth(1)).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        expect(field).to_have_value("")
        expect(found).to_have_count(0)
        expect(pages).to_be_visible()
        page.keyboard.type("single let")
        expect(found).to_have_count(1)
        page.keyboard.press("Enter")
        page.wait_for_url("**/you/profile#id_single_keys")
        tick = page.get_by_label("Single-letter keys")
        expect(tick).to_be_focused()
        browser.assert_sound(page, "where it led")
        # To another setting of this page, and without single keys from then on.
        field.fill("density")
        expect(found).to_have_count(1)
        found.click()
        expect(page.get_by_role("radio", name="Comfortable")).to_be_focused()
        expect(found).to_have_count(0)
        tick.uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        page.keyboard.press("/")
        expect(field).not_to_be_focused()


def test_crumbs_name_the_way_in_the_list_beside_the_page(
    url: str, chromium: Browser, owner: Member
) -> None:
    key = APIKey.objects.get().public_id
    with browser.signed_in(chromium, url, owner) as page:
        for path, way in (
            ("/account", "Settings/Account"),
            ("/account/leave", "Settings/Account/Leave Acme?"),
            ("/api-keys", "Settings/API keys"),
            ("/api-keys/new", "Settings/API keys/New API key"),
            (f"/api-keys/{key}/revoke", "Settings/API keys/Revoke “Nightly sync”?"),
            ("/team/members", "Settings/Team/Members"),
            ("/team/members/invite", "Settings/Team/Members/Invite somebody"),
            ("/team/roles", "Settings/Team/Roles"),
            ("/you/profile", "Settings/You/Profile"),
            ("/security/audit-log", "Settings/Security/Audit Log"),
            (PROPERTIES, "Settings/Leads/Custom properties"),
            (PROPERTIES + "/new", "Settings/Leads/Custom properties/New property"),
        ):
            page.goto(url + SETTINGS + path)
            crumbs = page.get_by_role("navigation", name="Breadcrumb").get_by_role("listitem")
            assert "/".join(crumbs.all_inner_texts()) == way


def test_a_name_without_a_blank_fits_everywhere(
    url: str, chromium: Browser, owner: Member, account: Account
) -> None:
    name = "W" * 120
    Account.objects.filter(pk=account.pk).update(name=name)
    other = make_account(name)
    make_member(other, "owner", email=owner.user.email)
    with acting_for(other.pk):
        lead = Lead.objects.create(name=name, email="w@acme.example").public_id
    with browser.signed_in(chromium, url, owner, viewport=browser.PHONE) as page:
        for path in (
            SETTINGS + "/account", SETTINGS + "/account/leave", SETTINGS + "/account/close",
            SETTINGS + "/team/members", f"/admin/leads/{lead}", "/account/new/",
        ):  # fmt: skip
            page.goto(url + path)
            browser.assert_sound(page, path)
            if path.startswith("/admin/leads"):
                # Of one name, the two are told apart by their ids.
                expect(page.locator(".fault")).to_contain_text(other.public_id)
                expect(page.locator(".fault")).to_contain_text(account.public_id)
        page.goto(url + SETTINGS + "/account")
        for verb in ("Leave", "Close"):
            page.get_by_role("link", name=f"{verb} account").click()
            dialog = page.get_by_role("dialog")
            expect(dialog).to_be_visible()
            browser.assert_sound(page, verb)
            assert dialog.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
            page.keyboard.press("Escape")
            expect(dialog).to_be_hidden()
        page.get_by_role("button", name="Menu", exact=True).click()
        page.locator(".account").click()
        menu = page.get_by_role("group", name="Account", exact=True)
        expect(menu).to_contain_text(other.public_id)
        expect(menu).to_contain_text(account.public_id)
        assert menu.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
        browser.assert_sound(page, "the switcher")


def test_a_phone_is_shown_all_of_a_row(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner, viewport=browser.PHONE) as page:
        page.goto(url + SETTINGS + "/api-keys")
        row = page.get_by_role("row", name="Nightly sync")
        for words in ("Read leads; Start and cancel exports", "Expires", "never used"):
            expect(row.get_by_text(words).locator("visible=true").first).to_be_visible()
        page.goto(url + TEAM + "/members")
        long = page.get_by_text("a.very.long.address@subsidiary.acme.example").first
        assert long.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
        expect(page.get_by_text("Export, Agent").locator("visible=true")).to_be_visible()
        page.goto(url + SETTINGS + "/security/audit-log")
        here = page.get_by_role("navigation", name="Settings").get_by_role("link", name="Audit Log")
        expect(here).to_be_in_viewport(ratio=1)
        who = page.get_by_role("row", name="Asked for an export").get_by_text("morgan@acme.example")
        seen = who.locator("visible=true").first
        assert seen.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_no_table_must_be_scrolled(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        for path in (
            "/team/members",
            "/team/roles",
            "/api-keys",
            "/security/audit-log",
            PROPERTIES,
        ):
            page.goto(url + SETTINGS + path)
            for width in (1440, 1331, 1280, 1181, 1100, 1024, 900, 768, 761):
                page.set_viewport_size({"width": width, "height": 768})
                where = f"{path} at {width} px"
                beside = page.evaluate(
                    "[...document.querySelectorAll('.frame')]"
                    ".map(e => e.scrollWidth - e.clientWidth)"
                )
                assert max(beside) <= 0, where
                names = page.evaluate(
                    "[...document.querySelectorAll('tbody th')].map(e => e.clientWidth)"
                )
                assert min(names) >= 130, where


def test_properties_are_ordered_by_keyboard(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + SETTINGS + PROPERTIES)
        rows = page.get_by_role("region", name="Custom properties").get_by_role("rowheader")
        expect(rows).to_contain_text(["Budget", "Size"])
        up = page.get_by_role("button", name="Move Size up")
        up.focus()
        page.keyboard.press("Enter")
        expect(rows).to_contain_text(["Size", "Budget"])
        expect(page.get_by_role("status").filter(has_text="Size: place 1 of 2")).to_have_count(1)
        # Where it cannot go further the button stays, and so does the focus.
        expect(up).to_be_focused()
        expect(up).to_have_attribute("aria-disabled", "true")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(rows).to_contain_text(["Budget", "Size"])
        expect(page.get_by_role("button", name="Move Size down")).to_be_focused()
        browser.assert_sound(page, "after moving")
    order = CustomProperty.objects.order_by("position").values_list("slug", flat=True)
    assert list(order)[1:] == ["size", "old_campaign"]


def test_a_property_is_defined_and_changed_without_script(
    url: str, chromium: Browser, owner: Member
) -> None:
    with browser.signed_in(chromium, url, owner, java_script_enabled=False) as page:
        page.goto(url + SETTINGS + PROPERTIES)
        page.get_by_role("button", name="Move Size up").click()
        page.get_by_role("link", name="New property").click()
        page.get_by_label("Label").fill("Seats")
        page.get_by_label("Type", exact=True).select_option("choice")
        page.get_by_label("Choices").fill("one\nmany")
        page.get_by_role("button", name="Define property").click()
        expect(page.get_by_text("“Seats” is defined, as seats.")).to_be_visible()
        page.get_by_role("button", name="Bring Old campaign back").click()
        expect(page.get_by_text("“Old campaign” is back.")).to_be_visible()
    assert CustomProperty.objects.order_by("position")[0].slug == "size"
    assert CustomProperty.objects.get(slug="seats").choices == ["one", "many"]


def test_what_would_be_lost_is_asked_about_in_a_dialog(
    url: str, chromium: Browser, owner: Member
) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + SETTINGS + PROPERTIES)
        page.get_by_role("button", name="Actions for Size").click()
        page.get_by_role("link", name="Change choices or type").click()
        dialog = page.get_by_role("dialog", name="Type of “Size”")
        expect(dialog.get_by_label("Choices")).to_be_visible()
        dialog.get_by_label("Type", exact=True).select_option("number")
        expect(dialog.get_by_label("Choices")).to_be_hidden()
        browser.assert_sound(page, "the type")
        dialog.get_by_role("button", name="Change").click()
        expect(page.get_by_text("1 does not fit")).to_be_visible()
        browser.assert_sound(page, "what would be lost")
        page.get_by_role("button", name="Change and lose them").click()
        expect(page.get_by_text("“Size” is of the type number now.")).to_be_visible()
    assert CustomProperty.objects.get(slug="size").type == "number"
