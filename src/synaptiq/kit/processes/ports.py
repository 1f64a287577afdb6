"""Which TCP port a server can listen on."""

from __future__ import annotations

import errno
import socket


def free_port(preferred: int, host: str) -> int:
    """The preferred port or the next one that is free on every address of `host`.

    Tried by listening, without SO_REUSEPORT: a server that allows others to share its port counts
    as taken. OSError where `host` is none of this machine's.
    """
    for port in range(preferred, min(preferred + 200, 65536)):
        if _is_free(port, host):
            return port
    with socket.create_server((host, 0)) as server:
        return int(server.getsockname()[1])


def _is_free(port: int, host: str) -> bool:
    # All addresses: "localhost" is two, and a browser may take either.
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    tried = 0
    for family, kind, protocol, _, address in addresses:
        try:
            with socket.socket(family, kind, protocol) as server:
                server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                server.bind(address)
                server.listen(1)
                tried += 1
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    if tried == 0:
        raise OSError(errno.EADDRNOTAVAIL, f"{host} is no address of this machine")
    return True
