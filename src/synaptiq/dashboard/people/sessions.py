"""What is kept of a session as it is used, and how a browser is called in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from synaptiq.accounts import actions
from synaptiq.dashboard.requests import Request
from synaptiq.kit import clock

SEEN_EVERY = timedelta(minutes=5)
SESSION_SEEN = "seen"

# Of browsers that imitate others the imitation stands in their name too: the first that fits.
BROWSERS: tuple[tuple[str, str], ...] = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"), ("DuckDuckGo/", "DuckDuckGo"), ("Ddg/", "DuckDuckGo"),
    ("YaBrowser/", "Yandex"),
    ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS: tuple[tuple[str, str], ...] = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
    ("Windows", "Windows"), ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def seen(request: Request) -> None:
    """Keep when and from where this session was last used, at most every five minutes."""
    if not request.user.is_authenticated:
        return
    last, now = request.session.get(SESSION_SEEN), clock.now()
    if last and now - datetime.fromisoformat(last) < SEEN_EVERY:
        return
    request.session[SESSION_SEEN] = now.isoformat()
    if request.session.session_key:
        actions.session_seen(
            request.user,
            request.session.session_key,
            address=request.address,
            user_agent=request.headers.get("User-Agent", ""),
        )


def device(user_agent: str) -> str:
    """`Firefox on Windows`, from what a browser says of itself; it may say what it likes.

    A short table in place of a library of thousands of names: this is to tell one's own few
    devices apart, and the rest of the row says more about a stranger's.
    """
    browser = _named(BROWSERS, user_agent) or user_agent.partition("/")[0][:40].strip()
    system = _named(SYSTEMS, user_agent)
    if not browser:
        return "Unknown browser"
    return f"{browser} on {system}" if system else browser


def _named(table: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in table if sign in user_agent), "")
