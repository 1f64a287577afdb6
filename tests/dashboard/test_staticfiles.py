"""Hashed static files: collected as in production, and plain names where nothing was collected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from synaptiq.dashboard.staticfiles import HashedFiles


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root):
        call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())
        yield root


def test_plain_names_are_given_out_where_nothing_was_collected(tmp_path: Path) -> None:
    files = HashedFiles(location=tmp_path, base_url="/static/")
    assert files.url("dashboard/css/base.css") == "/static/dashboard/css/base.css"


def test_names_hold_their_hash_once_collected(collected: Path) -> None:
    files = HashedFiles(location=collected, base_url="/static/")
    assert re.fullmatch(
        r"/static/dashboard/css/base\.[0-9a-f]{12}\.css", files.url("dashboard/css/base.css")
    )


def test_a_file_that_a_release_lacks_is_an_error(collected: Path) -> None:
    files = HashedFiles(location=collected, base_url="/static/")
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        files.url("dashboard/css/nosuch.css")


def test_modules_import_each_other_by_hashed_names_that_exist(collected: Path) -> None:
    files = HashedFiles(location=collected, base_url="/static/")
    scripts = collected / "dashboard/js"
    served = {Path(files.stored_name(f"dashboard/js/{p.name}")).name for p in scripts.iterdir()
              if p.name.count(".") == 1}  # fmt: skip
    imports = {
        name for script in served
        for name in re.findall(r'"\./([^"]+)"', (scripts / script).read_text())
    }  # fmt: skip
    assert len(imports) >= 6
    assert imports <= served


def test_sheets_point_at_hashed_files(collected: Path) -> None:
    files = HashedFiles(location=collected, base_url="/static/")
    sheet = (collected / files.stored_name("dashboard/css/controls.css")).read_text()
    found = re.search(r'url\("?\.\./(chevron\.[0-9a-f]{12}\.svg)', sheet)
    assert found
    assert (collected / "dashboard" / found[1]).is_file()
