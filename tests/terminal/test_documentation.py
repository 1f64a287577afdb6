"""The pages about configuration and terminal say what the code does."""

from __future__ import annotations

import pytest
from typer.main import get_command

from synaptiq.kit import config
from synaptiq.terminal.main import app
from synaptiq.terminal.outcome import ExitCode
from tests.database import CHECKOUT

DOCS = CHECKOUT / "docs"


@pytest.mark.parametrize("name", [setting.name for setting in config.SETTINGS])
def test_every_variable_is_documented(name: str) -> None:
    assert f"| `{name}` |" in (DOCS / "configuration.md").read_text("utf-8")


def test_the_table_of_variables_is_that_of_the_code() -> None:
    assert (DOCS / "configuration.md").read_text("utf-8").endswith(config.table())


def test_every_command_is_documented() -> None:
    page = (DOCS / "terminal.md").read_text("utf-8")
    group = get_command(app)
    names = [
        f"{name} {below}" if below else name
        for name, command in group.commands.items()  # type: ignore[attr-defined]
        for below in getattr(command, "commands", {"": None})
    ]
    assert [name for name in names if f"| `{name}" not in page] == []


@pytest.mark.parametrize("code", list(ExitCode))
def test_every_exit_code_is_documented(code: ExitCode) -> None:
    assert f"| {code.value} |" in (DOCS / "terminal.md").read_text("utf-8")
