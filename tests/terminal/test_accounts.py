"""`synaptiq accounts`: the first owner of an installation, and how they get in."""

from __future__ import annotations

import json
import os
import re
import subprocess
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from synaptiq.accounts.models import Account, AuditEntry, Member, User
from synaptiq.terminal import accounts as terminal_accounts
from tests import processes
from tests.conftest import make_account
from tests.terminal.commands import run

CREATE = ("accounts", "create", "--name", "Acme", "--owner", "Jane@acme.example")


def test_the_owner_sets_a_password_with_the_link_and_signs_in(committed_db: str) -> None:
    done = run(committed_db, *CREATE, "--timezone", "Europe/Berlin")
    assert done.returncode == 0, done.stderr
    link = done.stdout.strip()
    assert link.startswith("http://localhost:8000/")
    account = Account.objects.get()
    assert (account.name, account.timezone) == ("Acme", "Europe/Berlin")
    assert Member.across_accounts.get().roles == ["owner"]
    entry = AuditEntry.across_accounts.get(action="account.created")
    assert entry.actor == "terminal"

    client = Client()
    page = client.get(urlsplit(link).path, follow=True)
    where = page.redirect_chain[-1][0] if page.redirect_chain else urlsplit(link).path
    assert page.status_code == 200
    word = "correct horse battery staple"
    client.post(where, {"password1": word, "password2": word})
    user = User.objects.get(email="jane@acme.example")
    assert user.check_password(word)
    again = Client().get(urlsplit(link).path, follow=True)
    assert b"password1" not in again.content


def test_the_record_for_machines(committed_db: str) -> None:
    record = json.loads(run(committed_db, *CREATE, "--json").stdout)
    assert re.fullmatch(r"acct_[a-z2-7]{20}", record["id"])
    assert record["owner"] == "jane@acme.example"
    assert record["link"].startswith("http://")


def test_somebody_known_keeps_their_password(committed_db: str) -> None:
    User.objects.create_user("jane@acme.example", "correct horse battery")
    done = run(committed_db, *CREATE)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert User.objects.get().check_password("correct horse battery")


def asked(url: str, answers: list[str]) -> tuple[int, str]:
    """Exit code and all that stood on the screen of somebody who was asked for a password."""
    screen, terminal = os.openpty()
    process = subprocess.Popen(
        processes.command(*CREATE, "--ask-password"), env=processes.environment(url),
        preexec_fn=lambda: os.login_tty(terminal), pass_fds=[terminal],
    )  # fmt: skip
    os.close(terminal)
    seen = b""
    try:
        for answer in [*answers, ""]:
            while not (answer and seen.endswith(b": ")):
                try:
                    more = os.read(screen, 4096)
                except OSError:  # Linux: the other end is closed, since the process has ended
                    break
                seen += more
            else:
                seen += b"\n"
                os.write(screen, answer.encode() + b"\n")
        return process.wait(60), seen.decode()
    finally:
        process.kill()
        os.close(screen)


def test_a_password_that_is_asked_for_is_not_shown_and_signs_in(committed_db: str) -> None:
    word = "correct horse battery staple"
    code, screen = asked(committed_db, [word, word])
    assert code == 0, screen
    assert word not in screen
    assert "http" not in screen, "a link is not needed"
    # The hashers of the tests could not read what the product writes.
    assert Argon2PasswordHasher().verify(word, User.objects.get().password)


def test_a_weak_password_is_refused_and_leaves_nothing(committed_db: str) -> None:
    code, screen = asked(committed_db, ["1234", "1234"])
    assert code == 2
    assert "too short" in screen
    assert not User.objects.exists()
    assert not Account.objects.exists()


def test_who_never_set_a_password_gets_a_link_again(committed_db: str) -> None:
    first = run(committed_db, *CREATE).stdout
    again = run(committed_db, "accounts", "create", "--name", "Globex", "--owner", CREATE[-1])
    assert again.returncode == 0, again.stderr
    assert "/account/password/reset/" in first
    assert "/account/password/reset/" in again.stdout


def test_an_address_that_is_none_is_refused_before_a_password_is_asked_for(
    committed_db: str,
) -> None:
    done = run(
        committed_db, "accounts", "create", "--name", "A", "--owner", "jane", "--ask-password"
    )
    assert done.returncode == 2
    assert "Password" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--name", "Acme", "--owner", "jane"], "is not an email address"),
        (["--name", " ", "--owner", "jane@acme.example"], "is blank"),
        (
            ["--name", "Acme", "--owner", "jane@acme.example", "--timezone", "Mars"],
            "is no time zone",
        ),
        (["--name", "Acme"], "--owner"),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(
    committed_db: str, arguments: list[str], says: str
) -> None:
    done = run(committed_db, "accounts", "create", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert not User.objects.exists()
    assert not Account.objects.exists()


def test_a_name_is_no_markup_and_ids_are_whole_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    row = {"id": "acct_u2zt5nu4jaqwertyuiop2", "name": "[/x] [bold]b " * 9, "timezone": "UTC",
           "members": 1, "created_at": "2026-11-27T10:00:00+00:00", "closed": False}  # fmt: skip
    terminal_accounts._show([row])
    shown = capsys.readouterr().out
    assert row["id"] in shown
    assert "[/x]" in shown


def test_the_list_of_accounts(committed_db: str) -> None:
    assert run(committed_db, "accounts", "list", "--json").stdout == "[]\n"
    one, two = make_account("Acme"), make_account("Globex")
    rows = json.loads(run(committed_db, "accounts", "list", "--json").stdout)
    assert [row["id"] for row in rows] == [one.public_id, two.public_id]
    plain = run(committed_db, "accounts", "list").stdout.splitlines()
    assert plain == [f"{one.public_id}\tAcme\tUTC\t0", f"{two.public_id}\tGlobex\tUTC\t0"]
