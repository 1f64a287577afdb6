"""Every component on one page, served as the product serves pages, but without a database.

`server()` runs it in a thread; `tests/dashboard/test_design.py` looks at it with a browser.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django import forms
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from synaptiq.dashboard import errors
from synaptiq.dashboard.components import tones
from synaptiq.dashboard.components.icons import ICONS
from synaptiq.kit import clock

TEMPLATES = Path(__file__).parent / "templates"
PLAIN_NAMES = "django.contrib.staticfiles.storage.StaticFilesStorage"
PAGE = SimpleNamespace(previous=None, next="nabc")


class GalleryForm(forms.Form):
    name = forms.CharField(label="Account name", help_text="Members see it in the side bar.")
    email = forms.EmailField(label="Email")
    zone = forms.ChoiceField(
        label="Timezone", choices=[("a", "Europe/London"), ("b", "Asia/Tokyo")]
    )
    notes = forms.CharField(label="Notes", widget=forms.Textarea, required=False)
    bom = forms.BooleanField(label="Byte order mark", required=False, help_text="For Excel.")
    goal = forms.ChoiceField(
        label="Goal", widget=forms.RadioSelect, choices=[("q", "Qualified"), ("w", "Won")]
    )


class Message(str):
    """As Django's messages show themselves to a template."""

    level_tag = "success"


def _section(label: str, url: str, icon: str, foot: bool = False, **more: Any) -> dict[str, Any]:
    return {"label": label, "url": url, "icon": icon, "foot": foot, **more}


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the shell reads from its context."""
    now = clock.now()
    return {
        "user": SimpleNamespace(email="alex@yourteam.com", is_authenticated=True),
        "account": SimpleNamespace(name="Acme", public_id="acct_1", timezone="Europe/London"),
        "nav": [
            _section("Leads", "/", "users", current=True, exact=True, count=1284),
            _section("Exports", "/exports", "export"),
            _section("Settings", "/settings", "settings", foot=True),
        ],
        "account_menu": [{"label": "Security", "url": "/security", "icon": "shield"}],
        "notices": SimpleNamespace(
            count=1,
            figure="1",
            said="1",
            state="1.",
            url="/bell",
            list_url="/notifications",
            read_url="/read",
            recent=[SimpleNamespace(text="Ready.", url="/x", at=now, unread=True)],
        ),
    }


def gallery(request: HttpRequest) -> HttpResponse:
    wrong = {"email": "nope", "zone": "b"}
    form = GalleryForm(wrong) if "wrong" in request.GET else GalleryForm(initial={"goal": "q"})
    now = clock.now()
    context = {
        "form": form,
        "page": PAGE,
        "statuses": list(tones.STATUS_TONES),
        "states": list(tones.RUN_STATES),
        "icons": list(ICONS),
        "words": ["webinar", "enterprise", "pricing"],
        "formats": [("csv", "CSV"), ("json", "JSON"), ("jsonl", "JSON Lines")],
        "views": [
            {"label": "All", "url": "/", "count": 1284, "current": True},
            {"label": "Mine", "url": "/mine"},
        ],
        "pages": [{"label": "You"}, {"label": "Profile", "url": "/profile", "current": True}],
        "at": now - timedelta(hours=2),
        "messages": [Message("Saved.")] if "saved" in request.GET else [],
    }
    return render(request, "gallery/gallery.html", context | frame(request))


def bare(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/bare.html", {"form": GalleryForm({"email": "nope"})})


def fragment(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/fragment.html")


@csrf_exempt
def fault(request: HttpRequest, status: int) -> HttpResponse:
    return errors.page(request, status)


@csrf_exempt
def silent(request: HttpRequest, status: int) -> HttpResponse:
    """A failure without a word of ours, as a proxy before us might answer."""
    return HttpResponse("<h1>Bad gateway</h1>", status=status, headers={"X-Request-ID": "req_abc"})


urlpatterns = [
    path("", gallery),
    path("bare", bare),
    path("fragment", fragment),
    path("fault/<int:status>", fault),
    path("silent/<int:status>", silent),
]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: a test reads the page, not the log."""


@contextmanager
def server() -> Iterator[str]:
    """The gallery's address, while the block runs."""
    engine: dict[str, Any] = settings.TEMPLATES[0]
    processors = ["django.template.context_processors.request"]
    options = engine["OPTIONS"] | {"context_processors": processors}
    with override_settings(
        ROOT_URLCONF=__name__,
        MIDDLEWARE=["csp.middleware.CSPMiddleware"],
        TEMPLATES=[engine | {"DIRS": [TEMPLATES], "OPTIONS": options}],
        # Plain names: a `web` of an earlier test may have collected hashed ones, which this server
        # does not know.
        STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN_NAMES}},
    ):
        handler = StaticFilesHandler(WSGIHandler())
        with make_server("127.0.0.1", 0, handler, handler_class=_Quiet) as served:
            thread = threading.Thread(target=served.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield f"http://localhost:{served.server_port}"
            finally:
                served.shutdown()
                thread.join()
