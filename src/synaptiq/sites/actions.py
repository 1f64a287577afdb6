"""Writing sites: adding and changing one, and the one that every account has."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from synaptiq.accounts import audit, values
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import current_account_id
from synaptiq.kit.errors import Conflict
from synaptiq.sites import queries
from synaptiq.sites import values as own
from synaptiq.sites.models import Site

MOST_SITES = 100


def default_site() -> Site:
    """The current account's first site; made where there is none, for pages of the product itself
    (the product's own address is its one origin)."""
    if found := queries.sites().first():
        return found
    with transaction.atomic():
        # Of two that come first, one makes it.
        account = Account.objects.select_for_update().get(pk=current_account_id())
        return queries.sites().first() or Site.objects.create(
            name=account.name[: own.LONGEST_NAME], origins=[own.origin(settings.PUBLIC_URL)]
        )


def add_site(actor: Actor, *, name: Any, origins: Any) -> Site:
    """A further site with a key of its own. `origins`: a text with one a line, or a list."""
    with doing(actor, "site.added", Permission.SETTINGS):
        checked = values.checked(name=(own.name, name), origins=(own.origins, origins))
        if queries.sites().count() >= MOST_SITES:
            raise Conflict(f"An account has at most {MOST_SITES} sites.")
        site = Site.objects.create(**checked)
        detail = {"origins": site.origins}
        audit.record(actor, "site.added", target=site.public_id, detail=detail)
    return site


def change_site(actor: Actor, public_id: str, *, name: Any, origins: Any) -> Site:
    """Change a site's name and who may talk to it; its key stays."""
    with doing(actor, "site.changed", Permission.SETTINGS, target=public_id):
        checked = values.checked(name=(own.name, name), origins=(own.origins, origins))
        site = queries.site(public_id)
        before = {"name": site.name, "origins": site.origins}
        if before == checked:
            return site
        site.name, site.origins = checked["name"], checked["origins"]
        site.save(update_fields=["name", "origins"])
        detail = {"origins": site.origins, "before": before["origins"]}
        audit.record(actor, "site.changed", target=site.public_id, detail=detail)
    return site


def add_origin(actor: Actor, public_id: str, origin: Any) -> Site:
    """Let pages of one more origin talk, such as one that was refused."""
    with doing(actor, "site.changed", Permission.SETTINGS, target=public_id):
        site = queries.site(public_id)
        before = list(site.origins)
        added = values.checked(origins=(own.origins, [*before, str(origin or "")]))["origins"]
        if added != before:
            site.origins = added
            site.save(update_fields=["origins"])
            detail = {"origins": site.origins, "before": before}
            audit.record(actor, "site.changed", target=site.public_id, detail=detail)
    return site


def change_privacy(
    actor: Actor, public_id: str, *, consent: Any, remember_days: Any, privacy_url: Any
) -> Site:
    """Whether visitors are asked before their browser remembers anything, for how many days it
    does, and where the customer says what happens to it ("" for nowhere)."""
    with doing(actor, "site.changed", Permission.SETTINGS, target=public_id):
        checked = values.checked(
            consent=(values.flag, consent),
            remember_days=(own.remember_days, remember_days),
            privacy_url=(own.privacy_url, privacy_url),
        )
        site = queries.site(public_id)
        before = {name: getattr(site, name) for name in checked}
        if before != checked:
            for name, value in checked.items():
                setattr(site, name, value)
            site.save(update_fields=list(checked))
            detail = {**checked, "before": before}
            audit.record(actor, "site.changed", target=site.public_id, detail=detail)
    return site
