"""A visitor becomes somebody: the customer's server vouches for them (`sites.identity`).

Each person has one visitor on a site, whose token is made of what vouches for them, so that all
their devices come to the same conversations. Who was nobody before becomes that visitor and goes on
talking; of two people nothing is ever mixed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.crypto import salted_hmac

from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import limiting
from synaptiq.conversations.masking import mask
from synaptiq.conversations.models import Conversation
from synaptiq.leads import actions as leads
from synaptiq.sites import identity
from synaptiq.sites import queries as sites
from synaptiq.sites.identity import IdentityRefused, Person
from synaptiq.sites.models import Site, Visitor
from synaptiq.sites.tokens import TOKEN_PREFIX, hash_of


@dataclass(frozen=True)
class Identified:
    """The person's visitor token, and their newest conversation (None before the first)."""

    token: str
    conversation: str | None


def identify(
    site_key: str, token: str, *, visitor_token: str | None, origin: str | None,
    address: str | None,
) -> Identified:  # fmt: skip
    """The visitor of whom `token` (a JWT) vouches for; `visitor_token` is the one that the browser
    has been so far, if any. Raises NotFound, Denied, TooMany, IdentityRefused."""
    site = sites.of_page(site_key, origin, needs_origin=True)
    limiting.count(site.account_id, site.pk, address)
    with acting_for(site.account_id):
        person = identity.person_of(site, token)
        known = _kept(person)
        own = token_of(site, person.subject)
        visitor = Visitor.objects.filter(site=site, external_id=person.subject).first()
        if visitor is None or not _is_so(visitor, own, known):
            visitor = _become(site, person.subject, own, known, visitor_token)
        newest = Conversation.objects.filter(visitor=visitor).order_by("-pk").first()
    return Identified(own, newest.public_id if newest else None)


def token_of(site: Site, subject: str) -> str:
    """The token of a person on a site, the same on every device until the secret is another."""
    about = f"{site.key} {site.identity_generation} {subject}"
    made = salted_hmac("synaptiq.identity", about, algorithm="sha256")
    return TOKEN_PREFIX + made.hexdigest()


def _become(
    site: Site, subject: str, own: str, known: dict[str, str], visitor_token: str | None
) -> Visitor:
    with transaction.atomic():
        # Those of one site one after the other; conversations do not wait for it.
        now = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        if (now.identity_generation, now.identity_secret is None) != (
            site.identity_generation, False,
        ):  # fmt: skip
            raise IdentityRefused(
                "The site’s identity secret was replaced at this moment. Sign a new token."
            )
        # Held, so that who is erased at this moment does not come back.
        visitor = Visitor.objects.select_for_update().filter(
            site=site, external_id=subject
        ).first()  # fmt: skip
        if visitor is None and visitor_token:
            nobody = Visitor.objects.select_for_update().filter(site=site, external_id=None)
            visitor = nobody.filter(token_sha256=hash_of(visitor_token)).first()
        visitor = visitor or Visitor(site=site)
        visitor.external_id, visitor.token_sha256 = subject, hash_of(own)
        for name, value in known.items():
            setattr(visitor, name, value)
        visitor.save()
    return visitor


def _is_so(visitor: Visitor, own: str, known: dict[str, str]) -> bool:
    same = all(getattr(visitor, name) == value for name, value in known.items())
    return same and bytes(visitor.token_sha256) == hash_of(own)


def _kept(person: Person) -> dict[str, str]:
    """What was said of the person, as far as it can be kept: an odd phone number in the customer's
    records must not keep anybody from being known."""
    checked = leads.checked_ways({name: mask(value) for name, value in person.known.items()})
    return {name: checked[name] for name in identity.CLAIMS if checked.get(name)}
