"""What the role that serves may do in the database; given anew after every migration.

Everything is served by a role that is neither superuser nor owner of the tables, so that not even
a fault in our code can rewrite the audit log.
"""

from __future__ import annotations

from django.db import connection
from psycopg import sql

APPEND_ONLY = ("accounts_auditentry",)


def grant_to(role: str) -> None:
    """Let `role` work with every table of the schema, and only add to append-only ones.

    Runs as the owner, on Django's default connection.
    """
    name = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(
            name
        ),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(name),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(name),
        *(
            sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}").format(
                table=sql.Identifier(table), role=name
            )
            for table in APPEND_ONLY
        ),
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.as_string(cursor.connection))


def faults_of_role() -> list[str]:
    """Why the role of this connection must not serve; empty when it may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, r.rolsuper, pg_has_role(current_user, c.relowner, 'MEMBER')"
            " FROM pg_roles r, pg_class c"
            " WHERE r.rolname = current_user AND c.oid = 'accounts_auditentry'::regclass"
        )
        role, superuser, owner = cursor.fetchone()
    if superuser:
        return [f"The database role {role} is a superuser; serve as one that is not."]
    if owner:
        return [f"The database role {role} owns the audit log; serve as one that does not."]
    return []
