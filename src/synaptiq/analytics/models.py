"""What figures need beside the rows of lower floors: page views, the days of visitors, what is left
of those who were erased, and what the account says about its figures.

A visitor is a `key` of 16 bytes: made of the first-party id where there is one, else of a hash with
a salt that lasts a UTC day (`visits`). Nothing here holds an address, a name or a token.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.kit import clock, ids
from synaptiq.sites.models import Site, Visitor

KEPT_MONTHS = 25


def new_annotation_id() -> str:
    return ids.new_id("ann")


def new_group_id() -> str:
    return ids.new_id("pgr")


class Visit(AccountModel):
    """One page view where the widget could show, timed by the server on receipt. `page` is the path
    alone, and nothing once its visitor was erased. Dropped after `Settings.kept_months`."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    site = models.ForeignKey(
        Site, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    at = models.DateTimeField()
    key = models.BinaryField(max_length=16)
    page = models.TextField()
    device = models.TextField(null=True)
    language = models.TextField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [AccountForeignKey(field="site", to="sites.Site", name="visit_site")]
        indexes = [models.Index(fields=["account", "at"], name="visit_at")]

    def __str__(self) -> str:
        return self.page


class VisitorDay(AccountModel):
    """A visitor on one local day of the account. `previous` is the day before on which they came,
    so that uniques of any range add up: whoever's previous day lies outside of it counts there.

    Site, device and language are those of the visitor's first visit, on each of their days, and
    `opened_at` when they first opened the chat; `page` is the first one of this day. `visitor`
    is the one who chatted, where that is known; without, it is a hash that no other UTC day has.
    """

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    site = models.ForeignKey(
        Site, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    key = models.BinaryField(max_length=16)
    day = models.DateField()
    previous = models.DateField(null=True)
    first_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    page = models.TextField()
    device = models.TextField(null=True)
    language = models.TextField(null=True)
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "key", "day"], name="visitor_day_once"),
            AccountForeignKey(field="site", to="sites.Site", name="visitor_day_site"),
            AccountForeignKey(field="visitor", to="sites.Visitor", name="visitor_day_visitor"),
        ]
        indexes = [
            models.Index(
                fields=["account", "day"],
                include=["previous", "site", "device", "language"],
                name="visitor_day",
            ),
            models.Index(
                fields=["visitor", "day"],
                condition=Q(visitor__isnull=False),
                name="visitor_day_of_visitor",
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)


class Salt(models.Model):
    """What visitors' hashes are salted with on one UTC day. The next day it is gone, and with it
    whatever could tell whose hash one was."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)


class KnownToday(AccountModel):
    """Which visitor a hash of today is, since they wrote. Gone with the day's salt."""

    key = models.BinaryField(max_length=16)
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    day = models.DateField()

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="known_today_once"),
            AccountForeignKey(field="visitor", to="sites.Visitor", name="known_today_visitor"),
        ]

    def __str__(self) -> str:
        return str(self.day)


class ErasedLead(AccountModel):
    """What figures keep of a lead whose row is gone: moments, score, where it came from. `number`
    is the key that the row had, which says nothing any more."""

    number = models.BigIntegerField()
    created_at = models.DateTimeField()
    first_qualified_at = models.DateTimeField(null=True)
    meeting_booked_at = models.DateTimeField(null=True)
    meeting_held_at = models.DateTimeField(null=True)
    won_at = models.DateTimeField(null=True)
    score = models.SmallIntegerField(null=True)
    origin = models.TextField()

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="erased_lead_once")
        ]
        indexes = [models.Index(fields=["account", "created_at"], name="erased_lead_created")]

    def __str__(self) -> str:
        return str(self.number)


class ErasedConversation(AccountModel):
    """What figures keep of a conversation that its visitor had erased, beside what its row still
    says: whose lead it was, on what. Not the page: its path may name somebody."""

    number = models.BigIntegerField()
    lead_number = models.BigIntegerField(null=True)
    device = models.TextField(null=True)
    language = models.TextField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="erased_conversation_once")
        ]
        indexes = [
            models.Index(
                fields=["account", "lead_number"],
                condition=Q(lead_number__isnull=False),
                name="erased_conversation_lead",
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class PageGroup(AccountModel):
    """Pages that figures take together. `pages` are paths in which `*` stands for anything; a page
    belongs to the first group by `position` that it fits."""

    public_id = models.TextField(unique=True, default=new_group_id)
    position = models.PositiveSmallIntegerField()
    name = models.TextField()
    pages = ArrayField(models.TextField())

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="page_group_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Settings(AccountModel):
    """What an account says of its figures beside its goal. Without a row all is as by default.

    `zone` is the one in which visitors' days were reckoned: where the account's is another by now,
    they are to be reckoned anew (`rebuilding`).
    """

    kept_months = models.PositiveSmallIntegerField(default=KEPT_MONTHS, db_default=KEPT_MONTHS)
    zone = models.TextField(default="", db_default="")

    class Meta(AccountModel.Meta):
        constraints = [models.UniqueConstraint(fields=["account"], name="analytics_settings_once")]

    def __str__(self) -> str:
        return f"{self.kept_months} months"


class Annotation(AccountModel):
    """What somebody noted about a day, for charts and reports."""

    public_id = models.TextField(unique=True, default=new_annotation_id)
    day = models.DateField()
    text = models.TextField()
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="member", to="accounts.Member", name="annotation_member")
        ]
        indexes = [models.Index(fields=["account", "day", "public_id"], name="annotation_day")]

    def __str__(self) -> str:
        return self.text
