"""What no linter looks at: file lengths, file names of the house, links of the documentation.

Prints every fault and exits 1 when there is one. `tests/test_house.py` plants a fault for each
check and sees it found.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
LONGEST = 500

# The files that a domain folder may have, each only where it is needed (docs/architecture.md).
COMMON = {"__init__", "apps", "models", "filters", "values", "queries", "actions", "tasks"}
OWN = {
    "accounts": {
        "actors", "audit", "authentication", "grants", "mail", "notices", "roles", "smtp",
        "tenancy",
    },
    # One file for each step on a CSV's way in, as exports/ has them for the way out; and what open
    # pages are told, by which the streams of a surface wake.
    "leads": {"announcing", "imports"},
    "exports": {
        "actors", "columns", "datasets", "files", "formats", "pipeline", "redaction", "spec",
        "states", "transcripts", "branding", "logos",
    },
}  # fmt: skip
# In pieces, so that this file is not its own finding.
FORBIDDEN = re.compile(
    "|".join(
        (
            "index-" + "url",
            "python" + "hosted",
            "py" + "pi\\.org",
            "npm" + "js",
            "deb\\.deb" + "ian",
        )
    )
)
TEXT = {".py", ".md", ".txt", ".toml", ".html"}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def long_files(root: Path) -> Iterator[str]:
    """Python files above the length at which a file becomes a folder."""
    for folder in ("src", "tests", "tools", "bench"):
        for path in sorted((root / folder).rglob("*.py")):
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > LONGEST and "migrations" not in path.parts:
                yield f"{path.relative_to(root)}: {lines} lines; at most {LONGEST}"


def strange_names(root: Path) -> Iterator[str]:
    """Modules of a domain that the house has no place for."""
    for domain, own in OWN.items():
        for path in sorted((root / "src" / "synaptiq" / domain).iterdir()):
            known = path.stem in COMMON | own or path.name in {"migrations", "__pycache__"}
            if not known:
                yield f"{path.relative_to(root)}: no such file name in a domain"


def broken_links(root: Path) -> Iterator[str]:
    """Relative links of Markdown files that lead nowhere."""
    for path in [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]:
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            if target.startswith(("http:", "https:", "mailto:", "/")):
                continue
            if not (path.parent / target).exists():
                yield f"{path.relative_to(root)}: {target} does not exist"


def stale_configuration(root: Path) -> Iterator[str]:
    """The table of environment variables, when it is not what the code says."""
    sys.path.insert(0, str(root / "src"))
    from synaptiq.kit import config

    page = root / "docs" / "configuration.md"
    if not page.exists() or config.table() not in page.read_text(encoding="utf-8"):
        yield "docs/configuration.md: not the table of kit/config.py; run make docs"


def addresses(root: Path) -> Iterator[str]:
    """Addresses of package registries, which belong to each machine's own set-up."""
    for folder in ("src", "tests", "tools", "docs", "requirements", "bench"):
        for path in sorted((root / folder).rglob("*")):
            text = path.read_text(encoding="utf-8") if path.suffix in TEXT else ""
            if FORBIDDEN.search(text):
                yield f"{path.relative_to(root)}: names a package registry"


CHECKS = (long_files, strange_names, broken_links, stale_configuration, addresses)


def main() -> int:
    faults = [fault for check in CHECKS for fault in check(CHECKOUT)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
