"""The table of roles, typed a second time by hand: whoever changes one must mean it."""

from __future__ import annotations

import pytest

from synaptiq.accounts.roles import LABELS, SAYS, TABLE, Permission, Role, missing, permissions_of

# Permission → who holds it, in the words of the product's specification.
EXPECTED = {
    "read": "owner admin export agent viewer",
    "converse": "owner admin agent",
    "edit": "owner admin agent",
    "export": "owner admin export",
    "download": "owner admin export",
    "schedule": "owner admin export",
    "audit": "owner admin auditor",
    "export_audit": "owner admin auditor",
    "settings": "owner admin",
    "credentials": "owner admin",
    "restrictions": "owner admin",
    "erase": "owner admin",
    "roles": "owner admin",
    "billing": "owner",
    "ownership": "owner",
}


def test_the_table_is_as_specified() -> None:
    found = {
        permission.value: " ".join(role.value for role in Role if permission in TABLE[role])
        for permission in Permission
    }
    assert found == EXPECTED


def test_permissions_are_the_union_of_all_roles() -> None:
    assert permissions_of([]) == frozenset()
    assert permissions_of(["viewer", "auditor"]) == {"read", "audit", "export_audit"}


def test_every_role_and_permission_has_words() -> None:
    assert set(LABELS) == set(Role)
    assert set(SAYS) == set(Permission)


@pytest.mark.parametrize(
    ("permission", "sentence"),
    [
        (
            Permission.EXPORT,
            "This needs the Export, Admin or Owner role (export data). "
            "An Owner or Admin can grant it under Settings > Team > Roles.",
        ),
        (
            Permission.OWNERSHIP,
            "This needs the Owner role (make and unmake owners). "
            "An Owner can grant it under Settings > Team > Roles.",
        ),
    ],
)
def test_a_denial_says_which_role_is_missing_and_who_grants_it(
    permission: Permission, sentence: str
) -> None:
    assert missing(permission) == sentence
