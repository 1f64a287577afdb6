"""What the frame of every page shows: sections, accounts, notices."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.conversations.shown import Unread
from synaptiq.dashboard.notices.shown import Bell
from synaptiq.dashboard.people import passkeys
from synaptiq.dashboard.requests import language_of

# Label, address, icon, who sees it (any of these permissions; nobody named: every member), and
# whether it stands at the foot of the list.
SECTIONS: tuple[tuple[str, str, str, frozenset[Permission], bool], ...] = (
    ("Leads", "/admin/leads", "users", frozenset({Permission.READ}), False),
    ("Conversations", "/admin/conversations", "chat", frozenset({Permission.READ}), False),
    ("Meetings", "/admin/meetings", "calendar", frozenset({Permission.READ}), False),
    ("Analytics", "/admin/analytics", "chart", frozenset({Permission.READ}), False),
    ("Agent", "/admin/agent", "agent", frozenset({Permission.READ}), False),
    ("Exports", "/admin/exports", "export", frozenset({Permission.DOWNLOAD}), False),
    ("Settings", "/admin/settings", "settings", frozenset(), True),
    ("Documentation", "/docs", "book", frozenset(), True),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of `dashboard/shell.html`. What costs a query is asked only where it is shown."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "actor": actor,
        "account": actor.account if actor else None,
        "accounts": (accounts := _accounts(request)),
        "namesakes": _names_held_twice(accounts),
        "account_menu": _account_menu(request),
        "language": language_of(request),
        "nav": _nav(request.path, actor) if actor else [],
        "demo": settings.DEMO,
        "signup_open": settings.SIGNUP == "open",
        "passkeys_possible": passkeys.possible(request),
        "passkeys_elsewhere": passkeys.elsewhere(request),
        # Whether pages are told what changes: an Auditor sees nothing that would.
        "is_live": bool(actor and actor.member and actor.can(Permission.READ)),
        "notices": Bell(actor) if actor and actor.member else None,
    }


def _accounts(request: HttpRequest) -> list[Account]:
    """All accounts of this person, when there are several to choose from."""
    memberships = getattr(request, "memberships", [])
    return [member.account for member in memberships] if len(memberships) > 1 else []


def _names_held_twice(accounts: list[Account]) -> set[str]:
    """Names that tell nobody which of these accounts is meant: their ids are shown beside them."""
    return {name for name, times in Counter(one.name for one in accounts).items() if times > 1}


def _account_menu(request: HttpRequest) -> list[dict[str, str]]:
    if not request.user.is_authenticated:
        return []
    items = [
        {"label": "Profile", "url": reverse("settings:profile"), "icon": "user"},
        {"label": "Security", "url": reverse("settings:security"), "icon": "shield"},
    ]
    if settings.SIGNUP == "open":
        items.append({"label": "New account", "url": reverse("account_create"), "icon": "plus"})
    if settings.DEMO:
        items.append({"label": "Mail of the demo", "url": reverse("demo_mail"), "icon": "mail"})
    return items


def _is_in(path: str, url: str) -> bool:
    """Whether this page belongs to the section; one's own sign-in is one of the settings."""
    if path.startswith("/account/"):
        return url == "/admin/settings"
    return path == url or path.startswith(url + "/")


def _nav(path: str, actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": url,
            "icon": icon,
            "current": _is_in(path, url),
            "exact": path == url,
            "foot": foot,
            "unread": Unread(actor) if url == "/admin/conversations" and actor.member else None,
        }
        for label, url, icon, foot in sections(actor)
    ]


def sections(actor: Actor) -> list[tuple[str, str, str, bool]]:
    """Label, address, icon and place of the sections that this member may open."""
    return [
        (label, url, icon, foot)
        for label, url, icon, wanted, foot in SECTIONS
        if not wanted or wanted & actor.permissions
    ]
