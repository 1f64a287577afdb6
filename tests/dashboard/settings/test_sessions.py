"""Settings > You > Sessions: where one is signed in, and signing out there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from synaptiq.accounts import actions, queries, tasks
from synaptiq.accounts.models import Account, Member
from synaptiq.dashboard.people.sessions import device
from synaptiq.kit import clock
from tests.dashboard.clients import HTMX
from tests.dashboard.markup import assert_strict_csp

PATH = "/admin/settings/you/sessions"
PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def jane(account: Account, member: Callable[..., Member]) -> Member:
    return member("viewer", email="jane@acme.example")


@pytest.fixture
def now(jane: Member) -> Iterator[datetime]:
    """Sessions expire by the real clock, so it is not far from it."""
    now = datetime.now(UTC)
    with clock.freeze(now):
        yield now


def signed_in(member: Member, user_agent: str = FIREFOX, address: str = "203.0.113.9") -> Client:
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    client.force_login(member.user)
    client.get("/admin/settings")
    return client


def row(page: str, words: str) -> str:
    """The text of the row that holds these words."""
    rows = [re.sub(r"<[^>]+>|\s+", " ", one) for one in page.split("<tr>")]
    return next(" ".join(one.split()) for one in rows if words in one)


def test_it_says_where_one_is_signed_in_since_when_and_which_is_this(
    jane: Member, now: datetime, member: Callable[..., Member]
) -> None:
    with clock.freeze(now - timedelta(hours=3)):
        signed_in(jane, IPHONE, "2001:db8::7")
    signed_in(member("owner"), "Opera of somebody else OPR/1")
    page = signed_in(jane).get(PATH).text
    assert_strict_csp(page)
    assert "Safari on iPhone" in row(page, "2001:db8::7")
    assert "3 h ago 3 h ago Sign out" in row(page, "2001:db8::7")
    assert row(page, "Firefox on Linux").endswith("just now now This one")
    assert "Opera" not in page
    assert not [one.session_key for one in UserSession.objects.all() if one.session_key in page]


def test_many_sessions_are_read_at_once_and_shown_as_far_as_one_can_look(
    jane: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = [signed_in(jane) for _ in range(4)][-1]

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    few = asked(PATH), asked(f"{PATH}/end-others")
    for _ in range(4):
        signed_in(jane)
    assert (asked(PATH), asked(f"{PATH}/end-others")) == few
    monkeypatch.setattr("synaptiq.dashboard.settings.sessions.MOST_SHOWN", 3)
    assert client.get(PATH).text.partition("<tbody>")[2].count("<tr>") == 3
    assert "7 other sessions end" in client.get(f"{PATH}/end-others").text
    with CaptureQueriesContext(connection) as captured:
        assert actions.end_other_sessions(jane.user, current=client.session.session_key or "") == 7
    assert len(captured) <= 8
    assert [one.session_key for one in UserSession.objects.all()] == [client.session.session_key]


def test_one_is_signed_out_from_its_next_request_on(jane: Member, now: datetime) -> None:
    client, phone = signed_in(jane), signed_in(jane, IPHONE)
    found = re.search(rf'action="({PATH}/[0-9a-f]+/end)"', client.get(PATH).text)
    assert found
    done = client.post(found[1], follow=True)
    assert "Safari on iPhone is signed out." in done.text
    assert phone.get("/admin/settings").headers["Location"].startswith("/account/sign-in/")
    part = phone.get("/admin/settings", **HTMX)  # type: ignore[arg-type]
    assert (part.status_code, "HX-Redirect" in part.headers) == (401, False)
    assert client.get("/admin/settings").status_code == 200
    assert client.post(found[1]).status_code == 404, "it is over"


def test_all_others_are_signed_out_at_once(
    jane: Member, now: datetime, member: Callable[..., Member]
) -> None:
    phone, tablet, client = signed_in(jane, IPHONE), signed_in(jane), signed_in(jane)
    somebody = signed_in(member("owner"))
    asked = client.get(f"{PATH}/end-others").text
    assert "2 other sessions end" in asked
    done = client.post(f"{PATH}/end-others", follow=True)
    assert "2 other sessions are signed out." in done.text
    assert "Sign out everywhere else" not in done.text
    for other, status in ((phone, 302), (tablet, 302), (client, 200), (somebody, 200)):
        assert other.get("/admin/settings").status_code == status


def test_this_one_ends_by_signing_out_alone(jane: Member, now: datetime) -> None:
    client = signed_in(jane)
    mine = queries.session_id_of(UserSession.objects.get())
    assert client.post(f"{PATH}/{mine}/end").status_code == 409
    client.post("/account/sign-out/")
    assert not queries.sessions(jane.user)


def test_nobody_ends_a_session_of_somebody_else(
    jane: Member, now: datetime, member: Callable[..., Member]
) -> None:
    client = signed_in(jane)
    hers = queries.session_id_of(UserSession.objects.get())
    assert signed_in(member("owner")).post(f"{PATH}/{hers}/end").status_code == 404
    assert client.get("/admin/settings").status_code == 200


def test_use_is_written_down_every_five_minutes_at_most(jane: Member, now: datetime) -> None:
    client = signed_in(jane, address="203.0.113.9")
    seen = []
    for minutes, address in ((1, "203.0.113.1"), (4, "203.0.113.4"), (6, "203.0.113.6")):
        with clock.freeze(now + timedelta(minutes=minutes)):
            client.get("/admin/settings", REMOTE_ADDR=address)
        one = UserSession.objects.get()
        seen.append((one.ip, one.last_seen_at - now))
    assert seen == [
        ("203.0.113.9", timedelta(0)),
        ("203.0.113.9", timedelta(0)),
        ("203.0.113.6", timedelta(minutes=6)),
    ]
    assert UserSession.objects.get().created_at == now


def test_a_change_of_the_password_ends_the_others(jane: Member, now: datetime) -> None:
    client, phone = signed_in(jane), signed_in(jane, IPHONE)
    new = {"password1": "a much better phrase", "password2": "a much better phrase"}
    client.post("/account/password/", {"oldpassword": PASSWORD, **new})
    page = client.get(PATH).text
    assert "This one" in page
    assert "iPhone" not in page
    assert phone.get("/admin/settings").status_code == 302


def test_a_removed_member_is_out_although_their_session_goes_on(
    jane: Member, now: datetime, member: Callable[..., Member]
) -> None:
    client = signed_in(jane)
    jane.removed_at = clock.now()
    jane.save()
    assert client.get("/admin/leads").headers["Location"] == "/account/new/"


def test_what_is_kept_of_a_session_goes_with_it(jane: Member, now: datetime) -> None:
    signed_in(jane)
    expired = signed_in(jane, IPHONE).session.session_key
    Session.objects.filter(pk=expired).update(expire_date=now - timedelta(seconds=1))
    tasks.forget_sessions(0)
    assert [one.user_agent for one in UserSession.objects.all()] == [FIREFOX]
    assert actions.forget_sessions() == 0


@pytest.mark.parametrize("address", ["", "203.0.113.9"])
def test_signing_in_works_without_an_address_too(jane: Member, address: str) -> None:
    client = Client(REMOTE_ADDR=address)
    given = {"login": jane.user.email, "password": PASSWORD}
    assert client.post("/account/sign-in/", given).headers["Location"]
    shown = client.get(PATH, follow=True).text
    assert "0.0.0.0" not in shown


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/126.0.0.0 Safari/537.36", "Chrome on macOS"),
        ("Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) "
         "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
         "Samsung Internet on Android"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "CriOS/126.0.0.0 Mobile/15E148 Safari/604.1", "Chrome on iPad"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_its_name(user_agent: str, said: str) -> None:
    assert device(user_agent) == said
