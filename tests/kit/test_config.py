"""Every variable is checked at start; an error names it, what is wrong, and an example."""

from __future__ import annotations

import pytest

from synaptiq.kit import config
from synaptiq.kit.config import ConfigError

KEY = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMTI="
SERVING = {
    "DATABASE_URL": "postgresql://synaptiq:secret@db.example.com/synaptiq",
    "SECRET_KEY": "x" * 40,
    "ENCRYPTION_KEYS": KEY,
    "EMAIL_URL": "smtps://user:password@smtp.example.com:465",
}


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("SYNAPTIQ_HOME", "data", "is not an absolute path"),
        ("DATABASE_URL", "mysql://db", "does not begin with postgresql://"),
        ("DATABASE_OWNER_URL", "db.example.com", "does not begin with postgresql://"),
        ("SECRET_KEY", "short", "is shorter than 40 characters"),
        ("ENCRYPTION_KEYS", f"{KEY},abc", "no 32 bytes in URL-safe Base64 as key number 2"),
        ("PUBLIC_URL", "synaptiq.example.com", "does not begin with http:// or https://"),
        ("PUBLIC_URL", "http://host:port", "is not an address"),
        ("PUBLIC_URL", "https://", "is not just http://"),
        ("PUBLIC_URL", "https://a b", "has no host that can be reached"),
        ("PUBLIC_URL", "https://us:pw@x", "is not just http://"),
        ("PUBLIC_URL", "https://x/sub/path", "is not just http://"),
        ("PUBLIC_URL", "https://x?y", "is not just http://"),
        ("EMAIL_URL", "smtp:///x", "names no host"),
        ("EMAIL_FROM", "nonsense", "is not one email address"),
        ("EMAIL_FROM", "a@example.com, b@example.com", "is not one email address"),
        ("EMAIL_FROM", "a@example.com\nBcc: b@example.com", "is not one email address"),
        ("SPOOL_DIR", "~nobody-of-this-name/x", "a home folder that is not there"),
        ("DATABASE_URL", "postgresql://u:p/w@db:5432/x", "/ is written %2F"),
        ("BIND_PORT", "0", "is not a whole number from 1 to 65535"),
        ("BIND_PORT", "８０００", "is not a whole number from 1 to 65535"),
        ("WEB_WORKERS", "many", "is not a whole number from 1 to 64"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy.local", "which is no address and no network"),
        ("EMAIL_URL", "http://mail", "does not begin with smtp://"),
        ("SIGNUP", "closed", "is none of open, invited"),
        ("LOG_LEVEL", "loud", "is none of debug, info, warning, error"),
    ],
)
def test_a_wrong_value_is_named_with_an_example(name: str, value: str, wrong: str) -> None:
    with pytest.raises(ConfigError) as error:
        config.read({**SERVING, name: value})
    (line,) = str(error.value).splitlines()
    assert line.startswith(name)
    assert wrong in line
    assert f"Example: {name}=" in line


def test_all_wrong_ones_are_named_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        config.read({"BIND_PORT": "x", "SIGNUP": "x"})
    assert [line.split()[0] for line in str(error.value).splitlines()] == ["BIND_PORT", "SIGNUP"]


@pytest.mark.parametrize("name", [s.name for s in config.SETTINGS if s.hidden])
def test_a_secret_is_never_printed(name: str) -> None:
    with pytest.raises(ConfigError) as error:
        config.read({**SERVING, name: "hunter2"})
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS", "EMAIL_URL"])
def test_a_database_of_ones_own_needs_secrets_and_mail(name: str) -> None:
    given = {key: value for key, value in SERVING.items() if key != name}
    with pytest.raises(ConfigError, match=rf"^{name} .*DATABASE_URL"):
        config.read(given)


def test_nothing_needs_to_be_set() -> None:
    values = config.read({})
    assert values["SPOOL_DIR"] == values["SYNAPTIQ_HOME"] / "spool"
    assert values["TRUSTED_PROXIES"] == ()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://synaptiq.example.com/", "https://synaptiq.example.com"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_the_public_address_is_kept_without_a_slash(given: str, kept: str) -> None:
    assert config.read({"PUBLIC_URL": given})["PUBLIC_URL"] == kept


@pytest.mark.parametrize("given", ["hello@example.com", "Synaptiq <synaptiq@localhost>"])
def test_a_sender_is_one_mailbox(given: str) -> None:
    assert config.read({"EMAIL_FROM": given})["EMAIL_FROM"] == given


def test_networks_and_addresses_are_proxies() -> None:
    values = config.read({"TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7 ,2001:db8::/32"})
    assert values["TRUSTED_PROXIES"] == ("10.0.0.0/8", "192.0.2.7", "2001:db8::/32")
