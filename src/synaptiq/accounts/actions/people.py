"""People who sign in. Who signs up by themselves comes through allauth; the operator adds here."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from synaptiq.accounts import values
from synaptiq.accounts.models import User
from synaptiq.kit.errors import Conflict, Invalid


def rename_person(user: User, name: Any) -> None:
    """Set what others see of this person, in every account. Raises Invalid."""
    user.name = values.checked(name=(values.person_name, name))["name"]
    user.save(update_fields=["name"])


def add_person(email: Any, password: str | None = None, *, name: str = "") -> User:
    """A person who may sign in at once: the operator vouches for the address.

    Without a password they set one by "Forgot your password?". Raises Invalid for a bad address
    or a weak password, Conflict when somebody signs in with this address already.
    """
    checked = values.checked(email=(values.email, email))
    if password is not None:
        try:
            validate_password(password, User(email=checked["email"], name=name))
        except ValidationError as error:
            raise Invalid({"password": " ".join(error.messages)}) from None
    try:
        with transaction.atomic():
            user = User.objects.create_user(checked["email"], password, name=name)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError:
        raise Conflict("Somebody signs in with this address already.", param="email") from None
    return user
