"""`synaptiq chat`: a script talks through the Chat API, here and on an installation of its own."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts.models import Account
from synaptiq.conversations.models import Conversation
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site
from tests import processes
from tests.conversations.making import make_site
from tests.database import CHECKOUT
from tests.terminal.commands import demo_environment, run, run_in

ORIGIN = "https://acme.example"
LINES = (
    "Hi, we are 60 people",
    "Our budget is $30,000 a year, and we need it within a month",
    '{"reply": "I decide"}',
    "",
    "My email is jane@acme.example",
    "no, 50 people, not 60",
)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text("\n".join(LINES), "utf-8")
    return path


def check(made: dict[str, Any]) -> None:
    """What came of `LINES`."""
    assert list(made) == ["transcript", "facts", "score", "contributions", "outcome"]
    said = [one["content"] for one in made["transcript"] if one["sender"] == "visitor"]
    assert said == [*LINES[:2], "I decide", *LINES[4:]]
    # Each was answered before the next was sent, and the greeting stands before them all.
    assert [one["sender"] for one in made["transcript"]] == ["ai", *["visitor", "ai"] * 5]
    times = [one["timestamp"] for one in made["transcript"]]
    assert times == sorted(times)
    facts = {one["criterion"]: one for one in made["facts"]}
    assert facts["team_size"] == {"criterion": "team_size", "value": 50, "quote": "50 people"}
    assert facts["budget"]["value"] == {"amount": 30000, "currency": "USD"}
    assert facts["role"]["value"] == "decides"
    assert all(any(one["quote"] in text for text in said) for one in made["facts"])
    assert made["score"] == sum(one["points"] for one in made["contributions"]) == 90
    assert made["outcome"] == "qualified"


def test_a_script_talks_on_an_installation_of_its_own_and_nothing_is_left(
    open_folder: Path, script: Path
) -> None:
    before = {path.name for path in Path(tempfile.gettempdir()).glob("synaptiq-chat-*")}
    done = run_in(demo_environment(open_folder), "chat", "--script", str(script), "--json")
    assert done.returncode == 0, done.stderr
    check(json.loads(done.stdout))
    after = {path.name for path in Path(tempfile.gettempdir()).glob("synaptiq-chat-*")}
    assert after <= before
    assert not list(open_folder.iterdir())


def test_a_script_talks_to_an_installation_that_is_there(
    committed_db: str, account: Account, script: Path
) -> None:
    site: Site = make_site(origins=[ORIGIN])
    with processes.web(committed_db) as web, processes.worker(committed_db, queues="chat"):
        way = ("--url", web.url, "--site", site.key)
        there = (*way, "--origin", ORIGIN)
        done = run(committed_db, "chat", "--script", str(script), "--json", *there)
        assert done.returncode == 0, done.stderr
        check(json.loads(done.stdout))
        assert Conversation.objects.get().lead == Lead.objects.get()

        read = run(committed_db, "chat", "--script", str(script), *there)
        assert read.stdout.count("You: ") == 5
        assert "Score: 90   qualified" in read.stdout

        typed = subprocess.run(
            processes.command("chat", *there), env=processes.environment(committed_db),
            input="Hello\n1\n\n", capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert typed.returncode == 0, typed.stderr
        assert "[1] 1–10" in typed.stdout
        assert 'team_size: {"max": 10, "min": 1}   “1–10”' in typed.stdout

        foreign = run(committed_db, "chat", "--script", str(script), *way)
        assert foreign.returncode == 3
        assert "origin" in foreign.stderr
        nowhere = (*there[:3], "pk_nothing22222222222", *there[4:])
        assert run(committed_db, "chat", "--script", str(script), *nowhere).returncode == 4


def test_the_script_of_the_documentation_gives_what_it_shows(
    committed_db: str, account: Account, tmp_path: Path
) -> None:
    page = (CHECKOUT / "docs/product/test-your-first-conversation.md").read_text("utf-8")
    lines, shown = (
        re.findall(rf"^```{kind}\n(.*?)^```", page, re.M | re.S) for kind in ("text", "json")
    )
    script = tmp_path / "visitor.txt"
    script.write_text(lines[0], "utf-8")
    site = make_site(origins=[ORIGIN])
    with processes.web(committed_db) as web, processes.worker(committed_db, queues="chat"):
        there = ("--url", web.url, "--site", site.key, "--origin", ORIGIN)
        done = run(committed_db, "chat", "--script", str(script), "--json", *there)
    made, expected = json.loads(done.stdout), json.loads(shown[0])
    assert list(made) == list(expected)
    for key in ("facts", "score", "contributions", "outcome"):
        assert made[key] == expected[key]
    first, second = expected["transcript"][0], made["transcript"][1]
    assert (first["sender"], first["content"]) == (second["sender"], second["content"])
    assert list(first) == list(second)


def test_what_cannot_be_done_is_said(committed_db: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("\n \n", "utf-8")
    for arguments, code, said in (
        (("--script", str(tmp_path / "none")), 4, "none"),
        (("--script", str(empty)), 2, "no message"),
        (("--url", "https://x.example"), 2, "belong together"),
        (("--json",), 2, "needs --script"),
        (("--url", "x", "--site", "pk", "--script", str(empty)), 2, "no message"),
    ):
        done = run(committed_db, "chat", *arguments)
        assert done.returncode == code, done.stderr
        assert said in done.stderr
