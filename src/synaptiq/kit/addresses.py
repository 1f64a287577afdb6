"""Whose IP address a request came from, when reverse proxies stand in between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address


def client_address(remote: str, forwarded: str, trusted: Sequence[str]) -> str | None:
    """The nearest address that is no proxy of ours; None when `remote` is no address.

    `remote` is the peer of the connection, `forwarded` the X-Forwarded-For header, in which each
    proxy appended who called it. It is read from the right and believed only as far as the hop
    that reported it is trusted: what stands further left, the caller may have made up.
    """
    hop = _address(remote)
    if hop is None:
        return None
    for word in reversed(forwarded.split(",")) if forwarded else ():
        if not _is_trusted(hop, tuple(trusted)):
            break
        before = _address(word)
        if before is None:
            break
        hop = before
    return str(hop)


def _address(word: str) -> Address | None:
    word = word.strip()
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        found = ip_address(word)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


@lru_cache(maxsize=1024)
def _is_trusted(address: Address, trusted: tuple[str, ...]) -> bool:
    return any(address in ip_network(network, strict=False) for network in trusted)
