"""The sample account: made once, whole, and with a log that names what is there."""

from __future__ import annotations

from typing import Any

import pytest

from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import pipeline
from synaptiq.exports.models import Export
from synaptiq.leads.models import Lead
from synaptiq.terminal import sample


def test_the_sample_is_made_once_and_its_log_names_it(committed_db: str) -> None:
    sample.fill()
    sample.fill()
    account = Account.objects.get()
    with acting_for(account.pk):
        assert Lead.objects.count() == sample.LEADS
        assert set(Export.objects.values_list("state", flat=True)) == {"ready"}
        assert AuditEntry.objects.get(action="account.created").target == account.public_id
        joined = AuditEntry.objects.filter(action="member.joined").values_list("target", flat=True)
        others = Member.objects.exclude(user__email=sample.OWNER)
        assert set(joined) == set(others.values_list("public_id", flat=True))


def test_exports_that_were_cut_off_are_made_by_the_next_start(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = pipeline.run

    def only_the_first(export: Export) -> Any:
        if Export.objects.count() > 1:
            raise KeyboardInterrupt
        run(export)

    monkeypatch.setattr(pipeline, "run", only_the_first)
    with pytest.raises(KeyboardInterrupt):
        sample.fill()
    with acting_for(Account.objects.get().pk):
        assert not Export.objects.exists()
    monkeypatch.setattr(pipeline, "run", run)
    sample.fill()
    with acting_for(Account.objects.get().pk):
        assert Export.objects.count() == 3
