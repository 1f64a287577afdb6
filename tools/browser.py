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
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_PLAYWRIGHTS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def find() -> str | None:
    """The path of a Chromium or Chrome; None where there is none."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return chosen
    # By name only what starts: Ubuntu's `chromium-browser` may be a script that asks for a snap.
    found = [path for name in NAMES if (path := shutil.which(name)) and _starts(path)]
    found += [path for path in _APPLICATIONS if os.access(path, os.X_OK)]
    found += [str(path) for pattern in _PLAYWRIGHTS for path in sorted(_cache().glob(pattern))]
    return found[0] if found else None


def ensure(python: Path, log: Path) -> None:
    """Find or install a browser; SetupError where neither can be done. `python`: the .venv's."""
    from steps import SetupError, run, step

    path = find()
    if path:
        if not os.access(path, os.X_OK):
            raise SetupError(
                f"{VARIABLE} is {path}, which cannot be run. Name a Chromium, or unset it."
            )
        return
    failed = ""
    with step("Installing a browser for the tests"):
        if os.geteuid() == 0 and _is_debian() and shutil.which("apt-get"):
            quiet = {"DEBIAN_FRONTEND": "noninteractive"}
            get = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
            failed = run([*get, "update"], log, quiet)
            packages = ["chromium", "fonts-liberation"]
            install = [*get, "install", "--yes", "--no-install-recommends", *packages]
            failed = failed or run(install, log, quiet)
        else:
            failed = run([python, "-m", "playwright", "install", "chromium"], log)
        if failed or not find():
            raise SetupError(
                "The tests need Chromium or Chrome, and it could not be installed. Install it "
                "(Debian: `apt install chromium`; Fedora: `dnf install chromium`; macOS: `brew "
                f"install --cask chromium`), or name one: {VARIABLE}=/path/to/chrome make test\n"
                f"{failed}"
            )


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
