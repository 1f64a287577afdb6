"""Markdown → HTML for the documentation: under the strict policy, and with a keyboard.

No HTML of the source passes; code is coloured by classes; headings link to themselves; what may
be wider than the page scrolls by itself and can be focused for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from synaptiq.dashboard.docs import pictures
from synaptiq.dashboard.docs.contents import slug_of

LANGUAGES = {"bash": "console", "sh": "bash", "json": "json", "http": "http", "python": "python",
             "csv": "text", "text": "text", "html": "html", "javascript": "javascript",
             "php": "php", "ruby": "ruby"}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A heading of the second or third level, for "On this page"."""

    id: str
    title: str
    level: int


@dataclass(frozen=True)
class Page:
    """A page's title, its first paragraph as plain text, its HTML below the title, its sections."""

    title: str
    summary: str
    html: SafeString
    sections: tuple[Section, ...]


# The address in the files' examples, which are read where there is no server too.
EXAMPLE = "https://synaptiq.example.com"


@cache
def page(path: Path, address: str = EXAMPLE) -> Page:
    """Read and render a file once for the life of the process. Its examples name `address`, so
    that they work as they stand."""
    return render(path.read_text(encoding="utf-8").replace(EXAMPLE, address))


def render(source: str) -> Page:
    """A page from its Markdown, which begins with its title and a paragraph that sums it up."""
    parser = _parser()
    tokens = parser.parse(source)
    title, tokens = tokens[1].content, tokens[3:]
    sections = _name_headings(tokens)
    _lead_to_pages(tokens)
    tokens = pictures.place(tokens)
    summary = "".join(t.content for t in tokens[1].children or () if t.type in _WORDS)
    html = parser.renderer.render(tokens, parser.options, {})
    # Made by the parser with html off: every piece of the source is escaped.
    return Page(title, summary, mark_safe(html), sections)  # noqa: S308


_WORDS = {"text", "code_inline", "softbreak"}


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


def _name_headings(tokens: Sequence[Token]) -> tuple[Section, ...]:
    """Give each heading an id made of its words, and let it link to itself."""
    sections: list[Section] = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        title = "".join(t.content for t in inline.children or () if t.type in _WORDS)
        level, id = int(opening.tag[1]), slug_of(title)
        taken = {section.id for section in sections}
        if id in taken:
            id = next(f"{id}-{n}" for n in range(2, 100) if f"{id}-{n}" not in taken)
        opening.attrSet("id", id)
        link = Token("link_open", "a", 1, attrs={"href": f"#{id}", "class": "heading-link"})
        inline.children = [link, *(inline.children or ()), Token("link_close", "a", -1)]
        sections.append(Section(id, title, level))
    return tuple(sections)


def _lead_to_pages(tokens: Sequence[Token]) -> None:
    """Links between the files, which work where the files are read, become links of pages."""
    for token in tokens:
        for child in token.children or ():
            target = child.attrGet("href")
            if child.type == "link_open" and isinstance(target, str):
                file, hash, part = target.partition("#")
                if file.endswith(".md") and "/" not in file:
                    child.attrSet("href", f"/docs/{file.removesuffix('.md')}{hash}{part}")


def _fence(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    language = token.info.strip()
    lexer = get_lexer_by_name(LANGUAGES[language or "text"], stripnl=False)
    code = highlight(token.content, lexer, HtmlFormatter(nowrap=True))
    label = escape(f"Example ({language})" if language else "Example")
    return f'<pre tabindex="0" role="region" aria-label="{label} {at}"><code>{code}</code></pre>\n'


def _table_open(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f'<div class="scroll" tabindex="0" role="region" aria-label="Table {at}"><table>\n'


def _table_close(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return "</table></div>\n"
