"""What an agent's profile and its answers may hold: typed input with its checks.

What makes sense in a profile `core.profile` says; here is what every text of ours must keep.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from synaptiq.agent.core.profile import Profile
from synaptiq.kit.errors import Invalid
from synaptiq.kit.text import clean, is_letterless, one_line

LONGEST_QUESTION = 300
LONGEST_ANSWER = 2_000


def profile(given: Any) -> Profile:
    """A profile as JSON, checked. Raises Invalid by field ("criteria.0.weight")."""
    try:
        made = Profile.from_json(_cleaned(given))
    except ValueError as error:
        raise Invalid({"profile": str(error)}) from None
    if wrong := made.problems():
        raise Invalid(wrong)
    return made


def question(value: Any) -> str:
    """What visitors ask, on one line. Raises ValueError."""
    return _words(one_line(_text(value)), LONGEST_QUESTION)


def answer(value: Any) -> str:
    """What is answered; may have lines. Raises ValueError."""
    return _words(_kept(_text(value)).strip(), LONGEST_ANSWER)


def mark(question: str, answer: str) -> str:
    """A short mark of what an answer says, by which a form knows whether that was changed."""
    return blake2b(json.dumps([question, answer]).encode(), digest_size=12).hexdigest()


def changes(before: Profile, after: Profile) -> str:
    """What a person would say was changed: “Added “Team size”, changed the greeting.”"""
    old, new = ({c.key: c for c in side.criteria} for side in (before, after))
    said = [f"changed the {word}" for word in ("name", "greeting")
            if getattr(before, word) != getattr(after, word)]  # fmt: skip
    if (before.qualified, before.nurture) != (after.qualified, after.nurture):
        said.append("changed the thresholds")
    said += [f"added “{new[key].label}”" for key in new if key not in old]
    said += [f"removed “{old[key].label}”" for key in old if key not in new]
    both = [key for key in new if key in old]
    said += [f"changed “{new[key].label}”" for key in both if new[key] != old[key]]
    if both != [key for key in old if key in new]:
        said.append("changed the order")
    if before.disqualifiers != after.disqualifiers:
        said.append("changed what disqualifies")
    sentence = ", ".join(said)
    return sentence[:1].upper() + sentence[1:]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("is not text.")
    return value


def _words(text: str, longest: int) -> str:
    if not text or is_letterless(text):
        raise ValueError("is blank.")
    if len(text) > longest:
        raise ValueError(f"is longer than {longest:,} characters.")
    return text


def _kept(text: str) -> str:
    """Browsers send a line break of a field as two characters, which count as the one typed."""
    return clean(text.replace("\r\n", "\n"))


def _cleaned(given: Any) -> Any:
    """The same JSON, its texts without what cannot be stored. Raises ValueError."""
    if isinstance(given, str):
        return _kept(given)
    if isinstance(given, Mapping):
        return {key: _cleaned(value) for key, value in given.items()}
    if isinstance(given, list | tuple):
        return [_cleaned(value) for value in given]
    return given
