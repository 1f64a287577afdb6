"""Files that are given: looked at, started, thrown away, and forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import actions, queries
from synaptiq.leads.actions import imports
from synaptiq.leads.imports import files
from synaptiq.leads.models import Import, Lead
from tests.leads.imports.bringing import bring, counts, give, look, seen

NOW = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)


def emails() -> list[str | None]:
    return list(Lead.objects.alive().order_by("pk").values_list("email", flat=True))


def test_files_go_when_an_import_can_be_undone_no_more(admin: Actor) -> None:
    with clock.freeze(NOW):
        imported = bring(admin, "email,score\na@acme.com,x\n", {"score": "score"})
        draft = give(admin, "email\nb@acme.com\n")
    with clock.freeze(NOW + timedelta(days=29)):
        assert actions.forget_imports() == 1
        assert not Import.objects.filter(pk=draft.pk).exists()
        assert list(files.kept_keys()) == [imported.file_key]
    with clock.freeze(NOW + timedelta(days=31)):
        assert actions.forget_imports() == 1
    assert list(files.kept_keys()) == []
    assert Import.objects.get().file_key == ""


def test_a_draft_that_is_started_while_drafts_are_forgotten_keeps_its_file(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.freeze(NOW):
        given = give(admin, "email\na@acme.com\n")
        columns = look(admin, given)
    acting_for, started = imports.acting_for, list[Import]()

    def late(account: int) -> Any:
        if not started:
            started.append(given)
            started.append(
                actions.start_import(admin, given.public_id, columns, in_this_process=True)
            )
        return acting_for(account)

    monkeypatch.setattr(imports, "acting_for", late)
    with clock.freeze(NOW + timedelta(days=8)):
        assert actions.forget_imports() == 0
        actions.run_import(started[-1])
    assert emails() == ["a@acme.com"]


def test_looking_at_a_file_writes_nothing_of_how_it_is_written(admin: Actor) -> None:
    given = give(admin, "email;name\na@acme.com;A\n")
    before = Import.objects.get().dialect
    columns, dialect = seen(admin, given, {"name": "#1"}, delimiter="comma", header=False)
    assert (Import.objects.get().dialect, len(columns)) == (before, 1)
    tried = actions.try_import(admin, given.public_id, columns, dialect=dialect)
    started = actions.start_import(
        admin, given.public_id, columns, dialect=dialect, in_this_process=True
    )
    with pytest.raises(Conflict):
        look(admin, given)
    actions.run_import(started)
    assert counts(tried) == counts(queries.imported(given.public_id)) == (2, 0, 0, 0)
    assert set(Lead.objects.values_list("name", flat=True)) == {"email;name", "a@acme.com;A"}


def test_a_file_is_brought_in_once_and_a_draft_can_be_thrown_away(admin: Actor) -> None:
    imported = bring(admin, "email\na@acme.com\n")
    with pytest.raises(Conflict):
        actions.look_at_import(admin, imported.public_id)
    with pytest.raises(Conflict):
        actions.discard_import(admin, imported.public_id)
    draft = give(admin, "email\nb@acme.com\n")
    actions.discard_import(admin, draft.public_id)
    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [("", "is empty"), (b"PK\x03\x04zip", "Excel"), (b"%PDF-1.7", "PDF")],
)
def test_what_is_no_csv_is_refused_and_not_kept(
    admin: Actor, content: str | bytes, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        give(admin, content)
    assert list(files.kept_keys()) == []
