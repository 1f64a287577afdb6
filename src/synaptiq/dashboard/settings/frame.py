"""The list of settings pages, and questions that are a dialog with script and a page without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.requests import SignedIn


@dataclass(frozen=True)
class Page:
    """A settings page; without a group it is of the top level. `permission` None: every member may
    open it."""

    group: str
    label: str
    name: str
    permission: Permission | None
    says: str

    @property
    def url(self) -> str:
        return reverse(f"settings:{self.name}")

    @property
    def group_url(self) -> str:
        """The first page of the group: what its name in the crumbs leads to."""
        return next(page.url for page in PAGES if page.group == self.group)


PAGES: tuple[Page, ...] = (
    Page("", "Account", "account", None,
         "Its name and time zone; transferring, leaving or closing it."),
    Page("", "API keys", "api_keys", Permission.CREDENTIALS,
         "Secrets with which your own programs read leads and export."),
    Page("", "Sites", "sites", Permission.SETTINGS,
         "Where the widget stands: snippet, origins, privacy, identity, greetings."),
    Page("", "Analytics", "analytics", Permission.SETTINGS,
         "The conversion goal, how long page views are kept, which pages go together."),
    Page("You", "Profile", "profile", None,
         "Your name; how dates are written, how dense tables are, keys, light or dark."),
    Page("You", "Calendar", "calendar", Permission.CONVERSE,
         "When you have time for meetings with visitors, how long they take, and where."),
    Page("You", "Notifications", "notices", None, "Which of them come by email too."),
    Page("You", "Sessions", "sessions", None,
         "Where you are signed in, and signing out there."),
    Page("Leads", "Custom properties", "properties", Permission.SETTINGS,
         "Fields of your own on every lead: their labels, types and order."),
    Page("Exports", "Report Branding", "branding", Permission.SETTINGS,
         "Logo and colours of the reports that you send."),
    Page("Team", "Members", "members", None, "Who belongs to this account; inviting others."),
    Page("Team", "Roles", "roles", None, "What each role may do, and who holds which."),
    Page("Security", "Your sign-in", "security", None,
         "Your email address, password, passkeys and two-factor codes."),
    Page("Security", "Audit Log", "audit_log", Permission.AUDIT,
         "Who exported, downloaded or changed what, and when."),
)  # fmt: skip


def pages_of(actor: Actor) -> list[Page]:
    """The settings pages that this member may open."""
    return [page for page in PAGES if page.permission is None or actor.can(page.permission)]


def subnav(actor: Actor, current: str) -> list[dict[str, Any]]:
    """Items of the list beside a settings page, those of the top level first, then each group
    under its name."""
    items: list[dict[str, Any]] = []
    for page in pages_of(actor):
        if page.group and page.group not in [item["label"] for item in items if "url" not in item]:
            items.append({"label": page.group})
        items.append({"label": page.label, "url": page.url, "current": page.name == current})
    return items


def show(
    request: SignedIn,
    name: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    template: str = "",
) -> HttpResponse:
    """The settings page of this name, in its frame. `template`: where not of that name."""
    page = next(page for page in PAGES if page.name == name)
    frame = {"page": page, "pages": subnav(request.actor, name)}
    path = f"dashboard/settings/{template or name}.html"
    return render(request, path, {**frame, **context}, status=status)


def ask(
    request: SignedIn, name: str, form: str, context: Mapping[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A question with a form (`dashboard/settings/<form>.html`), which belongs to the page `name`.

    htmx gets it as a dialog, a link that is followed without script as a page. `context` has
    `title` and may have `lede`. With `refused` the answer is 422.
    """
    way = "dialog" if request.htmx else "question"
    page = next(page for page in PAGES if page.name == name)
    frame = {
        "page": page,
        "pages": subnav(request.actor, name),
        "form_template": f"dashboard/settings/{form}.html",
        "in_dialog": bool(request.htmx),
    }
    return render(
        request,
        f"dashboard/settings/{way}.html",
        {**frame, **context},
        status=422 if refused else 200,
    )
