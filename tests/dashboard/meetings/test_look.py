"""Meetings in a real browser: nothing for axe to find, a dialog by keyboard, all without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.conversations import linking
from synaptiq.kit import clock
from synaptiq.meetings import actions, queries
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.slots import DAYS
from tests.conftest import make_member
from tests.dashboard import browser
from tests.meetings.making import booked, make_calendar, make_visitor_with_lead

MEETINGS = "/admin/meetings"


@pytest.fixture
def owner(committed_db: str, account: Account) -> Member:
    """An Owner with meetings of every kind, on the real clock."""
    owner = make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")
    hours = {day: [["00:00", "24:00"]] for day in DAYS}
    make_calendar(owner, hours=hours, notice_minutes=0, place="https://video.example/morgan")
    names = ("Jane Smith", "محمد الأحمد (خالد)", "A very long name " * 8, "Omar Haddad")
    for name in names:
        conversation = make_visitor_with_lead(name=name, email=f"{len(name)}@visitor.example")
        found = queries.offering(conversation)
        assert found
        booked(conversation, found.starts[5])
    first, second, *_ = Meeting.objects.order_by("pk")
    actions.cancel(actors.of_member(owner), first.public_id)
    back = second.ends_at - clock.now() + timedelta(hours=1)
    times = ("starts_at", "ends_at", "blocked_from", "blocked_until")
    Meeting.objects.filter(pk=second.pk).update(
        **{name: getattr(second, name) - back for name in times}
    )
    return owner


def test_nothing_is_found_on_any_page(url: str, chromium: Browser, owner: Member) -> None:
    past, *_, coming = Meeting.objects.filter(state="booked").order_by("starts_at")
    token = linking.token_of(coming.public_id)
    gone = linking.token_of(Meeting.objects.get(state="cancelled").public_id)
    with browser.signed_in(chromium, url, owner) as page:
        for path in (
            MEETINGS, f"{MEETINGS}?show=past", f"{MEETINGS}?show=cancelled",
            f"{MEETINGS}/{past.public_id}", f"{MEETINGS}/{coming.public_id}",
            f"{MEETINGS}/{coming.public_id}/move", f"{MEETINGS}/{coming.public_id}/cancel",
            f"{MEETINGS}/{coming.public_id}/hand-over", f"{MEETINGS}?show=hostless",
            f"/m/{token}", f"/m/{token}/move", f"/m/{token}/cancel", f"/m/{gone}",
            f"/m/{gone}?done=cancelled", f"/m/{token}x",
        ):  # fmt: skip
            page.goto(url + path)
            browser.assert_sound_everywhere(page, path)


def test_a_meeting_is_moved_by_keyboard_in_a_dialog(
    url: str, chromium: Browser, owner: Member
) -> None:
    coming = Meeting.objects.filter(state="booked").latest("starts_at")
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(f"{url}{MEETINGS}/{coming.public_id}")
        page.get_by_role("link", name="Move", exact=True).focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Move this meeting")
        expect(dialog).to_be_visible()
        browser.assert_sound(page, "the open dialog")
        dialog.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        dialog.get_by_role("button", name="Move meeting").press("Enter")
        expect(page.get_by_text("Moved. Both sides are told by email.")).to_be_visible()
    moved = Meeting.objects.get(pk=coming.pk)
    assert (moved.sequence, moved.starts_at < coming.starts_at) == (1, True)


def test_a_visitor_moves_and_cancels_without_script(
    url: str, chromium: Browser, owner: Member
) -> None:
    coming = Meeting.objects.filter(state="booked").latest("starts_at")
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{url}/m/{linking.token_of(coming.public_id)}")
        page.get_by_label("Times in").select_option("Asia/Kathmandu")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("Asia/Kathmandu")).to_be_visible()
        page.get_by_role("link", name="Move").click()
        page.get_by_role("radio").nth(3).check(force=True)
        page.get_by_role("button", name="Move meeting").click()
        expect(page.get_by_role("heading", name="Meeting with Morgan")).to_be_visible()
        moved = Meeting.objects.get(pk=coming.pk)
        assert (moved.sequence, moved.zone) == (1, "Asia/Kathmandu")
        page.get_by_role("link", name="Cancel meeting").click()
        page.get_by_role("button", name="Cancel meeting").click()
        expect(page.get_by_text("This meeting was cancelled.")).to_be_visible()
    assert Meeting.objects.get(pk=coming.pk).state == "cancelled"


def test_on_a_phone_a_row_says_with_whom_it_is_and_how_it_stands(
    url: str, chromium: Browser, owner: Member
) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        for width in (360, 800):
            page.set_viewport_size({"width": width, "height": 740})
            for which, state in (("upcoming", "Booked"), ("past", "Not marked")):
                page.goto(f"{url}{MEETINGS}?show={which}")
                row = page.locator("tbody tr").first
                for words in ("Morgan Ellis", state):
                    expect(row.get_by_text(words).filter(visible=True)).to_have_count(1)
                assert page.evaluate(
                    "document.documentElement.scrollWidth <= innerWidth && "
                    "document.querySelector('.table-scroll').scrollWidth <= innerWidth"
                )


def test_a_visitor_is_offered_the_clocks_of_their_device(
    url: str, chromium: Browser, owner: Member
) -> None:
    coming = Meeting.objects.filter(state="booked").latest("starts_at")
    address = f"{url}/m/{linking.token_of(coming.public_id)}"
    with chromium.new_context(timezone_id="Pacific/Auckland") as context:
        page = context.new_page()
        for path in (address, f"{address}/move"):
            page.goto(path)
            page.get_by_role("link", name="Show it on this device’s clocks").click()
            expect(page.get_by_label("Times in")).to_have_value("Pacific/Auckland")
            # Where they are shown, they are not offered.
            expect(page.locator("[data-own-zone]")).to_be_hidden()
    # Chromium calls it Asia/Katmandu.
    with chromium.new_context(timezone_id="Asia/Kathmandu") as context:
        page = context.new_page()
        page.goto(f"{address}?zone=Asia/Kathmandu")
        expect(page.locator("[data-own-zone]")).to_be_hidden()
