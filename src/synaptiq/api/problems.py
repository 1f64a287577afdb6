"""Every error of the API as a problem document (RFC 9457), whoever raised it.

Refusals of the domain and errors of the framework inside an endpoint come through the handlers;
the middleware turns what Django answers before or beside an endpoint (an unknown path, a wrong
method, a host that is not ours), so that no path under /api/ ever answers HTML.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from synaptiq.kit.errors import Invalid, Malformed, NotFound, Refusal, TooMany, Unauthenticated
from synaptiq.kit.faults import log_failure
from synaptiq.kit.requests import API

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
PAGE = "/docs/rate-limits-and-error-codes"
_BRANCH = re.compile(r"<[a-z]+>")
_WINDOWS = {60: "minute", 86_400: "day"}
_KEPT = ("Allow", "Content-Range", "ETag", "Accept-Ranges")
# What Django answers by itself: status → (code, title, detail).
_OWN: dict[int, tuple[str, str, str]] = {
    400: ("malformed", Malformed.title, "Something in the request is not as HTTP has it."),
    404: (
        "not_found",
        NotFound.title,
        "There is no such address. Every path begins with /api/v1/.",
    ),
    405: ("method_not_allowed", "Not allowed here", "This address does not take that method."),
    413: (
        "too_large",
        "The request is too large",
        f"A body may hold at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes.",
    ),
    416: (
        "range_not_satisfiable",
        "There is no such part",
        "The range lies outside the file; Content-Range says how long it is.",
    ),
    500: (
        "internal",
        "Something went wrong here",
        "This is our fault, and it is logged. Try again; if it stays, tell us the request_id.",
    ),
}


class UnsupportedMediaType(Refusal):
    """The body is not said to be JSON."""

    status, code, title = 415, "unsupported_media_type", "Send JSON"


class TooLarge(Refusal):
    """The body is larger than any request needs."""

    status, code, title = 413, _OWN[413][0], _OWN[413][1]

    def __init__(self, longest: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE) -> None:
        super().__init__(f"A body may hold at most {longest:,} bytes.")


class OurFault(Refusal):
    """Something failed here, and is logged."""

    status, (code, title, _) = 500, _OWN[500]

    def __init__(self) -> None:
        super().__init__(_OWN[500][2])


def problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The document of a refusal."""
    response = _document(
        request, refusal.status, refusal.code, refusal.title, refusal.detail, refusal.param
    )
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after)
        told = rate_limit(refusal.limit, 0, refusal.retry_after, refusal.window)
        for name, value in told.items():
            response[name] = value
    return response


def rate_limit(limit: int, remaining: int, seconds: int, window: int = 60) -> dict[str, str]:
    """The headers that say how many requests may still come, and until when."""
    name = _WINDOWS[window]
    return {
        "RateLimit-Policy": f'"{name}";q={limit};w={window}',
        "RateLimit": f'"{name}";r={remaining};t={seconds}',
    }


def add_handlers(api: NinjaAPI) -> None:
    """Let each exception that leaves an endpoint become a document."""
    api.add_exception_handler(Exception, _unexpected)
    api.add_exception_handler(Http404, lambda request, _: _of_status(request, 404))
    api.add_exception_handler(RequestDataTooBig, lambda request, _: problem(request, TooLarge()))
    for kind, translate in _TRANSLATIONS.items():
        api.add_exception_handler(kind, _translating(translate))


class Problems:
    """Middleware: turns every other error under /api/ into a document."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(API):
            return response
        if response.status_code >= 400 and response.get("Content-Type", "") != MEDIA_TYPE:
            response = _instead_of(request, response)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _instead_of(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    document = _of_status(request, response.status_code)
    for header in _KEPT:
        if header in response:
            document[header] = response[header]
    return document


def _of_status(request: HttpRequest, status: int) -> HttpResponse:
    words = HTTPStatus(status).phrase
    code, title, detail = _OWN.get(status, (words.lower().replace(" ", "_"), words, f"{words}."))
    return _document(request, status, code, title, detail, None)


def _document(
    request: HttpRequest, status: int, code: str, title: str, detail: str, param: str | None
) -> HttpResponse:
    body = fields(status, code, title, detail, param, getattr(request, "request_id", ""))
    response = HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Synaptiq"'
    return response


def fields(
    status: int, code: str, title: str, detail: str, param: str | None, request_id: str
) -> dict[str, Any]:
    """What a problem document holds."""
    page = f"{settings.PUBLIC_URL}{PAGE}#{code}"
    return {
        "type": page, "title": title, "status": status, "detail": detail, "code": code,
        "param": param, "request_id": request_id, "doc_url": page,
    }  # fmt: skip


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    # By its pattern: an external id in the address is often an email.
    route = request.resolver_match.route if request.resolver_match else "?"
    request_id = getattr(request, "request_id", "")
    log_failure(log, f"{request.method} /{route} ({request_id})", error)
    response = _of_status(request, 500)
    # Django would log the address too, and nothing besides.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _of_framework(error: HttpError) -> Refusal:
    """ninja wraps what its parser raised, in a sentence that does not say why."""
    cause = error.__cause__
    if isinstance(cause, Refusal):
        return cause
    refusal = Refusal(error.message)
    refusal.status = error.status_code
    return refusal


def invalid(errors: Iterable[tuple[Iterable[Any], str]]) -> Invalid:
    """Places in the body, and what is wrong there, as pydantic says it. What stands in angles names
    a branch of a schema, which is no field."""
    fields: dict[str, str] = {}
    for loc, message in errors:
        place = [str(part) for part in loc]
        name = ".".join(part for part in place if not _BRANCH.fullmatch(part))
        said = message.removeprefix("Value error, ").rstrip(".")
        fields.setdefault(name, f"{said}.")
    return Invalid(fields)


def _of_validation(error: ValidationError) -> Refusal:
    """ninja's list of wrong parameters: the first part of a place says body, query or path, and of
    a body the second is ninja's own."""
    return invalid(
        (one["loc"][1 + (one["loc"][0] == "body") :], str(one["msg"])) for one in error.errors
    )


def _unauthenticated(error: AuthenticationError) -> Refusal:
    return Unauthenticated(
        "Send an API key in the header Authorization: Bearer sk_syn_… "
        "Make one under Settings > API keys."
    )


_TRANSLATIONS: dict[type[Exception], Callable[[Any], Refusal]] = {
    Refusal: lambda error: error,
    HttpError: _of_framework,
    AuthenticationError: _unauthenticated,
    ValidationError: _of_validation,
}


def _translating(
    translate: Callable[[Any], Refusal],
) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: problem(request, translate(error))
