"""A site is where the widget stands; a visitor is a browser on it, or a person that the customer's
server vouches for; a greeting is what the widget shows by itself."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.kit import clock, ids


def new_site_id() -> str:
    return ids.new_id("site")


def new_site_key() -> str:
    return ids.new_id("pk")


def new_visitor_id() -> str:
    return ids.new_id("vis")


def new_greeting_id() -> str:
    return ids.new_id("grt")


# How often a greeting comes back to the same visitor.
FREQUENCIES: dict[str, str] = {
    "once": "Once for each visitor",
    "session": "Once a visit",
    "always": "On every page view",
}
# What became of a greeting on a page where the widget stood; then why it was not shown.
OUTCOMES: dict[str, str] = {
    "shown": "Shown",
    "opened": "Opened",
    "answered": "Answered",
    "dismissed": "Dismissed",
}
REASONS: dict[str, str] = {
    "other_page": "It is for other pages",
    "dismissed_before": "The visitor dismissed it before",
    "shown_before": "The visitor saw it before",
    "chat_open": "The chat was open",
    "chat_before": "The visitor had written before",
    "tab_hidden": "The tab was not in view",
    "left_before_delay": "The visitor left before its time",
    "screen_too_small": "The screen had no room",
}


class Site(AccountModel):
    """A site of the customer's. `key` is publishable: it names the site in the chat's address and
    opens nothing by itself. `origins` are those that may talk (`https://acme.com`).

    `consent`: visitors are asked before their browser remembers anything; `remember_days` is for
    how long it does. `first_seen_at` and what follows is where the widget was asked for, so that
    its installation is seen; written every ten minutes at most (`installing`). With
    `identity_secret` (encrypted) the customer's server vouches for people (`identity`);
    `identity_generation` counts the secrets that there were.
    """

    public_id = models.TextField(unique=True, default=new_site_id)
    key = models.TextField(unique=True, default=new_site_key)
    name = models.CharField(max_length=120)
    origins = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField(default=clock.now)

    consent = models.BooleanField(default=True, db_default=True)
    remember_days = models.PositiveSmallIntegerField(default=90, db_default=90)
    privacy_url = models.TextField(default="", db_default="")

    identity_secret = models.BinaryField(null=True)
    identity_generation = models.PositiveIntegerField(default=0, db_default=0)
    identity_made_at = models.DateTimeField(null=True)

    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    last_seen_page = models.TextField(default="", db_default="")
    last_refused_at = models.DateTimeField(null=True)
    last_refused_origin = models.TextField(default="", db_default="")

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="site_of_account"),
            models.CheckConstraint(
                condition=Q(remember_days__range=(1, 365)), name="site_remember_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Visitor(AccountModel):
    """A browser on a site, known by its token, of which only the SHA-256 is kept.

    With an `external_id` it is a person whom the customer's server vouches for, on all their
    devices; name, email and phone are what it said of them.
    """

    public_id = models.TextField(unique=True, default=new_visitor_id)
    site = models.ForeignKey(
        Site, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    token_sha256 = models.BinaryField(unique=True, max_length=32)
    first_seen_at = models.DateTimeField(db_default=clock.DatabaseNow())
    # A member who tries the agent out: their conversations are tests from the first message on.
    is_test = models.BooleanField(default=False, db_default=False)
    external_id = models.TextField(null=True)
    name = models.TextField(null=True)
    email = models.TextField(null=True)
    phone = models.TextField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="visitor_of_account"),
            models.UniqueConstraint(
                fields=["site", "external_id"],
                condition=Q(external_id__isnull=False),
                name="visitor_vouched_once",
            ),
            AccountForeignKey(field="site", to="sites.Site", name="visitor_site"),
        ]

    def __str__(self) -> str:
        return self.public_id


class ErasedToken(AccountModel):
    """The token (SHA-256) of a visitor who has all erased. It is made of their first message's id,
    so that without this whoever sent that again would have it again; a trigger of the table of
    visitors asks here."""

    token_sha256 = models.BinaryField(unique=True, max_length=32)

    class Meta(AccountModel.Meta):
        pass

    def __str__(self) -> str:
        return f"Erased token {self.pk}"


class Greeting(AccountModel):
    """What the widget shows by itself on pages of a site, after some seconds. Without a `text`
    it is the agent's own greeting. `pages` are paths in which `*` stands for anything; of those
    that fit, the widget takes the first by `position`."""

    public_id = models.TextField(unique=True, default=new_greeting_id)
    site = models.ForeignKey(
        Site, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    position = models.PositiveSmallIntegerField()
    is_on = models.BooleanField(default=True)
    text = models.TextField(default="")
    quick_replies = ArrayField(models.TextField(), default=list)
    pages = ArrayField(models.TextField(), default=list)
    delay_seconds = models.PositiveSmallIntegerField(default=3)
    frequency = models.TextField(default="session", choices=list(FREQUENCIES.items()))
    created_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="greeting_of_account"),
            models.CheckConstraint(
                condition=Q(frequency__in=list(FREQUENCIES)) & Q(delay_seconds__lte=600),
                name="greeting_known",
            ),
            AccountForeignKey(field="site", to="sites.Site", name="greeting_site"),
        ]
        indexes = [models.Index(fields=["site", "position"], name="greeting_of_site")]

    def __str__(self) -> str:
        return self.text or "The agent’s greeting"


class GreetingCount(AccountModel):
    """How often a greeting had an outcome (of `OUTCOMES` or `REASONS`) on a day in the account's
    zone, and on which page last. Nothing of whom it was."""

    greeting = models.ForeignKey(
        Greeting, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    day = models.DateField()
    outcome = models.TextField(choices=[*OUTCOMES.items(), *REASONS.items()])
    count = models.PositiveIntegerField(default=0)
    last_page = models.TextField(default="")
    last_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["greeting", "day", "outcome"], name="greeting_count_once"
            ),
            AccountForeignKey(
                field="greeting", to="sites.Greeting", name="greeting_count_of", on_delete="CASCADE"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.count}"
