"""Greetings of a site: what may be entered, their order, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from synaptiq.sites import actions, greetings, values
from synaptiq.sites.models import Greeting, GreetingCount, Site
from tests.conversations.making import make_site

Actors = Callable[..., Actor]
GIVEN: dict[str, Any] = {
    "text": "Hello", "quick_replies": "Prices\nA demo", "pages": "/pricing*\n/docs/*",
    "delay_seconds": "5", "frequency": "once",
}  # fmt: skip


@pytest.fixture
def site(account: Account) -> Site:
    return make_site()


def test_a_greeting_is_added_changed_switched_and_deleted(site: Site, actor: Actors) -> None:
    admin = actor("admin")
    made = greetings.add_greeting(admin, site.public_id, GIVEN)
    kept = Greeting.objects.get()
    assert (kept.text, kept.quick_replies, kept.pages, kept.delay_seconds, kept.frequency) == (
        "Hello", ["Prices", "A demo"], ["/pricing*", "/docs/*"], 5, "once",
    )  # fmt: skip
    same = greetings.change_greeting(admin, site.public_id, made.public_id, GIVEN)
    assert same == made
    greetings.change_greeting(admin, site.public_id, made.public_id, {**GIVEN, "text": " "})
    greetings.switch_greeting(admin, site.public_id, made.public_id, on=False)
    greetings.switch_greeting(admin, site.public_id, made.public_id, on=False)
    kept.refresh_from_db()
    assert (kept.text, kept.is_on) == ("", False)
    greetings.count_outcomes(site, "/", [(made.public_id, "shown")])
    greetings.delete_greeting(admin, site.public_id, made.public_id)
    assert not Greeting.objects.exists()
    assert not GreetingCount.objects.exists()
    said = AuditEntry.objects.order_by("pk").values_list("action", "target", flat=False)
    assert [action for action, _ in said] == [
        "greeting.added", "greeting.changed", "greeting.changed", "greeting.deleted",
    ]  # fmt: skip
    assert {target for _, target in said} == {made.public_id}


def test_they_are_tried_in_their_order(site: Site, actor: Actors) -> None:
    admin = actor("admin")
    one, two, three = [
        greetings.add_greeting(admin, site.public_id, {**GIVEN, "text": text}).public_id
        for text in ("One", "Two", "Three")
    ]
    assert greetings.move_greeting(admin, site.public_id, three, up=True).position == 2
    greetings.move_greeting(admin, site.public_id, one, up=True)
    greetings.move_greeting(admin, site.public_id, two, up=False)
    assert [str(each) for each in greetings.of_site(site)] == ["One", "Three", "Two"]


def test_only_who_may_set_changes_greetings(site: Site, actor: Actors) -> None:
    made = greetings.add_greeting(actor("owner"), site.public_id, GIVEN).public_id
    agent, here = actor("agent"), site.public_id
    for act in (
        lambda: greetings.add_greeting(agent, here, GIVEN),
        lambda: greetings.change_greeting(agent, here, made, GIVEN),
        lambda: greetings.switch_greeting(agent, here, made, on=False),
        lambda: greetings.move_greeting(agent, here, made, up=True),
        lambda: greetings.delete_greeting(agent, here, made),
    ):
        with pytest.raises(Denied):
            act()
    assert AuditEntry.objects.filter(outcome="denied").count() == 5


def test_a_greeting_of_another_site_is_not_found(site: Site, actor: Actors) -> None:
    admin, other = actor("admin"), make_site("other")
    made = greetings.add_greeting(admin, site.public_id, GIVEN).public_id
    with pytest.raises(NotFound):
        greetings.change_greeting(admin, other.public_id, made, GIVEN)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"text": "x" * 501}, "text"), ({"quick_replies": "a\nb\nc\nd\ne"}, "quick_replies"),
        ({"quick_replies": "x" * 61}, "quick_replies"), ({"pages": "pricing"}, "pages"),
        ({"pages": "/a b"}, "pages"), ({"pages": "/" + "x" * 200}, "pages"),
        ({"pages": "\n".join(f"/{n}" for n in range(21))}, "pages"),
        ({"delay_seconds": "601"}, "delay_seconds"), ({"delay_seconds": ""}, "delay_seconds"),
        ({"delay_seconds": "-1"}, "delay_seconds"), ({"delay_seconds": "٣"}, "delay_seconds"),
        ({"frequency": "daily"}, "frequency"), ({"text": "a\x00"}, "text"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(
    site: Site, actor: Actors, change: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Invalid) as raised:
        greetings.add_greeting(actor("admin"), site.public_id, {**GIVEN, **change})
    assert set(raised.value.fields) == {wrong}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ["/*"]), ("*", ["/*"]), (" /a \n\n/a\r\n/b*", ["/a", "/b*"]),
        ("https://www.acme.com/pricing?plan=1#x", ["/pricing"]), ("https://www.acme.com", ["/"]),
    ],
)  # fmt: skip
def test_pages_are_paths(given: str, kept: list[str]) -> None:
    assert values.pages(given) == kept


def test_there_is_an_end_to_greetings(
    site: Site, actor: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greetings, "MOST_GREETINGS", 1)
    admin = actor("admin")
    greetings.add_greeting(admin, site.public_id, GIVEN)
    with pytest.raises(Conflict):
        greetings.add_greeting(admin, site.public_id, GIVEN)


def test_what_became_of_them_is_kept_for_thirty_days(site: Site) -> None:
    made = Greeting.objects.create(site=site, position=1)
    now = datetime(2026, 3, 31, 12, tzinfo=UTC)
    for days, page in ((30, "/old"), (29, "/first"), (0, "/last")):
        with clock.freeze(now - timedelta(days=days)):
            greetings.count_outcomes(site, page, [(made.public_id, "shown")])
    with clock.freeze(now):
        found = greetings.records(site)[made.pk]
        assert found.counts == {"shown": 2}
        assert found.last["shown"] == (now, "/last")
    with clock.freeze(now + timedelta(days=greetings.KEPT_DAYS - 15)):
        assert greetings.forget_counts() == 2


def test_privacy_is_changed_and_written_down(site: Site, actor: Actors) -> None:
    given = {"consent": False, "remember_days": "30", "privacy_url": "https://acme.com/privacy"}
    admin = actor("admin")
    for _ in range(2):
        changed = actions.change_privacy(admin, site.public_id, **given)
    assert (changed.consent, changed.remember_days) == (False, 30)
    entry = AuditEntry.objects.get()
    assert entry.detail["before"] == {"consent": True, "remember_days": 90, "privacy_url": ""}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"remember_days": "0"}, "remember_days"), ({"remember_days": "366"}, "remember_days"),
        ({"privacy_url": "http://acme.com"}, "privacy_url"), ({"consent": "yes"}, "consent"),
        ({"privacy_url": "javascript:alert(1)"}, "privacy_url"),
        ({"privacy_url": "https://"}, "privacy_url"),
        ({"privacy_url": "https://[::1"}, "privacy_url"),
        ({"privacy_url": "https://acme.com@evil.example/"}, "privacy_url"),
        ({"privacy_url": "https://acme.com/" + "x" * 2000}, "privacy_url"),
    ],
)  # fmt: skip
def test_privacy_that_cannot_be_is_refused(
    site: Site, actor: Actors, change: dict[str, Any], wrong: str
) -> None:
    given = {"consent": True, "remember_days": "90", "privacy_url": "", **change}
    with pytest.raises(Invalid) as raised:
        actions.change_privacy(actor("admin"), site.public_id, **given)
    assert set(raised.value.fields) == {wrong}


def test_an_origin_that_was_refused_is_added(site: Site, actor: Actors) -> None:
    admin = actor("admin")
    for _ in range(2):
        changed = actions.add_origin(admin, site.public_id, "https://staging.acme.com")
    assert changed.origins[-1] == "https://staging.acme.com"
    assert AuditEntry.objects.count() == 1
    with pytest.raises(Invalid):
        actions.add_origin(admin, site.public_id, "staging")
    with pytest.raises(Denied):
        actions.add_origin(actor("viewer"), site.public_id, "https://staging.acme.com")
