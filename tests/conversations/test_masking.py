"""Masking: what it hides, and what it leaves alone."""

from __future__ import annotations

import random

import pytest

from synaptiq.conversations.masking import CARD, NATIONAL_ID, NATIONAL_IDS, mask

VALID = {
    "us.ssn": "536-90-4399", "au.tfn": "My TFN is 123 456 782", "be.nn": "85.07.30-033.28",
    "bg.egn": "EGN 7523169263", "br.cpf": "390.533.447-05", "ca.sin": "SIN: 123-456-782",
    "ch.ssn": "756.9217.0769.85", "cn.ric": "360426199101010071", "cz.rc": "710319/2745",
    "de.idnr": "Steuer-ID 36 574 261 809", "dk.cpr": "211062-5629",
    "ee.ik": "isikukood 36805280109", "es.dni": "54362315-K", "es.nie": "X-2482300W",
    "fi.hetu": "131052-308T", "fr.nir": "2 95 10 99 126 111 93", "ie.pps": "6433435F",
    "in_.aadhaar": "2341 2341 2346", "in_.pan": "ACUPA7085R",
    "it.codicefiscale": "RCCMNL83S18D969H", "kr.rrn": "971013-9019902",
    "lt.asmens": "asmens kodas 33309240064", "mx.curp": "BOXW310820HNERXN09",
    "my.nric": "770305-02-1234", "nl.bsn": "BSN 111222333", "no.fodselsnummer":
    "fødselsnummer 110386 00011", "pl.pesel": "PESEL 44051401359", "ro.cnp": "CNP 1630615123457",
    "se.personnummer": "880320-0016", "tr.tckimlik": "kimlik 17291716060",
    "za.idnr": "ID number 7503305044089",
}  # fmt: skip


@pytest.mark.parametrize("module", sorted({one.module for one in NATIONAL_IDS}))
def test_a_valid_national_id_is_masked(module: str) -> None:
    written = VALID[module]
    masked = mask(f"Hello, {written}. Thanks")
    assert NATIONAL_ID in masked or CARD in masked, written
    assert not any(one.isdigit() for one in masked)
    assert masked.endswith(". Thanks")


@pytest.mark.parametrize(
    "written",
    [
        "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111",
        "4111\u00a01111\u20111111\u20091111", "4111\n1111\n1111\n1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "378282246310005", "3782 822463 10005", "4222222222222", "6304000000000000000",
        "４１１１１１１１１１１１１１１１", "٤١١١١١١١١١١١١١١١",
        "4111\u200b1111\u200b1111\u200b1111",
    ],
)  # fmt: skip
def test_a_card_number_is_masked_however_it_is_written(written: str) -> None:
    assert mask(f"My card is {written}, ok?") == f"My card is {CARD}, ok?"


def test_a_card_among_other_digits_is_found() -> None:
    masked = mask("order 12 4111 1111 1111 1111 12/27 123")
    assert masked == f"order 12 {CARD} 12/27 123"


@pytest.mark.parametrize(
    "text",
    [
        "Call me at +49 1512 3456789", "(415) 555-2671", "415-555-2671", "+1 415 555 2671",
        "We are 50 people with 20 seats", "4111 1111 1111 1112", "about 120,000 to 250,000 EUR",
        "2026-03-15 09:00 to 2026-03-15 17:30", "Order 123456789", "111222333", "390533447",
        "10 20 30 40 50 60", "https://acme.com/p/98765432", "", "no digits here",
        "SSN 078-05-1120x",
        "+4915123456784", "The sin of 7 people", "ABCDE1234",
        # One digit off.
        "390.533.447-06", "54362315-A", "PESEL 44051401358", "756.9217.0769.84", "211062-5629x",
        "ID number 7503305044088", "SSN 000-12-3456",
    ],
)  # fmt: skip
def test_what_is_no_such_number_stays(text: str) -> None:
    assert mask(text) == text


def test_phone_numbers_stay() -> None:
    """Nine to eleven digits by chance: none is taken for an id."""
    chance = random.Random(5)
    for _ in range(3000):
        digits = "".join(chance.choice("0123456789") for _ in range(chance.choice([9, 10, 11])))
        assert mask(f"Call {digits}") == f"Call {digits}"
    # A hostile length costs no time that grows with its square.
    assert mask("1 " * 2000) == "1 " * 2000
