"""Reading what comes in: JSON as the standard has it, and no NUL anywhere.

ninja's own parser takes NaN, Infinity, UTF-16 and NUL, and a lone surrogate gives a 500.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser
from ninja.types import DictStrAny

from synaptiq.api.problems import TooLarge, UnsupportedMediaType, problem
from synaptiq.kit import strict_json
from synaptiq.kit.errors import Invalid, Malformed, Refusal

# What a PATCH here is may also be said by its name (RFC 7396).
_MEDIA_TYPES = {"POST": {"application/json"}}
_MEDIA_TYPES["PATCH"] = {"application/json", "application/merge-patch+json"}


class StrictParser(Parser):
    """JSON by `kit.strict_json`, query parameters without NUL."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        return cast(DictStrAny, strict_json.parse(request.body))

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> DictStrAny:
        check_query(request)
        return super().parse_querydict(data, list_fields, request)


def check_query(request: HttpRequest) -> None:
    """Raise Invalid where a query parameter, or its name, holds what no column can."""
    for name, values in request.GET.lists():
        if "\x00" in name or any("\x00" in value for value in values):
            raise Invalid({name.replace("\x00", "")[:60]: "Remove the NUL character (U+0000)."})


def takes_json(
    run: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """For endpoints with a body: refuse what is not JSON by its header, is empty, or too large.

    Read here, and one byte beyond the most that it may have, because Django looks at Content-Length
    only, which a body that is sent in chunks does not have.
    """
    return takes_short_json(None)(run)


def takes_short_json(
    longest: int | None,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """The same with a limit of one's own, in bytes; None is that of all requests."""

    def decorate(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(run)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                _check_body(request, longest or settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            except Refusal as refusal:
                return problem(request, refusal)
            return run(request, *args, **kwargs)

        return checked

    return decorate


def _check_body(request: HttpRequest, longest: int) -> None:
    body = request.read(longest + 1)
    if not body:
        raise Malformed("The body is empty; send a JSON object.")
    if request.content_type not in _MEDIA_TYPES[str(request.method)]:
        raise UnsupportedMediaType("Send the body as JSON, with Content-Type: application/json.")
    if len(body) > longest:
        raise TooLarge(longest)
    request._body = body  # what `request.body` would have kept
