"""`build_widget FOLDER`: write the widget's files below a folder of static files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from synaptiq.widget.build import built


class Command(BaseCommand):
    help = "Write the widget's files below a folder of static files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        for name, content in built().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            # In one step: a process that serves may read at any moment.
            new = folder / f"{name}.new"
            new.write_bytes(content)
            new.replace(folder / name)
