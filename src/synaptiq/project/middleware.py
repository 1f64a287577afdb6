"""What every request passes first, whichever surface it is for: an id and the caller's address."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

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
