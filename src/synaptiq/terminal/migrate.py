"""`synaptiq migrate`: the database brought to this version, by the role that owns its tables."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from synaptiq.kit import config
from synaptiq.kit.database import django_database
from synaptiq.terminal import environment
from synaptiq.terminal.outcome import ExitCode, Stop
from synaptiq.terminal.saying import say


def migrate() -> None:
    """Bring the database to this version. With DATABASE_URL it needs DATABASE_OWNER_URL."""
    values = config.read()
    if not values["DATABASE_URL"]:
        with environment.ready():
            say("The embedded database is at this version.")
        return
    owner, role = values["DATABASE_OWNER_URL"], role_of(values["DATABASE_URL"])
    if not owner:
        raise Stop(
            "DATABASE_OWNER_URL is not set: migrations run as the role that owns the tables, "
            f"which {role} of DATABASE_URL must not be. Example:\n"
            "  DATABASE_OWNER_URL=postgresql://synaptiq_owner:password@db.example.com:5432/synaptiq",
            ExitCode.USAGE,
        )
    if unquote(urlsplit(owner).username or "") == role:
        raise Stop(
            f"DATABASE_OWNER_URL and DATABASE_URL both name the role {role}. Make a second role, "
            "without rights of its own, for DATABASE_URL.",
            ExitCode.USAGE,
        )
    with environment.ready(check_schema=False):
        environment.check_reachable()
        missing = environment.missing_migrations()
        environment.migrate(owner, role)
        left = environment.missing_migrations()
    if left:
        raise Stop(
            f"{len(left)} migrations are still missing in the database of DATABASE_URL: do both "
            "addresses name the same database?"
        )
    say(f"Applied {len(missing)} migrations." if missing else "Nothing to apply.")
    say(f"The role {role} has what it needs to serve.")


def role_of(url: str) -> str:
    """The role that an address signs in as."""
    return str(django_database(url)["USER"])
