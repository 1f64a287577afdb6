"""Leads that have broken exports elsewhere, with what each of their fields holds.

`make()` stores them through the same actions as everybody else's; `EXPECTED` are the values that
must come back out of every format, typed by hand: None, text, whole numbers, booleans, lists.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from synaptiq.accounts.actors import Actor
from synaptiq.leads import actions as leads
from synaptiq.leads.models import CustomProperty, Lead

START = datetime(2026, 3, 15, 9, 22, 41, 999_999, UTC)

PROPERTIES: tuple[dict[str, Any], ...] = (
    {"slug": "note", "label": "Note"},
    {"slug": "seats", "label": "Seats", "type": "number"},
    {"slug": "paid", "label": "Paid", "type": "bool"},
    {"slug": "since", "label": "Since", "type": "date"},
    {"slug": "plan", "label": "Plan", "type": "choice", "choices": ["=basic", "pro, yearly"]},
    {"slug": "unused", "label": "Nobody has a value"},
    {"slug": "x" * 63, "label": "The longest name"},
)
ARCHIVED = {"slug": "archived", "label": "Was there once"}

# What is given; a key that is missing was not given and is NULL.
GIVEN: tuple[dict[str, Any], ...] = (
    {"name": "Jane Smith", "email": "jane@acme.com", "phone": "+1-555-0123", "score": 82},
    {"name": "", "company": "", "phone": ""},
    {"name": "only a name"},
    {"name": 'inner "quotes" and a comma, and a semicolon; and a tab\t.', "score": 0},
    {"name": "two\nlines", "company": "two\r\nlines", "external_id": "cr\r"},
    {"name": "=1+1", "company": "@SUM(1)", "phone": "+1 555.0123x45", "score": 100},
    {"name": "\u200b=1", "company": "＝1", "phone": "-5.00"},
    {"name": "👩‍🚀 e\u0301 漢字 عربي", "company": "\u202eltr\u202c\ufeff", "score": 1},
    {"name": "back\\slash \\N \\. \\u0041", "company": "%s %(a)s {0} $1 ${x}"},
    {"name": "\\N", "company": "NULL", "source_url": "https://yoursite.com/a?b=c&d=%22,%0A#é"},
    {"name": "\\.", "company": "null"},
    {"name": " leading and trailing ", "company": "\u00a0", "tags": ["a b", "c"]},
    {"name": "'", "company": "'=1", "tags": ["=1", "x"]},
    {"name": '"', "company": '""', "tags": ["-1"]},
    {"name": "<script>alert(1)</script>&amp;", "tags": ["ü", "👻", 'with "quotes"']},
    {"name": "\u2028\u2029\x7f\x85", "company": "\ue000\uffff"},
    {"name": "x" * 10_000, "status": "meeting_booked"},
)
# The custom properties of the leads, as many as the table above has.
CUSTOM: tuple[dict[str, Any], ...] = (
    {"note": "50-200", "seats": 12, "paid": True, "since": "2026-02-28", "plan": "=basic"},
    {"note": "", "seats": 0, "paid": False},
    {},
    {"note": "=1+1", "seats": -5, "plan": "pro, yearly"},
    {"note": "\tx", "seats": 1250.5},
    {"note": "\u200b\tx", "seats": 0.1},
    {"note": " \n=1", "seats": 10**20},
    {"note": '👻\n"x"', "seats": 1e-7},
    {"note": "\\", "x" * 63: "long"},
    {"note": "null"},
    {"note": "true", "paid": True},
    {"note": "+49 30 123"},
    {"note": '": "=1'},
    {"note": '{"a": "=1"}'},
    {"note": "@"},
    {"note": "\x85"},
    {"note": "y" * 10_000},
)
REMOVED = str.maketrans("", "", "\x7f\x85")


def make(actor: Actor, member: Callable[..., Any]) -> list[dict[str, Any]]:
    """Store all of them; returns their rows as exports must give them, in file order."""
    for definition in (*PROPERTIES, ARCHIVED):
        leads.define_property(actor, **definition)
    evil = member("agent", email="=evil@acme.example")
    rows = []
    for number, (given, custom) in enumerate(zip(GIVEN, CUSTOM, strict=True)):
        kept = {**custom, "archived": "old"} if number == 0 else custom
        lead = leads.create_lead(
            actor, {**given, "external_id": f"e{number}"}, custom=kept,
            assigned_to=evil if number == 1 else None,
        )  # fmt: skip
        created = START + timedelta(minutes=number // 2)
        Lead.objects.filter(pk=lead.pk).update(
            public_id=f"lead_{number:04d}", created_at=created,
            last_activity_at=created + timedelta(days=1, microseconds=-1),
        )  # fmt: skip
        rows.append(_expected(number, given, custom, created))
    CustomProperty.objects.filter(slug="archived").update(archived_at=START)
    return rows


def _expected(
    number: int, given: dict[str, Any], custom: dict[str, Any], created: datetime
) -> dict[str, Any]:
    texts = {k: v.translate(REMOVED) if isinstance(v, str) else v for k, v in given.items()}
    active = created + timedelta(days=1)
    return {
        "id": f"lead_{number:04d}",
        "email": texts.get("email"),
        "name": texts.get("name"),
        "phone": texts.get("phone"),
        "company": texts.get("company"),
        "status": texts.get("status", "new"),
        "score": texts.get("score"),
        "source_url": texts.get("source_url"),
        "created_at": f"{created:%Y-%m-%dT%H:%M:%SZ}",
        "last_activity_at": f"{active:%Y-%m-%dT%H:%M:%SZ}",
        "tags": texts.get("tags", []),
        "assigned_to": "=evil@acme.example" if number == 1 else None,
        "custom_properties": {
            p["slug"]: value.translate(REMOVED)
            if isinstance(value := custom.get(p["slug"]), str)
            else value
            for p in PROPERTIES
        },
    }
