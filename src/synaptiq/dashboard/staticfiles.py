"""Static files under names that hold their hash, so browsers may keep them for ever.

`collectstatic` writes the manifest. Where it has not run (tests, commands), plain names are given
out instead of an error; a manifest that lacks a file is still an error, for it is a broken release.
"""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedFiles(ManifestStaticFilesStorage):
    """Hashed names, also inside `import` statements of ES modules."""

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        if not self.hashed_files:
            return name
        stored: str = super().stored_name(name)
        return stored
