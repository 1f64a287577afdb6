"""How django-allauth fits this product: mails, links, who may sign up, encrypted secrets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage

from synaptiq.accounts import queries
from synaptiq.accounts.actions.sessions import UNKNOWN_ADDRESS
from synaptiq.accounts.models import Invitation, User
from synaptiq.dashboard.people import letters
from synaptiq.kit import encryption, languages
from synaptiq.kit.errors import NotFound

SESSION_INVITATION = "invitation"


def open_invitation(request: HttpRequest) -> Invitation | None:
    """The invitation whose link this browser opened, while it still works."""
    token = request.session.get(SESSION_INVITATION)
    try:
        return queries.invitation_by_token(token) if token else None
    except NotFound:
        return None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This email address and password do not belong together.",
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password.",
        "too_many_login_attempts": (
            "There were too many attempts. Wait a few minutes, or set a new password."
        ),
        "not_invited": "Sign up with the address that the invitation was sent to.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open" or open_invitation(request) is not None

    def clean_email(self, email: str) -> str:
        """While only invited people may sign up, only the address that was invited."""
        at_sign_up = self.request.resolver_match.view_name == "account_signup"
        if at_sign_up and settings.SIGNUP != "open":
            invitation = open_invitation(self.request)
            if invitation is None or invitation.email != email:
                raise self.validation_error("not_invited")
        return email

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        subject, text = letters.write(template_prefix, context)
        to = [email] if isinstance(email, str) else email
        return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, to, headers=headers)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """With the language in which this person reads dates."""
        accepted = self.request.headers.get("Accept-Language", "")
        language = {"language": languages.chosen(user.language, accepted)}
        context = {**(context or {}), **language}
        super().send_notification_mail(template_prefix, user, context, email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _published(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return letters.public("account_confirm_email", key=emailconfirmation.key)

    def get_client_ip(self, request: HttpRequest) -> str:
        """What attempts are counted by. Without an address all share one count."""
        return getattr(request, "address", None) or UNKNOWN_ADDRESS

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """With passkeys called so; allauth calls them security keys."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for way in ways:
            if way["id"] == "mfa_reauthenticate:webauthn":
                way["description"] = "Use a passkey"
        return ways

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings:security")

    def is_safe_url(self, url: str) -> bool:
        """Only paths of our own: nobody is sent elsewhere after signing in."""
        return not urlsplit(url or "").netloc and super().is_safe_url(url)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": (
            "This code is not right. An app’s code changes every 30 seconds, and a recovery code "
            "works once."
        ),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose passkeys they are: of the host that the browser asks, which is one of ours."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Synaptiq"}

    def build_totp_svg(self, url: str) -> str:
        """The QR code on a ground of its own, so that it can be scanned in the dark theme too."""
        image = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(image.to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text.encode())


def _published(url: str) -> str:
    return settings.PUBLIC_URL + urlsplit(url).path
