"""The house keeps its rules, and each check of them can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import check

SRC = "src/synaptiq"


def test_the_checkout_has_no_faults() -> None:
    assert [fault for one in check.CHECKS for fault in one(check.CHECKOUT)] == []


@pytest.fixture
def house(tmp_path: Path) -> Callable[[str, str], Path]:
    """`house("docs/a.md", "text")`: a small tree with one file in it."""
    for domain in check.OWN:
        (tmp_path / SRC / domain).mkdir(parents=True)

    def plant(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return plant


@pytest.mark.parametrize(
    ("one", "name", "good", "bad"),
    [
        (check.long_files, f"{SRC}/kit/a.py", "x = 1\n" * 500, "x = 1\n" * 501),
        (check.broken_links, "docs/a.md", "[itself](a.md#part)", "[other](b.md)"),
        (check.addresses, "docs/a.md", "install it", "py" + "pi.org"),
    ],
)
def test_each_check_finds_what_is_planted(
    house: Callable[[str, str], Path],
    one: Callable[[Path], Iterator[str]],
    name: str,
    good: str,
    bad: str,
) -> None:
    assert list(one(house(name, good))) == []
    assert len(list(one(house(name, bad)))) == 1


def test_a_domain_module_needs_a_known_name(house: Callable[[str, str], Path]) -> None:
    assert list(check.strange_names(house(f"{SRC}/leads/queries.py", ""))) == []
    assert len(list(check.strange_names(house(f"{SRC}/leads/utils.py", "")))) == 1


def test_a_stale_table_of_variables_is_found(house: Callable[[str, str], Path]) -> None:
    assert len(list(check.stale_configuration(house("docs/configuration.md", "old")))) == 1
