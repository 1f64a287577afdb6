"""What a person sees when something went wrong: a sentence, what to do, and a way back.

Without an actor on the request (nobody signed in, or the failure came first), and for every 5xx,
the page is made without context processors, so it needs no database.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import is_valid_path

from synaptiq.kit.errors import Refusal
from synaptiq.kit.requests import API

# Status → (title, sentence, advice). The sentence is the default; a refusal brings its own.
PAGES: dict[int, tuple[str, str, str]] = {
    400: (
        "This request could not be read",
        "Something in it was missing or not as expected.",
        "Go back, reload the page and try again.",
    ),
    401: ("Sign in first", "You are not signed in, or were signed out meanwhile.", ""),
    403: (
        "You may not see this",
        "Your roles in this account do not include it.",
        "An Owner or Admin of the account can change roles under Settings > Team > Roles.",
    ),
    404: (
        "There is nothing here",
        "The address may be mistyped, or what it showed was deleted.",
        "If it belongs to another of your accounts, switch to that one first.",
    ),
    405: (
        "This address cannot be opened like that",
        "It takes what a button or form on another page sends.",
        "Go back to that page and use the button there.",
    ),
    409: ("Not possible any more", "Something changed meanwhile.", "Reload the page to see how."),
    410: ("No longer available", "It was here, and will not come back.", ""),
    413: ("That is too large", "What was sent is larger than this address accepts.", ""),
    422: ("This does not fit", "Something in the request is not valid.", "Go back and correct it."),
    429: ("Too many attempts", "There were many in a short time.", "Wait a few minutes."),
    500: (
        "Something went wrong on our side",
        "The failure is recorded. Nothing that you saved before is lost.",
        "Try again in a moment. If it happens again, tell us the reference.",
    ),
    503: ("Not ready yet", "The service is starting or being updated.", "Try again in a moment."),
}
_OF_VISITOR = re.compile(r"/m/[^/]+")
CSRF_SENTENCE = (
    "This form was open for long, or the browser sent no cookie, so it could not be told apart "
    "from a forged one. Nothing was changed."
)


def page(
    request: HttpRequest,
    status: int,
    sentence: str = "",
    *,
    title: str = "",
    advice: str | None = None,
    ways: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """The error page of `status`; for htmx an empty answer with a toast, since no page is shown.

    `ways` are (words, address) of the links out, the first as the main one.
    """
    plain = PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    said = sentence or plain[1]
    reference = getattr(request, "request_id", "") if status >= 500 else ""
    if request.headers.get("HX-Request") == "true":
        words = [sentence or f"{plain[0]}. {plain[1]}", reference and f"Reference: {reference}"]
        # A 422 is else a form that comes back with its faults, and is put where the form stood.
        nothing = HttpResponse(status=status, headers={"HX-Reswap": "none"})
        return toasted(nothing, " ".join(filter(None, words)))
    signed_in = status < 500 and getattr(request, "actor", None) is not None
    values: dict[str, Any] = {
        "status": status,
        "title": title or plain[0],
        "sentence": said,
        "advice": ("" if sentence else plain[2]) if advice is None else advice,
        "request_id": reference,
        "ways": ways or [_way_back(request)],
    }
    if signed_in:
        body = render_to_string("dashboard/errors/inside.html", values, request)
    else:
        values["theme"] = request.COOKIES.get("theme", "auto")
        body = render_to_string("dashboard/errors/bare.html", values)
    return HttpResponse(body, status=status)


def _way_back(request: HttpRequest) -> tuple[str, str]:
    # A visitor who has the link of a meeting knows no dashboard.
    if of_visitor := _OF_VISITOR.match(request.path):
        return "Back to the meeting", of_visitor[0]
    return "Back to the dashboard", "/admin/"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page (or toast) of a refusal of the domain, in its own words."""
    return page(request, refusal.status, refusal.detail, title=refusal.title, advice="")


def toasted(response: HttpResponse, text: str, level: str = "error") -> HttpResponse:
    """The same response with a toast for htmx to show. Levels: success, info, warning, error."""
    # json.dumps escapes beyond ASCII, which a header could not carry.
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "level": level}})
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Django's own refusals are words of its developers, or none.
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Most addresses have no slash at the end; a typed one leads where it was meant to. A program's
    # does not: the API says that there is no such path.
    bare = request.path_info.rstrip("/")
    typed = request.method in {"GET", "HEAD"} and not bare.startswith(API)
    if typed and bare != request.path_info and is_valid_path(bare):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(bare + (f"?{query}" if query else ""))
    # Django's own exception text lists URL patterns and is not for people.
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500)


def dressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Django's answer to a wrong method, which is empty, as a page; any other answer as it is."""
    if not isinstance(response, HttpResponseNotAllowed) or response.content:
        return response
    answer = page(request, 405)
    answer["Allow"] = response["Allow"]
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF refusal as a page that says how to go on. `reason` is for the log only."""
    return page(
        request,
        403,
        CSRF_SENTENCE,
        title="Please try that again",
        advice="Go back, reload the page and send the form once more.",
    )
