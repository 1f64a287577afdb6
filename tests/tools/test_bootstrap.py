"""Setting up `.venv`: from nothing, a second time, and after whatever went wrong before.

Each checkout here is a small one, whose only requirement is a wheel made on the spot: no network.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The Python below the one that runs the tests: a .venv inside a .venv would hide what is missing.
BASE_PYTHON = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info[1]}"

PROJECT = """\
[project]
name = "small"
[project.scripts]
small = "small.main:main"
"""


def make_wheel(folder: Path, version: str) -> str:
    """A wheel of one module in `folder`; its line for a requirements file."""
    folder.mkdir(exist_ok=True)
    content = {
        "part.py": f"VERSION = {version!r}\n",
        f"part-{version}.dist-info/METADATA": "Metadata-Version: 2.1\n"
        f"Name: part\nVersion: {version}\n",
        f"part-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"part-{version}-py3-none-any.whl"
    record = f"part-{version}.dist-info/RECORD"
    with zipfile.ZipFile(path, "w") as wheel:
        lines = []
        for name, text in content.items():
            wheel.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            lines.append(f"{name},sha256={digest.decode().rstrip('=')},{len(text)}\n")
        wheel.writestr(record, "".join([*lines, f"{record},,\n"]))
    return f"part=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a blank in its path, one package of its own and one to install."""
    return make_checkout(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A checkout that two runs at once set up, and what each of them said."""
    checkout = make_checkout(tmp_path_factory.mktemp("ready"))
    argv = [BASE_PYTHON, checkout / "tools" / "bootstrap.py"]
    wheels = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(checkout.parent / "wheels")}
    runs = [
        subprocess.Popen(argv, env={**os.environ, **wheels}, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    return checkout, outputs


@pytest.fixture
def ready(made: tuple[Path, list[str]]) -> Path:
    """One that is set up with what is locked at first: to make a .venv takes seconds."""
    checkout, _ = made
    require(checkout, make_wheel(checkout.parent / "wheels", "1.0"))
    done = bootstrap(checkout)
    assert done.returncode == 0, done.stderr
    return checkout


def make_checkout(folder: Path) -> Path:
    checkout = folder / "a checkout"
    shutil.copytree(ROOT / "tools", checkout / "tools")
    (checkout / "src" / "small").mkdir(parents=True)
    (checkout / "src" / "small" / "main.py").write_text(
        "import part\ndef main():\n    print('part', part.VERSION)\n"
    )
    (checkout / "pyproject.toml").write_text(PROJECT)
    (checkout / "requirements").mkdir()
    require(checkout, make_wheel(folder / "wheels", "1.0"))
    return checkout


def require(checkout: Path, line: str) -> None:
    for name in ("base.txt", "dev.txt"):
        (checkout / "requirements" / name).write_text(line)


def bootstrap(
    checkout: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the set-up with the wheels beside the checkout as the only index."""
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("PIP_", "PYTHON"))}
    pip = {"PIP_CONFIG_FILE": os.devnull}
    if "PIP_INDEX_URL" not in environment:
        pip |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(checkout.parent / "wheels")}
    return subprocess.run(
        [BASE_PYTHON, checkout / "tools" / "bootstrap.py", *arguments],
        env={**inherited, **pip, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def say(checkout: Path) -> str:
    return subprocess.run(
        [checkout / ".venv" / "bin" / "small"], capture_output=True, text=True, check=True
    ).stdout


def test_the_first_lines_parse_on_an_old_python() -> None:
    source = (ROOT / "tools" / "bootstrap.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))
    imported = {
        alias.name
        for node in ast.parse(source).body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported == {"os", "shutil", "subprocess", "sys"}


def test_two_runs_at_once_wait_for_each_other(made: tuple[Path, list[str]]) -> None:
    checkout, outputs = made
    said, nothing = sorted(outputs, reverse=True)
    assert nothing == ""
    making, installing = said.splitlines()
    assert making.startswith("Making .venv … ")
    assert making.endswith(" s")
    assert installing.startswith("Installing 1 packages of requirements/base.txt … ")
    assert (checkout / ".venv" / "bin" / "small").is_file()


def test_set_up_again_then_with_a_newer_lock_then_as_a_copy(ready: Path, tmp_path: Path) -> None:
    assert say(ready) == "part 1.0\n"
    again = bootstrap(ready)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")

    require(ready, make_wheel(ready.parent / "wheels", "1.1"))
    newer = bootstrap(ready)
    assert newer.stdout.startswith("Installing 1 packages")
    assert say(ready) == "part 1.1\n"

    for_development = bootstrap(ready, "--dev")
    assert for_development.stdout.startswith("Installing 1 packages of requirements/dev.txt")
    assert bootstrap(ready).stdout == ""

    # Its scripts still name the place that it was copied from, as those of one that was moved do.
    shutil.copytree(ready.parent / "wheels", tmp_path / "wheels")
    copy = Path(shutil.copytree(ready, tmp_path / "a copy", symlinks=True))
    assert bootstrap(copy).stdout.startswith("Making .venv anew")
    assert say(copy) == "part 1.1\n"


def test_what_an_earlier_run_left_broken_is_made_anew(checkout: Path) -> None:
    venv = checkout / ".venv"
    # As an interrupted `python -m venv` leaves it: neither pip nor a stamp.
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(BASE_PYTHON)
    again = bootstrap(checkout)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("Making .venv anew, since it is not whole")
    assert say(checkout) == "part 1.0\n"
    assert look(checkout) == "ready"

    def remove_its_python() -> None:
        (venv / "bin" / "python").unlink()

    # One look decides what is done; to make it anew each time would take seconds.
    damages: dict[str, Callable[[], None]] = {
        "pip was interrupted": (venv / "synaptiq-installing").touch,
        "its Python was removed": remove_its_python,
    }
    for damage, do in damages.items():
        do()
        assert look(checkout) == "broken", damage
        (venv / "synaptiq-installing").unlink(missing_ok=True)


def look(checkout: Path) -> str:
    """What the set-up takes the .venv for that is there."""
    code = "import environment; print(environment.look(dev=False))"
    return subprocess.run(
        [BASE_PYTHON, "-c", code], cwd=checkout / "tools", capture_output=True, text=True,
        check=True,
    ).stdout.strip()  # fmt: skip


def test_a_python_without_ensurepip_says_what_to_install(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "lacking").mkdir()
    (tmp_path / "lacking" / "ensurepip.py").write_text("raise ImportError('No module ensurepip')\n")
    done = bootstrap(checkout, PYTHONPATH=str(tmp_path / "lacking"))
    assert done.returncode == 1
    assert "cannot make virtual environments (No module ensurepip)" in done.stderr
    assert f"apt install python3.{sys.version_info[1]}-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


def test_no_network_says_so_and_the_next_run_goes_on(ready: Path) -> None:
    require(ready, make_wheel(ready.parent / "wheels", "1.2"))
    # Port 9 is nobody's: the connection is refused at once.
    done = bootstrap(ready, PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert done.returncode == 1
    assert "could not be downloaded: no network" in done.stderr
    assert "pip download" in done.stderr
    assert "Traceback" not in done.stderr
    again = bootstrap(ready)
    assert again.returncode == 0
    assert again.stdout.startswith("Installing 1 packages")
    assert say(ready) == "part 1.2\n"


def test_a_package_with_another_hash_is_not_installed(ready: Path) -> None:
    make_wheel(ready.parent / "wheels", "1.3")
    require(ready, f"part==1.3 --hash=sha256:{'0' * 64}\n")
    done = bootstrap(ready)
    assert done.returncode == 1
    assert "not the one that was locked" in done.stderr


def test_a_package_without_a_build_for_this_system_says_so(ready: Path) -> None:
    require(ready, f"part==9.9 --hash=sha256:{'0' * 64}\n")
    done = bootstrap(ready)
    assert done.returncode == 1
    assert "has no build for this system" in done.stderr
