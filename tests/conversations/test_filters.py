"""What conversations are chosen by: the search has an index, and reads nobody else's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.db import connection

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import queries
from synaptiq.conversations.filters import CONVERSATION_FILTERS
from synaptiq.kit.filters import Context
from tests.conftest import make_account
from tests.conversations.making import make_conversation

AT = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)


def found(text: str) -> list[str]:
    values = CONVERSATION_FILTERS.from_json({"text": text})
    return sorted(queries.matching(values, Context()).values_list("public_id", flat=True))


def test_the_search_finds_pieces_of_what_anybody_said_in_any_letter_case(account: Account) -> None:
    make_conversation(("ai", "Our PRICE is 5 %"), at=AT, public_id="conv_0001")
    make_conversation(("visitor", "ÜBER 50 Leute_"), at=AT, public_id="conv_0002")
    other = make_account("Other")
    with acting_for(other.pk):
        make_conversation(("visitor", "price"), at=AT, public_id="conv_0003")
    assert found("price") == found("5 %") == ["conv_0001"]
    assert found("über 50") == found("leute_") == ["conv_0002"]
    assert found("p_ice") == found("5 %%") == []


def test_the_index_of_letter_triples_is_over_what_the_search_asks(account: Account) -> None:
    values = CONVERSATION_FILTERS.from_json({"text": "price"})
    asked = str(queries.matching(values, Context()).query)
    # A cast of what is text already changes nothing.
    condition = re.search(
        r'WHERE \(U0\."account_id" = \d+ AND (.*?) AND U0\."type" = message\)', asked
    )
    assert condition
    assert condition[1].startswith('LOWER(U0."content")::text LIKE')
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'conversation_event_said'"
        )
        ((made,),) = cursor.fetchall()
    assert made.endswith(
        "USING gin (account_id, lower(content) gin_trgm_ops) WHERE (type = 'message'::text)"
    )
