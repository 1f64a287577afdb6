"""The command `synaptiq`: its parts, and how each ends.

The modules of this folder import nothing that needs Django until `environment.ready` has settled
the database; hence the imports inside their functions.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer
from django.db import DatabaseError
from typer.exceptions import TyperException

from synaptiq.kit.config import ConfigError
from synaptiq.kit.embedded import EmbeddedError
from synaptiq.kit.errors import Refusal
from synaptiq.terminal import accounts, chat, demo, doctor, exports, imports, migrate, seed, serving
from synaptiq.terminal.outcome import ExitCode, Stop, code_of
from synaptiq.terminal.saying import say

app = typer.Typer(
    name="synaptiq",
    help="Synaptiq: leads, and exports of them that can be proved.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.command()(serving.web)
app.command()(serving.worker)
app.command()(migrate.migrate)
app.command()(doctor.doctor)
app.command()(seed.seed)
app.command()(chat.chat)
app.add_typer(exports.app, name="export")
app.add_typer(imports.app, name="import")
app.add_typer(accounts.app, name="accounts")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command of the arguments and exit with its code."""
    if sys.stderr is None:
        # Closed by whoever started us; what is said to people then goes nowhere.
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    code = run(arguments)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        code = _cut_off()
    except OSError:
        _write_nothing_more()
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a command; what went wrong is said on standard error."""
    try:
        result = app(args=arguments, prog_name="synaptiq", standalone_mode=False)
        return int(result or ExitCode.OK)
    except Stop as stop:
        if stop.code == ExitCode.CUT_OFF:
            return _cut_off()
        say(str(stop))
        return stop.code
    except ConfigError as error:
        say(str(error))
        return ExitCode.USAGE
    except EmbeddedError as error:
        say(str(error))
        return ExitCode.FAILED
    except Refusal as refusal:
        say(refusal.detail)
        return code_of(refusal)
    except TyperException as error:
        show = getattr(error, "show", None)
        show() if show else say(str(error))
        return error.exit_code
    except DatabaseError as error:
        say(f"The database failed: {str(error).strip()}\n`synaptiq doctor` shows what works.")
        return ExitCode.FAILED
    except (typer.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED


def _cut_off() -> ExitCode:
    """Whoever read standard output has left (`… | head`): nothing more can be said there."""
    _write_nothing_more()
    return ExitCode.CUT_OFF


def _write_nothing_more() -> None:
    """Let Python's own last flush of standard output succeed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
