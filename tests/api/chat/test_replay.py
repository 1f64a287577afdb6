"""Dialogues of real people (SGD) replayed through the Chat API as it is served: nothing breaks, and
nothing that was said is lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from synaptiq.accounts.models import Account
from synaptiq.conversations.masking import mask
from synaptiq.conversations.models import Conversation, Event, Turn
from tests import processes, shared
from tests.api.chat.test_served import say
from tests.conversations.making import make_site
from tests.waiting import wait_until

ANSWERED_SECONDS = 90.0


def test_every_dialogue_is_kept_and_answered(committed_db: str, account: Account) -> None:
    told = json.loads(shared.data("sgd/dialogues_005.json").read_text("utf-8"))
    said = [
        [turn["utterance"] for turn in dialogue["turns"] if turn["speaker"] == "USER"]
        for dialogue in told
    ]
    assert (len(said), sum(map(len, said))) == (128, 666)
    site = make_site()

    def replay(lines: list[str]) -> str:
        first, *others = lines
        begun = say(web, site, first)
        for line in others:
            say(web, site, line, token=begun["visitor_token"])
        return str(begun["conversation_id"])

    with (
        processes.web(committed_db, CHAT_LIMIT="10000") as web,
        processes.worker(committed_db, queues="chat") as worker,
        ThreadPoolExecutor(8) as visitors,
    ):
        names = list(visitors.map(replay, said))
        is_open = Turn.objects.filter(state__in=["pending", "running"])
        wait_until(lambda: not is_open.exists(), ANSWERED_SECONDS, "an answer to each")
        assert "Traceback" not in web.output() + worker.output()
    assert set(Turn.objects.values_list("state", "attempt")) == {("done", 1)}
    for name, lines in zip(names, said, strict=True):
        conversation = Conversation.objects.get(public_id=name)
        log = list(Event.objects.filter(conversation=conversation).order_by("seq"))
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        kept = [event.content for event in log if event.sender == "visitor"]
        assert kept == [mask(line) for line in lines]
        assert conversation.last_sender == "ai"
