"""A criterion's value as a person types it into a form, by the criterion's type, and back.

Fields of a form, as text: `value` (enum, geo, text, bool: "yes" or "no"), `from` and `to` (number,
range, money), `currency` (money), `by` (date, as 2027-03-31) and `never` (date: there is none).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from synaptiq.agent.core.criteria import LONGEST, Criterion
from synaptiq.agent.core.values import WITH_OPTIONS
from synaptiq.kit.errors import Invalid
from synaptiq.kit.text import is_letterless

MOST = 10**12
_NUMBER = re.compile(r"[0-9]{1,13}(\.[0-9]{1,4})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def value_of(criterion: Criterion, given: Mapping[str, str], today: date) -> Any:
    """The value that was typed, as `values` describes it; `today` is from when a date counts.
    Raises Invalid by field."""
    if criterion.type == "date":
        return _date(given, today)
    if criterion.type in ("number", "range", "money"):
        return _amount(criterion.type, given)
    text = given.get("value", "").strip()
    if criterion.type == "bool":
        if text not in ("yes", "no"):
            raise Invalid({"value": "Choose yes or no."})
        return text == "yes"
    options = {option.value for option in criterion.scoring.options}
    if criterion.type == "enum" and text not in options:
        raise Invalid({"value": "Choose one of the options."})
    if criterion.type == "geo" and text == "":
        text = given.get("other", "").strip()
    if is_letterless(text):
        raise Invalid({"value": "Fill this in."})
    if len(text) > LONGEST:
        raise Invalid({"value": f"Use at most {LONGEST} characters."})
    return text


def typed(criterion: Criterion, value: Any) -> dict[str, str]:
    """What the form shows of a value; {} of none."""
    if value is None:
        return {}
    if criterion.type == "bool":
        return {"value": "yes" if value else "no"}
    if criterion.type == "date":
        return {"never": "1"} if value["end"] is None else {"by": value["end"]}
    if criterion.type in WITH_OPTIONS:
        options = {option.value for option in criterion.scoring.options}
        return {"value": value} if value in options else {"other": value}
    if not isinstance(value, Mapping):
        return {"from" if criterion.type in ("number", "money") else "value": _figure(value)}
    ends = (value["amount"], None) if "amount" in value else (value["min"], value["max"])
    found = {"from": ends[0], "to": ends[1]}
    shown = {name: _figure(end) for name, end in found.items() if end is not None}
    return shown | ({"currency": value["currency"]} if value.get("currency") else {})


def _figure(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 10**6 else str(value)


def _amount(type: str, given: Mapping[str, str]) -> Any:
    low, high = _number("from", given), _number("to", given)
    if low is None and high is None:
        raise Invalid({"from": "Type a number."})
    if low is not None and high is not None and low > high:
        raise Invalid({"to": "This is less than where it begins."})
    is_one = high is None or low == high
    if type == "money":
        currency = given.get("currency", "").strip().upper() or None
        if currency and not _CURRENCY.fullmatch(currency):
            raise Invalid({"currency": "Use three letters, such as EUR."})
        if is_one:
            return {"amount": low, "currency": currency}
        return {"min": low, "max": high, "currency": currency}
    if type == "number" and is_one:
        return low
    return {"min": low, "max": low if is_one and high is not None else high}


def _number(name: str, given: Mapping[str, str]) -> int | float | None:
    text = re.sub(r"[\s,']", "", given.get(name, ""))
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or float(text) > MOST:
        raise Invalid({name: "Type a number such as 25 or 10,000, not below 0."})
    return float(text) if "." in text else int(text)


def _date(given: Mapping[str, str], today: date) -> dict[str, Any]:
    said = today.isoformat()
    if given.get("never"):
        return {"start": None, "end": None, "said": said}
    try:
        last = date.fromisoformat(given.get("by", "").strip()).isoformat()
    except ValueError:
        raise Invalid({"by": "Type a day such as 2027-03-31, or say that there is none."}) from None
    return {"start": last, "end": last, "said": said}
