"""What a request says of a visit: that a page was seen, the chat opened, a talk begun. Collected,
and written beside the requests (`analytics.collecting`).

Only what comes from a page of the site's own counts: such a request has an origin, which was
checked before.
"""

from __future__ import annotations

from collections.abc import Mapping

from synaptiq.analytics import collecting
from synaptiq.analytics.collecting import Came
from synaptiq.analytics.visits import OPEN, TALK, VIEW
from synaptiq.api.chat import asking
from synaptiq.conversations import limiting
from synaptiq.kit import clock
from synaptiq.kit.requests import Request


def view(request: Request, site_key: str, path: str, conversation: str) -> None:
    """A page was seen; `conversation` is the one that the browser remembers, if any."""
    _add(VIEW, site_key, request.address, request.headers, path, conversation)


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
    if not headers.get("origin"):
        return
    agent = headers.get("user-agent", "")
    collecting.add(
        Came(
            kind, site_key, clock.now(), limiting.network_of(address), agent, conversation, path,
            asking.device_of(agent), asking.language_of(headers.get("accept-language", "")),
        )
    )  # fmt: skip
