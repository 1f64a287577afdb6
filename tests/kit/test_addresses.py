"""Whose address a request has, behind proxies that are believed and others that are not."""

from __future__ import annotations

import pytest

from synaptiq.kit.addresses import client_address


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "found"),
    [
        ("203.0.113.9", "", (), "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, junk", ("10.0.0.0/8",), "10.0.0.2"),
        ("10.0.0.2", "", ("10.0.0.0/8",), "10.0.0.2"),
        ("10.0.0.2", "10.0.0.9", ("10.0.0.0/8",), "10.0.0.9"),
        ("10.0.0.2", "198.51.100.1:4711", ("10.0.0.2",), "198.51.100.1"),
        ("10.0.0.2", "[2001:db8::1]:4711", ("10.0.0.2",), "2001:db8::1"),
        ("::1", "2001:db8::1", ("::1",), "2001:db8::1"),
        ("::ffff:10.0.0.2", "198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("", "198.51.100.1", ("10.0.0.0/8",), None),
        ("unix:", "198.51.100.1", ("10.0.0.0/8",), None),
    ],
)
def test_the_nearest_hop_that_is_no_proxy_of_ours(
    remote: str, forwarded: str, trusted: tuple[str, ...], found: str | None
) -> None:
    assert client_address(remote, forwarded, trusted) == found
