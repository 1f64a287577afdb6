"""What is chosen before anything is made: the Python, the browser; and what `make` says."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of `tools`, which finds its neighbours as it does when run."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(folder: Path, name: str, body: str = "exit 0") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_an_old_python_hands_over_to_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap = load("bootstrap", monkeypatch)
    program(tmp_path, "python3.13", "exit 1")
    newer = program(tmp_path, "python3.12")
    handed: list[list[str]] = []

    def execute(path: str, argv: list[str]) -> None:
        handed.append(argv)
        raise SystemExit

    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    monkeypatch.setattr(sys, "argv", ["tools/bootstrap.py", "--dev"])
    monkeypatch.setattr(os, "execv", execute)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit):
        bootstrap.main()
    assert handed == [[str(newer), "tools/bootstrap.py", "--dev"]]


def test_an_old_python_alone_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap = load("bootstrap", monkeypatch)
    program(tmp_path, "python3", "exit 1")
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later.* is 3\.8\.10"):
        bootstrap.main()


def test_the_chosen_browser_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = load("browser", monkeypatch)
    chosen = program(tmp_path, "mine")
    program(tmp_path, "chromium")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SYNAPTIQ_CHROMIUM", str(chosen))
    assert browser.find() == str(chosen)
    browser.ensure(Path(sys.executable), tmp_path / "log")


def test_a_browser_by_name_counts_only_if_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = load("browser", monkeypatch)
    program(tmp_path, "chromium", "echo install the snap; exit 1")
    other = program(tmp_path, "google-chrome")
    monkeypatch.delenv("SYNAPTIQ_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert browser.find() == str(other)


def test_the_browser_that_playwright_keeps_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = load("browser", monkeypatch)
    kept = tmp_path / "chromium-1200" / "chrome-linux64"
    kept.mkdir(parents=True)
    path = program(kept, "chrome")
    monkeypatch.delenv("SYNAPTIQ_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert browser.find() == str(path)
    shell = tmp_path / "chromium_headless_shell-1200" / "chrome-headless-shell-linux64"
    shell.mkdir(parents=True)
    assert browser.find() == str(path)
    headless = program(shell, "chrome-headless-shell")
    assert browser.find() == str(headless)


def root_on_debian(
    browser: ModuleType, monkeypatch: pytest.MonkeyPatch, folder: Path, *provides: str
) -> Path:
    """apt-get that has these packages; where it writes what it was asked."""
    asked = folder.parent / "asked"
    known = "|".join(f"*\\ {name}\\ *" for name in provides) or "nothing"
    body = (
        f'echo "$@" >> {asked}\ncase "$* " in\n*update*) ;;\n{known}) for name; do '
        f"/bin/cp {folder}/true {folder}/$name; done;;\n*) echo no such package; exit 100;;\nesac"
    )
    program(folder, "apt-get", body)
    program(folder, "true")
    monkeypatch.delenv("SYNAPTIQ_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(folder.parent / "none"))
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser, "_is_debian", lambda: True)
    monkeypatch.setattr(browser, "_APPLICATIONS", ())
    return asked


def installed(asked: Path) -> list[str]:
    first, *rest = asked.read_text().splitlines()
    assert first.endswith("update")
    return [line.partition("install --yes --no-install-recommends ")[2] for line in rest]


HEADLESS, WHOLE = "chromium-headless-shell fonts-liberation", "chromium fonts-liberation"


@pytest.mark.parametrize(
    ("provides", "asked_for"),
    [(["chromium-headless-shell"], [HEADLESS]), (["chromium"], [HEADLESS, WHOLE])],
)
def test_root_on_debian_installs_the_browser_from_its_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, provides: list[str], asked_for: list[str]
) -> None:
    browser = load("browser", monkeypatch)
    asked = root_on_debian(browser, monkeypatch, tmp_path / "bin", *provides)
    browser.ensure(Path(sys.executable), tmp_path / "log")
    assert installed(asked) == asked_for
    assert browser.find() == str(tmp_path / "bin" / provides[0])


def test_where_no_browser_can_be_installed_it_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = load("browser", monkeypatch)
    asked = root_on_debian(browser, monkeypatch, tmp_path / "bin")
    error = importlib.import_module("steps").SetupError
    with pytest.raises(error, match=r"(?s)Install it .*no such package"):
        browser.ensure(Path(sys.executable), tmp_path / "log")
    assert installed(asked) == [HEADLESS, WHOLE]


@pytest.mark.parametrize("provides", [["chromium-headless-shell"], []])
def test_to_a_browser_with_windows_the_headless_one_is_added_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, provides: list[str]
) -> None:
    browser = load("browser", monkeypatch)
    folder = tmp_path / "bin"
    asked = root_on_debian(browser, monkeypatch, folder, *provides)
    program(folder, "chromium")
    for _ in range(2):
        browser.ensure(Path(sys.executable), tmp_path / "log")
    assert installed(asked) == [HEADLESS]
    assert browser.find() == str(folder / (provides or ["chromium"])[0])


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    argv = ["make", "--no-print-directory", "-C", str(ROOT), *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_make_explains_every_target() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z-]+):", text, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    assert sorted(targets) == sorted(phony[1].split())
    explained = [line.split()[1] for line in make().stdout.splitlines()]
    assert explained == targets


@pytest.mark.parametrize("target", ["demo", "setup", "install", "test", "check"])
def test_make_without_any_python_says_what_to_install(target: str) -> None:
    done = make(target, "PYTHON=")
    assert done.returncode != 0
    assert "needs Python 3.11 or later, and there is no python3" in done.stderr
    assert f"make PYTHON=/path/to/python3 {target}" in done.stderr


def test_no_requirement_file_names_an_index() -> None:
    for name in ("base.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text("utf-8")
        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text
