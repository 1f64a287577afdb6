"""How much of the processors work takes that can wait: in its own process, and in the server's.

What a niced process asks of PostgreSQL is done by a process that is not niced. Where the server is
on this machine (the embedded one, mostly), that one stands back as well.

Where Linux groups processes by session (`sched_autogroup_enabled`, usual on desktops), niceness
weighs only within a session, and of sessions the group's own counts: man 7 sched.
"""

from __future__ import annotations

import os
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

_CREDENTIALS = struct.Struct("3i")


def lower(niceness: int) -> None:
    """Have this process stand back for others."""
    os.nice(niceness)
    _lower_session(os.getpid(), niceness)


def stand_back(connection: psycopg.Connection[Any], niceness: int | None = None) -> None:
    """Give the server's process of this connection that niceness; None: that of this process.

    Does nothing where this process stands back for nobody, where the server is elsewhere, or where
    the system does not allow it: then the work takes more from others, and is done as well.
    """
    niceness = os.getpriority(os.PRIO_PROCESS, 0) if niceness is None else niceness
    pid = connection.info.backend_pid
    # A server elsewhere, or in a container, has numbers of its own: here they are somebody else's.
    if niceness <= 0 or _parent(pid) is None or _parent(pid) != _server(connection):
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
    _lower_session(pid, niceness)


def _lower_session(pid: int, niceness: int) -> None:
    """Of a process that leads a session; in another's session, all that is there would suffer."""
    with suppress(OSError):
        if os.getsid(pid) == pid:
            Path(f"/proc/{pid}/autogroup").write_text(str(niceness))


def _server(connection: psycopg.Connection[Any]) -> int | None:
    """The process that listens at the other end of a unix socket, as the system says."""
    if not hasattr(socket, "SO_PEERCRED") or not connection.info.host.startswith(("/", "@")):
        return None
    with socket.socket(fileno=os.dup(connection.fileno())) as end:
        given = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid: int = _CREDENTIALS.unpack(given)[0]
    return pid or None


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None
