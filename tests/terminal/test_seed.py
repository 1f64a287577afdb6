"""`synaptiq seed`: many leads, the same each time, that look like leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.ids import is_id
from synaptiq.leads import values
from synaptiq.leads.models import Lead
from synaptiq.terminal import seed
from tests.conftest import make_account
from tests.terminal.commands import run


@pytest.mark.django_db
def test_each_lead_would_pass_the_checks_of_every_other_way_in(account: Account) -> None:
    assert seed.add_leads(account, 300) == 300
    for lead in Lead.objects.all():
        given = {name: getattr(lead, name) for name in values.FIELDS if name != "external_id"}
        checked = values.fields(given)
        assert {name: getattr(lead, name) for name in checked} == checked
        assert is_id("lead", lead.public_id)
        assert set(lead.custom) == {"company_size", "budget"}


@pytest.mark.django_db
def test_they_have_assignees_and_some_need_the_guard(
    account: Account, member: Callable[..., Member]
) -> None:
    for n in range(2):
        member("agent", email=f"agent{n}@acme.com")
    seed.add_leads(account, 300)
    assert len(set(Lead.objects.values_list("assigned_to", flat=True))) == 3, "two and nobody"
    assert Lead.objects.filter(plain=False).count() == 3


@pytest.mark.django_db
def test_again_it_adds_only_what_is_missing(account: Account) -> None:
    seed.add_leads(account, 20)
    assert seed.add_leads(account, 30) == 10
    assert seed.add_leads(account, 30) == 0
    assert seed.add_leads(account, 5, seed=2) == 5


@pytest.mark.django_db
def test_accounts_do_not_share_leads(account: Account) -> None:
    seed.add_leads(account, 20)
    other = make_account("Globex")
    assert seed.add_leads(other, 20) == 20
    with acting_for(other.pk):
        assert Lead.objects.count() == 20


def test_as_a_command_it_says_how_many_it_added(committed_db: str) -> None:
    account = make_account()
    done = run(committed_db, "seed", "--leads", "12000")
    assert done.returncode == 0, done.stderr
    assert "Added 12,000 leads to Acme" in done.stderr
    with acting_for(account.pk):
        assert Lead.objects.count() == 12_000
