"""Meetings in a turn: what a calendar offers, what a visitor picked, what waits for their email.

Booking itself is no matter of thinking: whether a time is still free shows only in the transaction
that takes it. So a turn says what is to be booked, and `agent/actions/booking.py` what came of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from synaptiq.agent.core import wished, words
from synaptiq.agent.core.criteria import CONTACT
from synaptiq.agent.core.extract import attitudes, wishes
from synaptiq.agent.core.learning import last_word
from synaptiq.agent.core.state import AI, PERSON, Said, State

LONGEST_WISH = 200
# A question of so few words that names a day is about the card.
MOST_WORDS = 4
_ASKS_FREE = re.compile(
    r"\b(?:free|available|possible|something|anything|any\s+(?:time|slot|chance)s?|do\s+you\s+have|"
    r"how\s+about|what\s+about|works?|suits?|can\s+we|could\s+we|shall\s+we)\b",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"\b(?:ok(?:ay)?|yes|yep|great|good|perfect|fine|nice|cool|thanks?|thank|see|talk|then|works)\b",
    re.IGNORECASE,
)
# How often the email for one meeting is asked for.
MOST_ASKS = 3


@dataclass(frozen=True)
class Offer:
    """That a calendar has free times: how long a meeting takes, and whose it is (`name` to read,
    `member` the public id). `moves`: the visitor has a meeting, which one of them would move."""

    minutes: int
    name: str
    member: str
    moves: bool = False

    def shown(self, asked: str = "") -> dict[str, Any]:
        """What a message that offers them carries. `asked` is what the visitor said of the time:
        the card opens there."""
        slots = {"minutes": self.minutes, "name": self.name, "member": self.member}
        return {"offers": "meeting", "slots": slots | ({"asked": asked} if asked else {})}


class SlotPort(Protocol):
    """The calendars. `offer`: the free times, None where nobody has any. `meeting`: that which the
    visitor has before them already, as a message shows it; None where there is none."""

    def offer(self) -> Offer | None: ...

    def meeting(self) -> Mapping[str, Any] | None: ...


class NoSlots:
    """Nobody has a calendar."""

    def offer(self) -> Offer | None:
        return None

    def meeting(self) -> Mapping[str, Any] | None:
        return None


@dataclass(frozen=True)
class Pick:
    """A start that the visitor picked, as their browser sent it, and the zone they read it in."""

    starts_at: str
    zone: str

    def shown(self) -> dict[str, str]:
        return {"starts_at": self.starts_at, "zone": self.zone}


def picked(new: Sequence[Said]) -> Pick | None:
    """What was picked last."""
    return next((pick for said in reversed(new) if (pick := _pick(said.data.get("slot")))), None)


def waiting(before: State) -> Pick | None:
    """What was picked before, and waits for an email."""
    last = last_word(before)
    return _pick(last.data.get("books")) if last is not None and last.sender == AI else None


def is_given_up(before: State, pick: Pick) -> bool:
    """Whether the email for it was asked for often enough."""
    asks = [said for said in before.log if said.sender == AI and said.data.get("asks") == CONTACT]
    return sum(_pick(said.data.get("books")) == pick for said in asks) >= MOST_ASKS


def wants_offer(
    last: Said | None, texts: Sequence[str], reply: bool | None, today: date, *, learned: bool
) -> tuple[str, str] | None:
    """Why free times are to be shown: "asked" for, "yes" to an offer of them, or a time was "named"
    in words, by which nothing else was said (`learned`); with what was said of the time. None
    where they are not."""
    named = next((text for text in reversed(texts) if wished.read(text, today)), "")
    if any(wishes.wants_meeting(text) for text in texts):
        return "asked", named[:LONGEST_WISH]
    if last is None or last.sender not in (AI, PERSON) or "slots" not in last.data:
        return None
    if named and _is_of_times(named, today, learned=learned):
        return "named", named[:LONGEST_WISH]
    return ("yes", "") if reply is True else None


def of_meeting(
    last: Said | None, texts: Sequence[str], today: date, *, learned: bool
) -> tuple[str, str] | None:
    """What somebody who has a meeting would do with it: "cancel", "move" (with what was said of the
    time) or "farewell". None for all else; whether there is a meeting, the calendar knows."""
    if any(wishes.cancels_meeting(text) for text in texts):
        return "cancel", ""
    named = next((text for text in reversed(texts) if wished.read(text, today)), "")
    if any(wishes.moves_meeting(text) for text in texts):
        return "move", named[:LONGEST_WISH]
    if not learned and any(attitudes.is_farewell(text) for text in texts):
        return "farewell", ""
    if last is None or "meeting" not in last.data or not named or learned:
        return None
    # "Great, Tuesday at 3 then" repeats what is booked; "something later?" and a bare time do not.
    asks = "?" in named or len(named.split()) <= MOST_WORDS
    if asks and not _AGREES.search(named) and _is_of_times(named, today, learned=False):
        return "move", named[:LONGEST_WISH]
    return None


def _is_of_times(text: str, today: date, *, learned: bool) -> bool:
    """Whether who sees a card of times speaks of those: by an hour, or by one that is shown; by a
    day only where it says nothing else, and asks nothing else."""
    wish = wished.read(text, today)
    if wish and (wish.nth or wish.step or (wish.at and "?" not in text)):
        return True
    if learned:
        return False
    return "?" not in text or bool(_ASKS_FREE.search(text)) or len(text.split()) <= MOST_WORDS


def offering(why: str, offer: Offer) -> str:
    """The words over a card of free times."""
    if offer.moves:
        return words.SLOTS_MOVE
    return {"named": words.SLOTS_NAMED, "yes": words.SLOTS_YES}.get(why, words.SLOTS)


def _pick(data: Any) -> Pick | None:
    if not isinstance(data, Mapping):
        return None
    starts_at, zone = data.get("starts_at"), data.get("zone")
    if isinstance(starts_at, str) and isinstance(zone, str):
        return Pick(starts_at, zone)
    return None
