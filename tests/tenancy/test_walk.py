"""Every address of the product, as everybody: what they get, and what stays as it was.

The expectations are typed by hand in `expected*.py`. An address or a method without one fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import AuditEntry
from synaptiq.accounts.tenancy import AccountManager, AccountQuerySet, acting_for
from synaptiq.dashboard.settings.audit import WORDS
from tests.api.chat.client import Client
from tests.conversations.making import ORIGIN
from tests.tenancy import rows
from tests.tenancy.expected import API, PAGES, PERSONAS, Row
from tests.tenancy.expected_people import PEOPLE
from tests.tenancy.rows import Before
from tests.tenancy.world import LEAD_SECRET, SECRET, World

TABLE = (*PAGES, *PEOPLE, *API)
# Answered before Django is asked (`project/asgi.py`), so that no pattern has its name.
BESIDE = {"chat:send_message"}
SAFE = {"GET", "HEAD", "OPTIONS"}
# 410 is the page of a lead that was deleted, for those who may bring it back.
DONE = {"to", "200", "201", "202", "204", "410"}
# What a key reads is counted.
COUNTS = {"accounts_apikeyreads"}
# Whoever follows the link of a notification has read it.
# How often an address asks is counted, and where the widget stands is remembered.
WRITES_ON_GET = {
    "notices:open": {"accounts_notice"}, "conversations:conversation": {"conversations_readupto"},
    "chat:get_greeting": {"conversations_chatcounter"},
    "chat:get_widget": {"conversations_chatcounter", "sites_site"},
}  # fmt: skip
# Whoever holds an invitation's link is told to which account it leads; the agent greets everybody,
# and how often a greeting was seen is told by every visitor. The link of a meeting is its own.
SHOWN_TO_ALL = {
    "invitation", "chat:get_greeting", "chat:get_widget", "chat:tell_greetings", "visitor_meeting",
    "visitor_move", "visitor_cancel", "visitor_file",
}  # fmt: skip
# Visitors are nobody whom the audit log could name, and they are refused all day.
OF_VISITORS = "chat:"
# Who follows somebody else's invitation is in the log of the account it leads to.
OF_OURS = {"invitation"}


def names(patterns: Iterable[Any], space: str = "") -> Iterator[str]:
    """The full name of every pattern; one without a name stands for itself."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or pattern.pattern}"


def without_expectation(patterns: Iterable[Any]) -> set[str]:
    return set(names(patterns)) - {row.name for row in TABLE}


def test_every_address_has_an_expectation() -> None:
    assert without_expectation(get_resolver().url_patterns) == set()
    assert {row.name for row in TABLE} - BESIDE == set(names(get_resolver().url_patterns))


def test_a_new_address_without_one_is_found() -> None:
    new: list[URLPattern] = [path("admin/new", lambda request: HttpResponse(), name="new")]
    assert without_expectation([*get_resolver().url_patterns, *new]) == {"new"}


def test_every_method_that_changes_something_has_an_expectation(made: World) -> None:
    expected: dict[str, set[str]] = {}
    for row in TABLE:
        expected.setdefault(_route(row, made), set()).add(row.method)
    for row in TABLE:
        # Pages that list their methods answer 405 with the list, class-based views 200.
        response = _client(made, "owner", row).options(_filled(row.path, made))
        allowed = {m.strip() for m in response.get("Allow", "").split(",") if m.strip()}
        # Django's form views take PUT as they take POST.
        missing = allowed - SAFE - {"PUT"} - expected[_route(row, made)]
        assert not missing, f"{row.name} takes {missing}"


def _route(row: Row, made: World) -> str:
    if row.name in BESIDE:
        return row.path
    return resolve(_filled(row.path, made).partition("?")[0]).route


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_everybody_gets_what_is_theirs(made: World, before: Before, row: Row) -> None:
    for persona in PERSONAS:
        with transaction.atomic():
            _check(made, before, row, persona)
            transaction.set_rollback(True)


def _row(name: str, method: str) -> Row:
    return next(row for row in TABLE if (row.name, row.method) == (name, method))


def test_a_right_that_is_not_asked_is_noticed(
    made: World, before: Before, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Actor, "can", lambda *_: True)
    for row in (_row("leads:delete", "POST"), _row("api:request_export", "POST")):
        with pytest.raises(AssertionError, match="as viewer"):
            _check(made, before, row, "viewer")


def test_a_list_that_is_not_limited_to_its_account_is_noticed(
    made: World, before: Before, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        AccountManager, "get_queryset", lambda self: AccountQuerySet(self.model, using=self._db)
    )
    with pytest.raises(AssertionError, match="as other saw something of ours"):
        _check(made, before, _row("leads:list", "GET"), "other")
    # What leaves by COPY has a belt of its own.
    with pytest.raises(AssertionError, match=r"as other: .*500"):
        _check(made, before, _row("api:list_leads", "GET"), "other")


def _check(made: World, before: Before, row: Row, persona: str) -> None:
    who = f"{row} as {persona}"
    client = _client(made, persona, row)
    response = _ask(client, row, made)
    expected = row.answer_to(persona)
    given = _answer(response)
    text = _text(response)
    assert given == expected, f"{who}: {text[:600]}"

    refused = expected not in DONE
    changed = rows.changed(before.all, rows.everything())
    if refused or row.method in SAFE:
        may = COUNTS | WRITES_ON_GET.get(row.name, set())
        changed = [table for table in changed if refused or table not in may]
        assert changed == [], f"{who} changed {changed}"
    elif row.changes:
        assert changed, f"{who} was accepted and changed nothing: is the body a real one?"
    if refused:
        assert LEAD_SECRET not in text, f"{who} was refused and saw a lead"
        is_logged = not row.name.startswith(OF_VISITORS)
        if row.method not in SAFE and expected == "403" and is_logged:
            denied = _denials(made, row, persona)
            assert denied, f"{who} was refused, and the audit log does not say so"
            assert set(denied) <= set(WORDS), f"{who} was refused, and the log calls it {denied}"
    if persona in {"other", "stranger"} and row.name not in SHOWN_TO_ALL:
        assert SECRET not in text, f"{who} saw something of ours"
        changed = rows.changed(before.ours, rows.of_account(made.ours))
        assert changed == [], f"{who} changed our rows in {changed}"


def _client(made: World, persona: str, row: Row) -> Client:
    """A browser of this persona, or a program with their key."""
    if persona == "stranger":
        return Client()
    if row in API:
        headers = {"authorization": f"Bearer {made.secrets[persona]}"}
        if row.name.startswith(OF_VISITORS):
            # From a page of the site: what is refused is the key.
            headers["origin"] = ORIGIN
        return Client(headers=headers)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = made.sessions[persona]
    return client


def _ask(client: Client, row: Row, made: World) -> Any:
    address, body = _filled(row.path, made), _filled(row.body, made)
    ask = getattr(client, row.method.lower())
    if body is None:
        return ask(address)
    if row in API:
        return ask(address, json.dumps(body), content_type="application/json")
    return ask(address, body)


def _filled(value: Any, made: World) -> Any:
    """The value with ids in the places of their names."""
    if isinstance(value, dict):
        return {_filled(key, made): _filled(one, made) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, made) for one in value]
    return value.format(**made.ids) if isinstance(value, str) else value


def _answer(response: Any) -> str:
    if response.status_code not in {301, 302, 303}:
        return str(response.status_code)
    where = response["Location"].removeprefix(settings.PUBLIC_URL)
    return "in" if where.startswith("/account/sign-in/") else "to"


def _text(response: Any) -> str:
    """The body, and where it leads."""
    body = b"".join(response) if response.streaming else response.content
    return str(body.decode("utf-8", "replace") + response.get("Location", ""))


def _denials(made: World, row: Row, persona: str) -> list[str]:
    """The actions of which the log says that they were denied."""
    is_theirs = persona == "other" and row.name not in OF_OURS
    with acting_for((made.others if is_theirs else made.ours).pk):
        denied = AuditEntry.objects.filter(outcome="denied")
        return list(denied.values_list("action", flat=True))
