"""How a refusal of an action reads beside a field of a page."""

from __future__ import annotations

# Checks say what is wrong so that it goes on after a field's name ("is not a date …").
_GOES_ON = {"is", "are", "has", "have", "holds", "of"}


def sentence(text: str, label: str = "") -> str:
    """A check's text as a sentence of its own: of the field Name, `is blank.` reads “Name is
    blank.”"""
    if label and text.partition(" ")[0] in _GOES_ON:
        text = f"{label} {text}"
    if "@" in text.partition(" ")[0]:
        # An address is written as it is.
        return text
    return text[:1].upper() + text[1:]
