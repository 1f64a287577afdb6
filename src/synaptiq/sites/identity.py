"""People whom the customer's server vouches for: a JWT that it signs with the site's secret.

HS256 and nothing else, so no token chooses how it is checked; times are read by hand, by the one
clock. A refusal says which check failed, for the developer, and never what the token holds.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import jwt
from django.db import connection

from synaptiq.accounts import audit
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.kit import clock, encryption, ids
from synaptiq.kit import text as texts
from synaptiq.kit.errors import Unauthenticated
from synaptiq.sites import queries
from synaptiq.sites.models import Site, Visitor

PREFIX = "ids_syn_"
LENGTH = 40
LONGEST_SUBJECT = 200
LONGEST_CLAIM = 300
LONGEST_LIFE = timedelta(hours=24)
LEEWAY = timedelta(seconds=30)
CLAIMS = ("name", "email", "phone")
# All that PyJWT would check by a clock of its own, or that says nothing here.
_UNCHECKED: Any = {
    f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}  # fmt: skip


class IdentityRefused(Unauthenticated):
    """A token by which nobody is vouched for."""

    status, code, title = 401, "identity_refused", "The identity is not accepted"


@dataclass(frozen=True)
class Person:
    """Who somebody is to the customer's server. `known` has name, email and phone as it said."""

    subject: str
    known: dict[str, str] = field(default_factory=dict, repr=False)


def person_of(site: Site, token: str) -> Person:
    """Whom the token vouches for. Raises IdentityRefused."""
    if site.identity_secret is None:
        raise IdentityRefused(
            "This site has no identity secret. Make one under Settings > Sites, and sign with it."
        )
    claims = _claims(encryption.decrypt(bytes(site.identity_secret)), token)
    _check_times(claims)
    subject = _text(claims, "sub", LONGEST_SUBJECT)
    if subject is None:
        raise IdentityRefused("sub is missing: the id by which your server knows the person.")
    known = {name: _text(claims, name, LONGEST_CLAIM) for name in CLAIMS}
    return Person(subject, {name: value for name, value in known.items() if value})


def make_secret(actor: Actor, site_id: str) -> tuple[Site, str]:
    """A new secret in place of the one that there may be, to be shown this once. What the old one
    signed is refused from now on; a browser keeps its visitor until its page identifies it anew."""
    with doing(actor, "site.identity_made", Permission.CREDENTIALS, target=site_id):
        site = Site.objects.select_for_update(no_key=True).get(pk=queries.site(site_id).pk)
        secret = PREFIX + "".join(secrets.choice(ids.ALPHABET) for _ in range(LENGTH))
        replaces = site.identity_secret is not None
        site.identity_secret = encryption.encrypt(secret)
        site.identity_generation += 1
        site.identity_made_at = clock.now()
        site.save(update_fields=["identity_secret", "identity_generation", "identity_made_at"])
        detail = {"generation": site.identity_generation, "replaces": replaces}
        audit.record(actor, "site.identity_made", target=site.public_id, detail=detail)
    return site, secret


def remove_secret(actor: Actor, site_id: str) -> Site:
    """Vouch for nobody any more. Those who were identified are unknown at once: nobody could say
    again that they are still signed in."""
    with doing(actor, "site.identity_removed", Permission.CREDENTIALS, target=site_id):
        site = Site.objects.select_for_update(no_key=True).get(pk=queries.site(site_id).pk)
        if site.identity_secret is not None:
            site.identity_secret, site.identity_made_at = None, None
            site.save(update_fields=["identity_secret", "identity_made_at"])
            with connection.cursor() as cursor:
                cursor.execute(_FORGET_TOKENS, [site.account_id, site.pk])
            audit.record(actor, "site.identity_removed", target=site.public_id)
    return site


def count_people(site: Site) -> int:
    """How many visitors of this site are identified."""
    return Visitor.objects.filter(site=site, external_id__isnull=False).count()


# A hash of what nobody has.
_FORGET_TOKENS = """
UPDATE sites_visitor SET token_sha256 = sha256(convert_to(public_id || gen_random_uuid(), 'UTF8'))
WHERE account_id = %s AND site_id = %s AND external_id IS NOT NULL
"""


def _claims(secret: str, token: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"], options=_UNCHECKED)
    except jwt.InvalidAlgorithmError:
        raise IdentityRefused("The token is not signed with HS256.") from None
    except jwt.InvalidSignatureError:
        raise IdentityRefused(
            "The signature is not that of this site’s present identity secret."
        ) from None
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise IdentityRefused("The token is no JWT that can be read.") from None
    return found


def _check_times(claims: dict[str, Any]) -> None:
    now, leeway = clock.now().timestamp(), LEEWAY.total_seconds()
    exp, nbf, iat = (_moment(claims, name) for name in ("exp", "nbf", "iat"))
    if exp is None:
        raise IdentityRefused("exp is missing: when the token ends, in seconds since 1970.")
    if exp <= now - leeway:
        raise IdentityRefused("The token has expired (exp). Sign a new one for each page.")
    if exp > now + LONGEST_LIFE.total_seconds() + leeway:
        raise IdentityRefused("exp lies more than 24 hours ahead.")
    if nbf is not None and nbf > now + leeway:
        raise IdentityRefused("The token is not valid yet (nbf). Compare the clocks.")
    if iat is not None and iat > now + leeway:
        raise IdentityRefused("The token was issued in the future (iat). Compare the clocks.")


def _moment(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # What is endless or no number at all is not between the two.
    if not is_number or not -1e12 < value < 1e12:
        raise IdentityRefused(f"{name} is no number of seconds since 1970.")
    return float(value)


def _text(claims: dict[str, Any], name: str, longest: int) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise IdentityRefused(f"{name} is not text.")
    if len(value) > longest:
        raise IdentityRefused(f"{name} is longer than {longest} characters.")
    try:
        cleaned = texts.one_line(value)
    except texts.TextError:
        raise IdentityRefused(f"{name} holds a character that cannot be stored.") from None
    if name != "sub":
        return cleaned or None
    if cleaned != value or texts.is_letterless(value):
        raise IdentityRefused(
            "sub is blank, or holds line breaks, control characters or blanks at its ends."
        )
    return value
