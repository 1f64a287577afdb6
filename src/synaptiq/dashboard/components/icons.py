"""The icon set: our own simple strokes on a 16 × 16 grid, one literal table.

Inline SVG and not a sprite or a font: no request, no flash, and the text's colour. The paths are
constants of ours, so they are safe to write unescaped.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS: dict[str, str] = {
    # The brand: four nodes of a small network.
    "mark": (
        '<circle cx="4" cy="4" r="2"/><circle cx="12" cy="6" r="2"/><circle cx="6" cy="12" '
        'r="2"/><path d="M5.8 4.6 10.1 5.6M4.5 6l1 4M10.9 7.5 7.3 10.5"/>'
    ),
    # Sections.
    "home": '<path d="M2.5 7.2 8 2.5l5.5 4.7v6.3h-3.7V9.7H6.2v3.8H2.5z"/>',
    "users": (
        '<circle cx="6" cy="5.2" r="2.4"/><path d="M1.6 13.4c.3-2.8 2-4.2 4.4-4.2s4.1 1.4 '
        '4.4 4.2M10.6 3a2.3 2.3 0 0 1 0 4.4M12 9.6c1.4.5 2.2 1.8 2.4 3.8"/>'
    ),
    "chat": (
        '<path d="M3.5 2.8h9c.6 0 1 .4 1 1v6.4c0 .6-.4 1-1 1H7.4l-3 2.5v-2.5h-.9c-.6 0-1-.4-1-1V'
        '3.8c0-.6.4-1 1-1z"/>'
    ),
    "calendar": '<path d="M2.5 4h11v9.5h-11zM2.5 7h11M5.3 2.3V5M10.7 2.3V5"/>',
    "user": (
        '<circle cx="8" cy="5.2" r="2.6"/><path d="M2.9 13.6C3.3 10.7 5.2 9.3 8 9.3s4.7 1.4 '
        '5.1 4.3"/>'
    ),
    "agent": (
        '<rect x="2.5" y="4.5" width="11" height="8.5" rx="2"/><path d="M8 2v2.5M5.8 8v1.4'
        'M10.2 8v1.4"/>'
    ),
    "export": '<path d="M8 2.5v7.6M4.9 7.3 8 10.4l3.1-3.1M2.5 13.5h11"/>',
    "settings": (
        '<path d="M2.5 4.5h5.7M11.8 4.5h1.7M2.5 11.5h1.7M7.8 11.5h5.7"/><circle cx="10" '
        'cy="4.5" r="1.8"/><circle cx="6" cy="11.5" r="1.8"/>'
    ),
    "book": (
        '<path d="M8 3.9C6.6 2.8 4.7 2.5 2.4 2.7v9.6c2.3-.2 4.2.1 5.6 1.2 1.4-1.1 3.3-1.4 '
        '5.6-1.2V2.7C11.3 2.5 9.4 2.8 8 3.9zM8 3.9v9.6"/>'
    ),
    "shield": (
        '<path d="M8 1.9 13 3.7v3.9c0 3.1-2 5.3-5 6.5-3-1.2-5-3.4-5-6.5V3.7zM5.9 8l1.5 1.5 2.8-3"/>'
    ),
    "bell": (
        '<path d="M3.2 11.5c.9-1 1.2-2.2 1.2-4.3 0-2.3 1.5-4 3.6-4s3.6 1.7 3.6 4c0 2.1.3 3.3 '
        '1.2 4.3zM6.7 13.6h2.6"/>'
    ),
    # Acts.
    "download": '<path d="M8 2.5v7.6M4.9 7.3 8 10.4l3.1-3.1M2.5 11v2.5h11V11"/>',
    "upload": '<path d="M8 10.3V2.7M4.9 5.5 8 2.4l3.1 3.1M2.8 10.6v2.7h10.4v-2.7"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "x": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "check": '<path d="m3 8.5 3.3 3.3L13 4.7"/>',
    "search": '<circle cx="7" cy="7" r="4.2"/><path d="m10.2 10.2 3.3 3.3"/>',
    "filter": '<path d="M2 4h12M4.5 8h7M6.8 12h2.4"/>',
    "edit": '<path d="m10.3 3.2 2.5 2.5L5.7 12.8l-3.1.6.6-3.1z"/>',
    "archive": '<path d="M2.5 3.2h11v3.2h-11zM3.6 6.4v6.4h8.8V6.4M6.5 9.1h3"/>',
    "trash": '<path d="M2.7 4.3h10.6M6 4.3V2.6h4v1.7M4.1 4.3l.5 9.2h6.8l.5-9.2M6.7 7v4M9.3 7v4"/>',
    "copy": (
        '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M3.7 10.5a1.2 1.2 0 0 '
        '1-1.2-1.2V3.7c0-.7.5-1.2 1.2-1.2h5.6c.7 0 1.2.5 1.2 1.2"/>'
    ),
    "undo": '<path d="M5.7 3 2.6 6.1l3.1 3.1M2.9 6.1h6.4a3.6 3.6 0 0 1 0 7.2H6"/>',
    "refresh": (
        '<path d="M13.3 6.5A5.6 5.6 0 0 0 3.4 5M2.7 9.5a5.6 5.6 0 0 0 9.9 1.5M3.2 '
        '2.3V5.2h2.9M12.8 13.7v-2.9H9.9"/>'
    ),
    "stop": '<circle cx="8" cy="8" r="5.6"/><path d="M6.2 6.2h3.6v3.6H6.2z"/>',
    "sign-out": '<path d="M9.5 2.5h-6v11h6M7 8h7M11.3 5.3 14 8l-2.7 2.7"/>',
    "switch": '<path d="M11 2.5 13.5 5 11 7.5M13.3 5H3M5 8.5 2.5 11 5 13.5M2.7 11H13"/>',
    # Ways.
    "arrow-up": '<path d="M8 13V3.5M4.5 7 8 3.5 11.5 7"/>',
    "arrow-down": '<path d="M8 3v9.5M4.5 9 8 12.5 11.5 9"/>',
    "chart": '<path d="M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6"/>',
    "columns": '<path d="M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10"/>',
    "chevron-down": '<path d="m4 6 4 4 4-4"/>',
    "chevron-left": '<path d="m10 4-4 4 4 4"/>',
    "chevron-right": '<path d="m6 4 4 4-4 4"/>',
    "up-down": '<path d="m5 6 3-3 3 3M5 10l3 3 3-3"/>',
    "menu": '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
    "dots": '<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2"/>',
    # States and things.
    "info": '<circle cx="8" cy="8" r="5.8"/><path d="M8 7.4v3.4M8 5.2h.01"/>',
    "alert": '<path d="M8 2.3 14.3 13.3H1.7zM8 6.5v3.2M8 11.5h.01"/>',
    "good": '<circle cx="8" cy="8" r="5.8"/><path d="m5.5 8.2 1.8 1.8 3.3-3.7"/>',
    "bad": '<circle cx="8" cy="8" r="5.8"/><path d="m6 6 4 4M10 6l-4 4"/>',
    "key": '<circle cx="5.3" cy="10.7" r="2.8"/><path d="m7.3 8.7 5.7-5.7M10.3 5.7l2 2"/>',
    "mail": (
        '<rect x="2" y="3.5" width="12" height="9.5" rx="1.5"/><path d="m2.5 4.7 5.5 4.3 5.5-4.3"/>'
    ),
    "phone": (
        '<path d="M3 2.7h2.6l1.3 3.1-1.6 1.3c.7 1.5 1.9 2.7 3.5 3.5l1.3-1.6 3.1 '
        '1.3v2.6c-5.6.6-10.8-4.6-10.2-10.2z"/>'
    ),
    "link": (
        '<path d="M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.3 '
        '6.7a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.9-.9"/>'
    ),
    "merge": '<path d="M4 2.5v3c0 3 4 2.4 4 5.4v2.6M12 2.5v3c0 3-4 2.4-4 5.4"/>',
    "tag": '<path d="M2.5 2.5h5.3l5.7 5.7-5.3 5.3-5.7-5.7zM5.5 5.5h.01"/>',
    "file": '<path d="M3.5 2h5.8l3.2 3.2V14h-9zM9.2 2v3.3h3.3"/>',
    "terminal": (
        '<rect x="2" y="3" width="12" height="10" rx="1.5"/><path d="m4.7 6.2 1.9 1.8-1.9 '
        '1.8M8.3 10h3"/>'
    ),
    "keyboard": (
        '<rect x="1.5" y="4" width="13" height="8.5" rx="1.5"/><path d="M4 6.7h.01M6.7 6.7h.01'
        'M9.3 6.7h.01M12 6.7h.01M5.3 9.8h5.4"/>'
    ),
    "sun": (
        '<circle cx="8" cy="8" r="2.7"/><path d="M8 1.7v1.4M8 12.9v1.4M1.7 8h1.4M12.9 8h1.4'
        'M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1"/>'
    ),
    "inbox": '<path d="M2 9.5 4 3.5h8l2 6v3.7H2zM2 9.5h3.6l.8 1.7h3.2l.8-1.7H14"/>',
}


def svg(name: str, label: str = "", classes: str = "") -> SafeString:
    """The icon as inline SVG; without a label it is decoration, hidden from screen readers."""
    body = mark_safe(ICONS[name])  # noqa: S308 - a constant of this file
    css = f"icon {classes}".strip()
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>',
            css,
            label,
            body,
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        css,
        body,
    )
