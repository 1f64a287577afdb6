"""`build_widget FOLDER`: write the widget's files below a folder of static files."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from synaptiq.widget.build import built

# A process of the version before may still name its files.
KEPT_SECONDS = 86_400


class Command(BaseCommand):
    help = "Write the widget's files below a folder of static files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        files = built()
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            # In one step: a process that serves may read at any moment.
            new = folder / f"{name}.new"
            new.write_bytes(content)
            new.replace(folder / name)
        present = {(folder / name).parent for name in files}
        for old in (folder / "widget").iterdir():
            is_old = old.is_dir() and time.time() - old.stat().st_mtime > KEPT_SECONDS
            if is_old and old not in present:
                shutil.rmtree(old, ignore_errors=True)
