"""The spreadsheet guard in Python and in SQL: one table, one rule."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synaptiq.kit.spreadsheet import LEADING, TRIGGERS, guard
from tests.kit.guard_cases import CASES


def guarded_by_sql(values: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT synaptiq_guard(v) FROM unnest(%s::text[]) WITH ORDINALITY u(v, n) ORDER BY n",
            [values],
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_python_guards_as_the_table_says(value: str, expected: str) -> None:
    assert guard(value) == expected


@pytest.mark.django_db
def test_sql_guards_as_the_table_says() -> None:
    assert guarded_by_sql([value for value, _ in CASES]) == [expected for _, expected in CASES]


@pytest.mark.django_db
def test_every_listed_character_counts_in_both() -> None:
    values = [lead + "=1" for lead in LEADING] + [trigger + "x" for trigger in TRIGGERS]
    assert [guard(value) for value in values] == ["'" + value for value in values]
    assert guarded_by_sql(values) == ["'" + value for value in values]


@pytest.mark.django_db
def test_null_stays_null() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT synaptiq_guard(NULL)")
        assert cursor.fetchone() == (None,)


# Much of what decides, and some of everything else. NUL and surrogates never get in.
DECIDING = st.sampled_from([*LEADING[:8], *TRIGGERS, *"0123456789 ().-+x'\"\n\r\tab,"])
ANYTHING = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXTS = st.lists(st.text(DECIDING | ANYTHING, max_size=12), min_size=1, max_size=60)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=TEXTS)
def test_python_and_sql_never_differ(values: list[str]) -> None:
    assert guarded_by_sql(values) == [guard(value) for value in values]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=TEXTS)
def test_guarding_adds_one_apostrophe_or_nothing_and_never_twice(values: list[str]) -> None:
    for value in values:
        assert guard(value) in {value, "'" + value}
        assert guard(guard(value)) == guard(value)
