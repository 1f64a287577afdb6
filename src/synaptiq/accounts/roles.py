"""Who may do what: one literal table, role × permission (PRODUCT 1.9).

Pages, API, jobs and terminal ask this table and nothing else. A member may hold several roles;
the permissions are their union.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Permission(StrEnum):
    READ = "read"
    CONVERSE = "converse"
    EDIT = "edit"
    EXPORT = "export"
    DOWNLOAD = "download"
    SCHEDULE = "schedule"
    AUDIT = "audit"
    EXPORT_AUDIT = "export_audit"
    SETTINGS = "settings"
    CREDENTIALS = "credentials"
    RESTRICTIONS = "restrictions"
    ERASE = "erase"
    ROLES = "roles"
    BILLING = "billing"
    OWNERSHIP = "ownership"


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    EXPORT = "export"
    AGENT = "agent"
    VIEWER = "viewer"
    AUDITOR = "auditor"


_P = Permission

TABLE: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(_P),
    Role.ADMIN: frozenset({
        _P.READ, _P.CONVERSE, _P.EDIT, _P.EXPORT, _P.DOWNLOAD, _P.SCHEDULE, _P.AUDIT,
        _P.EXPORT_AUDIT, _P.SETTINGS, _P.CREDENTIALS, _P.RESTRICTIONS, _P.ERASE, _P.ROLES,
    }),
    Role.EXPORT: frozenset({_P.READ, _P.EXPORT, _P.DOWNLOAD, _P.SCHEDULE}),
    Role.AGENT: frozenset({_P.READ, _P.CONVERSE, _P.EDIT}),
    Role.VIEWER: frozenset({_P.READ}),
    Role.AUDITOR: frozenset({_P.AUDIT, _P.EXPORT_AUDIT}),
}  # fmt: skip

LABELS: dict[Role, str] = {
    Role.OWNER: "Owner",
    Role.ADMIN: "Admin",
    Role.EXPORT: "Export",
    Role.AGENT: "Agent",
    Role.VIEWER: "Viewer",
    Role.AUDITOR: "Auditor",
}

SAYS: dict[Permission, str] = {
    Permission.READ: "See leads and conversations",
    Permission.CONVERSE: "Talk with visitors",
    Permission.EDIT: "Edit leads",
    Permission.EXPORT: "Export data",
    Permission.DOWNLOAD: "Download exported files",
    Permission.SCHEDULE: "Schedule exports",
    Permission.AUDIT: "Read the audit log",
    Permission.EXPORT_AUDIT: "Export the audit log",
    Permission.SETTINGS: "Change the account’s settings",
    Permission.CREDENTIALS: "Manage API keys and credentials",
    Permission.RESTRICTIONS: "Restrict fields in exports",
    Permission.ERASE: "Erase leads",
    Permission.ROLES: "Invite members and set roles",
    Permission.BILLING: "Manage billing",
    Permission.OWNERSHIP: "Make and unmake Owners",
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """The union of what these roles permit."""
    return frozenset(permission for role in roles for permission in TABLE[Role(role)])


def labels(roles: Iterable[str]) -> str:
    """These roles in a sentence: "Admin and Auditor"."""
    return " and ".join(LABELS[Role(role)] for role in roles)


def roles_with(permission: Permission) -> list[str]:
    """Labels of the roles that hold this permission, the smallest role first."""
    holders = [role for role in Role if permission in TABLE[role]]
    return [LABELS[role] for role in sorted(holders, key=lambda role: len(TABLE[role]))]


def missing(permission: Permission) -> str:
    """The sentence of a denial: which role is missing, and who can grant it."""
    holders = roles_with(permission)
    named = holders[0] if len(holders) == 1 else f"{', '.join(holders[:-1])} or {holders[-1]}"
    granter = "An Owner" if permission is Permission.OWNERSHIP else "An Owner or Admin"
    return (
        f"This needs the {named} role ({SAYS[permission].lower()}). "
        f"{granter} can grant it under Settings > Team > Roles."
    )
