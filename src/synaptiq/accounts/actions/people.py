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


def change_profile(user: User, *, name: Any, language: Any, dense: Any, single_keys: Any) -> None:
    """Set what others see of this person and what they prefer, in every account. Raises Invalid.

    No entry in an audit log: it concerns no account, and nobody but this person.
    """
    checked = values.checked(
        name=(values.person_name, name),
        language=(values.language, language),
        dense=(values.flag, dense),
        single_keys=(values.flag, single_keys),
    )
    for field, value in checked.items():
        setattr(user, field, value)
    user.save(update_fields=list(checked))


def set_density(user: User, dense: bool) -> None:
    """Set how dense this person's tables are, all of them."""
    user.dense = dense
    user.save(update_fields=["dense"])


def set_single_keys(user: User, on: bool) -> None:
    """Whether single letters are keys of the pages for this person. Their own choice about their
    own hands: nothing for an account's audit log, like their name."""
    user.single_keys = on
    user.save(update_fields=["single_keys"])


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
