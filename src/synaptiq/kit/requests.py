"""What every request has before any surface sees it, as a type to inherit and name."""

from __future__ import annotations

from django.http import HttpRequest

# What is asked below this path gets problem documents; everything else gets pages.
API = "/api/"


class Request(HttpRequest):
    """Never made: requests are Django's, with these attributes set by `project.middleware`.

    `address` is the caller's IP address, None when it is not known (a unix socket); `request_id`
    stands on the answer and in the audit log.
    """

    address: str | None
    request_id: str
