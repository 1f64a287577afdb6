"""`synaptiq chat`: talk with the agent as a visitor, or let a file talk, and see what it learned.

It goes the way that every visitor goes: the Chat API and its event stream, of an installation that
is there (`--url`, `--site`) or of a temporary one of its own. What was learned is read from the
database, where this command has it.
"""

from __future__ import annotations

import json as jsons
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from synaptiq.kit import config, embedded
from synaptiq.terminal import environment, temporary
from synaptiq.terminal.outcome import ExitCode, Stop, sigterm_as_interrupt
from synaptiq.terminal.saying import data, say
from synaptiq.terminal.talking import show, talk
from synaptiq.terminal.visiting import Entry, Visitor

LONGEST_SCRIPT = 1_000_000
_UNKNOWN = {"facts": None, "score": None, "contributions": None, "outcome": None}


def chat(
    script: Annotated[
        Path | None,
        typer.Option(help="A file of messages, one a line; each is sent once the one before is "
                          "answered.", dir_okay=False),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="With --script: print what came of it as JSON.")
    ] = False,
    url: Annotated[str, typer.Option(help="Where Synaptiq answers. Default: one of its own.")] = "",
    site: Annotated[str, typer.Option(help="The site's key there (Settings > Sites).")] = "",
    origin: Annotated[
        str, typer.Option(help="One of the site's origins. Default: the address itself.")
    ] = "",
) -> None:  # fmt: skip
    """Talk with the agent through the Chat API. Ctrl-D ends it."""
    if bool(url) != bool(site):
        raise Stop("--url and --site belong together: give both, or neither.", ExitCode.USAGE)
    if json and script is None:
        raise Stop("--json needs --script.", ExitCode.USAGE)
    lines = _lines(script) if script else None
    with ExitStack() as stack:
        if url:
            stack.enter_context(sigterm_as_interrupt())
            visitor = Visitor(url, site, origin or None)
        else:
            made = stack.enter_context(temporary.installation())
            visitor = Visitor(made.url, made.site)
        stack.callback(visitor.leave)
        show_one = _silent if json else show
        if lines is None:
            talk(visitor)
        else:
            _play(visitor, lines, show_one)
        if not visitor.conversation:
            return
        with stack.enter_context(_database(is_own=not url)) as has_one:
            found = report(visitor.conversation) if has_one else None
        made_known = {"transcript": _transcript(visitor), **(found or _UNKNOWN)}
    if json:
        data(jsons.dumps(made_known, ensure_ascii=False, indent=2))
    else:
        _sum_up(made_known)


def report(conversation_id: str) -> dict[str, Any] | None:
    """What is known of a conversation in the database at hand; None where it is not there.

    Keys: facts (criterion, value, quote of each that holds), score, contributions (criterion,
    label, points, possible, which sum to the score), outcome.
    """
    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.agent import states
    from synaptiq.conversations.models import Conversation

    found = Conversation.across_accounts.filter(public_id=conversation_id).first()
    if found is None:
        return None
    with acting_for(found.account_id):
        now = states.standing(found)
    return {
        "facts": [
            {"criterion": f.criterion, "value": f.value, "quote": f.quote} for f in now.facts
        ],
        "score": now.score.score,
        "contributions": [
            {"criterion": c.criterion, "label": c.label, "points": c.points, "possible": c.possible}
            for c in now.score.contributions
        ],
        "outcome": now.score.outcome,
    }


@contextmanager
def _database(*, is_own: bool) -> Iterator[Any]:
    """Gives a block in which the installation's database can be asked, if this command has it: its
    own, that of DATABASE_URL, or the embedded one that a demo runs on."""

    @contextmanager
    def asked() -> Iterator[bool]:
        if is_own:
            yield True
            return
        values = config.read()
        state = embedded.status(values["SYNAPTIQ_HOME"])
        if not values["DATABASE_URL"] and not (state and state["running"]):
            yield False
            return
        with environment.ready():
            yield True

    yield asked()


def _lines(script: Path) -> list[dict[str, Any]]:
    """The messages of a script. A line that is a JSON object ({"reply": …}) is sent as such."""
    try:
        with script.open("rb") as file:
            held = file.read(LONGEST_SCRIPT + 1)
        # Before it is decoded: the end may stand in the midst of a character.
        if len(held) > LONGEST_SCRIPT:
            raise Stop(f"{script} is longer than {LONGEST_SCRIPT:,} bytes.", ExitCode.USAGE)
        text = held.decode("utf-8-sig")
    except OSError as error:
        raise Stop(f"{script} cannot be read: {error.strerror}.", ExitCode.NOT_FOUND) from None
    except UnicodeDecodeError:
        raise Stop(f"{script} is not UTF-8 text.", ExitCode.USAGE) from None
    # Other characters that Unicode takes for line breaks may stand within a message.
    given = re.split(r"\r\n|\r|\n", text)
    lines = [_message(line.strip()) for line in given if line.strip()]
    if not lines:
        raise Stop(f"{script} holds no message.", ExitCode.USAGE)
    return lines


def _message(line: str) -> dict[str, Any]:
    try:
        found = jsons.loads(line)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"text": line}


def _play(visitor: Visitor, lines: list[dict[str, Any]], show_one: Any) -> None:
    name, text = visitor.greeting()
    show_one({"type": "message", "sender": "ai", "name": name, "text": text})
    for line in lines:
        for one in visitor.news():
            show_one(one)
        if visitor.is_closed:
            raise Stop("The conversation was closed before all lines were sent.")
        show_one({"type": "message", "sender": "visitor", "text": line.get("text") or _said(line)})
        for one in visitor.say(line):
            show_one(one)


def _said(line: Mapping[str, Any]) -> str:
    reply = line.get("reply")
    form = reply.get("form") if isinstance(reply, dict) else None
    return ", ".join(map(str, form.values())) if isinstance(form, dict) else str(reply or "")


def _silent(one: Entry) -> None:
    """With --json nothing but that is written."""


def _transcript(visitor: Visitor) -> list[dict[str, Any]]:
    return [
        {"sender": one["sender"], "content": one["text"], "timestamp": one["at"]}
        for _, one in sorted(visitor.heard.items())
        if one["type"] == "message"
    ]


def _sum_up(made: Mapping[str, Any]) -> None:
    if made["facts"] is None:
        say("What was learned stands in the dashboard: this command has not that database.")
        return
    data("")
    for fact in made["facts"]:
        data(f"{fact['criterion']}: {jsons.dumps(fact['value'], ensure_ascii=False)}"
             f"   “{fact['quote']}”")  # fmt: skip
    for part in made["contributions"]:
        data(f"{part['label']}: {part['points']} of {part['possible']}")
    data(f"Score: {'none' if made['score'] is None else made['score']}   {made['outcome']}")
