"""`build_charts FOLDER`: write what draws charts below a folder of static files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from synaptiq.dashboard import charting


class Command(BaseCommand):
    help = "Write what draws charts below a folder of static files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["folder"] / charting.name()
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        # In one step: a process that serves may read at any moment.
        new = path.with_suffix(".new")
        new.write_text(charting.bundle(), "utf-8")
        new.replace(path)
