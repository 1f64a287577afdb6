"""Conversations for tests, written straight into the log."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from synaptiq.conversations import log
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site, Visitor

ORIGIN = "https://acme.example"


def make_site(name: str = "acme.example", **fields: Any) -> Site:
    return Site.objects.create(name=name, **{"origins": [ORIGIN], **fields})


def make_visitor(site: Site | None = None, token: str = "") -> Visitor:
    site = site or Site.objects.first() or make_site()
    made = Visitor(site=site, token_sha256=b"")
    made.token_sha256 = hashlib.sha256((token or made.public_id).encode()).digest()
    made.save()
    return made


def make_conversation(
    *said: tuple[str, str],
    at: datetime | None = None,
    every: timedelta = timedelta(seconds=20),
    lead: Lead | None = None,
    visitor: Visitor | None = None,
    entries: Sequence[log.Entry] = (),
    close: bool = False,
    **fields: Any,
) -> Conversation:
    """`said` are messages (sender, content), one `every` so often from `at`; then `entries`."""
    begin = at or clock.now()
    visitor = visitor or make_visitor()
    with transaction.atomic():
        made = Conversation.objects.create(
            site=visitor.site, visitor=visitor, lead=lead, created_at=begin, started_at=begin,
            last_message_at=begin, last_event_at=begin, updated_at=begin, **fields,
        )  # fmt: skip
        moment = begin
        for number, entry in enumerate([log.message(*one) for one in said] + list(entries)):
            moment = begin + every * number
            with clock.freeze(moment):
                log.append(made, [entry])
        if close:
            closed = {
                "state": "closed", "ended_at": made.last_message_at, "closed_by": "idle",
                "closed_at": moment + timedelta(minutes=30),
            }  # fmt: skip
            Conversation.objects.filter(pk=made.pk).update(**closed)
            made.refresh_from_db()
    return made
