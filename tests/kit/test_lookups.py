"""Texts as an array of PostgreSQL: whatever they hold, they arrive as they are."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from synaptiq.kit.lookups import array_of

TEXTS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")))


def read_back(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [array_of(texts)])
        found: list[str] = cursor.fetchone()[0]
    return found


class Arrays(TestCase):
    @given(TEXTS)
    def test_any_texts_come_back(self, texts: list[str]) -> None:
        assert read_back(texts) == texts


@pytest.mark.django_db
def test_what_an_array_has_marks_for_is_text() -> None:
    texts = ["", "NULL", 'a"b', "a\\b", "{a,b}", "\\", '"', " a ", "a\nb"]
    assert read_back(texts) == texts
