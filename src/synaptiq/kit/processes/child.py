"""The child's side: to end when the supervisor, or the parent, is gone without a word."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import stat
import threading

PARENT_FD = "SYNAPTIQ_PARENT_FD"
_PARENT_POLL_SECONDS = 0.5


def exit_with_parent(*, grace: float = 10.0) -> None:
    """End this process when its supervisor, or else its parent, is gone.

    SIGTERM first, SIGKILL after `grace` seconds, to the whole group where this process leads it.
    To be called once in every process, also in forked ones (Granian's workers): threads do not
    pass on to a child. Under no supervisor only the parent counts.
    """
    # What it should be: it may have gone before this process could look (a forked worker's).
    forked_by = multiprocessing.parent_process()
    parent = os.getppid() if forked_by is None else forked_by.pid
    arguments = (_inherited_pipe(), parent, grace)
    threading.Thread(target=_watch, args=arguments, name="exit-with-parent", daemon=True).start()


def _inherited_pipe() -> int | None:
    """The supervisor's pipe, if this process really has it: descriptors are closed on the way."""
    number, _, inode = os.environ.get(PARENT_FD, "").partition(":")
    try:
        found = os.fstat(int(number))
    except (ValueError, OSError):
        return None
    return int(number) if stat.S_ISFIFO(found.st_mode) and str(found.st_ino) == inode else None


def _watch(pipe: int | None, parent: int | None, grace: float) -> None:
    poller = select.poll()
    if pipe is not None:
        poller.register(pipe, select.POLLIN | select.POLLHUP)
    # Nobody ever writes to the pipe: it has news only when its other end is closed.
    while os.getppid() == parent and not poller.poll(_PARENT_POLL_SECONDS * 1000):
        pass
    # Seen with Granian: its handler of SIGTERM blocked for ever and kept the interpreter's lock, so
    # that this thread could never go on. The kernel's timer asks nobody: nothing handles SIGALRM.
    # Hence also no PR_SET_PDEATHSIG, whose SIGTERM might come before the timer is set.
    signal.setitimer(signal.ITIMER_REAL, grace + 1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(grace)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
