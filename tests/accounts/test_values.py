"""What fields of accounts, members and keys may hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synaptiq.accounts import values
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid

NOW = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("check", "given", "kept"),
    [
        (values.account_name, "  Acme \t Corp ", "Acme Corp"),
        (values.account_name, "株式会社アクメ", "株式会社アクメ"),
        (values.timezone, "Europe/Berlin", "Europe/Berlin"),
        (values.email, " Jane.Doe@Acme.Example ", "jane.doe@acme.example"),
        (values.roles, ["agent", "owner", "agent"], ["owner", "agent"]),
        (values.scopes, ["exports:write", "leads:read"], ["leads:read", "exports:write"]),
        (values.expiry, None, None),
        (values.expiry, NOW + timedelta(seconds=1), NOW + timedelta(seconds=1)),
    ],
)
def test_what_is_kept(check: Any, given: Any, kept: Any) -> None:
    with clock.freeze(NOW):
        assert check(given) == kept


@pytest.mark.parametrize(
    ("check", "given"),
    [
        (values.account_name, " \u200b\u2060 "),
        (values.account_name, "x" * 121),
        (values.account_name, "a\x00b"),
        (values.account_name, "a\ud800b"),
        (values.account_name, None),
        (values.timezone, "Mars/Phobos"),
        (values.timezone, "../../etc/passwd"),
        (values.timezone, None),
        (values.email, "jane@"),
        (values.email, "jane@acme.example\nBcc: all@acme.example"),
        (values.email, f"{'x' * 250}@acme.example"),
        (values.roles, []),
        (values.roles, ["root"]),
        (values.roles, "owner"),
        (values.roles, [["owner"]]),
        (values.scopes, ["leads:erase"]),
        (values.scopes, None),
        (values.expiry, NOW),
        (values.expiry, NOW.replace(tzinfo=None)),
        (values.expiry, "tomorrow"),
    ],
)
def test_what_is_refused(check: Any, given: Any) -> None:
    with clock.freeze(NOW), pytest.raises(ValueError):
        check(given)


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        values.checked(
            name=(values.account_name, ""),
            timezone=(values.timezone, "UTC"),
            email=(values.email, "no"),
        )
    assert set(refused.value.fields) == {"name", "email"}
