"""The components as template tags and filters; `docs/design.md` shows each of them.

Registered as a builtin, so templates need no `{% load %}`. Tags return markup of a few lines; what
is larger stands in `templates/dashboard/components/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe

from synaptiq.dashboard.components import figures, tones
from synaptiq.dashboard.components.icons import svg
from synaptiq.dashboard.templatetags import fields
from synaptiq.kit import clock, languages

register = Library()
register.tags.update(fields.register.tags)

THEMES = {"light": "Light", "dark": "Dark", "auto": "Auto"}
THEME_COOKIE = "theme"
_EMPTY = SafeString("")


@register.simple_tag
def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """`{% icon "download" %}`; with `label` when it stands alone without words."""
    return svg(name, label, classes)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The reader's choice from the cookie: auto, light or dark; auto where there is no request."""
    request = context.get("request")
    if request is not None:
        return theme_of(request)
    chosen = context.get("theme")
    return chosen if chosen in THEMES else "auto"


def theme_of(request: HttpRequest) -> str:
    """What this browser's cookie says: auto, light or dark."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


# ── Words in colour ─────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def badge(text: str, tone: str = "") -> SafeString:
    """A state in words with a dot. Tones: good, warn, bad, info, accent, or none."""
    return format_html('<span class="{}">{}</span>', f"badge {tone}".strip(), text)


@register.simple_tag
def chart_spec(spec: Mapping[str, Any]) -> SafeString:
    """What js/charts.js draws: data, so the policy lets it stand in the page."""
    return json_script(spec)


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """The badge of a lead's status."""
    return badge(*tones.status(status))


@register.simple_tag
def outcome_badge(outcome: str) -> SafeString:
    """The badge of what a check comes to."""
    return badge(*tones.outcome(outcome))


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """The badge of an export run's state."""
    return badge(*tones.run_state(state))


@register.simple_tag
def tags(words: list[str], limit: int = 3) -> SafeString:
    """The first `limit` tags, and how many more there are."""
    shown = format_html_join(
        "", '<span class="tag" title="{}">{}</span>', ((word, word) for word in words[:limit])
    )
    rest = words[limit:]
    more = format_html('<span class="tag" title="{}">+{}</span>', ", ".join(rest), len(rest))
    return format_html('<span class="tags">{}{}</span>', shown, more if rest else _EMPTY)


@register.simple_tag
def score(value: int | None) -> SafeString:
    """A score of 0 to 100 as bar and figure; a dash that says "No score" where there is none."""
    if value is None:
        return none("No score")
    width = format(min(max(value, 0), 100) * 0.48, "g")
    return format_html(
        '<span class="score"><svg class="bar-chart" viewBox="0 0 48 4" aria-hidden="true">'
        '<rect class="rest" width="48" height="4"/><rect class="part" width="{}" height="4"/></svg>'
        "<span>{}</span></span>",
        width,
        value,
    )


@register.simple_tag
def none(says: str = "None") -> SafeString:
    """An empty cell: a dash to see, words to hear."""
    return format_html(
        '<span class="none"><span aria-hidden="true">–</span><span class="vh">{}</span></span>',
        says,
    )


# ── Figures and times ───────────────────────────────────────────────────────────────────────────

register.filter("thin", figures.thin)
register.filter("bytes", figures.size)
register.filter("matched", figures.matched)


@register.filter
def counted(number: int, words: str) -> str:
    """`{{ n|counted:"lead,leads" }}` → `1 lead`, `1,284 leads`."""
    one, many = words.split(",")
    return f"{figures.thin(number)} {one if number == 1 else many}"


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | None, form: str = "relative") -> SafeString:
    """A moment in the account's timezone and the reader's language; the title has all of it.

    Forms: relative, exact, date, time.
    """
    if at is None:
        return none("Never")
    zone = getattr(context.get("account"), "timezone", None) or "UTC"
    language = context.get("language") or languages.DEFAULT
    now = clock.now()
    text = {
        "relative": figures.relative, "exact": figures.exact, "date": figures.date,
        "time": figures.time,
    }[form]  # fmt: skip
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        figures.full(at, zone, language),
        text(at, zone, now, language),
    )


# ── Things to press ─────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def copy_button(text: str, label: str = "Copy", small: bool = True) -> SafeString:
    """Copies `text` and says so. Needs script, so it hides where there is none."""
    return format_html(
        '<button type="button" class="btn quiet square needs-script {}" data-copy="{}"'
        ' aria-label="{}" title="{}">{}</button>',
        "small" if small else "",
        text,
        label,
        label,
        svg("copy"),
    )


@register.simple_tag
def chip(text: str, remove: str = "", label: str = "") -> SafeString:
    """A filter that is on; `remove` is the address of the list without it."""
    if not remove:
        return format_html('<span class="chip fixed"><span>{}</span></span>', text)
    return format_html(
        '<span class="chip"><span>{}</span>'
        '<a class="remove" href="{}" aria-label="{}">{}</a></span>',
        text,
        remove,
        label or f"Remove filter: {text}",
        svg("x", classes="small"),
    )


# ── Larger pieces, as blocks ────────────────────────────────────────────────────────────────────


def _block(template: str, content: str, context: Context, **values: Any) -> SafeString:
    inner = {"content": mark_safe(content), **values}  # noqa: S308 - rendered by this template
    for name in ("request", "csrf_token", "account", "language"):
        inner[name] = context.get(name)
    return render_to_string(f"dashboard/components/{template}.html", inner)


@register.simple_block_tag(takes_context=True, end_name="endmenu")
def menu(
    context: Context,
    content: str,
    id: str,
    label: str,
    icon: str = "",
    classes: str = "quiet square",
    words: bool = False,
    place: str = "",
) -> SafeString:
    """A button and its popover. Items: `<button class="item">` or `<a class="item">`.

    With `words` the label is seen, with a chevron; otherwise the icon alone. `place`: "start" (left
    edges meet), "up", "panel" (a small form, no list).
    """
    look = {"icon": icon, "classes": classes, "words": words, "place": place}
    return _block("menu", content, context, id=id, label=label, **look)


@register.simple_block_tag(takes_context=True, end_name="enddialog")
def dialog(
    context: Context,
    content: str,
    id: str,
    title: str,
    lede: str = "",
    size: str = "",
    open: bool = False,
    keeps: bool = False,
) -> SafeString:
    """A native dialog. Its content holds `.dialog-body` and `.dialog-foot`, often in one form.

    Opened by `<button command="show-modal" commandfor="…">`; when it arrives by htmx in `#dialogs`
    it opens itself. `size`: "small", "large". One that `keeps` is not closed by a press beside it,
    since much may have been typed.
    """
    return _block(
        "dialog", content, context,
        id=id, title=title, lede=lede, size=size, open=open, keeps=keeps,
    )  # fmt: skip


@register.simple_block_tag(takes_context=True, end_name="endempty")
def empty(
    context: Context, content: str, title: str, text: str = "", icon: str = "inbox", level: int = 2
) -> SafeString:
    """Nothing here: what it is, why, and (the block's content) what to do."""
    return _block("empty", content.strip(), context, title=title, text=text, icon=icon, level=level)


@register.simple_block_tag(takes_context=True, end_name="endnote")
def note(context: Context, content: str, tone: str = "", icon: str = "") -> SafeString:
    """A remark in its place. Tones: good, warn, bad, info, or none."""
    shown = icon or {"good": "good", "warn": "alert", "bad": "bad"}.get(tone, "info")
    return _block("note", content.strip(), context, tone=tone, icon=shown)


@register.inclusion_tag("dashboard/components/progress.html")
def progress(
    done: int, total: int | None, unit: str = "rows", label: str = "Progress", in_row: bool = False
) -> dict[str, Any]:
    """`done` of `total` in figures and as a line; an unknown total shows the figure alone."""
    share = min(done * 100 // total, 100) if total else None
    return {
        "done": done, "total": total, "share": share, "unit": unit, "label": label, "in_row": in_row
    }  # fmt: skip


@register.inclusion_tag("dashboard/components/pagination.html", takes_context=True)
def pagination(
    context: Context, page: Any, shows: str = "", key: str = "cursor", target: str = ""
) -> dict[str, Any]:
    """Previous and Next of a `kit.paging.Page`, keeping the rest of the address.

    `shows` is what stands before them ("212 leads"); `target` a selector that htmx replaces.
    """
    asked = context["request"].GET.copy()
    ways = []
    for rel, label, cursor in (("prev", "Previous", page.previous), ("next", "Next", page.next)):
        asked[key] = cursor or ""
        ways.append({"rel": rel, "label": label, "url": f"?{asked.urlencode()}" if cursor else ""})
    return {"ways": ways, "shows": shows, "target": target}


@register.inclusion_tag("dashboard/components/crumbs.html")
def crumbs(*steps: str) -> dict[str, Any]:
    """`{% crumbs "Settings" settings_url "API keys" %}`: name, address, …; last this page."""
    padded = [*steps, ""] if len(steps) % 2 else list(steps)
    return {"steps": list(zip(padded[::2], padded[1::2], strict=True))}


@register.inclusion_tag("dashboard/components/tabs.html")
def tabs(items: Sequence[Any], label: str) -> dict[str, Any]:
    """Links to views of one thing: items with `label`, `url`, `current` and maybe `count`."""
    return {"tabs": items, "label": label}


@register.inclusion_tag("dashboard/components/subnav.html")
def subnav(items: Sequence[Any], label: str) -> dict[str, Any]:
    """Settings' own list of pages; an item without `url` is the name of a group."""
    return {"items": items, "label": label}


@register.inclusion_tag("dashboard/components/secret.html")
def secret(value: str, label: str = "Secret", text: str = "") -> dict[str, Any]:
    """A secret that is shown this once, with a button to copy it."""
    return {"value": value, "label": label, "text": text}


@register.inclusion_tag("dashboard/components/toast.html")
def toast(text: str, level: str = "info") -> dict[str, Any]:
    """A short message. `level` is Django's level tag: success, info, warning, error."""
    tone, shape = tones.MESSAGE_TONES.get(level, ("", "info"))
    # A name in it may hold controls of direction, which would turn the sentence around.
    text = re.sub("[\u202a-\u202e\u2066-\u2069]", "", str(text))
    return {"text": text, "level": level, "tone": tone, "icon": shape}
