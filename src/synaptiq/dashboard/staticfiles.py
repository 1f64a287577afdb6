"""Static files under names that hold their hash, so browsers may keep them for ever.

`collectstatic` writes the manifest. Where it has not run (tests, commands), plain names are given
out instead of an error; a manifest that lacks a file is still an error, for it is a broken release.
"""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

_IMPORTS = ManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class HashedFiles(ManifestStaticFilesStorage):
    """Hashed names, also inside the `import` statements of our ES modules."""

    support_js_module_import_aggregation = True
    # Ours alone: what reads like an import in others' files (htmx has one in a comment) names
    # files that are not there, and would fail the collecting.
    _js_module_import_aggregation_patterns = ("dashboard/*.js", _IMPORTS)

    def stored_name(self, name: str) -> str:
        if not self.hashed_files:
            return name
        return super().stored_name(name)
