"""What the widget asks and tells on every page view."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synaptiq.accounts.models import Account
from synaptiq.agent.core.profile import DEFAULT
from synaptiq.conversations.models import Event
from synaptiq.kit import clock
from synaptiq.sites.models import OUTCOMES, REASONS, Greeting, GreetingCount, Site, Visitor
from tests.api.chat.conftest import Browser
from tests.api.conftest import assert_problem
from tests.conversations.making import ORIGIN

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def make_greeting(site: Site, **fields: Any) -> Greeting:
    given = {"position": 1, "pages": ["/pricing*"], **fields}
    return Greeting.objects.create(site=site, **given)


def test_the_widget_is_told_all_that_it_needs(browser: Browser, site: Site) -> None:
    made = make_greeting(site, text="Which plan?", quick_replies=["Growth", "Scale"])
    make_greeting(site, position=2, delay_seconds=30, frequency="once", pages=["/*"])
    make_greeting(site, position=3, is_on=False)
    Site.objects.update(privacy_url="https://acme.example/privacy", remember_days=30)
    answer = browser.get("widget")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    first, second = answer.json().pop("greetings")
    assert {k: v for k, v in answer.json().items() if k != "greetings"} == {
        "name": DEFAULT.name, "company": "Acme", "consent": True, "remember_days": 30,
        "privacy_url": "https://acme.example/privacy", "people": None,
    }  # fmt: skip
    assert first == {
        "id": made.public_id, "text": "Which plan?", "quick_replies": ["Growth", "Scale"],
        "pages": ["/pricing*"], "delay_seconds": 3, "frequency": "session",
    }  # fmt: skip
    assert (second["text"], second["frequency"]) == (DEFAULT.greeting, "once")
    assert not Visitor.objects.exists()


def test_it_has_no_privacy_page_and_no_greetings_of_itself(browser: Browser) -> None:
    told = browser.get("widget").json()
    assert (told["privacy_url"], told["greetings"], told["remember_days"]) == (None, [], 90)


def seen(site: Site) -> tuple[Any, ...]:
    site.refresh_from_db()
    return site.first_seen_at, site.last_seen_at, site.last_seen_page


def test_where_it_stands_is_remembered_every_ten_minutes(browser: Browser, site: Site) -> None:
    page = f"{ORIGIN}/pricing"
    with clock.freeze(NOON):
        browser.get(f"widget?page={page}?visitor=jane#top")
    assert seen(site) == (NOON, NOON, page)
    with clock.freeze(NOON + timedelta(minutes=9)):
        browser.get(f"widget?page={ORIGIN}/other")
    assert seen(site) == (NOON, NOON, page)
    later = NOON + timedelta(minutes=10)
    with clock.freeze(later):
        browser.get(f"widget?page={ORIGIN}/other")
    assert seen(site) == (NOON, later, f"{ORIGIN}/other")


@pytest.mark.parametrize(
    "page",
    ["", "/pricing", "https://evil.example/x", f"{ORIGIN}/", f"{ORIGIN}/" + "x" * 2000,
     f"{ORIGIN}/a%1bb", "javascript:alert(1)"],
)  # fmt: skip
def test_a_page_that_cannot_be_is_left_out(browser: Browser, site: Site, page: str) -> None:
    assert browser.get(f"widget?page={page}").status_code == 200
    assert seen(site)[2] == ORIGIN


def test_numbers_of_cards_are_not_remembered(browser: Browser, site: Site) -> None:
    browser.get(f"widget?page={ORIGIN}/pay/4111111111111111/now")
    assert seen(site)[2] == f"{ORIGIN}/pay/[card number]/now"


def test_a_page_of_our_own_is_answered_and_not_remembered(
    elsewhere: Callable[[str | None], Browser], site: Site
) -> None:
    assert elsewhere(None).get("widget").status_code == 200
    assert seen(site) == (None, None, "")


def refused(site: Site) -> tuple[Any, ...]:
    site.refresh_from_db()
    return site.last_refused_origin, site.last_refused_at


def test_a_page_that_is_refused_is_remembered_as_such(
    elsewhere: Callable[[str | None], Browser], site: Site
) -> None:
    staging, other = "https://staging.acme.example", "https://preview.acme.example"
    with clock.freeze(NOON):
        answer = elsewhere(staging).get("widget")
        assert_problem(answer, 403, "origin_not_allowed")
        assert "Access-Control-Allow-Origin" not in answer
        elsewhere(other).get("widget")
    assert refused(site) == (staging, NOON)
    with clock.freeze(NOON + timedelta(seconds=31)):
        elsewhere(staging).get("widget")
        assert refused(site) == (staging, NOON)
        elsewhere(other).get("widget")
    assert refused(site) == (other, NOON + timedelta(seconds=31))
    assert seen(site) == (None, None, "")


@pytest.mark.parametrize("origin", ["null", "https://evil.example/x", "nonsense", "https://*.x.y"])
def test_an_origin_that_cannot_be_one_is_not_remembered(
    elsewhere: Callable[[str | None], Browser], site: Site, origin: str
) -> None:
    assert_problem(elsewhere(origin).get("widget"), 403, "origin_not_allowed")
    assert refused(site) == ("", None)


def test_what_comes_with_a_page_view_has_a_limit_of_its_own(
    browser: Browser, settings: Any
) -> None:
    settings.CHAT_LIMIT = 1
    with clock.freeze(NOON):
        for _ in range(20):
            assert browser.get("widget").status_code == 200
        assert_problem(browser.get("widget"), 429, "rate_limited")
        told = {"page": "/", "outcomes": [{"greeting": "grt_x", "outcome": "shown"}]}
        assert_problem(browser.post("greetings/seen", told), 429, "rate_limited")
        assert browser.get("greeting").status_code == 200


def test_a_greeting_of_the_site_is_answered_by_its_button(browser: Browser, site: Site) -> None:
    made = make_greeting(site, text="Which plan?", quick_replies=["Growth", "Scale"])
    shown = browser.get(f"greeting?greeting={made.public_id}").json()
    assert (shown["text"], shown["quick_replies"]) == ("Which plan?", ["Growth", "Scale"])
    sent = {
        "client_message_id": "0b9f6c1e-6a7b-4f0e-9a53-3d1f0c5f2a10", "reply": "Scale",
        "greeting": shown["greeting"],
    }  # fmt: skip
    assert browser.post("messages", sent).json()["seq"] == 2
    greeted, answered = Event.objects.order_by("seq")
    assert (greeted.sender, greeted.content) == ("ai", "Which plan?")
    assert greeted.data == {"greeting": True, "quick_replies": ["Growth", "Scale"]}
    assert answered.data["reply"] == "Scale"


def test_without_answers_the_log_has_none(browser: Browser, site: Site) -> None:
    shown = browser.get("greeting").json()
    browser.say(greeting=shown["greeting"])
    assert Event.objects.get(seq=1).data == {"greeting": True}


def test_a_greeting_that_is_not_there_is_the_agents(browser: Browser, site: Site) -> None:
    off = make_greeting(site, text="Off", is_on=False)
    other = make_greeting(Site.objects.create(name="Other"), text="Elsewhere")
    for one in ("grt_nothere", off.public_id, other.public_id, ""):
        shown = browser.get(f"greeting?greeting={one}").json()
        assert (shown["text"], shown["quick_replies"]) == (DEFAULT.greeting, [])


def test_outcomes_are_counted_by_the_day_of_the_account(
    browser: Browser, site: Site, account: Account
) -> None:
    Account.objects.update(timezone="Pacific/Auckland")
    one, two = make_greeting(site), make_greeting(site)
    foreign = make_greeting(Site.objects.create(name="Other"))
    told = [
        (one, "shown"), (one, "shown"), (two, "other_page"), (foreign, "shown"),
    ]  # fmt: skip
    body = {
        "page": "/pricing?visitor=jane#x",
        "outcomes": [{"greeting": g.public_id, "outcome": o} for g, o in told],
    }
    body["outcomes"].append({"greeting": "grt_nothere", "outcome": "shown"})
    with clock.freeze(NOON):
        answer = browser.post("greetings/seen", body)
        assert (answer.status_code, answer.json()) == (202, {})
        browser.post("greetings/seen", {**body, "page": "/other"})
    kept = GreetingCount.objects.order_by("greeting").values_list(
        "greeting", "day", "outcome", "count", "last_page", "last_at"
    )
    day = datetime(2026, 3, 16, tzinfo=UTC).date()
    assert list(kept) == [
        (one.pk, day, "shown", 4, "/other", NOON), (two.pk, day, "other_page", 2, "/other", NOON),
    ]  # fmt: skip
    assert not Visitor.objects.exists()


def test_every_outcome_has_a_name_and_no_other_is_taken(browser: Browser, site: Site) -> None:
    made = make_greeting(site)
    for outcome in (*OUTCOMES, *REASONS):
        told = {"greeting": made.public_id, "outcome": outcome}
        assert browser.post("greetings/seen", {"page": "/", "outcomes": [told]}).status_code == 202
    assert GreetingCount.objects.count() == len(OUTCOMES) + len(REASONS)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"page": "pricing"}, "page"), ({"page": "/" + "x" * 2000}, "page"),
        ({"outcomes": []}, "outcomes"), ({"outcomes": None}, "outcomes"), ({"more": 1}, "more"),
        ({"outcomes": [{"greeting": "grt_x", "outcome": "seen"}]}, "outcomes.0.outcome"),
        ({"outcomes": [{"greeting": "grt_x", "outcome": "shown"}] * 21}, "outcomes"),
    ],
)  # fmt: skip
def test_a_wrong_outcome_is_named(browser: Browser, change: dict[str, Any], param: str) -> None:
    told = {"page": "/", "outcomes": [{"greeting": "grt_x", "outcome": "shown"}], **change}
    assert_problem(browser.post("greetings/seen", told), 422, "invalid", param)


def test_foreign_pages_tell_nothing(elsewhere: Callable[[str | None], Browser], site: Site) -> None:
    made = make_greeting(site)
    told = {"page": "/", "outcomes": [{"greeting": made.public_id, "outcome": "shown"}]}
    for origin in ("https://evil.example", None):
        answer = elsewhere(origin).post("greetings/seen", told)
        assert_problem(answer, 403, "origin_not_allowed")
    assert not GreetingCount.objects.exists()
