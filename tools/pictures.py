"""`make pictures`: takes the pictures of the documentation, of a fresh sample account.

Each page that shows one says so in a line (`dashboard/docs/pictures.py`); each line has a row here.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = CHECKOUT / "docs" / "product" / "pictures"
WINDOW: Any = {"width": 1200, "height": 720}
THEMES: tuple[Any, ...] = ("light", "dark")


def _tick_three(page: Page) -> None:
    for n in range(3):
        page.locator("[data-pick]").nth(n).check()
    page.get_by_text("3 selected").wait_for()


def _open_export(page: Page) -> None:
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_role("dialog").get_by_role("table").wait_for()


def _search(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").press_sequentially("exp")
    page.get_by_role("option", name="Exports").wait_for()


def _jane(page: Page) -> None:
    page.get_by_role("link", name="Jane Smith", exact=True).click()
    page.get_by_role("heading", level=1, name="Jane Smith").wait_for()


def _one_with_score(page: Page) -> None:
    page.locator("#conversations li:has(.num) .row-link").first.click()
    page.locator("#talk").wait_for()


@dataclass(frozen=True)
class Picture:
    """One picture: the page that is opened, and what is done there before it is taken."""

    name: str
    address: str
    do: Callable[[Page], None] = lambda page: None


PICTURES = (
    Picture("lead", "/admin/leads?text=jane@acme.com", _jane),
    Picture("search-or-jump-to", "/admin/leads", _search),
    Picture("export", "/admin/leads?status=qualified", _open_export),
    Picture("inbox", "/admin/conversations", _one_with_score),
    Picture("api-key", "/admin/settings/api-keys/new"),
    # Last: its ticks stay, and the export would be of them.
    Picture("leads", "/admin/leads?status=qualified", _tick_three),
)


def main() -> int:
    from synaptiq.kit import embedded

    with tempfile.TemporaryDirectory(prefix="synaptiq-pictures-") as folder:
        os.environ["SYNAPTIQ_HOME"] = folder
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            os.environ.pop(name, None)
        try:
            _take_all()
        finally:
            embedded.destroy(Path(folder))
    return 0


def _take_all() -> None:
    from synaptiq.terminal import environment, sample

    with environment.ready():
        from bench import processes
        from synaptiq.accounts.models import Member
        from tests.dashboard import browser

        sample.fill()
        owner = Member.across_accounts.select_related("user").get(user__email=sample.OWNER)
        FOLDER.mkdir(exist_ok=True)
        with processes.web() as (_, url), browser.chromium() as chromium:
            for theme in THEMES:
                look: dict[str, Any] = {"viewport": WINDOW, "color_scheme": theme}
                with browser.signed_in(chromium, url, owner, **look) as page:
                    for picture in PICTURES:
                        page.goto(url + picture.address)
                        picture.do(page)
                        path = FOLDER / f"{picture.name}-{theme}.png"
                        page.screenshot(path=path, animations="disabled", caret="hide")
                        print(path.relative_to(CHECKOUT))


if __name__ == "__main__":
    sys.exit(main())
