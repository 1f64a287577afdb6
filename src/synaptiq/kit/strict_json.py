"""JSON as the standard has it, from untrusted bytes.

The parser that django-ninja brings takes NaN, Infinity, UTF-16 and NUL, and a lone surrogate
gives a 500 later on. This one refuses them here, anything nested deeper than `MAX_DEPTH`, and an
object that says one name twice, of which others would read the first and others the last.
"""

from __future__ import annotations

import json
import math
from typing import Any

from pydantic_core import from_json

from synaptiq.kit.errors import Invalid, Malformed

MAX_DEPTH = 40


def parse(body: bytes) -> Any:
    """The value of a UTF-8 JSON text. Raises Malformed (400) with a sentence that says why.

    A NUL character, 1e400, or a name that stands twice is well-formed JSON that nothing of ours
    can hold: Invalid (422).
    """
    try:
        text = body.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Malformed("Send the body as JSON in UTF-8.") from None
    if text.startswith("\ufeff"):
        raise Malformed("Send the JSON without a byte order mark.")
    try:
        value = from_json(text, allow_inf_nan=False, cache_strings="none")
    except ValueError as error:
        raise Malformed(f"The body is not JSON: {error}.") from None
    _check(value, MAX_DEPTH)
    if "{" in text:
        # Once more, since the first parser keeps the last of two. It is not too deep by now; of
        # numbers nothing is made.
        json.loads(text, object_pairs_hook=_once, parse_int=len, parse_float=len)
    return value


def _once(pairs: list[tuple[str, Any]]) -> None:
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            raise Invalid({name[:60]: "stands twice in one object; send it once."})
        names.add(name)


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise Malformed(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        if "\x00" in value:
            raise Invalid("The JSON holds a NUL character (\\u0000); remove it.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise Invalid("The JSON holds a number that is too large to keep.")
    elif isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth)
            _check(item, depth - 1)
