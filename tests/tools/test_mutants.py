"""The list of mutants fits the code, and the runner tells a killed one from a survivor."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import mutants
from tools.mutations import MUTATIONS, Mutation

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_what_is_to_be_broken_stands_once_in_its_file(mutation: Mutation) -> None:
    sound = (CHECKOUT / mutation.file).read_text("utf-8")
    assert sound.count(mutation.before) == 1
    broken = sound.replace(mutation.before, mutation.after)
    assert broken != sound
    ast.parse(broken)


def test_each_test_that_must_notice_exists_and_each_mutant_has_a_name_of_its_own() -> None:
    for mutation in MUTATIONS:
        file, _, rest = mutation.test.partition("::")
        name = rest.rpartition("::")[2]
        # Tests of a contract stand in the class that the named one inherits.
        files = (file, "tests/exports/contract.py", "tests/meetings/contract.py")
        texts = [(CHECKOUT / f).read_text("utf-8") for f in files]
        assert any(f"def {name}(" in text for text in texts), mutation.test
    assert len({m.name for m in MUTATIONS}) == len(MUTATIONS) >= 20


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "rule.py").write_text("def is_full(n):\n    return n > 9\n", "utf-8")
    (tmp_path / "test_rule.py").write_text(
        "from rule import is_full\n\ndef test_ten():\n    assert is_full(10)\n", "utf-8"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("after", "end"), [("n > 10", "killed"), ("n > 8", "survived"), ("n >", "broken")]
)
def test_a_mutant_is_killed_only_by_a_test_that_failed(
    house: Path, after: str, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (house / "rule.py").read_text("utf-8")
    found = mutants.trial(house, Mutation("fullness", "rule.py", "n > 9", after, "test_rule.py"))
    assert found == end
    assert capsys.readouterr().out.startswith(end)
    assert (house / "rule.py").read_text("utf-8") == before


def test_a_line_that_is_not_there_is_no_mutant(house: Path) -> None:
    gone = Mutation("gone", "rule.py", "n > 7", "n > 8", "test_rule.py")
    assert mutants.trial(house, gone) == "broken"
