"""Every row belongs to an account, and nobody reads or writes one without saying which.

A manager of our own instead of django-scopes, which was tried: outside a scope its `.exists()`,
`.exclude()` and `.distinct()` answer across accounts, and their SQL (just what COPY takes) is
unfiltered. Here `get_queryset()` itself raises without a current account, so there is no door
beside the door.

Three belts: this manager; `AccountModel.save` and `bulk_create`, which refuse foreign rows; and
in the database composite foreign keys `(account_id, x_id)`, so that a row can never point into
another account (`AccountForeignKey`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint

_current: ContextVar[int | None] = ContextVar("current_account", default=None)

M = TypeVar("M", bound=models.Model)


class NoAccount(RuntimeError):
    """A query or write was begun without a current account: a fault in our code, never input."""


def current_account_id() -> int:
    """The integer key of the account that this request or job works for."""
    account_id = _current.get()
    if account_id is None:
        raise NoAccount("No current account: wrap the work in tenancy.acting_for(account_id).")
    return account_id


@contextmanager
def acting_for(account_id: int) -> Iterator[None]:
    """Everything inside reads and writes rows of this account only."""
    if not isinstance(account_id, int):
        raise NoAccount(f"An account's integer key is needed, not {account_id!r}.")
    token = _current.set(account_id)
    try:
        yield
    finally:
        _current.reset(token)


class AccountQuerySet(models.QuerySet[M]):
    """A queryset that writes only rows of the current account."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        objs = list(objs)
        for obj in objs:
            _own(obj)
        return super().bulk_create(objs, *args, **kwargs)


class AccountManager(models.Manager[M]):
    """The default manager of every model of an account: filtered, or an error."""

    def get_queryset(self) -> AccountQuerySet[M]:
        return AccountQuerySet(self.model, using=self._db).filter(account_id=current_account_id())

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        # Who adds rows looks at none, and to make the filter takes as long as to add one.
        rows: AccountQuerySet[M] = AccountQuerySet(self.model, using=self._db)
        return rows.bulk_create(objs, *args, **kwargs)


class AccountModel(models.Model):
    """Base of every model whose rows belong to an account.

    `objects` asks for the current account. `across_accounts` is for the few jobs that serve all
    of them (sweeps, sealing); its name is there to be noticed in a review.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[AccountManager[Self]] = AccountManager()
    across_accounts: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "across_accounts"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _own(self)
        super().save(*args, **kwargs)


def _own(obj: Any) -> None:
    """Give a new row the current account; refuse one of another account."""
    account_id = current_account_id()
    if obj.account_id is None:
        obj.account_id = account_id
    elif obj.account_id != account_id:
        raise NoAccount(
            f"{type(obj).__name__} of account {obj.account_id} "
            f"written while acting for {account_id}."
        )


class AccountForeignKey(BaseConstraint):
    """`FOREIGN KEY (account_id, <field>_id) REFERENCES <table> (account_id, id)`.

    Stands beside a Django ForeignKey with `db_constraint=False`; the table referred to needs a
    unique constraint over `(account_id, id)`. `to` is "app_label.Model".
    """

    def __init__(self, *, field: str, to: str, name: str, on_delete: str = "NO ACTION") -> None:
        super().__init__(name=name)
        self.field, self.to, self.on_delete = field, to, on_delete

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        return (
            f"CONSTRAINT {schema_editor.quote_name(self.name)} {self._clause(model, schema_editor)}"
        )

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert schema_editor is not None
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s %(clause)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
            clause=self._clause(model, schema_editor),
        )

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert schema_editor is not None
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing in Python: the database decides."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return (
            path,
            tuple(args),
            {**kwargs, "field": self.field, "to": self.to, "on_delete": self.on_delete},
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccountForeignKey) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.field, self.to))

    def _clause(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        # Inside a migration `model` is historical: its own registry knows the table referred to.
        target = model._meta.apps.get_model(self.to)._meta.db_table
        column = model._meta.get_field(self.field).column
        return (
            f"FOREIGN KEY ({quote('account_id')}, {quote(column)}) "
            f"REFERENCES {quote(target)} ({quote('account_id')}, {quote('id')}) "
            f"ON DELETE {self.on_delete} DEFERRABLE INITIALLY DEFERRED"
        )
