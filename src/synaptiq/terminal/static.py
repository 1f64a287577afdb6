"""The files that browsers load, collected under hashed names before `web` serves them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from synaptiq.kit.embedded import locks

STAMP = "static.stamp"


def collect() -> Path:
    """The folder of collected files, renewed where the source has changed since."""
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    stamp = root.parent / STAMP
    with locks.alone(root.parent / "static.lock", lambda message: None):
        now = _fingerprint()
        manifest = root / "staticfiles.json"
        if not manifest.exists() or not stamp.exists() or stamp.read_text("utf-8") != now:
            # Not `clear`: a web process of the version before may still serve the old names.
            call_command("collectstatic", interactive=False, verbosity=0)
            call_command("build_widget", root)
            call_command("build_charts", root)
            stamp.write_text(now, "utf-8")
    return root


def _fingerprint() -> str:
    """Changes with every file that would be collected."""
    from django.apps import apps
    from django.contrib.staticfiles.finders import get_finders

    widget = Path(apps.get_app_config("widget").path)
    charts = Path(apps.get_app_config("dashboard").path) / "charting.py"
    made = sorted([*widget.glob("browser/*"), widget / "build.py", charts])
    files = [("", path) for path in made]
    for finder in get_finders():
        files += [(name, Path(storage.path(name))) for name, storage in finder.list([])]
    digest = hashlib.sha256()
    for name, path in files:
        found = path.stat()
        digest.update(f"{name or path.name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
