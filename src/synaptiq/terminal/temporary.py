"""An installation of its own for as long as a command needs one: database, web, worker, one account
with the agent that every account begins with. In a temporary folder; nothing is left of it.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from synaptiq.kit import config, embedded
from synaptiq.kit.embedded.record import RUNTIME
from synaptiq.kit.processes import Supervisor, free_port
from synaptiq.terminal import environment
from synaptiq.terminal.outcome import Stop
from synaptiq.terminal.saying import say, step

HOST = "127.0.0.1"
FIRST_PORT = 18_000
START_SECONDS = 60.0


@dataclass(frozen=True)
class Installation:
    """Where it answers, and the key of its one site, whose one origin is that address."""

    url: str
    site: str


@contextmanager
def installation() -> Iterator[Installation]:
    """One that answers. This process's variables and Django point at its database meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="synaptiq-chat-"))
    # A root's server runs under another account, which must get there.
    folder.chmod(0o755)
    home = folder / "home"
    before = dict(os.environ)
    try:
        with ExitStack() as stack:
            yield _start(home, stack)
    finally:
        embedded.destroy(home)
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.clear()
        os.environ.update(before)


def _start(home: Path, stack: ExitStack) -> Installation:
    for setting in config.SETTINGS:
        # Nothing of another installation is worked on, or serves this one.
        os.environ.pop(setting.name, None)
    port = free_port(FIRST_PORT, HOST)
    url = f"http://{HOST}:{port}"
    os.environ |= {
        "SYNAPTIQ_HOME": str(home), "PUBLIC_URL": url, "LOG_LEVEL": "warning",
        "CHAT_LIMIT": "1000000",
        "BOOKINGS_A_DAY": "1000000",
    }  # fmt: skip
    with step("A database of its own"):
        server = stack.enter_context(embedded.start(home))
        environment.point_at(server, home)
        stack.callback(environment.close_connections)
        environment.migrate(server.urls.owner, RUNTIME)
    site = _make_account()
    environment.close_connections()
    with step("Web and worker"):
        running = stack.enter_context(Supervisor(say=say))
        children = environment.child_environment()
        web = ["web", "--host", HOST, "--port", str(port), "--workers", "1"]
        with _standard_output_is_error():
            running.start("web", environment.command(*web), children)
            running.start("worker", environment.command("worker", "--queues", "chat:2"), children)
        deadline = monotonic() + START_SECONDS
        if not running.wait(lambda: _answers(url) or monotonic() > deadline):
            raise KeyboardInterrupt
        if not _answers(url):
            raise Stop(f"Nothing answered on port {port} within {START_SECONDS:g} s; see above.")
    # From here on Ctrl-C ends the command, and with it all of this.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    return Installation(url, site)


@contextmanager
def _standard_output_is_error() -> Iterator[None]:
    """What is started inside writes its log to standard error: standard output is for data."""
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _make_account() -> str:
    from synaptiq.accounts.models import Account
    from synaptiq.accounts.tenancy import acting_for
    from synaptiq.sites.actions import default_site

    account = Account.objects.create(name="Synaptiq")
    with acting_for(account.pk):
        return default_site().key


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
