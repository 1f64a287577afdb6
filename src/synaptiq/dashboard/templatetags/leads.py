"""Cells of the list of leads, one way to show each kind of column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from synaptiq.dashboard.leads.columns import Column
from synaptiq.dashboard.templatetags import components
from synaptiq.leads.models import ORIGINS, Lead

register = template.Library()


def _text(_: Context, value: Any) -> SafeString:
    if value in (None, ""):
        return components.none("Unknown")
    return _cut(value, value)


def _person(_: Context, member: Any) -> SafeString:
    if member is None:
        return components.none("Nobody")
    name = member.user.called
    return _cut(name, member.user.email)


def _cut(text: Any, title: Any) -> SafeString:
    # The box that cuts has the direction of what it holds: from right to left its end is on the
    # left. That isolates it as well.
    return format_html('<span class="cut" dir="auto" title="{}">{}</span>', title, text)


def _number(_: Context, value: Any) -> SafeString:
    if value is None:
        return components.none("No value")
    return format_html("{}", f"{value:,}" if isinstance(value, int | float) else value)


def _bool(_: Context, value: Any) -> SafeString:
    if value is None:
        return components.none("No value")
    return format_html("{}", "Yes" if value else "No")


def _tags(_: Context, value: list[str]) -> SafeString:
    return components.tags(value, 2) if value else components.none("No tags")


_CELLS: dict[str, Callable[[Context, Any], SafeString]] = {
    "text": _text,
    "number": _number,
    "bool": _bool,
    "status": lambda _, value: components.status_badge(value),
    "score": lambda _, value: components.score(value),
    "tags": _tags,
    "person": _person,
    "origin": lambda _, value: format_html("{}", ORIGINS[value]),
    "date": lambda context, value: components.when(context, value, "date"),
    "moment": lambda context, value: components.when(context, value),
}


@register.simple_tag(takes_context=True)
def lead_cells(context: Context, lead: Lead, columns: Sequence[Column]) -> SafeString:
    """A cell for each column of the list: in one piece, since a page has hundreds."""
    return format_html_join(
        "",
        '<td class="{}">{}</td>',
        ((c.cell_css, _CELLS[c.kind](context, c.value(lead))) for c in columns),
    )
