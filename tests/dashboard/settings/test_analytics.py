"""Settings > Analytics: goal, keeping and page groups are saved, and what is wrong is named."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.analytics import queries
from tests.conftest import make_member
from tests.dashboard import browser
from tests.dashboard.clients import client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/settings/analytics"


def groups() -> list[tuple[str, list[str]]]:
    return [(one.name, one.pages) for one in queries.groups()]


def test_goal_and_keeping_are_saved(account: Account, member: Members) -> None:
    client = client_of(member("admin"))
    page = client.get(PATH).text
    assert_strict_csp(page)
    assert 'value="25"' in page
    assert client.post(PATH, {"goal": "won", "kept_months": "13"})["Location"] == PATH
    account.refresh_from_db()
    assert (account.conversion_goal, queries.kept_months()) == ("won", 13)
    answer = client.post(PATH, {"goal": "won", "kept_months": "0"})
    assert answer.status_code == 422
    assert "no whole number from 1 to 60" in answer.text


def test_page_groups_are_saved_in_their_order_and_blank_ones_go(
    account: Account, member: Members
) -> None:
    client = client_of(member("admin"))
    given = {"name": ["Blog", "Prices", ""], "pages": ["/blog*\n/news", "/pricing", ""]}
    assert client.post(f"{PATH}/page-groups", given)["Location"] == PATH
    assert groups() == [("Blog", ["/blog*", "/news"]), ("Prices", ["/pricing"])]
    assert client.get(PATH).text.count('name="pages"') == 3
    client.post(f"{PATH}/page-groups", {"name": ["", "Prices"], "pages": ["", "/pricing"]})
    assert groups() == [("Prices", ["/pricing"])]


def test_wrong_groups_are_said_with_all_that_was_typed(account: Account, member: Members) -> None:
    client = client_of(member("admin"))
    for given, said in (
        ({"name": ["A", "A"], "pages": ["/a", "/b"]}, "stands twice"),
        ({"name": [""], "pages": ["/a"]}, "number 1 cannot be: its name is blank"),
        ({"name": ["A, B"], "pages": ["/a"]}, "holds a comma"),
        ({"name": ["(none)"], "pages": ["/a"]}, "mean something else"),
        ({"name": ["A"], "pages": [" "]}, "its pages are blank"),
        ({"name": ["A"], "pages": ["no path"]}, "no path"),
    ):
        answer = client.post(f"{PATH}/page-groups", given)
        assert answer.status_code == 422
        assert said in answer.text
        assert given["pages"][0] in answer.text
    assert groups() == []


def test_it_is_sound(url: str, chromium: Browser, committed_db: str, account: Account) -> None:
    owner = make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + PATH)
        browser.assert_sound_everywhere(page, "settings")
        page.get_by_label("New group").fill("Blog")
        page.get_by_label("Pages, one a line").fill("/blog*")
        page.get_by_role("button", name="Save groups").click()
        expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
        expect(page.get_by_label("Name", exact=True)).to_have_value("Blog")
