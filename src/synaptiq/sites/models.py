"""A site is where the widget stands; a visitor is a browser on it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.kit import clock, ids


def new_site_id() -> str:
    return ids.new_id("site")


def new_site_key() -> str:
    return ids.new_id("pk")


def new_visitor_id() -> str:
    return ids.new_id("vis")


class Site(AccountModel):
    """A site of the customer's. `key` is publishable: it names the site in the chat's address and
    opens nothing by itself. `origins` are those that may talk (`https://acme.com`)."""

    public_id = models.TextField(unique=True, default=new_site_id)
    key = models.TextField(unique=True, default=new_site_key)
    name = models.CharField(max_length=120)
    origins = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="site_of_account"),
        ]

    def __str__(self) -> str:
        return self.name


class Visitor(AccountModel):
    """A browser on a site, known by its token, of which only the SHA-256 is kept."""

    public_id = models.TextField(unique=True, default=new_visitor_id)
    site = models.ForeignKey(
        Site, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    token_sha256 = models.BinaryField(unique=True, max_length=32)
    first_seen_at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="visitor_of_account"),
            AccountForeignKey(field="site", to="sites.Site", name="visitor_site"),
        ]

    def __str__(self) -> str:
        return self.public_id
