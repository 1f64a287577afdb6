"""Ending what no job will bring to its end, and forgetting what no undo needs any more.

A killed worker's job comes back by itself. Lost is what has no job left: one that came back too
often, or was taken away by hand. It would stand in the way for ever: of a change of a property's
type, and of the sweep of files.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.database import is_away
from synaptiq.kit.faults import log_failure
from synaptiq.leads import queries
from synaptiq.leads.actions import bulk, converting
from synaptiq.leads.imports import running
from synaptiq.leads.models import Batch, CustomProperty, Import

log = logging.getLogger(__name__)

T = TypeVar("T", Batch, CustomProperty)

# What has just begun may not be committed as a whole for whoever looks.
LOST_AFTER = timedelta(seconds=60)
# An import of the terminal has no job: `synaptiq import resume` goes on with one that was killed.
RESUMABLE = timedelta(days=1)
LOST = "Its worker was lost, and nothing was left to begin again."


def fail_lost() -> int:
    """Fail acts, imports and conversions that no job will end, of all accounts; returns how many.

    An import that the terminal began within a day is left to `synaptiq import resume`.
    """
    since = clock.now() - LOST_AFTER
    batches = Batch.across_accounts.filter(state__in=bulk.UNFINISHED, requested_at__lt=since)
    conversions = CustomProperty.across_accounts.filter(converting__isnull=False)
    return _each(batches, _fail_batch) + _each(conversions, _give_up)


def forget_scopes() -> int:
    """Forget which leads acts were about, once their undo is over: a filter may hold a name that
    somebody typed. Of all accounts; returns how many."""
    over = Batch.across_accounts.filter(ended_at__lt=clock.now() - queries.UNDO_TIME)
    # That of an import names its file, by which its page is found.
    return over.exclude(kind="import").exclude(scope={}).update(scope={})


def _fail_batch(batch: Batch) -> bool:
    # Whoever works on it right now holds its row: then it is not lost.
    held = Batch.objects.select_for_update(skip_locked=True).filter(pk=batch.pk).first()
    if held is None or held.state not in bulk.UNFINISHED:
        return False
    imported = Import.objects.filter(batch=held).select_related("batch").first()
    if imported is None:
        if _has_job("leads.run_batch", batch_id=held.pk):
            return False
        bulk.fail(held, LOST)
        return True
    is_resumable = held.via == "terminal" and held.requested_at > clock.now() - RESUMABLE
    if is_resumable or _has_job("leads.run_import", import_id=imported.pk):
        return False
    running.fail(imported, LOST)
    return True


def _give_up(waiting: CustomProperty) -> bool:
    # Behind this lock nobody asks for another one, whose job would not be seen.
    converting.lock(waiting.account)
    has_job = _has_job("leads.convert_property", property_id=waiting.pk)
    return not has_job and converting.give_up(waiting, LOST)


def _each(rows: QuerySet[T, T], end: Callable[[T], bool]) -> int:
    """How many of these `end` has ended. One that cannot be ended must not hold up the others."""
    done = 0
    for row in rows.order_by("pk"):
        try:
            with acting_for(row.account_id), transaction.atomic():
                done += end(row)
        except Exception as error:
            if is_away(error):
                raise
            log_failure(log, f"Ending {row.public_id}", error)
    return done


def _has_job(task: str, **about: int) -> bool:
    return ProcrastinateJob.objects.filter(
        task_name=task, status__in=["todo", "doing"], args__contains=about
    ).exists()
