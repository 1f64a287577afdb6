"""What becomes of a page view: whose it is, and when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from synaptiq.accounts.models import Account
from synaptiq.analytics import collecting, visits
from synaptiq.analytics.models import KnownToday, Salt, Visit, VisitorDay
from synaptiq.kit import clock
from synaptiq.sites.models import Site
from tests.api.chat.conftest import Browser
from tests.conversations.making import ORIGIN

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/141.0 Mobile Safari"


@pytest.fixture(autouse=True)
def nothing_waits() -> Iterator[None]:
    collecting._waiting.clear()
    visits._salts.clear()
    yield
    collecting._waiting.clear()
    visits._salts.clear()


def look(browser: Browser, page: str = "/", at: datetime = NOON, **headers: str) -> None:
    conversation = headers.pop("conversation", "")
    given = {"user_agent": FIREFOX, "accept_language": "en-GB,de;q=0.5", **headers}
    with clock.freeze(at):
        asked = f"widget?page={ORIGIN}{page}&conversation={conversation}"
        assert browser.get(asked, **given).status_code == 200


def say(browser: Browser, at: datetime) -> str:
    with clock.freeze(at):
        said = browser.post(
            "messages",
            {"client_message_id": "5b0bd3a4-0d8b-4a2e-9c9e-2f1f0a4f7a10", "text": "Hello"},
            user_agent=FIREFOX,
        )
    assert said.status_code == 202
    return str(said.json()["conversation_id"])


def days(**fields: Any) -> list[tuple[Any, ...]]:
    rows = VisitorDay.objects.filter(**fields).order_by("day", "pk")
    return [(one.day, one.previous, one.visitor_id is None, one.page) for one in rows]


def test_a_page_view_has_its_path_device_and_language_and_nothing_else(
    browser: Browser, site: Site
) -> None:
    look(browser, "/pricing?plan=team")
    look(browser, "/", user_agent=PHONE, accept_language="")
    assert not Visit.objects.exists()
    assert collecting.flush() == 2
    assert list(Visit.objects.values_list("at", "page", "device", "language").order_by("pk")) == [
        (NOON, "/pricing", "desktop", "en"),
        (NOON, "/", "phone", None),
    ]
    assert sorted(page for *_, page in days()) == ["/", "/pricing"]


def test_bots_pages_of_nobody_and_requests_of_no_page_are_no_visits(
    browser: Browser, site: Site
) -> None:
    look(browser, user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot)")
    look(browser, user_agent="")
    browser.get("widget", user_agent=FIREFOX, origin="https://other.example")
    Browser(site.key, None).get("widget", user_agent=FIREFOX)
    collecting.flush()
    assert not Visit.objects.exists()


def test_pages_of_our_own_count_where_they_are_the_sites_and_no_dashboard(
    site: Site, settings: LazySettings
) -> None:
    own = Browser(site.key, None)

    def pages(path: str) -> list[str]:
        asked = f"widget?page={settings.PUBLIC_URL}{path}"
        assert own.get(asked, user_agent=FIREFOX, sec_fetch_site="same-origin").status_code == 200
        collecting.flush()
        return list(Visit.objects.values_list("page", flat=True))

    assert pages("/demo-site") == []
    Site.objects.update(origins=[ORIGIN, settings.PUBLIC_URL])
    assert pages("/demo-site") == ["/demo-site"]
    assert pages("/admin/agent/preview") == ["/demo-site"]


def test_the_same_browser_is_one_visitor_a_day_and_another_the_next(
    browser: Browser, site: Site
) -> None:
    for at in (NOON, NOON + timedelta(hours=1), NOON + timedelta(days=1)):
        look(browser, at=at)
    collecting.flush()
    assert days() == [
        (date(2026, 3, 15), None, True, "/"), (date(2026, 3, 16), None, True, "/"),
    ]  # fmt: skip


def test_a_local_day_is_the_accounts(browser: Browser, site: Site) -> None:
    Account.objects.update(timezone="Pacific/Auckland")
    look(browser)
    look(browser, at=NOON + timedelta(minutes=-90))
    collecting.flush()
    # It is one UTC day, so one visitor, who was there on two local ones.
    assert days() == [
        (date(2026, 3, 15), None, True, "/"),
        (date(2026, 3, 16), date(2026, 3, 15), True, "/"),
    ]


def test_yesterdays_salt_is_gone_and_with_it_who_a_hash_was(browser: Browser, site: Site) -> None:
    with clock.freeze(NOON):
        say(browser, NOON)
        collecting.flush()
        old = bytes(Salt.objects.get().salt)
        assert KnownToday.objects.count() == 1
    with clock.freeze(NOON + timedelta(days=1)):
        visits.forget_old_salts()
        assert not Salt.objects.exists()
        assert not KnownToday.objects.exists()
        look(browser, at=NOON + timedelta(days=1))
        collecting.flush()
        assert bytes(Salt.objects.get().salt) != old


def test_whoever_writes_is_known_for_all_of_that_day_and_later_if_their_browser_remembers(
    browser: Browser, site: Site
) -> None:
    look(browser, "/blog")
    collecting.flush()
    conversation = say(browser, NOON + timedelta(minutes=1))
    look(browser, "/", NOON + timedelta(minutes=2))
    collecting.flush()
    look(browser, at=NOON + timedelta(days=2), conversation=conversation)
    look(browser, at=NOON + timedelta(days=3))
    collecting.flush()
    assert days() == [
        (date(2026, 3, 15), None, False, "/blog"),
        (date(2026, 3, 17), date(2026, 3, 15), False, "/"),
        (date(2026, 3, 18), None, True, "/"),
    ]
    assert Visit.objects.values("key").distinct().count() == 2


def test_a_conversation_of_another_site_makes_nobody_known(browser: Browser, site: Site) -> None:
    conversation = say(browser, NOON)
    elsewhere = Site.objects.create(name="other", origins=[ORIGIN])
    look(Browser(elsewhere.key), conversation=conversation)
    collecting.flush()
    assert days(site=elsewhere) == [(date(2026, 3, 15), None, True, "/")]


def test_opening_the_chat_is_noted_once_and_a_greeting_that_shows_is_no_opening(
    browser: Browser, site: Site
) -> None:
    look(browser)
    with clock.freeze(NOON):
        assert browser.get("greeting?greeting=grt_none", user_agent=FIREFOX).status_code == 200
    collecting.flush()
    assert VisitorDay.objects.get().opened_at is None
    for minute in (2, 5):
        with clock.freeze(NOON + timedelta(minutes=minute)):
            assert browser.get("greeting", user_agent=FIREFOX).status_code == 200
    collecting.flush()
    assert VisitorDay.objects.get().opened_at == NOON + timedelta(minutes=2)


def test_while_the_database_is_away_they_wait(
    browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(browser)

    def away(*_: Any) -> int:
        raise OperationalError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(visits, "write", away)
        assert collecting.flush() == 0
    assert collecting.flush() == 1
    assert Visit.objects.count() == 1


def test_no_more_wait_than_fit_into_memory(
    browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MOST", 2)
    for _ in range(5):
        look(browser)
    assert collecting.flush() == 2
