"""The parent's side: start, watch, restart and end named children."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

from synaptiq.kit.processes.child import PARENT_FD

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# A child that has run this long counts as well: its next failure is the first again.
_STEADY_SECONDS = 60.0


@dataclass
class _Child:
    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float | None = None


class Supervisor:
    """Runs named children until SIGINT, SIGTERM, SIGHUP or `stop()`.

    `say` is told what happens to them, in whole sentences without a full stop. `grace` is the
    number of seconds between SIGTERM and SIGKILL. Use it as a context manager, in the main thread
    (only there can signals be handled).
    """

    def __init__(
        self, *, say: Callable[[str], None] = lambda message: None, grace: float = 10.0
    ) -> None:
        self._say = say
        self._grace = grace
        self._children: list[_Child] = []
        self._signals = 0
        self._stopping = False
        wake, parent = os.pipe(), os.pipe()
        self._wake_reader, self._wake_writer = wake
        # The children hold the reading end; its writing end is open in this process alone.
        self._parent_reader = parent[0]
        self._pipes = (*wake, *parent)
        os.set_blocking(self._wake_reader, False)
        os.set_blocking(self._wake_writer, False)
        self._previous: dict[int, Any] = {}
        self._previous_wakeup = -1

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Ignored already (nohup, a shell's background job) stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._previous[number] = signal.signal(number, self._on_signal)
        self._previous[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        # Any signal, a child's end too, wakes the waiting in `wait`.
        self._previous_wakeup = signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._end_all()
        finally:
            signal.set_wakeup_fd(self._previous_wakeup)
            for number, handler in self._previous.items():
                signal.signal(number, signal.SIG_DFL if handler is None else handler)
            for pipe in self._pipes:
                os.close(pipe)

    def start(
        self, name: str, argv: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> int:
        """Start a child and keep it running; its pid. `environment` None means this process's."""
        child = _Child(name, list(argv), dict(os.environ if environment is None else environment))
        self._launch(child)
        self._children.append(child)
        assert child.process is not None
        return child.process.pid

    def pids(self) -> dict[str, int]:
        """The children that run now, by name."""
        running = [child for child in self._children if child.process is not None]
        return {child.name: child.process.pid for child in running if child.process}

    def stop(self) -> None:
        """Make `wait` return. From any thread."""
        self._stopping = True
        self._wake()

    def wait(self, until: Callable[[], bool] | None = None, *, every: float = 0.1) -> bool:
        """Look after the children until told to stop. False then.

        With `until`, also return when that says True (asked each `every` seconds): True then.
        """
        while not self._stopping:
            if until is not None and until():
                return True
            self._look_after()
            timeout = self._next_due(every if until else None)
            select.select([self._wake_reader], [], [], timeout)
            self._drain()
        return False

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        self._signals += 1

    def _wake(self) -> None:
        try:
            os.write(self._wake_writer, b"\0")
        except BlockingIOError:
            return

    def _drain(self) -> None:
        try:
            while os.read(self._wake_reader, 4096):
                pass
        except BlockingIOError:
            return

    def _next_due(self, longest: float | None) -> float | None:
        dues = [child.due for child in self._children if child.due is not None]
        waits = [max(0.0, due - time.monotonic()) for due in dues]
        return min([*waits, longest] if longest is not None else waits, default=None)

    def _launch(self, child: _Child) -> None:
        reader = self._parent_reader
        mark = f"{reader}:{os.fstat(reader).st_ino}"
        child.started, child.due = time.monotonic(), None
        child.process = subprocess.Popen(
            child.argv,
            stdin=subprocess.DEVNULL,
            env={**child.environment, PARENT_FD: mark},
            pass_fds=(reader,),
            # Ctrl-C in the terminal then reaches us alone, and a group can be ended as a whole.
            start_new_session=True,
        )

    def _look_after(self) -> None:
        for child in self._children:
            if child.process is not None and (status := _reap(child.process)) is not None:
                self._plan_restart(child, status)
            elif child.due is not None and child.due <= time.monotonic():
                self._try_again(child)

    def _plan_restart(self, child: _Child, status: int) -> None:
        steady = time.monotonic() - child.started >= _STEADY_SECONDS
        child.failures = 0 if steady else child.failures
        pause = min(_FIRST_PAUSE * 2**child.failures, _LONGEST_PAUSE)
        child.process, child.failures = None, child.failures + 1
        child.due = time.monotonic() + pause
        self._say(f"{child.name} ended ({_describe(status)}); starting it again in {pause:g} s")

    def _try_again(self, child: _Child) -> None:
        try:
            self._launch(child)
        except OSError as error:
            child.failures += 1
            child.due = time.monotonic() + _LONGEST_PAUSE
            self._say(f"{child.name} cannot be started ({error}); trying again")

    def _end_all(self) -> None:
        self._stopping = True
        alive = [child.process for child in self._children if child.process is not None]
        for process in alive:
            # Not Popen.send_signal, which would reap one that has just died.
            os.kill(process.pid, signal.SIGTERM)
        before, end = self._signals, time.monotonic() + self._grace
        while alive:
            alive = [process for process in alive if _reap(process) is None]
            # A second Ctrl-C does not wait for the grace.
            if time.monotonic() >= end or self._signals > max(before, 1):
                break
            if alive:
                select.select([self._wake_reader], [], [], max(0.0, end - time.monotonic()))
                self._drain()
        for process in alive:
            _kill_group(process.pid)
            process.wait()
        self._children.clear()


def _reap(process: subprocess.Popen[bytes]) -> int | None:
    """The exit status of a child that has ended, its whole group ended too; None while it runs."""
    if process.returncode is not None:
        return process.returncode
    if hasattr(os, "waitid"):
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        if os.waitid(os.P_PID, process.pid, options) is None:
            return None
    elif process.poll() is None:
        return None
    # Before the number is given back to the system: what the child left behind holds its port.
    _kill_group(process.pid)
    return process.wait()


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # macOS answers "not permitted" for a group of zombies.
        return


def _describe(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
