"""What the audit log says of exports, and that nobody can take it back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg
import pytest

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, AuditText
from synaptiq.kit import clock
from tests import database
from tests.exports.running import add_leads, ask, run

pytestmark = pytest.mark.usefixtures("committed_db")


def test_both_entries_of_an_export_tell_all_of_it(
    account: Account, actor: Callable[..., Actor]
) -> None:
    add_leads(account.pk, 3)
    asking = actor("export")
    export = run(ask(asking, columns=["id", "email"], filter={"status": ["new"]}))
    requested, finished = AuditEntry.objects.filter(target=export.public_id).order_by("id")
    for entry in (requested, finished):
        assert asking.member
        assert (entry.actor_kind, entry.actor) == ("member", asking.member.public_id)
        assert (entry.dataset, entry.format, entry.fields) == ("leads", "csv", ["id", "email"])
        assert (entry.outcome, entry.rows) == ("ok", 3)
    assert (requested.action, requested.filter) == ("export.requested", {"status": ["new"]})
    assert requested.detail == {"scope": "filter"}
    assert (requested.sha256, requested.bytes) == ("", None)
    assert (finished.action, finished.sha256) == ("export.finished", export.sha256)
    assert finished.bytes == export.bytes


def test_a_selection_and_options_are_told_without_the_ids(
    account: Account, actor: Callable[..., Actor]
) -> None:
    add_leads(account.pk, 3)
    given = {"scope": "selection", "ids": ["lead_0000001"], "options": {"dialect": "raw"}}
    export = ask(actor("export"), **given)
    entry = AuditEntry.objects.get(target=export.public_id)
    assert entry.detail == {
        "scope": "selection",
        "ids": 1,
        "options": {
            "bom": True,
            "delimiter": "comma",
            "dialect": "raw",
            "headings": False,
            "paper": "a4",
            "top_leads": True,
        },
    }


def test_typed_text_stands_beside_the_log_and_only_its_salted_hash_in_it(
    actor: Callable[..., Actor],
) -> None:
    term = "jane@acme.com"
    export = ask(actor("export"), filter={"text": term, "source_url": "pricing"})
    entry = AuditEntry.objects.get(target=export.public_id)
    texts = {t.field: t for t in AuditText.objects.filter(entry=entry.public_id)}
    assert {field: t.text for field, t in texts.items()} == {"text": term, "source_url": "pricing"}
    assert entry.filter == {
        field: {"sha256": hashlib.sha256((t.salt + t.text).encode()).hexdigest()}
        for field, t in texts.items()
    }
    assert len({t.salt for t in texts.values()}) == 2
    assert term not in repr([entry.filter, entry.detail, entry.target])


CHANGES = (
    "UPDATE accounts_auditentry SET outcome = 'ok'",
    "DELETE FROM accounts_auditentry",
    "TRUNCATE accounts_auditentry",
    "UPDATE accounts_auditentry SET outcome = 'ok' WHERE false",
)


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("owner", [False, True])
def test_the_log_gives_no_line_back_whoever_asks(
    committed_db: str, actor: Callable[..., Actor], statement: str, owner: bool
) -> None:
    ask(actor("export"))
    url = database.url_of(urlsplit(committed_db).path.lstrip("/"), owner=owner)
    with psycopg.connect(url) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
            connection.execute(statement)
    assert ("append-only" in str(caught.value)) == owner
    assert AuditEntry.objects.count() == 1


def test_the_time_of_an_entry_is_the_clocks(account: Account, actor: Callable[..., Actor]) -> None:
    noon = datetime(2026, 3, 15, 12, tzinfo=UTC)
    with clock.freeze(noon):
        entry = audit.record(actor("owner"), "account.renamed")
    assert AuditEntry.objects.get(pk=entry.pk).at == noon
