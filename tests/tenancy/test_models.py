"""Over all models: rows belong to an account, point only into it, and only downwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from synaptiq.accounts.models import APIKey, AuditEntry, Member, Notice, User
from synaptiq.accounts.tenancy import (
    AccountForeignKey,
    AccountModel,
    NoAccount,
    acting_for,
)
from synaptiq.agent.models import AgentVersion, Fact, new_version_id
from synaptiq.leads.models import Lead
from tests.tenancy.world import World

OURS = [m for m in apps.get_models() if m.__module__.startswith("synaptiq.")]
OF_ACCOUNTS = [m for m in OURS if issubclass(m, AccountModel)]
# A further model without an account has to be thought about here first.
OF_NO_ACCOUNT = {"User", "Account", "Mail", "PageFeedback", "Salt"}
# Floors of the house, the ground first; the apps of a floor do not point at each other.
FLOORS = (
    {"accounts"}, {"sites"}, {"leads"}, {"conversations"}, {"meetings"}, {"agent"}, {"analytics"},
    {"exports"}, {"dashboard", "api"},
)  # fmt: skip


def keys_of(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    return [f for f in model._meta.get_fields() if isinstance(f, models.ForeignKey)]


def constraints_of(model: type[models.Model]) -> list[AccountForeignKey]:
    return [c for c in model._meta.constraints if isinstance(c, AccountForeignKey)]


def loose_keys(model: type[models.Model]) -> Iterator[str]:
    """Foreign keys to rows of accounts that the database would let point into another account."""
    held = {c.field: c for c in constraints_of(model)}
    for key in keys_of(model):
        target = key.related_model
        if key.name == "account" or not issubclass(target, AccountModel):
            continue
        constraint = held.get(key.name)
        if constraint is None or constraint.to != target._meta.label or key.db_constraint:
            yield f"{model.__name__}.{key.name}"


def floor_of(model: type[models.Model]) -> int:
    label = model._meta.app_label
    return next((n for n, floor in enumerate(FLOORS) if label in floor), -1)


def keys_upwards(model: type[models.Model]) -> Iterator[str]:
    """Foreign keys to a model of a higher floor, or of a neighbour."""
    for key in keys_of(model):
        target = key.related_model
        is_beside = floor_of(target) == floor_of(model) and (
            target._meta.app_label != model._meta.app_label
        )
        if floor_of(target) > floor_of(model) or is_beside:
            yield f"{model.__name__}.{key.name}"


def test_every_row_belongs_to_an_account() -> None:
    assert {m.__name__ for m in OURS if m not in OF_ACCOUNTS} == OF_NO_ACCOUNT
    assert len(OF_ACCOUNTS) >= 12
    for model in OF_ACCOUNTS:
        assert model._default_manager.model is model
        assert type(model._default_manager).__name__ in {
            "AccountManager",
            "APIKeyManager",
            "LeadManager",
        }


def test_every_foreign_key_stays_in_its_account() -> None:
    assert [fault for model in OF_ACCOUNTS for fault in loose_keys(model)] == []


def test_a_loose_key_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Notice._meta, "constraints", [])
    assert list(loose_keys(Notice)) == ["Notice.member"]


def test_foreign_keys_only_point_down() -> None:
    assert [fault for model in OURS for fault in keys_upwards(model)] == []


def test_a_key_upwards_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(Notice._meta.get_field("member")), "related_model", Lead)
    assert list(keys_upwards(Notice)) == ["Notice.member"]


QUERIES: dict[str, Callable[[Any], Any]] = {
    "all": lambda objects: objects.all(),
    "exists": lambda objects: objects.exists(),
    "count": lambda objects: objects.count(),
    "exclude": lambda objects: objects.exclude(pk=1).exists(),
    "distinct": lambda objects: objects.distinct().query,
    "values": lambda objects: objects.values("pk"),
    "aggregate": lambda objects: objects.aggregate(models.Max("pk")),
    "update": lambda objects: objects.update(pk=1),
    "delete": lambda objects: objects.filter(pk=1).delete(),
    "none": lambda objects: objects.none(),
    "create": lambda objects: objects.create(),
    "get_or_create": lambda objects: objects.get_or_create(pk=1),
    "bulk_create": lambda objects: objects.bulk_create([objects.model()]),
}


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("model", OF_ACCOUNTS, ids=lambda model: model.__name__)
def test_without_a_current_account_every_query_raises(model: Any, query: str) -> None:
    with pytest.raises(NoAccount):
        QUERIES[query](model.objects)


def test_no_account_is_no_account() -> None:
    for wrong in (None, "1", 1.0):
        with pytest.raises(NoAccount), acting_for(wrong):  # type: ignore[arg-type]
            pass


def test_queries_see_their_account_only(made: World) -> None:
    for model in OF_ACCOUNTS:
        with acting_for(made.ours.pk):
            assert set(model.objects.values_list("account_id", flat=True)) == {made.ours.pk}
        with acting_for(made.others.pk):
            assert not model.objects.filter(account_id=made.ours.pk).exists()
    assert Lead.across_accounts.values("account_id").distinct().count() == 2


@pytest.mark.parametrize("model", OF_ACCOUNTS, ids=lambda model: model.__name__)
def test_rows_of_another_account_are_not_written(made: World, model: Any) -> None:
    ours = model.across_accounts.filter(account=made.ours).first()
    with acting_for(made.others.pk):
        for write in (
            lambda: ours.save(),
            lambda: model.objects.bulk_create([model(account=made.ours)]),
            lambda: model.objects.create(account=made.ours),
        ):
            with pytest.raises(NoAccount):
                write()
        if model not in {AuditEntry, *NEVER_REWRITTEN}:  # of which no row may be changed at all
            assert model.objects.filter(pk=ours.pk).update(account=made.others) == 0


# Tables that take new rows only.
NEVER_REWRITTEN = {AgentVersion, Fact}


def add_another(row: Any, column: str, key: int) -> None:
    """Add a row like this one that points elsewhere."""
    row.pk = None
    setattr(row, column, key)
    if isinstance(row, AgentVersion):
        row.public_id, row.number = new_version_id(), row.number + 1
    with acting_for(row.account_id):
        row.save(force_insert=True)


CONSTRAINTS = [(m, c) for m in OF_ACCOUNTS for c in constraints_of(m)]


@pytest.mark.parametrize(("model", "constraint"), CONSTRAINTS, ids=[c.name for _, c in CONSTRAINTS])
def test_the_database_refuses_a_row_that_points_into_another_account(
    made: World, model: Any, constraint: AccountForeignKey
) -> None:
    target = apps.get_model(constraint.to)
    theirs = target.across_accounts.filter(account=made.others).first()
    ours = model.across_accounts.filter(account=made.ours).first()
    column = model._meta.get_field(constraint.field).column
    statement = f'UPDATE "{model._meta.db_table}" SET "{column}" = %s WHERE id = %s'

    def point_elsewhere() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if model in NEVER_REWRITTEN:
                add_another(ours, column, theirs.pk)
            else:
                cursor.execute(statement, [theirs.pk, ours.pk])
            # Deferred, so that rows may come in any order: it speaks at the commit, or when asked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match=constraint.name):
        point_elsewhere()


def test_the_database_has_every_constraint(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
        )
        found = dict(cursor.fetchall())
    for _, constraint in CONSTRAINTS:
        assert found[constraint.name].startswith("FOREIGN KEY (account_id, ")


def test_people_are_of_no_account_and_keys_of_one() -> None:
    assert not issubclass(User, AccountModel)
    assert {key.name for key in keys_of(Member)} == {"account", "user"}
    assert {c.field for c in constraints_of(APIKey)} == {"member", "created_by"}
