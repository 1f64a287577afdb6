"""What a request of the API carries besides Django's own, as a type for endpoints to name."""

from __future__ import annotations

from django.http import HttpRequest

from synaptiq.accounts.actors import Actor

NAMESPACE = "api"
READ = ["GET", "HEAD"]


class Request(HttpRequest):
    """Never made: requests are Django's. `auth` is the actor behind the key of this request.

    `address` is the caller's IP address (None: not known), `request_id` stands on the answer.
    """

    auth: Actor
    address: str | None
    request_id: str
