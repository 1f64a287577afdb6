"""What pages of meetings show beyond components."""

from __future__ import annotations

from django import template
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def linked(text: str) -> SafeString:
    """`text` with its addresses as links that look like links."""
    # Where these are the only tags: all else was escaped.
    made = urlize(text, nofollow=True, autoescape=True)
    return mark_safe(made.replace("<a ", '<a class="link" '))  # noqa: S308
