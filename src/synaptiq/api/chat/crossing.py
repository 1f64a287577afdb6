"""CORS: pages of a site's own origins may ask the Chat API and read what it answers; no others.

A middleware, because also a problem document, made further in, must be readable for a page. No
cookie ever counts here, so no answer allows credentials.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from synaptiq.api.problems import problem
from synaptiq.conversations.accepting import WRONG_ORIGIN
from synaptiq.kit.errors import Denied
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
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response: HttpResponseBase = self._preflight(request, origin)
        else:
            response = self.get_response(request)
            # What succeeded had its origin checked; of what did not, nobody knows.
            if origin and (response.status_code < 400 or _allows(request, origin)):
                response["Access-Control-Allow-Origin"] = origin
                response["Access-Control-Expose-Headers"] = EXPOSED
        patch_vary_headers(response, ["Origin"])
        return response

    def _preflight(self, request: HttpRequest, origin: str) -> HttpResponseBase:
        if not _allows(request, origin):
            return problem(request, Denied(WRONG_ORIGIN, code="origin_not_allowed"))
        headers = {**PREFLIGHT, "Access-Control-Allow-Origin": origin}
        return HttpResponse(status=204, headers=headers)


def _allows(request: HttpRequest, origin: str) -> bool:
    return sites.allows(request.path.removeprefix(PREFIX).partition("/")[0], origin)
