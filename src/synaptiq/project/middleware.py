"""What every request passes first, whichever surface it is for: an id and the caller's address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from synaptiq.kit import ids
from synaptiq.kit.addresses import client_address
from synaptiq.kit.requests import Request


class RequestContext:
    """Gives each request its id, which the answer names too, and the caller's address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.request_id = ids.new_id("req")
        request.address = client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.headers.get("X-Forwarded-For", ""),
            settings.TRUSTED_PROXIES,
        )
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        return response


class CompressedPages(GZipMiddleware):
    """Compresses pages, and nothing else: a file is sent in ranges under a strong `ETag`, a stream
    of events must not wait, and answers of the API carry the version of what they show.

    Against BREACH (docs/adr/0003): the length is made random, tokens of forms differ in each
    answer, and the session's cookie does not come along with what another site asks for.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        is_page = response.get("Content-Type", "").startswith("text/html")
        if response.streaming or not is_page:
            return response
        return super().process_response(request, response)
