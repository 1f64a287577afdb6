"""Settings > Exports > Report Branding: saved, previewed, and what is wrong is named."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Browser, expect

from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.exports.models import ReportBranding
from tests.conftest import make_member
from tests.dashboard import browser
from tests.dashboard.clients import client_of
from tests.dashboard.markup import assert_strict_csp
from tests.exports.test_logos import picture, svg

Members = Callable[..., Member]
PATH = "/admin/settings/exports/branding"
COLOURS = {"accent": "#1d4ed8", "second": "C3C9D2"}


def upload(file: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, file)


def test_colours_and_logo_are_saved(account: Account, member: Members) -> None:
    client = client_of(member("admin"))
    assert client.post(PATH, {**COLOURS, "logo": upload(picture("JPEG"))})["Location"] == PATH
    row = ReportBranding.objects.get()
    assert (row.accent, row.second) == ("#1d4ed8", "#c3c9d2")
    assert bytes(row.logo or b"").startswith(b"\x89PNG")
    page = client.get(PATH).text
    assert_strict_csp(page)
    shown = re.search(r'src="data:image/png;base64,([^"]+)"', page)
    assert shown
    assert base64.b64decode(shown[1]) == bytes(row.logo or b"")
    # Colours alone leave the logo.
    client.post(PATH, {**COLOURS, "accent": "#000"})
    assert ReportBranding.objects.get().logo
    client.post(PATH, {**COLOURS, "accent": "#000", "remove_logo": "on"})
    assert ReportBranding.objects.get().logo is None
    details = AuditEntry.objects.filter(action="branding.changed").order_by("pk")
    assert [entry.detail["changed"] for entry in details] == [
        ["accent", "logo"], ["accent"], ["logo"],
    ]  # fmt: skip


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_changed(
    account: Account, member: Members
) -> None:
    client = client_of(member("admin"))
    given = {"accent": "teal", "second": "#fff", "logo": upload(b"GIF89a")}
    answer = client.post(PATH, given)
    assert answer.status_code == 422
    assert "Main colour is no colour such as #0f766e." in answer.text
    assert 'value="teal"' in answer.text
    answer = client.post(PATH, {**COLOURS, "logo": upload(svg("<text>Hi</text>"), "logo.svg")})
    assert "Logo has text in it. Turn it into outlines" in answer.text
    assert (
        "larger than 1 MB" in client.post(PATH, {**COLOURS, "logo": upload(bytes(2_000_000))}).text
    )
    assert not ReportBranding.objects.exists()


def test_the_preview_shows_what_stands_in_the_form_and_keeps_nothing(
    account: Account, member: Members
) -> None:
    client = client_of(member("admin"))
    shown = client.post(
        f"{PATH}/preview", {"accent": "#ffd54f", "second": "#ccc", "logo": upload(picture("PNG"))}
    ).text
    assert "data:image/png" in shown
    assert "#ffd54f has 1.4 : 1 on white, too little to be seen" in shown
    assert 'fill="#cccccc"' in shown
    wrong = client.post(f"{PATH}/preview", {"accent": "x", "second": "#ccc", "logo": upload(b"x")})
    assert "Main colour is no colour" in wrong.text
    assert "Logo is none of PNG, JPEG and SVG" in wrong.text
    assert not ReportBranding.objects.exists()


def test_a_colour_is_picked_or_typed_and_seen_at_once(
    url: str, chromium: Browser, account: Account
) -> None:
    owner = make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + PATH)
        browser.assert_sound_everywhere(page, "as it is")
        bars = page.locator('#branding-preview rect[fill="#1d4ed8"]')
        page.get_by_label("Main colour", exact=True).fill("#1d4ed8")
        expect(bars).to_have_count(7)
        expect(page.get_by_label("Pick: Main colour")).to_have_value("#1d4ed8")
        page.get_by_label("Pick: Main colour").fill("#ffd54f")
        expect(page.get_by_label("Main colour", exact=True)).to_have_value("#ffd54f")
        expect(page.locator("#branding-preview")).to_contain_text("too little to be seen")
        page.get_by_label("Logo").set_input_files(
            {
                "name": "logo.svg",
                "mimeType": "image/svg+xml",
                "buffer": svg('<rect width="9" height="9"/>'),
            }
        )
        expect(page.locator("#branding-preview img")).to_be_visible()
        browser.assert_sound_everywhere(page, "with a logo")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
        expect(page.get_by_label("Remove the logo")).to_be_visible()
    assert ReportBranding.across_accounts.get().accent == "#ffd54f"
