"""Public ids: their shape, and that many at once are as good as one by one."""

from __future__ import annotations

from synaptiq.kit import ids


def test_an_id_is_its_kind_and_twenty_characters() -> None:
    made = ids.new_id("lead")
    assert ids.is_id("lead", made)
    assert len(made) == len("lead_") + ids.LENGTH
    assert set(made.removeprefix("lead_")) <= set(ids.ALPHABET)


def test_many_at_once_are_all_different_and_use_every_character_everywhere() -> None:
    made = [one.removeprefix("lead_") for one in ids.new_ids("lead", 5_001)]
    assert len(set(made)) == 5_001
    assert {len(one) for one in made} == {ids.LENGTH}
    for place in range(ids.LENGTH):
        assert {one[place] for one in made} == set(ids.ALPHABET)


def test_none_are_none() -> None:
    assert ids.new_ids("lead", 0) == []
