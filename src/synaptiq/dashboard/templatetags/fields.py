"""Form fields as template tags: label, control, help and error, tied to each other by ids.

Apart from `components` only for their size; that library takes these tags in, so templates see one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template import Library
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = Library()


def describe(name: str, help: Any, error: Any) -> dict[str, str]:
    """The attributes by which a control names its help and its error."""
    ids = [f"{name}-{part}" for part, text in (("help", help), ("error", error)) if text]
    attributes = {"aria-describedby": " ".join(ids)} if ids else {}
    return attributes | ({"aria-invalid": "true"} if error else {})


_CLASSES = {"select": "select", "textarea": "textarea"}


@register.simple_tag
def field(
    bound: BoundField,
    help: str = "",
    label: str = "",
    placeholder: str = "",
    autocomplete: str = "",
    autofocus: bool = False,
    classes: str = "",
    optional: bool = False,
) -> SafeString:
    """A bound field of a Django form: label, control, help, error, tied to each other."""
    help = help or str(bound.help_text)
    label = label or str(bound.label)
    wrong = bound.errors.as_data()
    # Django says "This field is required.", which names none.
    error = " ".join(
        f"{label} is blank." if one.code == "required" else " ".join(one.messages) for one in wrong
    )
    attributes: dict[str, Any] = describe(bound.auto_id, help, error)
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        kind = "tick"
    elif isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        kind = "options"
    else:
        kind = "plain"
        base = _CLASSES.get(
            bound.widget_type, "textarea" if "textarea" in bound.widget_type else ""
        )
        base = base or ("select" if "select" in bound.widget_type else "input")
        attributes["class"] = f"{base} {classes}".strip()
    given = {"placeholder": placeholder, "autocomplete": autocomplete, "autofocus": autofocus}
    attributes |= {name: value for name, value in given.items() if value}
    return render_to_string(
        "dashboard/components/field.html",
        {
            "field": bound,
            "kind": kind,
            "label": label,
            "control": bound.as_widget(attrs=attributes),
            "described": written(describe(bound.auto_id, help, error)),
            "help": help,
            "error": error,
            "optional": optional,
        },
    )


@register.simple_tag
def text_field(
    name: str,
    label: str,
    value: Any = "",
    help: str = "",
    error: str = "",
    type: str = "text",
    id: str = "",
    optional: bool = False,
    **attributes: Any,
) -> SafeString:
    """A text field without a Django form. Other words become attributes (`_` reads `-`)."""
    id = id or f"id_{name}"
    given = {
        key.replace("_", "-"): v for key, v in attributes.items() if v not in (None, False, "")
    }
    if "autofocus" in given:
        # Also where a template hands on the error that it follows.
        given["autofocus"] = True
    classes = f"input {given.pop('class', '')}".strip()
    every = {"id": id, "name": name, "type": type, "class": classes}
    if value not in (None, ""):
        every["value"] = value
    return render_to_string(
        "dashboard/components/control.html",
        {
            "id": id,
            "label": label,
            "content": format_html("<input{}>", written(every | describe(id, help, error) | given)),
            "help": help,
            "error": error,
            "optional": optional,
        },
    )


def written(attributes: Mapping[str, Any]) -> SafeString:
    """Attributes as text: True is the bare name, False is nothing."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
            for name, value in attributes.items()
            if value is not False
        ),
    )


@register.simple_block_tag(end_name="endcontrol")
def control(
    content: str,
    label: str,
    id: str = "",
    help: str = "",
    error: str = "",
    optional: bool = False,
    group: bool = False,
) -> SafeString:
    """A field around any control: `{% control "Timezone" id="zone" %}<select …>{% endcontrol %}`.

    The control gives itself `id` and, with help or error, `{% described id help error %}`. With
    `group` the label is a legend, for radios and ticks.
    """
    return render_to_string(
        "dashboard/components/control.html",
        {
            "id": id,
            "label": label,
            "content": mark_safe(content),  # noqa: S308 - rendered by this template
            "help": help,
            "error": error,
            "optional": optional,
            "group": group,
            "described": written(describe(id, help, "")) if group else "",
        },
    )


@register.simple_tag
def described(id: str, help: str = "", error: str = "") -> SafeString:
    """The attributes by which a control points at its help and error, where they are."""
    return written(describe(id, help, error))


@register.simple_tag
def segmented(
    name: str, choices: Any, value: Any = "", label: str = "", id: str = "", **attributes: Any
) -> SafeString:
    """One of a few: radios that look like a row of buttons. `choices` are (value, words)."""
    given = {key.replace("_", "-"): v for key, v in attributes.items() if v not in (None, False)}
    radios = format_html_join(
        "",
        '<label><input type="radio" name="{}" value="{}"{}><span data-text="{}">{}</span></label>',
        (
            (name, slug, written(given | {"checked": str(slug) == str(value)}), words, words)
            for slug, words in choices
        ),
    )
    opening = {"class": "seg", "role": "radiogroup"}
    opening |= {"id": id} if id else {}
    opening |= {"aria-label": label} if label else {}
    return format_html("<div{}>{}</div>", written(opening), radios)
