"""The mails of sign-up, sign-in and security, as one table: allauth's name → subject and text.

Plain short texts with one link. allauth's own templates are left aside: they speak of "sites".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from synaptiq.accounts.actions.sessions import UNKNOWN_ADDRESS
from synaptiq.kit import languages

_CHANGED = (
    "{what}\n\nThis came from the address {ip} at {at} UTC, with "
    "{user_agent}.\n\nIf it was not you, set a new password at once:\n{reset_url}\n"
)


@dataclass(frozen=True)
class Letter:
    """`text` is a format string over allauth's context, `sign_up_url`, `reset_url`, `what`, and
    `at`: when it was, in the language of the context."""

    subject: str
    text: str
    what: str = ""


LETTERS: dict[str, Letter] = {
    "account/email/email_confirmation_signup": Letter(
        "Confirm your email address",
        "Welcome to Synaptiq.\n\nTo confirm that this address is yours, open this link:\n"
        "{activate_url}\n\nIf you did not sign up, ignore this mail.\n",
    ),
    "account/email/email_confirmation": Letter(
        "Confirm your email address",
        "To confirm that this address is yours, open this link:\n{activate_url}\n\n"
        "If you did not ask for it, ignore this mail.\n",
    ),
    "account/email/account_already_exists": Letter(
        "You have signed up already",
        "Somebody, probably you, tried to sign up to Synaptiq with {email}. There is a sign-in "
        "for this address already.\n\nIf you forgot the password, set a new one:\n{reset_url}\n",
    ),
    "account/email/unknown_account": Letter(
        "No sign-in for this address",
        "Somebody, probably you, asked for a new password for {email}. There is no sign-in for "
        "this address.\n\nPerhaps you used another one. Or sign up:\n{sign_up_url}\n",
    ),
    "account/email/password_reset_key": Letter(
        "Set a new password",
        "To set a new password, open this link:\n{password_reset_url}\n\n"
        "If you did not ask for it, ignore this mail: your password stays as it is.\n",
    ),
    "account/email/password_changed": Letter(
        "Your password was changed", _CHANGED, "The password of your Synaptiq sign-in was changed."
    ),
    "account/email/password_reset": Letter(
        "Your password was changed", _CHANGED, "The password of your Synaptiq sign-in was reset."
    ),
    "account/email/password_set": Letter(
        "Your password was set", _CHANGED, "Your Synaptiq sign-in now has a password."
    ),
    "account/email/email_changed": Letter(
        "Your email address was changed",
        _CHANGED,
        "You now sign in to Synaptiq with {to_email} instead of {from_email}.",
    ),
    "account/email/email_confirm": Letter(
        "Your email address is confirmed", _CHANGED, "An email address was confirmed."
    ),
    "account/email/email_deleted": Letter(
        "An email address was removed",
        _CHANGED,
        "{deleted_email} was removed from your Synaptiq sign-in.",
    ),
    "mfa/email/totp_activated": Letter(
        "Two-factor sign-in is on", _CHANGED, "Signing in now also needs a code from your app."
    ),
    "mfa/email/totp_deactivated": Letter(
        "Two-factor sign-in is off", _CHANGED, "Signing in no longer needs a code from your app."
    ),
    "mfa/email/webauthn_added": Letter(
        "A passkey was added", _CHANGED, "A passkey was added, which signs you in to Synaptiq."
    ),
    "mfa/email/webauthn_removed": Letter(
        "A passkey was removed", _CHANGED, "A passkey signs you in to Synaptiq no more."
    ),
    "mfa/email/recovery_codes_generated": Letter(
        "New recovery codes", _CHANGED, "New recovery codes were made; the earlier ones are void."
    ),
}


def write(name: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of this letter. KeyError for a letter that the table does not know."""
    letter = LETTERS[name]
    language = context.get("language") or languages.DEFAULT
    words = {
        **context,
        "ip": "unknown" if context.get("ip") == UNKNOWN_ADDRESS else context.get("ip"),
        "at": context["timestamp"].strftime(language.letter) if "timestamp" in context else "",
        "sign_up_url": public("account_signup"),
        "reset_url": public("account_reset_password"),
    }
    return letter.subject, letter.text.format(**words, what=letter.what.format(**words))


def public(name: str, **kwargs: Any) -> str:
    """The address of a page as people reach it, whatever host this request came by."""
    return settings.PUBLIC_URL + reverse(name, kwargs=kwargs or None)
