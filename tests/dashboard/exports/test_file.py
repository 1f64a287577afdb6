"""The file of a run: the bytes, the parts, and when there is none any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.exports import actions, files
from synaptiq.exports.models import Export
from synaptiq.kit import clock
from tests.dashboard.clients import client_of, make_leads
from tests.dashboard.exports.conftest import MakeRun


@pytest.fixture
def exporter(committed_db: str, account: Account, member: Callable[..., Member]) -> Client:
    make_leads(3)
    return client_of(member("export", email="edda@example.org"))


def url(export: Export) -> str:
    return f"/admin/exports/{export.public_id}/file"


def stored(export: Export) -> bytes:
    with files.open_file(export.file_key) as file:
        return file.read()


def downloads() -> int:
    return AuditEntry.objects.filter(action="export.downloaded", outcome="ok").count()


@pytest.mark.parametrize("format", ["csv", "json", "jsonl"])
def test_downloads_the_bytes_that_were_made(exporter: Client, ready: MakeRun, format: str) -> None:
    export = ready(format=format)
    answer = exporter.get(url(export))
    assert answer.getvalue() == stored(export)
    assert answer["ETag"] == f'"{export.sha256}"'
    assert answer["Content-Length"] == str(export.bytes)
    assert f'filename="{export.file_name}"' in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_parts_together_are_the_file_and_one_entry_in_the_log(
    exporter: Client, ready: MakeRun
) -> None:
    export = ready()
    tag = f'"{export.sha256}"'
    first = exporter.get(url(export), headers={"Range": "bytes=0-99"})
    rest = exporter.get(url(export), headers={"Range": "bytes=100-", "If-Range": tag})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.getvalue() + rest.getvalue() == stored(export)
    assert downloads() == 1


def test_a_later_part_alone_is_in_the_log_too(exporter: Client, ready: MakeRun) -> None:
    export = ready()
    answer = exporter.get(url(export), headers={"Range": "bytes=1-"})
    assert answer.getvalue() == stored(export)[1:]
    assert downloads() == 1


def test_head_tells_the_size(exporter: Client, ready: MakeRun) -> None:
    export = ready()
    answer = exporter.head(url(export))
    assert (answer.status_code, answer["Content-Length"]) == (200, str(export.bytes))


def test_an_expired_file_is_gone_with_the_reason(exporter: Client, ready: MakeRun) -> None:
    export = ready()
    with clock.freeze(clock.now() + timedelta(days=30)):
        page = exporter.get(url(export))
    assert page.status_code == 410
    assert "kept for 30 days and has expired" in page.text


def test_a_withdrawn_file_is_gone_with_the_reason(exporter: Client, ready: MakeRun) -> None:
    export = ready()
    actions.withdraw(export, "The column phone was restricted.")
    page = exporter.get(url(export))
    assert page.status_code == 410
    assert "The column phone was restricted." in page.text


def test_a_file_removed_in_between_is_gone(exporter: Client, ready: MakeRun) -> None:
    export = ready()
    files.remove(export.file_key)
    assert exporter.get(url(export)).status_code == 410


def test_an_unfinished_run_has_no_file(exporter: Client, ready: MakeRun) -> None:
    export = ready()
    Export.objects.filter(pk=export.pk).update(state="running")
    page = exporter.get(url(export))
    assert page.status_code == 409
    assert "has no file yet" in page.text


def test_a_right_lost_meanwhile_is_seen_at_the_next_part(exporter: Client, ready: MakeRun) -> None:
    export = ready()
    first = exporter.get(url(export), headers={"Range": "bytes=0-9"})
    assert first.getvalue() == stored(export)[:10]
    Member.objects.filter(user__email="edda@example.org").update(roles=["viewer"])
    answer = exporter.get(url(export), headers={"Range": "bytes=10-"})
    assert answer.status_code == 403
    assert AuditEntry.objects.filter(action="export.downloaded", outcome="denied").exists()


def test_a_download_goes_on_after_the_file_was_deleted(exporter: Client, ready: MakeRun) -> None:
    export = ready()
    whole = stored(export)
    answer = exporter.get(url(export))
    actions.withdraw(export, "meanwhile")

    async def rest() -> bytes:
        return b"".join([part async for part in answer])

    assert asyncio.run(rest()) == whole
