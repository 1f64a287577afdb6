"""What pages that are open are told of conversations: that something is so, and never what.

    channel              payload              who wakes
    log.CHANNEL          12 a3                the visitor's streams of conversation 12, account 3's
    BESIDE               c12 a3               the account's: a note, a mark, who is there
    BESIDE               m7                   member 7's: what is unread for them is another number
    TYPING               v12 a3               the account's: the visitor of 12 types
    TYPING               12 a3 by7            both: member 7 types

Numbers are integer keys, which leave no process: `kit.listening.Hub` wakes by the words of a
payload, and each stream reads for itself, within its account. Typing is kept nowhere at all.
"""

from __future__ import annotations

from synaptiq.accounts.tenancy import current_account_id
from synaptiq.kit.database import ask

BESIDE = "synaptiq_beside"
TYPING = "synaptiq_typing"

NOTIFY_SQL = "SELECT pg_notify(%s, %s)"


def beside(conversation_pk: int) -> None:
    """Something beside the log of this conversation is new; heard at the commit."""
    ask(NOTIFY_SQL, [BESIDE, f"c{conversation_pk} a{current_account_id()}"])


def unread(member_pk: int) -> None:
    """What is unread for this member is another number."""
    ask(NOTIFY_SQL, [BESIDE, f"m{member_pk}"])


def visitor_types(account_pk: int, conversation_pk: int) -> None:
    """The visitor of this conversation types."""
    ask(NOTIFY_SQL, [TYPING, f"v{conversation_pk} a{account_pk}"])


def member_types(conversation_pk: int, member_pk: int) -> None:
    """A member types what the visitor of this conversation will get."""
    ask(NOTIFY_SQL, [TYPING, f"{conversation_pk} a{current_account_id()} by{member_pk}"])


def account_key(account_pk: int) -> str:
    """By which the streams of an account's members wake."""
    return f"a{account_pk}"


def member_key(member_pk: int) -> str:
    """By which those of one member wake."""
    return f"m{member_pk}"


def key_of(word: str, prefix: str = "") -> int | None:
    """The integer key in a payload's word that begins so; None where it is another word."""
    rest = word[len(prefix) :] if word.startswith(prefix) else ""
    return int(rest) if rest.isascii() and rest.isdecimal() else None
