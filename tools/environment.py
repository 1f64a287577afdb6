"""Make `.venv` and install the locked requirements into it, only what is missing.

Runs on the Python that `bootstrap.py` chose, with the standard library alone. A stamp in `.venv`
tells what was installed, so that nothing to do takes milliseconds; a marker is there while pip
works, so that an interrupted installation is made anew instead of trusted.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import browser
from steps import SetupError, run, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "synaptiq-stamp.json"
MARKER = VENV / "synaptiq-installing"

# The script finds its own interpreter through the shell: a `#!` line may be too long for the
# kernel, and must not hold a blank.
_SCRIPT = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys
from {module} import {function}
sys.exit({function}())
"""

_NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|nodename nor servname"
    r"|Failed to establish a new connection|NewConnectionError|Network is unreachable"
    r"|Connection refused|timed out|ProxyError|Cannot connect to proxy|Max retries exceeded"
)


def main(arguments: list[str]) -> int:
    """Set up; 0, or 1 with a message on standard error."""
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set up .venv.")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--browser", action="store_true", help="also a browser for the tests")
    options = parser.parse_args(arguments)
    try:
        with _alone():
            ensure(dev=options.dev)
            if options.browser:
                browser.ensure(PYTHON, VENV / "browser.log")
    except SetupError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted. The next run makes it whole.\n")
        return 130
    return 0


def ensure(*, dev: bool) -> None:
    """Make sure that `.venv` holds what is locked, and the command `.venv/bin/synaptiq`."""
    found = look(dev=dev)
    if found == "ready":
        return
    if found == "broken":
        _make_venv()
    _install(ROOT / "requirements" / ("dev.txt" if dev else "base.txt"))
    _link()
    # What is locked for development holds all that is locked for use, in the same versions.
    STAMP.write_text(json.dumps({**_wanted(dev), "python": _interpreter()}), "utf-8")


def look(*, dev: bool) -> str:
    """What `.venv` is: "ready", "behind" (pip can bring it up to date), or "broken", to be made
    anew, as one that is not there."""
    stamp = _read_stamp()
    if stamp and not MARKER.exists() and _wanted(dev).items() <= stamp.items():
        return "ready"
    return "behind" if _is_sound(stamp) else "broken"


@contextmanager
def _alone() -> Iterator[None]:
    """Let two `make` in one checkout wait for each other; the lock needs no file of its own."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _wanted(dev: bool) -> dict[str, str]:
    files = ["pyproject.toml", "requirements/base.txt", *(["requirements/dev.txt"] if dev else [])]
    wanted = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in files}
    return {**wanted, "checkout": str(ROOT), "python": _interpreter()}


def _interpreter() -> str:
    """What tells one base interpreter of `.venv` from another: where it really is, and its date."""
    try:
        found = PYTHON.resolve(strict=True)
        return f"{found} {found.stat().st_mtime_ns}"
    except (OSError, RuntimeError):
        return ""


def _read_stamp() -> dict[str, str]:
    try:
        content = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_sound(stamp: dict[str, str]) -> bool:
    """Whether pip can be trusted to bring the `.venv` that is there up to date."""
    if MARKER.exists() or stamp.get("checkout", str(ROOT)) != str(ROOT):
        return False
    code = "import pip, sys; print(sys.prefix, '%d.%d' % sys.version_info[:2], sep='\\n')"
    log = VENV / "synaptiq-probe.log"
    try:
        if run([PYTHON, "-I", "-c", code], log):
            return False
        prefix, version = log.read_text("utf-8").splitlines()
        log.unlink()
        configuration = (VENV / "pyvenv.cfg").read_text("utf-8")
    except (OSError, ValueError):
        return False
    # Its packages are of the version that it was made for, which the interpreter may have left.
    made_for = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", configuration, re.MULTILINE)
    return made_for is not None and made_for[1] == version and Path(prefix).resolve() == VENV


def _make_venv() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError as error:
        raise SetupError(_no_ensurepip(str(error))) from None
    again = VENV.exists()
    with step("Making .venv anew, since it is not whole" if again else "Making .venv"):
        log = ROOT / ".venv.log"
        try:
            # In a process of its own: its pip must not see this one's paths.
            failed = run([sys.executable, "-m", venv.__name__, "--clear", VENV], log)
            if failed and "ensurepip" in failed:
                raise SetupError(_no_ensurepip(failed))
            if failed:
                raise SetupError(f"The folder {VENV} could not be made:\n{failed}")
        finally:
            log.unlink(missing_ok=True)


def _no_ensurepip(reason: str) -> str:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return (
        f"{sys.executable} cannot make virtual environments ({reason.splitlines()[-1]}).\n"
        "Install what is missing, then run make again:\n"
        f"  Debian, Ubuntu   apt install python{version}-venv\n"
        f"  Fedora           dnf install python{version}\n"
        f"  macOS            brew install python@{version}\n"
        "Or name another Python: make PYTHON=/path/to/python3 …"
    )


def _install(requirements: Path) -> None:
    count = sum("==" in line for line in requirements.read_text("utf-8").splitlines())
    MARKER.touch()
    with step(f"Installing {count} packages of {requirements.relative_to(ROOT)}"):
        argv: list[str | Path] = [PYTHON, "-m", "pip", "install"]
        argv += ["--require-hashes", "--requirement", requirements]
        # All is locked: nothing is to be resolved, nothing built.
        argv += ["--no-deps", "--only-binary", ":all:", "--no-input", "--retries", "2"]
        argv += ["--disable-pip-version-check", "--no-warn-script-location"]
        failed = run(argv, VENV / "pip.log")
        # Only now, and not after an interruption: pip that fails leaves things as they were.
        MARKER.unlink()
        if failed:
            raise SetupError(_why(failed))


def _why(failed: str) -> str:
    log = f"The whole of what pip said is in {VENV / 'pip.log'}."
    text = (VENV / "pip.log").read_text("utf-8", errors="replace")
    if "No space left on device" in text:
        return f"The disk is full. Free about 600 MB, then run make again. {log}"
    if "DO NOT MATCH THE HASHES" in text:
        return (
            "A package is not the one that was locked, so it was not installed: a broken download, "
            f"or an index that serves another file. Try again, or with another index. {log}"
        )
    if _NO_NETWORK.search(text):
        return (
            "The packages could not be downloaded: no network, or no way to the package index.\n"
            "Check the connection (behind a proxy: HTTPS_PROXY; with a mirror: PIP_INDEX_URL), "
            "then run make again.\nWithout any network: on a machine that has one, run\n"
            "  pip download --no-deps -r requirements/base.txt -d wheels\n"
            f"bring the folder here, then: PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels make install\n{log}"
        )
    if "(from versions: none)" in text or "No matching distribution" in text:
        return (
            f"A locked package has no build for this system ({sys.platform}, Python "
            f"{sys.version_info[0]}.{sys.version_info[1]}):\n{failed}\nLinux with glibc and macOS, "
            f"Python 3.11 to 3.13, are known to work. {log}"
        )
    return f"The packages could not be installed:\n{failed}\n{log}"


def _link() -> None:
    """Make the checkout importable, and its commands, without building anything."""
    packages = next(VENV.glob("lib/python3.*/site-packages"))
    (packages / "synaptiq.pth").write_text(f"{ROOT / 'src'}\n", "utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for name, target in project.get("scripts", {}).items():
        module, _, function = target.partition(":")
        script = VENV / "bin" / name
        script.write_text(_SCRIPT.format(python=PYTHON, module=module, function=function), "utf-8")
        script.chmod(0o755)
