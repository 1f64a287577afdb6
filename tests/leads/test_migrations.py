"""Migrations of leads that carry data."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import psycopg

from synaptiq.accounts.models import Member, User
from synaptiq.leads.models import ListSettings
from tests import database

DENSITY = import_module("synaptiq.leads.migrations.0007_density")


def test_whoever_had_a_dense_list_has_dense_tables(
    committed_db: str, member: Callable[..., Member]
) -> None:
    dense, airy, _ = member("owner"), member("admin"), member("viewer")
    for one in (dense, airy):
        ListSettings.objects.create(member=one)
    name = committed_db.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(database.url_of(name, owner=True)) as owner:
        owner.execute("ALTER TABLE leads_listsettings ADD dense boolean NOT NULL DEFAULT FALSE")
        owner.execute("UPDATE leads_listsettings SET dense = TRUE WHERE member_id = %s", [dense.pk])
        owner.execute(DENSITY.TO_PERSON)
    assert list(User.objects.filter(dense=True)) == [dense.user]
