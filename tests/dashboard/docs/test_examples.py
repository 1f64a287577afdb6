"""Every command of the documentation that calls the API is run, and answers as the page shows."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.api.chat.streaming import EventStreams
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.docs.contents import entries
from synaptiq.exports import actions, pipeline
from synaptiq.exports.models import Export
from synaptiq.kit import clock
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from synaptiq.sites import identity
from synaptiq.sites.models import Greeting
from tests.api.chat.client import Client
from tests.api.chat.signing import signed
from tests.api.chat.test_streaming import Client as StreamClient
from tests.api.chat.test_streaming import play
from tests.api.conftest import make_key
from tests.conversations.making import make_conversation, make_site, make_visitor
from tests.meetings.making import make_calendar

HOST = "synaptiq.example.com"
VISITOR = "vt_of_the_page"


@dataclass
class Command:
    """What one `curl` would send, and the JSON that the page shows for its answer."""

    method: str = "GET"
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    answer: Any = None
    # The events that a stream shows, in place of an answer.
    events: list[Any] = field(default_factory=list)


def parse(text: str) -> Command:
    """A curl command as the pages write them; an option that is not known here fails."""
    words = shlex.split(text.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    command = Command()
    while words:
        word = words.pop(0)
        if word == "-X":
            command.method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            command.headers[name] = value
        elif word == "-d":
            command.body = words.pop(0)
            command.method = "POST" if command.method == "GET" else command.method
        elif word == "-o":
            words.pop(0)
        elif word in {"--fail", "-N"}:
            pass
        else:
            address = urlsplit(word)
            assert (address.scheme, address.netloc) == ("https", HOST), word
            command.path = address.path + (f"?{address.query}" if address.query else "")
    return command


def commands() -> list[tuple[str, Command]]:
    """Every curl of every page, with the JSON block that follows it at once."""
    found = []
    for entry in entries():
        text = entry.path.read_text(encoding="utf-8")
        for block in re.finditer(
            r"^```bash\n(curl.*?)^```\n(\n```(?:json|text)\n(.*?)^```)?", text, re.M | re.S
        ):
            command = parse(block[1])
            if "-N" in block[1]:
                command.events = [json.loads(e) for e in re.findall("^data: (.*)$", block[3], re.M)]
            else:
                command.answer = json.loads(block[3]) if block[3] else None
            found.append((f"{entry.slug} {command.method} {command.path}", command))
    return found


def status(command: Command) -> int:
    """What a command that works is answered with."""
    if command.path.startswith("/api/v1/chat/"):
        done = command.method == "GET" or command.path.rpartition("/")[2] in {
            "identify", "erase", "hold",
        }  # fmt: skip
        return 200 if done else 202
    if command.method == "POST":
        return {"exports": 202, "tags": 200}.get(command.path.rpartition("/")[2], 201)
    if command.method == "DELETE":
        return 200 if "/exports/" in command.path else 204
    return 201 if "/external/" in command.path else 200


def shape(value: Any) -> Any:
    """Keys and kinds of a JSON value; null is any kind, an array is like its first item."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value and isinstance(value[0], dict) else "array"
    return "" if value is None else type(value).__name__


@pytest.fixture
def known(committed_db: str, account: Account, member: Callable[..., Member]) -> dict[str, str]:
    """What the variables of the commands stand for: a key that may do all, beside the page's lead
    and run with its file, and a site with a visitor."""
    owner = member("owner")
    actor = actors.of_member(owner)
    for slug, label in (("company_size", "Company size"), ("budget", "Budget")):
        leads.define_property(actor, slug=slug, label=label)
    lead = leads.create_lead(
        actor,
        {
            "email": "jane@acme.com", "name": "Jane Smith", "phone": "+1-555-0123",
            "company": "Acme Corp", "status": "qualified", "score": 82,
            "source_url": "https://yoursite.com/pricing", "tags": ["webinar", "enterprise"],
        },
        custom={"company_size": "50-200", "budget": "$10k-$50k"},
        assigned_to=owner,
    )  # fmt: skip
    leads.add_note(actor, lead.public_id, "Wants a call before Friday.")
    Lead.objects.filter(pk=lead.pk).update(public_id="lead_8f3a2b")
    run = actions.request(actor, {"dataset": "leads", "scope": "filter"}, in_this_process=True)
    Export.objects.filter(pk=run.pk).update(public_id="exp_k5m2q7r3t9v4w6x8z2a5")
    pipeline.run(Export.objects.select_related("account", "member").get(pk=run.pk))
    _, made = make_key(owner)
    make_calendar(owner)
    return {"SYNAPTIQ_KEY": made, **_talk()}


def _talk() -> dict[str, str]:
    """The page's conversation with the lead, on a site that allows the page's origin."""
    site = make_site(origins=["https://www.acme.com"])
    made = make_conversation(
        ("ai", "Hi! How can I help?"), ("visitor", "We are a team of 25"),
        visitor=make_visitor(site, token=VISITOR), lead=Lead.objects.get(),
    )  # fmt: skip
    Conversation.objects.filter(pk=made.pk).update(public_id="conv_4c9e1a")
    Greeting.objects.create(
        site=site, position=1, public_id="grt_c3d4e5f6g7h2j3k4m5n6", pages=["/pricing*"]
    )
    actor = actors.of_member(Member.objects.get())
    _, secret = identity.make_secret(actor, site.public_id)
    return {
        "SITE_KEY": site.key, "VISITOR_TOKEN": VISITOR,
        "IDENTITY_TOKEN": signed(secret, sub="user-42", email="jane@acme.com"),
    }  # fmt: skip


def test_the_pages_hold_commands() -> None:
    assert len(commands()) >= 7


@pytest.mark.parametrize(("name", "command"), commands())
def test_a_command_of_the_documentation_works(
    known: dict[str, str], settings: Any, name: str, command: Command
) -> None:
    settings.ALLOWED_HOSTS = [HOST]
    headers = {k: _filled(v, known) for k, v in command.headers.items()}
    path = _filled(command.path, known)
    if command.events:
        _read_along(path, headers, command.events)
        return
    # The page's free times are those of its own month.
    stopped = clock.freeze(datetime(2026, 3, 15, 9, 23, tzinfo=UTC))
    with stopped if "/slots" in path else nullcontext():
        response = Client().generic(
            command.method, path, _filled(command.body or "", known),
            content_type=headers.pop("Content-Type", ""), headers={"host": HOST, **headers},
        )  # fmt: skip
    if not path.startswith("/api/v1/chat/"):
        assert headers["Authorization"] == f"Bearer {known['SYNAPTIQ_KEY']}"
    expected = command.answer.get("status", 0) if isinstance(command.answer, dict) else 0
    assert response.status_code == (expected or status(command))
    if command.answer is None:
        response.close()
        return
    given, shown = response.json(), command.answer
    assert list(given) == list(shown)
    for key, value in shown.items():
        if value is not None and given[key] is not None and key not in {"custom_properties"}:
            assert shape(given[key]) == shape(value) or key in {"columns", "key"}, key


def _filled(text: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"${name}", value)
    assert not re.search(r"\$[A-Z]", text), text
    return text


def _read_along(path: str, headers: dict[str, str], shown: list[Any]) -> None:
    """The stream's first events have the keys of those that the page shows, of the same senders."""
    address, _, query = path.partition("?")
    given: list[Any] = []

    async def scenario(streams: EventStreams) -> None:
        small = {name.lower(): value for name, value in headers.items()}
        client = StreamClient(streams, address, query=query, headers={"origin": None, **small})
        await client.until(lambda: len(client.events) == len(shown))
        given.extend(client.events)
        await client.leave()

    play(scenario)
    offers = {"quick_replies", "form"}
    for one in shown:
        like = next(other for other in given if other["sender"] == one["sender"])
        assert [key for key in one if key not in offers] == list(like)


def test_an_option_that_is_not_known_fails() -> None:
    with pytest.raises(AssertionError):
        parse("curl --insecure https://synaptiq.example.com/api/v1/me")
