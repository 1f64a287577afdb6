"""The table of contents: every page that the documentation will have, in its order and groups.

A page is there when its file is (`docs/product/<slug>.md`), and its file is written when its
capability exists. Nothing else decides what the navigation shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from synaptiq.kit.config import CHECKOUT

FOLDER = CHECKOUT / "docs" / "product"

CONTENTS: Mapping[str, tuple[str, ...]] = {
    "Getting Started": (
        "Quick Start Guide",
        "Embed the Widget on Your Site",
        "Configure Your AI Agent",
        "Upload Your Knowledge Base",
        "Test Your First Conversation",
    ),
    "Dashboard": (
        "Understanding Your Dashboard Metrics",
        "Managing Leads and Conversations",
        "Using the Conversion Funnel",
        "Exporting Data",
    ),
    "Widget": (
        "Choosing a Theme",
        "Customizing the Chat Icon",
        "Position and Sizing Options",
        "Custom CSS Overrides",
    ),
    "Agent Behavior": (
        "Choosing an Industry Template",
        "Customizing Qualification Criteria",
        "Writing Effective Greeting Messages",
        "Objection Handling Best Practices",
    ),
    "Knowledge": (
        "Uploading Documents",
        "Supported File Formats",
        "How the AI Uses Your Documents",
        "Testing Queries Against Your Knowledge Base",
    ),
    "Integrations": (
        "Calendar Setup (Cal.com / Calendly)",
        "CRM Sync (HubSpot)",
        "Webhook Configuration",
        "Zapier / Make Integration",
    ),
    "API": (
        "Authentication",
        "Chat API",
        "Leads API",
        "Conversations API",
        "Analytics API",
        "Webhooks",
        "Rate Limits and Error Codes",
        "Code Examples",
    ),
    "Billing": (
        "Plans and Pricing",
        "Usage Metering",
        "Managing Your Subscription",
        "Invoices and Receipts",
    ),
}


@dataclass(frozen=True)
class Entry:
    """A page that exists."""

    slug: str
    title: str
    group: str

    @property
    def url(self) -> str:
        return f"/docs/{self.slug}"

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.slug}.md"


def slug_of(title: str) -> str:
    """`Calendar Setup (Cal.com / Calendly)` → `calendar-setup-cal-com-calendly`."""
    return re.sub(r"[^a-z0-9_]+", "-", title.lower()).strip("-")


@cache
def entries() -> tuple[Entry, ...]:
    """The pages that exist, in the order of the contents."""
    planned = (
        Entry(slug_of(title), title, group)
        for group, titles in CONTENTS.items()
        for title in titles
    )
    return tuple(entry for entry in planned if entry.path.is_file())


def entry(slug: str) -> Entry | None:
    """The page of this slug, if there is one."""
    return next((one for one in entries() if one.slug == slug), None)


def beside(current: Entry) -> tuple[Entry | None, Entry | None]:
    """The pages before and after, None at either end."""
    all_of_them = entries()
    at = all_of_them.index(current)
    before = all_of_them[at - 1] if at else None
    after = all_of_them[at + 1] if at + 1 < len(all_of_them) else None
    return before, after
