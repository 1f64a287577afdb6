"""The documentation: its contents, its links, its layout, and whether it helped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import Resolver404, resolve

from synaptiq.accounts.models import Account
from synaptiq.dashboard.docs import contents, markdown
from synaptiq.dashboard.models import PageFeedback
from synaptiq.kit import clock
from tests.dashboard.markup import assert_strict_csp

SEED = Path(__file__).resolve().parents[3].parent / "shared/seeds/000_8e03fbd988a7f106.txt"


class Links(HTMLParser):
    """The addresses of links and the ids of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.hrefs.append(given["href"] or "")
        if given.get("id"):
            self.ids.add(given["id"] or "")


@pytest.fixture
def pages(db: None) -> dict[str, str]:
    """Address → HTML of every page, as a stranger sees it."""
    found = {}
    for entry in contents.entries():
        response = Client().get(entry.url)
        assert response.status_code == 200
        found[entry.url] = response.content.decode()
    return found


def test_the_contents_are_those_of_the_source_page_in_its_order() -> None:
    if not SEED.exists():
        pytest.skip(f"The source page is not at {SEED}")
    text = SEED.read_text(encoding="utf-8")
    listed = text[text.index("\nDocumentation\n") : text.index("Docs/Dashboard/Exporting Data")]
    titles = [line.strip("• ").strip() for line in listed.splitlines() if "•" in line]
    assert [title for group in contents.CONTENTS.values() for title in group] == titles
    assert "Exporting Data" in contents.CONTENTS["Dashboard"]


def test_these_pages_exist_and_no_others() -> None:
    assert [entry.title for entry in contents.entries()] == [
        "Quick Start Guide",
        "Embed the Widget on Your Site",
        "Configure Your AI Agent",
        "Test Your First Conversation",
        "Understanding Your Dashboard Metrics",
        "Managing Leads and Conversations",
        "Using the Conversion Funnel",
        "Exporting Data",
        "Calendar Setup (Cal.com / Calendly)",
        "Authentication",
        "Chat API",
        "Leads API",
        "Conversations API",
        "Analytics API",
        "Rate Limits and Error Codes",
    ]
    files = {path.stem for path in contents.FOLDER.glob("*.md")}
    assert files == {entry.slug for entry in contents.entries()}


def test_every_page_has_the_title_of_the_contents_and_a_summary() -> None:
    for entry in contents.entries():
        page = markdown.page(entry.path)
        assert page.title == entry.title
        assert 40 < len(page.summary) < 250


def test_the_navigation_shows_what_exists(pages: dict[str, str]) -> None:
    for url, html in pages.items():
        nav = html[html.index('id="contents"') : html.index("<main")]
        titles = re.findall(r'<a href="/docs/[a-z-]+"[^>]*>([^<]+)</a>', nav)
        assert titles == [entry.title for entry in contents.entries()]
        assert nav.count('aria-current="page"') == 1
        groups = re.findall(r'class="group">([^<]+)<', nav)
        assert groups == ["Getting Started", "Dashboard", "Integrations", "API"]
        assert f'href="{url}" aria-current="page"' in nav


def test_a_page_says_where_it_is(pages: dict[str, str]) -> None:
    crumbs = pages["/docs/exporting-data"].split("docs-crumbs", 1)[1].split("</nav>", 1)[0]
    assert re.findall(r">([^<>]+)<", crumbs) == ["Docs", "Dashboard", "Exporting Data"]


def test_previous_and_next_follow_the_contents(pages: dict[str, str]) -> None:
    html = pages["/docs/exporting-data"]
    assert '<a rel="prev" href="/docs/using-the-conversion-funnel"><small>Previous</small>' in html
    assert '<a rel="next" href="/docs/calendar-setup-cal-com-calendly"><small>Next</small>' in html
    assert 'rel="prev"' not in pages["/docs/quick-start-guide"]
    assert 'rel="next"' not in pages["/docs/rate-limits-and-error-codes"]


def test_every_link_leads_somewhere(pages: dict[str, str]) -> None:
    read = {url: Links(html) for url, html in pages.items()}
    for url, links in read.items():
        for href in links.hrefs:
            path, _, part = href.partition("#")
            assert path.startswith("/") or not path, f"{url}: {href} leads outside"
            target = read.get(path or url)
            if target is None:
                try:
                    resolve(path)
                except Resolver404:
                    pytest.fail(f"{url}: {href} leads nowhere")
            elif part:
                assert part in target.ids, f"{url}: {href} has no such part"


def test_pages_keep_the_strict_policy(pages: dict[str, str]) -> None:
    for html in pages.values():
        assert_strict_csp(html)


def test_the_index_is_the_first_page(db: None) -> None:
    assert Client().get("/docs").headers["Location"] == "/docs/quick-start-guide"


def test_a_page_that_is_not_written_is_not_found(db: None) -> None:
    for slug in ("custom-css-overrides", "nothing", "..%2f..%2fREADME"):
        assert Client().get(f"/docs/{slug}").status_code == 404


def test_no_html_of_a_page_passes() -> None:
    page = markdown.render(
        "# T\n\nS\n\n<script>x</script> <b>b</b> [l](javascript:alert(1))\n\n```json\n<b>\n```\n"
    )
    assert "<script" not in page.html
    assert "<b>" not in page.html
    assert 'href="javascript' not in page.html


def test_headings_of_the_same_words_have_ids_of_their_own() -> None:
    page = markdown.render("# T\n\nS\n\n## A `b_c`\n\n## A `b_c`\n")
    assert [section.id for section in page.sections] == ["a-b_c", "a-b_c-2"]


@pytest.fixture
def frozen() -> Iterator[None]:
    with clock.freeze(datetime(2026, 3, 15, 23, 30, tzinfo=UTC)):
        yield


def test_answers_are_counted_by_page_and_day(db: None, frozen: None) -> None:
    reader = Client()
    for answer in ("yes", "yes", "no"):
        response = reader.post("/docs/leads-api/helpful", {"helpful": answer})
        assert response.headers["Location"] == f"/docs/leads-api?helpful={answer}#helpful"
    row = PageFeedback.objects.get()
    assert (row.page, row.helpful, row.unhelpful) == ("leads-api", 2, 1)
    assert str(row.day) == "2026-03-15"
    thanks = reader.get("/docs/leads-api?helpful=yes").content.decode()
    assert "Your answer was counted" in thanks
    assert "Was this page helpful?" not in thanks


def test_only_a_yes_or_a_no_is_an_answer(db: None) -> None:
    # NUL is refused for every page alike, before the page is asked.
    for answer, status in (("", 422), ("maybe", 422), ("\x00", 400)):
        response = Client().post("/docs/leads-api/helpful", {"helpful": answer})
        assert response.status_code == status
    assert Client().post("/docs/nothing/helpful", {"helpful": "yes"}).status_code == 404
    assert Client().get("/docs/leads-api/helpful").status_code == 405
    assert not PageFeedback.objects.exists()


def test_an_answer_from_another_site_is_refused(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/docs/leads-api/helpful", {"helpful": "yes"})
    assert response.status_code == 403
    assert not PageFeedback.objects.exists()


def test_a_member_finds_the_way_back(account: Account, member: Any) -> None:
    browser = Client()
    assert "Sign in" in browser.get("/docs/leads-api").content.decode()
    browser.force_login(member("viewer").user)
    assert '<a class="btn quiet" href="/admin/">Dashboard</a>' in (
        browser.get("/docs/leads-api").content.decode()
    )


def test_examples_name_the_server_that_shows_them(client: Client, settings: LazySettings) -> None:
    settings.PUBLIC_URL = "https://leads.acme.example"
    for entry in contents.entries():
        assert "synaptiq.example.com" not in client.get(entry.url).text
    assert "https://leads.acme.example" in client.get("/docs/authentication").text
    # Where there is no server, the files keep the address of the examples.
    assert markdown.EXAMPLE in (contents.FOLDER / "authentication.md").read_text(encoding="utf-8")
