"""Migrations of accounts that carry data, or that may be run again."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import psycopg
import pytest
from django.db import connection

from synaptiq.accounts import actions
from synaptiq.accounts.models import Member, Notice
from synaptiq.accounts.notices import NoticeKind
from synaptiq.kit import ids
from tests import database

GUARD = import_module("synaptiq.accounts.migrations.0002_audit_append_only").GUARD
NOTICES = import_module("synaptiq.accounts.migrations.0003_notice_target_audit_indexes")
KINDS = import_module("synaptiq.accounts.migrations.0005_notices")


def test_the_guard_of_the_audit_log_can_be_set_again(committed_db: str) -> None:
    name = committed_db.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(database.url_of(name, owner=True)) as owner:
        owner.execute(GUARD)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute("DELETE FROM accounts_auditentry")


@pytest.mark.parametrize(
    ("path", "target"),
    [("/admin/exports/exp_k5m2a7q3", "exp_k5m2a7q3"), ("/admin/exports", ""), ("", "")],
)
def test_a_notice_keeps_what_its_page_was_of(
    member: Callable[..., Member], path: str, target: str
) -> None:
    notice = actions.notify(member("viewer"), NoticeKind.EXPORT_READY, "It is ready.", path)
    kept = []
    with connection.cursor() as cursor:
        for statement in (NOTICES.TO_TARGET, NOTICES.TO_PATH):
            cursor.execute(statement)
            notice.refresh_from_db()
            kept.append(notice.target)
    assert kept == [target, path if target else ""]


@pytest.mark.parametrize(
    ("target", "text", "kind", "kept"),
    [
        ("lead_k5m2", "Grace Hopper is yours now", "lead_assigned", "was assigned to you"),
        ("lead_k5m2", "You were mentioned in a note about Grace Hopper", "mentioned",
         "has a note that mentions you"),
        ("batch_k5m2", "6 leads are yours now", "lead_assigned", "6 leads are yours now"),
        ("batch_k5m2", "Deleted: 600 leads", "batch_ended", "Deleted: 600 leads"),
        ("exp_k5m2", "212 leads are ready as CSV", "export_ready", "212 leads are ready as CSV"),
        ("exp_k5m2", "An export failed: It", "export_failed", "An export failed: It"),
        ("imp_k5m2", "a.csv is imported: 1", "import_done", "a.csv is imported: 1"),
        ("imp_k5m2", "The import of a.csv failed: It", "import_failed",
         "The import of a.csv failed: It"),
        ("prop_k5m2", "P is of the type", "property_converted", "P is of the type"),
        ("", "Something", "", "Something"),
    ],
)  # fmt: skip
def test_earlier_notices_get_an_id_and_a_kind_and_lose_the_names_of_leads(
    member: Callable[..., Member], target: str, text: str, kind: str, kept: str
) -> None:
    notice = Notice.objects.create(member=member("agent"), public_id="", text=text, target=target)
    with connection.cursor() as cursor:
        cursor.execute(KINDS.CARRY)
    notice.refresh_from_db()
    assert (notice.kind, notice.text) == (kind, kept)
    assert ids.is_id("notice", notice.public_id)
