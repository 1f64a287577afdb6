"""Configuration by environment variables: one typed table, checked at start, printed into docs.

`read(environ)` gives every value or raises one ConfigError that names each wrong variable, what
is wrong with it and an example. `docs/configuration.md` is generated from `SETTINGS`.
"""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import getaddresses
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class ConfigError(Exception):
    """At least one variable is wrong; the message has a line for each."""


def text(value: str) -> str:
    return value


def flag(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value.lower() not in known:
        raise ValueError("is neither true nor false")
    return known[value.lower()]


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise ValueError(f"is not a whole number from {lowest} to {highest}")
        return int(value)

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in words:
            raise ValueError(f"is none of {', '.join(words)}")
        return value

    return parse


def names(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def networks(value: str) -> tuple[str, ...]:
    """IP addresses and networks."""
    found = names(value)
    for name in found:
        try:
            ip_network(name, strict=False)
        except ValueError:
            raise ValueError(f"holds {name[:60]!r}, which is no address and no network") from None
    return found


def keys(value: str) -> tuple[str, ...]:
    """Fernet keys: 32 bytes each, in the URL-safe alphabet of Base64."""
    found = names(value)
    for number, key in enumerate(found, 1):
        try:
            right = len(urlsafe_b64decode(key.encode("ascii"))) == 32
        except ValueError:
            right = False
        if not right:
            raise ValueError(f"has no 32 bytes in URL-safe Base64 as key number {number}")
    return found


def folder(value: str) -> Path:
    try:
        path = Path(value).expanduser()
    except RuntimeError:
        raise ValueError("names a home folder that is not there") from None
    if not path.is_absolute():
        raise ValueError("is not an absolute path")
    return path


def url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            raise ValueError(
                "is not an address; in a password / is written %2F, # %23, ? %3F, @ %40"
                if "@" in value
                else "is not an address"
            ) from None
        if parts.scheme not in schemes:
            raise ValueError(f"does not begin with {' or '.join(s + '://' for s in schemes)}")
        return value

    return parse


def web_address(value: str) -> str:
    """Where browsers find the product: it stands at the top of a host."""
    parts = urlsplit(url("http", "https")(value))
    bare = f"{parts.scheme}://{parts.netloc}"
    if not parts.hostname or parts.username is not None or value.rstrip("/") != bare:
        raise ValueError("is not just http:// or https:// and a host, perhaps with a port")
    if not re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", parts.netloc):
        raise ValueError("has no host that can be reached; write other scripts in Punycode")
    return bare


def mail_address(value: str) -> str:
    """Where mail is handed over."""
    parts = urlsplit(url("smtp", "smtps", "demo")(value))
    if parts.scheme != "demo" and not parts.hostname:
        raise ValueError("names no host")
    return value


def sender(value: str) -> str:
    """One mailbox, with or without a name."""
    mailboxes = getaddresses([value])
    address = mailboxes[0][1] if len(mailboxes) == 1 else ""
    if not value.isprintable() or not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise ValueError("is not one email address, with or without a name")
    return value


def secret(shortest: int) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if len(value) < shortest:
            raise ValueError(f"is shorter than {shortest} characters")
        return value

    return parse


@dataclass(frozen=True)
class Setting:
    """One variable. `default` None: not set. A `hidden` value is never printed."""

    name: str
    parse: Callable[[str], Any]
    default: Any
    example: str
    help: str
    hidden: bool = False


# Set by the terminal for itself and its children when DATABASE_URL is the embedded server's, where
# nothing has to be configured. Not a setting, so not in the table.
EMBEDDED = "SYNAPTIQ_EMBEDDED"

CHECKOUT = Path(__file__).resolve().parents[3]

SETTINGS: tuple[Setting, ...] = (
    Setting("SYNAPTIQ_HOME", folder, CHECKOUT / ".synaptiq", "/var/lib/synaptiq",
            "Folder of all data kept on disk: the embedded database, export files, the spool. "
            "Default: `.synaptiq` in the checkout."),
    Setting("DATABASE_URL", url("postgresql", "postgres"), None,
            "postgresql://synaptiq:password@db.example.com:5432/synaptiq",
            "PostgreSQL 17 or later, as the role that serves: neither superuser nor owner of the "
            "tables. `web` and `worker` refuse to run without it; other commands then use the "
            "embedded database and say so.", hidden=True),
    Setting("DATABASE_OWNER_URL", url("postgresql", "postgres"), None,
            "postgresql://synaptiq_owner:password@db.example.com:5432/synaptiq",
            "The same database as the role that owns the tables. Only `synaptiq migrate` uses it.",
            hidden=True),
    Setting("SECRET_KEY", secret(40), None, "(60 random characters)",
            "Signs sessions and links. Required with DATABASE_URL; the embedded database makes "
            "its own. Changing it signs everybody out and ends links in mails.", hidden=True),
    Setting("ENCRYPTION_KEYS", keys, (), "(what synaptiq doctor --new-key prints)",
            "Keys of what is encrypted at rest, comma-separated, newest first; older ones still "
            "decrypt. Required with DATABASE_URL.", hidden=True),
    Setting("PUBLIC_URL", web_address, "http://localhost:8000",
            "https://synaptiq.example.com",
            "The address under which browsers reach the product. With https, cookies are secure "
            "and HSTS is sent."),
    Setting("BIND_HOST", text, "127.0.0.1", "0.0.0.0",
            "The address that `synaptiq web` listens on."),
    Setting("BIND_PORT", whole(1, 65535), 8000, "8000", "The port that `synaptiq web` listens on."),
    Setting("WEB_WORKERS", whole(1, 64), 1, "4", "Processes of `synaptiq web`."),
    Setting("TRUSTED_PROXIES", networks, (), "10.0.0.0/8",
            "Addresses or networks of reverse proxies whose X-Forwarded-For is believed, "
            "comma-separated."),
    Setting("CHAT_LIMIT", whole(1, 1_000_000), 60, "120",
            "Messages that visitors of one address may send to a site within a minute."),
    Setting("BOOKINGS_A_DAY", whole(1, 1_000_000), 3, "5",
            "Meetings that one visitor, or one email address, may book within 24 hours."),
    Setting("EMAIL_URL", mail_address, "demo://",
            "smtps://user:password@smtp.example.com:465",
            "Where mail goes out. `demo://` keeps mail to be read under /demo/mail and is refused "
            "with DATABASE_URL.", hidden=True),
    Setting("EMAIL_FROM", sender, "Synaptiq <synaptiq@localhost>", "Synaptiq <hello@example.com>",
            "The sender of mail."),
    Setting("SIGNUP", one_of("open", "invited"), "open", "invited",
            "Whether anybody may sign up, or only who was invited."),
    Setting("SPOOL_DIR", folder, None, "/srv/synaptiq/spool",
            "Folder in which exports are written before they are stored. Default: `spool` in "
            "SYNAPTIQ_HOME."),
    Setting("EXPORT_DIR", folder, None, "/mnt/shared/synaptiq-exports",
            "Folder of finished export files, shared by all web and worker machines. Default: "
            "`exports` in SYNAPTIQ_HOME."),
    Setting("IMPORT_DIR", folder, None, "/mnt/shared/synaptiq-imports",
            "Folder of files that are imported, and of the rows rejected from them, shared by all "
            "web and worker machines. Default: `imports` in SYNAPTIQ_HOME."),
    Setting("LOG_LEVEL", one_of("debug", "info", "warning", "error"), "info", "warning",
            "The least serious message that is logged, to standard error."),
)  # fmt: skip


def read(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every setting's value by name. Raises ConfigError with one line for each wrong variable."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for setting in SETTINGS:
        given = environ.get(setting.name, "").strip()
        try:
            values[setting.name] = setting.parse(given) if given else setting.default
        except ValueError as error:
            shown = "" if setting.hidden else f" (“{' '.join(given.split())[:80]}”)"
            wrong.append(
                f"{setting.name}{shown} {error}. Example: {setting.name}={setting.example}"
            )
    if not wrong:
        wrong = _together(values, embedded=environ.get(EMBEDDED) == "1")
    if wrong:
        raise ConfigError("\n".join(wrong))
    home: Path = values["SYNAPTIQ_HOME"]
    values["SPOOL_DIR"] = values["SPOOL_DIR"] or home / "spool"
    values["EXPORT_DIR"] = values["EXPORT_DIR"] or home / "exports"
    values["IMPORT_DIR"] = values["IMPORT_DIR"] or home / "imports"
    return values


def is_demo(email_url: str) -> bool:
    """Whether mail stays here to be read, which makes an installation a demo."""
    return email_url.startswith("demo:")


def _together(values: Mapping[str, Any], *, embedded: bool) -> list[str]:
    """What is wrong only in combination."""
    if not values["DATABASE_URL"] or embedded:
        return []
    wrong = []
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        if not values[name]:
            example = next(s.example for s in SETTINGS if s.name == name)
            wrong.append(f"{name} is not set, and DATABASE_URL is. Example: {name}={example}")
    if is_demo(values["EMAIL_URL"]):
        wrong.append(
            "EMAIL_URL is demo://, and DATABASE_URL is set: mail would go nowhere. "
            "Example: EMAIL_URL=smtps://user:password@smtp.example.com:465"
        )
    return wrong


def table() -> str:
    """The settings as a Markdown table."""
    lines = ["| variable | default | example | what it does |", "|---|---|---|---|"]
    for s in SETTINGS:
        default = s.default
        if s.name == "SYNAPTIQ_HOME":
            default = ".synaptiq"
        elif default in (None, ()):
            default = ""
        shown = f"`{default}`" if default != "" else ""
        lines.append(f"| `{s.name}` | {shown} | `{s.example}` | {s.help} |")
    return "\n".join(lines) + "\n"
