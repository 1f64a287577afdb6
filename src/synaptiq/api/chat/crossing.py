"""CORS: pages of a site's own origins may ask the Chat API and read what it answers; no others.

A middleware, because also a problem document, made further in, must be readable for a page. No
cookie ever counts here, so no answer allows credentials.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from synaptiq.api.problems import problem
from synaptiq.kit.errors import Refusal
from synaptiq.sites import queries as sites

PREFIX = "/api/v1/chat/"
EXPOSED = "RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "7200",
}


class CrossOrigin:
    """Answers preflights, and lets pages of allowed origins read the answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        origin = request.headers.get("Origin", "")
        is_preflight = (
            request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        )
        response = HttpResponse(status=204) if is_preflight else self.get_response(request)
        # What succeeded had its origin checked; of what did not, nobody knows.
        if is_preflight or response.status_code >= 400:
            refusal = _refusal(request, origin, needs_origin=is_preflight)
            if refusal is not None:
                origin = ""
                # A foreign page learns that it is foreign, and not what else was wrong.
                response = problem(request, refusal)
        if origin:
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Expose-Headers"] = EXPOSED
        if is_preflight and origin:
            for name, value in PREFLIGHT.items():
                response[name] = value
        patch_vary_headers(response, ["Origin"])
        return response


def _refusal(request: HttpRequest, origin: str, *, needs_origin: bool) -> Refusal | None:
    site_key = request.path.removeprefix(PREFIX).partition("/")[0]
    needs_origin = needs_origin or request.method == "POST"
    try:
        sites.of_page(site_key, origin or None, needs_origin=needs_origin)
    except Refusal as refusal:
        return refusal
    return None
