"""The browser for the tests: the one that is there, or else one installed for them.

Also asked by the tests themselves, so that they drive the browser that set-up has found.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "SYNAPTIQ_CHROMIUM"
# The same browser without a window, which takes two thirds of the processor time: first of all.
HEADLESS = "chromium-headless-shell"
NAMES = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_PLAYWRIGHTS = (
    "chromium_headless_shell-*/chrome-*/*headless*shell",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def find() -> str | None:
    """The path of a Chromium or Chrome, headless before others; None where there is none."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return chosen
    # By name only what starts: Ubuntu's `chromium-browser` may be a script that asks for a snap.
    found = [path for name in NAMES if (path := shutil.which(name)) and _starts(path)]
    found += [path for path in _APPLICATIONS if os.access(path, os.X_OK)]
    found += [str(path) for pattern in _PLAYWRIGHTS for path in sorted(_cache().glob(pattern))]
    return found[0] if found else None


def ensure(python: Path, log: Path) -> None:
    """Find or install a browser; SetupError where neither can be done. `python`: the .venv's.

    Where the system's packages are ours to install, the headless one is added to another that is
    there; once, since `log` stays.
    """
    from steps import SetupError, run, step

    path = find()
    if path and not os.access(path, os.X_OK):
        raise SetupError(
            f"{VARIABLE} is {path}, which cannot be run. Name a Chromium, or unset it."
        )
    has_packages = os.geteuid() == 0 and _is_debian() and bool(shutil.which("apt-get"))
    is_enough = os.environ.get(VARIABLE) or (path and ("headless" in path or log.exists()))
    if path and (is_enough or not has_packages):
        return
    with step("Installing a browser for the tests"):
        if has_packages:
            failed = _install_packages(log, [HEADLESS] if path else [HEADLESS, "chromium"])
        else:
            failed = run([python, "-m", "playwright", "install", "--only-shell", "chromium"], log)
        if not find():
            raise SetupError(
                "The tests need Chromium or Chrome, and it could not be installed. Install it "
                "(Debian: `apt install chromium`; Fedora: `dnf install chromium`; macOS: `brew "
                f"install --cask chromium`), or name one: {VARIABLE}=/path/to/chrome make test\n"
                f"{failed}"
            )


def _install_packages(log: Path, names: list[str]) -> str:
    """Install the first of these packages that there is; what went wrong, or ""."""
    from steps import run

    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    get = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    failed = run([*get, "update"], log, quiet)
    for name in names if not failed else ():
        # Fonts too: without any, pages have no text.
        packages = [name, "fonts-liberation"]
        failed = run([*get, "install", "--yes", "--no-install-recommends", *packages], log, quiet)
        if not failed:
            break
    return failed


def _starts(path: str) -> bool:
    try:
        argv = [path, "--version"]
        done = subprocess.run(argv, capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _is_debian() -> bool:
    """Debian, but not Ubuntu, whose package only points to a snap."""
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


def _cache() -> Path:
    """Where Playwright keeps the browsers that it installs."""
    if chosen := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(chosen)
    home = Path.home()
    mac = sys.platform == "darwin"
    return home / ("Library/Caches/ms-playwright" if mac else ".cache/ms-playwright")
