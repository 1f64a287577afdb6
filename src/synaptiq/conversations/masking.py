"""What of a visitor's words is never stored: card numbers, US social security numbers, and the
national ids of `NATIONAL_IDS`, each checked by its own check digits.

Masked before anything is written, so neither the log, an export, nor a quote of a fact has them.
A number without a shape of its own (nine digits, one of them a check digit) is masked only beside
the word for it: every tenth phone number would pass the check alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from stdnum import luhn

CARD, NATIONAL_ID = "[card number]", "[national id]"

# Blanks and hyphens of every kind, a dot, and what nobody sees, between two digits.
_BETWEEN = r"[\s.\-\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212_/]"
_DIGITS = re.compile(rf"(?<![\w])\d(?:{_BETWEEN}{{0,3}}\d){{12,60}}(?!\w)")
_GROUP = re.compile(r"\d+")
_CARD_LENGTHS = range(13, 20)
# How cards print their number; any other grouping counts only as a whole.
_CARD_GROUPS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1)}
_LONGEST_PHONE = 15
_WORD_WITHIN = 32


@dataclass(frozen=True)
class NationalID:
    """`pattern` finds it, `stdnum.<module>` checks it; `words` must stand close before it, where
    the pattern alone would take other numbers too."""

    module: str
    pattern: str
    words: str = ""


_US = NationalID("us.ssn", r"\d{3}[- ]\d{2}[- ]\d{4}")
NATIONAL_IDS: tuple[NationalID, ...] = (
    _US,
    NationalID("us.ssn", r"\d{9}", "ssn|social security"),
    NationalID("au.tfn", r"\d{3}[ ]?\d{3}[ ]?\d{2,3}", "tfn|tax file"),
    NationalID("be.nn", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}"),
    NationalID("bg.egn", r"\d{10}", "egn|егн"),
    NationalID("br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}"),
    NationalID("br.cpf", r"\d{11}", "cpf"),
    NationalID("ca.sin", r"\d{3}[- ]?\d{3}[- ]?\d{3}", "sin|nas|social insurance"),
    NationalID("ch.ssn", r"756\.?\d{4}\.?\d{4}\.?\d{2}"),
    NationalID("cn.ric", r"\d{17}[\dXx]"),
    NationalID("cz.rc", r"\d{6}/\d{3,4}"),
    NationalID("de.idnr", r"\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}", "steuer|identifikationsnummer|idnr"),
    NationalID("dk.cpr", r"\d{6}-\d{4}"),
    NationalID("ee.ik", r"\d{11}", "isikukood"),
    NationalID("es.dni", r"\d{8}[- ]?[A-Za-z]"),
    NationalID("es.nie", r"[XYZxyz][- ]?\d{7}[- ]?[A-Za-z]"),
    NationalID("fi.hetu", r"\d{6}[-+A-Fa-fU-Yu-y]\d{3}[0-9A-Za-z]"),
    NationalID("fr.nir", r"[12][ ]?\d{2}[ ]?\d{2}[ ]?\d[\dAaBb][ ]?\d{3}[ ]?\d{3}[ ]?\d{2}"),
    NationalID("ie.pps", r"\d{7}[A-Wa-w][ABHWTXabhwtx]?"),
    NationalID("in_.aadhaar", r"\d{4}[ -]\d{4}[ -]\d{4}"),
    NationalID("in_.aadhaar", r"\d{12}", "aadhaar|aadhar|uidai"),
    NationalID("in_.pan", r"[A-Za-z]{3}[ABCFGHJLPTabcfghjlpt][A-Za-z]\d{4}[A-Za-z]"),
    NationalID("it.codicefiscale", r"[A-Za-z]{6}\w{2}[A-Za-z]\w{2}[A-Za-z]\w{3}[A-Za-z]"),
    NationalID("kr.rrn", r"\d{6}-\d{7}"),
    NationalID("lt.asmens", r"\d{11}", "asmens kod"),
    NationalID("mx.curp", r"[A-Za-z]{4}\d{6}[HMhm][A-Za-z]{5}[0-9A-Za-z]\d"),
    NationalID("my.nric", r"\d{6}-\d{2}-\d{4}"),
    NationalID("nl.bsn", r"\d{8,9}|\d{4}[. ]\d{2}[. ]\d{3}", "bsn|burgerservice"),
    NationalID("no.fodselsnummer", r"\d{6} \d{5}|\d{11}", "fødselsnummer|personnummer"),
    NationalID("pl.pesel", r"\d{11}", "pesel"),
    NationalID("ro.cnp", r"\d{13}", "cnp|cod numeric"),
    NationalID("se.personnummer", r"(?:\d{2})?\d{6}[-+]\d{4}"),
    NationalID("tr.tckimlik", r"\d{11}", "kimlik|tckn"),
    NationalID("za.idnr", r"\d{13}", "id number|id no|identity number"),
)


def _compiled(one: NationalID) -> tuple[re.Pattern[str], re.Pattern[str] | None, Any]:
    # A plus sign begins a phone number.
    found = re.compile(rf"(?<![\w+])(?:{one.pattern})(?!\w)")
    words = re.compile(rf"(?<!\w)(?:{one.words})", re.IGNORECASE) if one.words else None
    return found, words, import_module(f"stdnum.{one.module}")


_CHECKS = tuple(_compiled(one) for one in NATIONAL_IDS)


def mask(text: str) -> str:
    """`text` with each such number replaced by what it was, such as "[card number]"."""
    if sum(character.isdigit() for character in text) < 4:
        return text
    text = _DIGITS.sub(_mask_cards, text)
    for pattern, words, module in _CHECKS:
        text = pattern.sub(partial(_mask_id, words, module), text)
    return text


def _mask_id(words: re.Pattern[str] | None, module: Any, found: re.Match[str]) -> str:
    before = found.string[max(found.start() - _WORD_WITHIN, 0) : found.start()]
    if words is not None and not words.search(before):
        return found.group()
    return NATIONAL_ID if module.is_valid(_plain(found.group())) else found.group()


def _mask_cards(found: re.Match[str]) -> str:
    run, before = found.group(), found.string[: found.start()].rstrip()
    whole = _only_digits(run)
    is_phone = before.endswith("+") and len(whole) <= _LONGEST_PHONE
    if len(whole) in _CARD_LENGTHS and not is_phone and luhn.is_valid(whole):
        return CARD
    groups = list(_GROUP.finditer(run))
    masked, at, first = "", 0, 0
    while first < len(groups):
        size = _card_at(groups, first)
        if size:
            masked += run[at : groups[first].start()] + CARD
            at = groups[first + size - 1].end()
        first += size or 1
    return masked + run[at:]


def _card_at(groups: list[re.Match[str]], first: int) -> int:
    """How many groups from this one on are a card's number, 0 for none."""
    for size in (1, 3, 4, 5):
        some = [one.group() for one in groups[first : first + size]]
        lengths = tuple(len(one) for one in some)
        number = _only_digits("".join(some))
        like_a_card = lengths in _CARD_GROUPS or (size == 1 and lengths[0] in _CARD_LENGTHS)
        if len(some) == size and like_a_card and luhn.is_valid(number):
            return size
    return 0


def _only_digits(text: str) -> str:
    """Digits of any script as those that the checks know."""
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdigit())


def _plain(text: str) -> str:
    return "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in text)
