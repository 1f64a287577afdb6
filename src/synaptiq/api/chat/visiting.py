"""What a request says of a visit: that a page was seen, the chat opened, a talk begun. Collected,
and written beside the requests (`analytics.collecting`).

Only what comes from a page of the site's own counts: such a request has an origin, which was
checked before. To their own server browsers send none when they only read; what they say instead no
script can forge.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from synaptiq.analytics import collecting
from synaptiq.analytics.collecting import Came
from synaptiq.analytics.visits import OPEN, TALK, VIEW
from synaptiq.api.chat import asking
from synaptiq.conversations import limiting
from synaptiq.kit import clock
from synaptiq.kit.requests import Request
from synaptiq.sites import installing, values
from synaptiq.sites.models import Site


def view(request: Request, site: Site, page: str, conversation: str) -> None:
    """A page of this address was seen; `conversation` is the one that the browser remembers, if
    any. The dashboard's own pages, which show a widget to try it out, are no site's."""
    origin = request.headers.get("origin") or values.origin(settings.PUBLIC_URL)
    path = installing.path_of(page, origin)
    if origin in site.origins and not path.startswith("/admin/"):
        _add(VIEW, site.key, request.address, request.headers, path, conversation)


def opened(request: Request, site_key: str) -> None:
    """The chat was opened."""
    _add(OPEN, site_key, request.address, request.headers)


def talked(
    site_key: str, address: str | None, headers: Mapping[str, str], conversation: str
) -> None:
    """Somebody without a token began a conversation. `headers` by their small names."""
    _add(TALK, site_key, address, headers, conversation=conversation)


def _add(
    kind: str, site_key: str, address: str | None, headers: Mapping[str, str], path: str = "/",
    conversation: str = "",
) -> None:  # fmt: skip
    if not headers.get("origin") and headers.get("sec-fetch-site") != "same-origin":
        return
    agent = headers.get("user-agent", "")
    collecting.add(
        Came(
            kind, site_key, clock.now(), limiting.network_of(address), agent, conversation, path,
            asking.device_of(agent), asking.language_of(headers.get("accept-language", "")),
        )
    )  # fmt: skip
