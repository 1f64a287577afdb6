"""Settings > You > Profile: one's name, and what one prefers on every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from synaptiq.accounts.models import Account, Member, User
from synaptiq.kit import clock
from tests.dashboard.clients import client_of, make_leads
from tests.dashboard.markup import assert_strict_csp

PATH = "/admin/settings/you/profile"
GIVEN = {"name": "", "language": "", "density": "comfortable", "single_keys": "on"}


@pytest.fixture
def jane(account: Account, member: Callable[..., Member]) -> Member:
    return member("viewer", email="jane@acme.example")


@pytest.fixture
def client(jane: Member) -> Client:
    return client_of(jane)


def test_ones_name_is_what_others_see(
    client: Client, jane: Member, member: Callable[..., Member]
) -> None:
    assert_strict_csp(client.get(PATH).text)
    done = client.post(PATH, GIVEN | {"name": "  Jane   Doe "}, follow=True)
    assert "Saved." in done.text
    jane.user.refresh_from_db()
    assert jane.user.name == "Jane Doe"
    assert "Jane Doe" in client_of(member("owner")).get("/admin/settings/team/members").text
    client.post(PATH, GIVEN)
    jane.user.refresh_from_db()
    assert jane.user.name == "", "others see the address"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "x" * 121}, "at most 120"),
        ({"name": "\u2060"}, "Name is blank"),
        ({"language": "de"}, "Select a valid choice"),
        ({"density": "airy"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_all_stays(
    client: Client, jane: Member, wrong: dict[str, str], says: str
) -> None:
    answer = client.post(PATH, GIVEN | {"name": "Jane"} | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    jane.user.refresh_from_db()
    assert (jane.user.name, jane.user.language, jane.user.dense) == ("", "", False)


@pytest.mark.parametrize(
    ("language", "asked", "tag", "date", "full"),
    [
        ("en-US", "en-GB", "en-US", "Mar 1, 2025", "March 1, 2025, 4:34:00 PM UTC"),
        ("en-GB", "en-US", "en-GB", "1 Mar 2025", "1 March 2025, 16:34:00 UTC"),
        ("", "en-US,en;q=0.9", "en-US", "Mar 1, 2025", "March 1, 2025, 4:34:00 PM UTC"),
        ("", "de-DE,de;q=0.9,en-US;q=0.8", "en-GB", "1 Mar 2025", "1 March 2025, 16:34:00 UTC"),
        ("", "", "en-GB", "1 Mar 2025", "1 March 2025, 16:34:00 UTC"),
    ],
)
def test_dates_are_written_as_one_chose_or_as_the_browser_asks(
    client: Client, language: str, asked: str, tag: str, date: str, full: str
) -> None:
    client.post(PATH, GIVEN | {"language": language})
    make_leads(1, last_activity_at=datetime(2025, 3, 1, 16, 34, tzinfo=UTC))
    with clock.freeze(datetime(2026, 3, 15, tzinfo=UTC)):
        page = client.get("/admin/leads", headers={"accept-language": asked}).text
    assert f'<html lang="{tag}"' in page
    assert f'title="{full}">{date}</time>' in page


def test_days_of_a_leads_activity_are_written_so_too(client: Client) -> None:
    client.post(PATH, GIVEN | {"language": "en-US"})
    lead = make_leads(1)[0]
    with clock.freeze(datetime(2026, 3, 15, tzinfo=UTC)):
        assert "Sunday, March 1<" in client.get(f"/admin/leads/{lead.public_id}").text


def test_strangers_see_one_page_whatever_their_browser_asks() -> None:
    page = Client().get("/account/sign-in/", headers={"accept-language": "en-US"})
    assert '<html lang="en"' in page.text


def test_density_and_keys_are_on_every_page(client: Client, jane: Member) -> None:
    before = client.get("/admin/settings").text
    assert '<body class=""' in before
    assert "data-keys" not in before
    client.post(PATH, GIVEN | {"density": "dense", "single_keys": ""})
    for path in ("/admin/settings", "/admin/leads", "/admin/settings/security"):
        page = client.get(path).text
        assert '<body class="dense"' in page, path
        assert ' data-keys="off">' in page, path
    jane.user.refresh_from_db()
    assert (jane.user.dense, jane.user.single_keys) == (True, False)


def test_they_are_ones_own_in_all_accounts_and_nobody_elses(
    client: Client, jane: Member, member: Callable[..., Member]
) -> None:
    other = member("admin")
    client.post(PATH, GIVEN | {"density": "dense"})
    assert list(User.objects.filter(dense=True)) == [jane.user]
    assert '<body class=""' in client_of(other).get("/admin/leads").text


def test_the_appearance_is_of_this_browser_alone(client: Client, jane: Member) -> None:
    assert 'data-theme="auto"' in client.get(PATH).text
    refused = client.post(PATH, GIVEN | {"theme": "dark", "density": "airy"})
    assert '<input type="radio" name="theme" value="dark" checked>' in refused.text
    client.post(PATH, GIVEN | {"theme": "dark", "theme_shown": "auto"})
    page = client.get(PATH).text
    assert 'data-theme="dark"' in page
    assert '<input type="radio" name="theme" value="dark" checked>' in page
    # A form without the field, as a browser of before sends it, changes nothing of it.
    client.post(PATH, GIVEN)
    assert 'data-theme="dark"' in client.get(PATH).text
    # A page from before it was changed elsewhere changes it as little.
    client.post(PATH, GIVEN | {"theme": "auto", "theme_shown": "auto"})
    assert 'data-theme="dark"' in client.get(PATH).text
    assert 'data-theme="auto"' in client_of(jane).get(PATH).text


def test_an_appearance_that_there_is_not_is_refused(client: Client) -> None:
    page = client.post(PATH, GIVEN | {"theme": "sepia"})
    assert page.status_code == 422
    assert "Select a valid choice" in page.text
    assert "theme" not in page.cookies
