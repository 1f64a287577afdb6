"""Bringing the database to this version: as the role that owns the tables, then the grants.

Runs in a process of its own whose DATABASE_URL is the owner's, because Django's settings hold
one address for the life of a process.
"""

from __future__ import annotations

import gc
import sys


def migrate_database(runtime_role: str) -> None:
    """Apply all migrations, make the cache's table, grant `runtime_role` what it needs."""
    import django
    from django.core.management import call_command

    django.setup()
    from synaptiq.accounts.grants import grant_to

    # Django renders three thousand model classes on the way. To look through all that is loaded
    # each time took a tenth of the processor time; so it comes to 120 MB at most.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    grant_to(runtime_role)


def main(runtime_role: str) -> None:
    """The same as a program, which says in one line why the database lets nobody in."""
    import django
    import psycopg

    django.setup()
    from synaptiq.kit.database import try_to_connect

    try:
        try_to_connect()
    except psycopg.Error as error:
        sys.exit(str(error).strip())
    migrate_database(runtime_role)


if __name__ == "__main__":
    main(sys.argv[1])
