"""`synaptiq accounts`: the first owner of an installation, and which account a command means."""

from __future__ import annotations

import json as jsons
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synaptiq.terminal import environment
from synaptiq.terminal.outcome import ExitCode, Stop
from synaptiq.terminal.saying import console, data, say

if TYPE_CHECKING:
    from synaptiq.accounts.models import Account, User

app = typer.Typer(help="Make and list accounts.", no_args_is_help=True, rich_markup_mode=None)

AccountOption = Annotated[
    str | None,
    typer.Option("--account", help="Public id or exact name; needed where there are several."),
]


@app.command()
def create(
    name: Annotated[str, typer.Option(help="The account's name.")],
    owner: Annotated[str, typer.Option(metavar="EMAIL", help="Email of its first owner.")],
    timezone: Annotated[str, typer.Option(help="IANA time zone of the account.")] = "UTC",
    ask_password: Annotated[
        bool, typer.Option("--ask-password", help="Ask for a password instead of giving a link.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Make an account and its owner, who gets a link with which to set a password."""
    with environment.ready():
        from django.db import transaction

        from synaptiq.accounts import actions, values

        email = values.checked(owner=(values.email, owner))["owner"]
        password = _ask() if ask_password else None
        with transaction.atomic():
            user = _person(email, password)
            member = actions.create_account(user, name, timezone, by_operator=True)
        link = None if user.has_usable_password() else password_link(user)
        made = member.account
        record = {"id": made.public_id, "name": made.name, "owner": email, "link": link}
    if json:
        data(jsons.dumps(record))
        return
    say(f"Made the account {made.name} ({made.public_id}), owned by {email}.")
    if link:
        say("To set a password, open this link within three days; it works once:")
        data(link)
    elif not password:
        say("The owner signs in with the password that they have.")


@app.command("list")
def list_accounts(
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """The accounts of this installation."""
    with environment.ready():
        from synaptiq.accounts.models import Account, Member

        rows = [
            {
                "id": account.public_id,
                "name": account.name,
                "timezone": account.timezone,
                "members": Member.across_accounts.filter(account=account, removed_at=None).count(),
                "created_at": account.created_at.isoformat(timespec="seconds"),
                "closed": account.closed_at is not None,
            }
            for account in Account.objects.order_by("created_at", "pk")
        ]
    if json:
        data(jsons.dumps(rows))
    elif not rows:
        say("There is no account yet. Make one: synaptiq accounts create --name … --owner …")
    else:
        _show(rows)


def account_of(given: str | None) -> Account:
    """The open account that `--account` names, or the only one. Raises Stop."""
    from synaptiq.accounts.models import Account

    there = Account.objects.filter(closed_at=None).order_by("created_at", "pk")
    found = [a for a in there if given is None or given in (a.public_id, a.name)]
    if len(found) == 1:
        return found[0]
    known = "\n".join(f"  --account {a.public_id}   {a.name}" for a in found or there)
    if not known:
        raise Stop(
            "There is no account yet. Make one: synaptiq accounts create --name … --owner …",
            ExitCode.NOT_FOUND,
        )
    if not found:
        raise Stop(f"There is no account “{given}”. There are:\n{known}", ExitCode.NOT_FOUND)
    raise Stop(f"Several accounts are meant. Choose one:\n{known}", ExitCode.USAGE)


def password_link(user: User) -> str:
    """A link with which this person sets a password, once."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from django.conf import settings
    from django.urls import reverse

    key = default_token_generator.make_token(user)
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key}
    )
    return f"{settings.PUBLIC_URL}{path}"


def _person(email: str, password: str | None) -> User:
    """The person of this address, who may be there already."""
    from synaptiq.accounts import actions
    from synaptiq.accounts.models import User

    known = User.objects.filter(email=email).first()
    if known and password:
        raise Stop(f"{email} is a person here already, and keeps their password.")
    return known or actions.add_person(email, password)


def _ask() -> str:
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return password


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    # The id is what --account takes: the rest gives way.
    table.add_column("id", no_wrap=True, min_width=25)
    for name in ("name", "time zone", "members", "made"):
        table.add_column(name, overflow="fold")
    for row in rows:
        made = row["created_at"][:10] + (" (closed)" if row["closed"] else "")
        texts = (row["id"], row["name"], row["timezone"], str(row["members"]), made)
        # A name is no markup.
        table.add_row(*(Text(text) for text in texts))
    if console().is_terminal:
        from rich.console import Console

        Console().print(table)
        return
    for row in rows:
        data("\t".join(str(row[key]) for key in ("id", "name", "timezone", "members")))
