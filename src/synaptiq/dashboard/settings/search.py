"""Finding a setting by typing: every page, and the single settings on them, as one literal table.

A new setting gets a row here; a test sees that its anchor stands on the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.urls import reverse

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.settings.frame import Page, pages_of

LONGEST = 80


@dataclass(frozen=True)
class Setting:
    """A setting on the page `page`. `words` are others by which people look for it.

    `anchor` is the id of its place there; `address` the name of a page of its own in its stead.
    `permission`: what it needs beyond its page.
    """

    page: str
    label: str
    words: str
    anchor: str = ""
    address: str = ""
    permission: Permission | None = None


_MAY_SET, _OWNS, _LETS_IN = Permission.SETTINGS, Permission.OWNERSHIP, Permission.ROLES
# fmt: off
SETTINGS: tuple[Setting, ...] = (
    Setting("account", "Account name", "company rename workspace", "id_name", permission=_MAY_SET),
    Setting("account", "Time zone", "timezone clock midnight", "id_timezone", permission=_MAY_SET),
    Setting("account", "Account id", "identifier copy", "account-id"),
    Setting("account", "Transfer ownership", "owner hand over give", "ownership", permission=_OWNS),
    Setting("account", "Leave account", "quit exit membership", "leave"),
    Setting("account", "Close account", "delete cancel end", "close", permission=_OWNS),
    Setting("api_keys", "New API key", "token secret create make add", address="new_key"),
    Setting("sites", "New site", "domain origin website widget key add", address="new_site"),
    Setting("sites", "Snippet of the widget", "embed script install code policy csp", "every-site"),
    Setting("sites", "Consent and privacy of a site", "cookies gdpr remember ask visitors", "every-site"),
    Setting("sites", "Identity secret of a site", "jwt sign users verify token", "every-site"),
    Setting("sites", "Greetings of a site", "bubble message quick replies proactive", "every-site"),
    Setting("analytics", "Conversion goal", "rate converted qualified won meeting", "id_goal"),
    Setting("analytics", "How long page views are kept", "retention months visits", "id_kept_months"),
    Setting("analytics", "Page groups", "source pages paths sections urls", "groups"),
    Setting("profile", "Your name", "display rename", "id_name"),
    Setting("profile", "Language", "date time format locale english american british", "id_language"),
    Setting("profile", "Density", "dense compact comfortable rows tables height", "id_density"),
    Setting("profile", "Appearance", "theme dark light mode colours colors auto", "id_theme"),
    Setting("profile", "Single-letter keys", "keyboard shortcuts hotkeys ctrl", "id_single_keys"),
    Setting("calendar", "Offer my times to visitors", "calendar meetings booking switch on", "id_is_on"),
    Setting("calendar", "Working hours", "availability days week schedule times zone", "hours"),
    Setting("calendar", "Length, buffers and notice", "minutes duration gap ahead meeting", "meetings"),
    Setting("calendar", "Where meetings happen", "video link phone place location zoom", "id_place"),
    Setting("calendar", "Who has a calendar", "round robin team calendars", "who", permission=_MAY_SET),
    Setting("notices", "Notifications by email", "mails alerts bell kinds", "kinds-label"),
    Setting("sessions", "Sign out everywhere else", "devices browsers logout revoke end", address="end_sessions"),
    Setting("properties", "New property", "field add define custom", address="new_property"),
    Setting("branding", "Report picture", "pdf brand logo image upload", "id_logo"),
    Setting("branding", "Report colours", "pdf brand color accent contrast", "id_accent"),
    Setting("members", "Invite somebody", "add user colleague team member", address="invite", permission=_LETS_IN),
    Setting("members", "Open invitations", "pending revoke invited", "invitations"),
    Setting("roles", "Who holds which role", "permissions change admin owner", "holders"),
    Setting("roles", "What each role may do", "permissions rights table", "permissions"),
    Setting("security", "Email address", "mail login change", "email-address"),
    Setting("security", "Password", "change login", "password"),
    Setting("security", "Passkeys", "webauthn fingerprint face pin security key", "passkeys"),
    Setting("security", "Two-factor sign-in", "2fa mfa totp authenticator app code recovery", "two-factor"),
)
# fmt: on


@dataclass(frozen=True)
class Found:
    """A line of what was found: `where` it is, in the words of the list of pages. `held` is all
    that it is found by; `is_page` whether it is a page or a setting on one."""

    label: str
    where: str
    url: str
    held: str
    is_page: bool


def find(actor: Actor, text: str) -> list[Found]:
    """Pages and settings that this member may open and that hold every word of the text, or one
    that begins so; those first whose name begins with it. None for a text without a word."""
    words = _words(text)
    if not words:
        return []
    hits = [
        (_rank(found.label.lower(), words, found.is_page), found)
        for found in offered(actor)
        if _holds(_words(found.held), words)
    ]
    return [found for _, found in sorted(hits, key=lambda hit: hit[0])]


def offered(actor: Actor) -> list[Found]:
    """Every page and setting that this member may open, in the order of the list of pages."""
    lines = []
    for page in pages_of(actor):
        where = f"{page.group} > {page.label}" if page.group else page.label
        held = f"{where} {page.says}"
        lines.append(Found(page.label, page.group or "Settings", page.url, held, is_page=True))
        for one in SETTINGS:
            if one.page == page.name and (one.permission is None or actor.can(one.permission)):
                held = f"{one.label} {one.words} {where}"
                lines.append(Found(one.label, where, _url(page, one), held, is_page=False))
    return lines


def _url(page: Page, one: Setting) -> str:
    if one.address:
        return reverse(f"settings:{one.address}")
    return f"{page.url}#{one.anchor}"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _holds(held: list[str], words: list[str]) -> bool:
    """Whether each of the words begins one that is held."""
    return all(any(one.startswith(word) for one in held) for word in words)


def _rank(label: str, words: list[str], is_page: bool) -> int:
    """0 where the label begins with the first word, 1 where it holds all of them; then single
    settings, and last the pages of whose sentence they are."""
    if label.startswith(words[0]):
        return 0
    if _holds(_words(label), words):
        return 1
    return 3 if is_page else 2
