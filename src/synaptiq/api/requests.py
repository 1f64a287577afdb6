"""What a request of the API carries besides Django's own, and the parameters of all its lists."""

from __future__ import annotations

from typing import Annotated

from ninja import Query

from synaptiq.accounts.actors import Actor
from synaptiq.kit import requests

NAMESPACE = "api"
READ = ["GET", "HEAD"]
MOST_ROWS = 100

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows a page, at most.")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]


class Request(requests.Request):
    """Never made: requests are Django's. `auth` is the actor behind the key of this request."""

    auth: Actor
