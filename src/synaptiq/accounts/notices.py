"""The kinds of notices: one literal table. Users read "notification"; the code says notice.

What a notice says about a lead holds nothing of the lead: its text begins with a verb, and whoever
shows it puts the lead's name of that moment before it. So neither an erasure nor a change of name
has to look for notices, and a mail can say the same without the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# NOTIFY with a member's integer key: what the bell shows is something else now.
CHANNEL = "synaptiq_notice"


class NoticeKind(StrEnum):
    LEAD_ASSIGNED = "lead_assigned"
    MENTIONED = "mentioned"
    MEETING = "meeting"
    VISITOR_WAITING = "visitor_waiting"
    LEAD_QUALIFIED = "lead_qualified"
    EXPORT_READY = "export_ready"
    EXPORT_FAILED = "export_failed"
    IMPORT_DONE = "import_done"
    IMPORT_FAILED = "import_failed"
    BATCH_ENDED = "batch_ended"
    PROPERTY_CONVERTED = "property_converted"


@dataclass(frozen=True)
class Kind:
    """`label` and `says` stand beside the tick for mails, `subject` over the mail.

    `quoted`: whether a mail repeats the text. A reason for which something failed may name what
    stands in a row, so it stays in the product. `bunched`: comes in numbers, by acts of others, so
    that one mail stands for those that follow it closely. `mailed_at_first`: by mail too until the
    member says otherwise. `for_absent`: no mail goes to who has a page open, since the bell rings
    there at that moment. `has_letter`: a mail of another kind tells of it in any case, so that
    there is nothing to choose and none of a notice.
    """

    label: str
    says: str
    subject: str
    quoted: bool = True
    bunched: bool = False
    mailed_at_first: bool = False
    for_absent: bool = False
    has_letter: bool = False


_K = NoticeKind

KINDS: dict[NoticeKind, Kind] = {
    _K.LEAD_ASSIGNED: Kind(
        "Leads assigned to you",
        "Somebody gives you a lead, or many at once.",
        "Assigned to you",
        bunched=True,
    ),
    _K.MENTIONED: Kind(
        "Mentions", "Somebody mentions you in a note about a lead.", "You were mentioned in a note"
    ),
    _K.MEETING: Kind(
        "Meetings with you",
        "A visitor books, moves or cancels one, or one is handed to you. Each comes by email in "
        "any case, as an invitation for your calendar.",
        "A meeting with you",
        has_letter=True,
    ),
    _K.VISITOR_WAITING: Kind(
        "Visitors who wait",
        "A visitor asks for a person. Whoever talks with visitors is told; the first who claims "
        "has the visitor. An email comes only while you have no page open.",
        "A visitor waits for a person",
        bunched=True,
        mailed_at_first=True,
        for_absent=True,
    ),
    _K.LEAD_QUALIFIED: Kind(
        "New qualified leads",
        "A lead is qualified for the first time: whoever has it is told, of one that nobody has "
        "all who talk with visitors.",
        "A new qualified lead",
        bunched=True,
        mailed_at_first=True,
    ),
    _K.EXPORT_READY: Kind(
        "Exports that are ready",
        "A file that you asked for can be downloaded.",
        "Your export is ready",
    ),
    _K.EXPORT_FAILED: Kind(
        "Exports that failed",
        "A file that you asked for could not be made.",
        "Your export failed",
        quoted=False,
    ),
    _K.IMPORT_DONE: Kind(
        "Imports that are done", "A file that you gave is brought in.", "Your import is done"
    ),
    _K.IMPORT_FAILED: Kind(
        "Imports that failed",
        "A file that you gave could not be brought in to its end.",
        "Your import failed",
        quoted=False,
    ),
    _K.BATCH_ENDED: Kind(
        "Changes of many leads",
        "A change that you began in the background has ended.",
        "Your change of many leads has ended",
        quoted=False,
    ),
    _K.PROPERTY_CONVERTED: Kind(
        "Custom properties",
        "The type of a custom property is another one, or could not be changed.",
        "The change of a custom property has ended",
        quoted=False,
    ),
}  # fmt: skip


def is_about_lead(target: str) -> bool:
    """Whether a notice of this target is about one lead."""
    return target.startswith("lead_")


def sentence(text: str, target: str, name: str = "") -> str:
    """What a notice says; of one about a lead, with its name where whoever reads may know it."""
    return f"{name or 'A lead'} {text}" if is_about_lead(target) else text
