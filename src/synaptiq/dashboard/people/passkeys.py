"""Passkeys: where browsers know them, how ours are named, and what comes back from a browser.

allauth keeps them and speaks WebAuthn; all of ours can sign in by themselves, for each is made so
that the device asks for its owner's finger, face or PIN.
"""

from __future__ import annotations

import struct
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from synaptiq.accounts import values
from synaptiq.accounts.authentication import hash_of
from synaptiq.accounts.models import User
from synaptiq.kit.errors import NotFound

LONGEST_NAME = 80
REFUSED = "This passkey was not accepted. Try it once more, or sign in another way."
# What the readers of CBOR, keys and base64 raise of bytes that are none.
UNREADABLE = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, struct.error, NotImplementedError,
)  # fmt: skip


def possible(request: HttpRequest) -> bool:
    """Whether browsers know passkeys for this page's host: by https for a name, and on localhost;
    never for a bare address such as 127.0.0.1."""
    host, public = _host(request), urlsplit(settings.PUBLIC_URL)
    if host == "localhost":
        return True
    return host == public.hostname and public.scheme == "https" and not _is_address(host)


def elsewhere(request: HttpRequest) -> str:
    """The address of this page under which they would be known, or ""."""
    public = urlsplit(settings.PUBLIC_URL)
    if public.hostname == "localhost" or (
        public.scheme == "https" and not _is_address(public.hostname or "")
    ):
        return settings.PUBLIC_URL + request.get_full_path()
    return ""


def passkeys(user: User) -> list[Authenticator]:
    """This person's passkeys, the oldest first."""
    kind = Authenticator.Type.WEBAUTHN
    return list(Authenticator.objects.filter(user_id=user.pk, type=kind).order_by("pk"))


def passkey(user: User, passkey_id: str) -> Authenticator:
    """One of theirs by `id_of`, or NotFound."""
    found = next((one for one in passkeys(user) if id_of(one) == passkey_id), None)
    if found is None:
        raise NotFound("You have no such passkey.")
    return found


def id_of(passkey: Authenticator) -> str:
    """What pages and addresses call it."""
    return hash_of(str(passkey.data["credential"]["id"]))[:20]


def name(value: Any) -> str:
    return values.line(value, LONGEST_NAME)


class NameForm(forms.Form):
    """How a person calls a passkey."""

    name = forms.CharField(
        label="Name", max_length=LONGEST_NAME, help_text="So that you know later which one it is."
    )

    def clean_name(self) -> str:
        try:
            return name(self.cleaned_data["name"])
        except ValueError as error:
            raise ValidationError(f"Name {error}") from None


class AddForm(NameForm):
    """A name, and what the browser answered to the options of the page."""

    credential = forms.JSONField(widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, Any]:
        credential: dict[str, Any] = self.cleaned_data["credential"]
        try:
            auth.parse_registration_response(credential)
            binding = auth.complete_registration(credential)
        except (ValidationError, *UNREADABLE):
            raise ValidationError(REFUSED) from None
        if not binding.is_user_verified():
            raise ValidationError("The device did not ask for your finger, face or PIN.")
        return credential


class _Accepting(forms.Form):
    """Answers in words of ours to what is no passkey of this person, or no passkey at all."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError as error:
            if error.code == "too_many_login_attempts":
                raise
            raise ValidationError(REFUSED) from None
        except UNREADABLE:
            raise ValidationError(REFUSED) from None


class SignInForm(_Accepting, LoginWebAuthnForm):  # type: ignore[misc]
    """In place of email and password."""


class SecondFactorForm(_Accepting, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """After the password."""


class ConfirmForm(_Accepting, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before what weighs more."""


def _host(request: HttpRequest) -> str:
    return urlsplit(f"//{request.get_host()}").hostname or ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
