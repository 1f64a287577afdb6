"""What a request of the API carries besides Django's own, and the parameters of all its lists."""

from __future__ import annotations

from typing import Annotated

from ninja import Header, Query

from synaptiq.accounts.actors import Actor
from synaptiq.kit import requests
from synaptiq.kit.errors import Invalid

NAMESPACE = "api"
READ = ["GET", "HEAD"]
MOST_ROWS = 100

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows a page, at most.")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="1 to 255 printable ASCII characters. Sending the same request again with the "
        "same key gives what it made before.",
    ),
]


class Request(requests.Request):
    """Never made: requests are Django's. `auth` is the actor behind the key of this request."""

    auth: Actor


def takes_only(request: Request, *names: str) -> None:
    """Refuse any other parameter: a mistyped one must not pass for one that was heard."""
    unknown = [name for name in request.GET if name not in names]
    if unknown:
        there = f"there are {', '.join(names)}" if names else "there is none"
        raise Invalid({unknown[0][:80]: f"there is no such parameter here; {there}."})
