"""Peak resident memory (VmHWM) of real, fresh processes: the worker that makes a file, and the web
process that sends it, at 10 thousand rows and at a million."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from bench import processes
from bench.place import SOME, Place, Target, request
from synaptiq.accounts import actions, actors
from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import actions as exports
from synaptiq.exports.models import Export


def measure(place: Place) -> list[Target]:
    some, many = (_peaks(member) for member in (place.some, place.many))
    for name, before, after in zip(("worker", "web"), some, many, strict=True):
        print(f"{name:<8} {before / 1024:6.1f} MB at {SOME:,} rows, {after / 1024:6.1f} MB at most")
    return [
        Target(f"memory of the {name} at {place.leads:,} rows, more than at {SOME:,}",
               (after - before) / 1024, 32, "MB")
        for name, before, after in zip(("worker", "web"), some, many, strict=True)
    ]  # fmt: skip


def peak_of_worker(member: Member, dataset: str, format: str) -> int:
    """Kilobytes of a fresh worker after one file of this member's account."""
    given = {"dataset": dataset, "format": format, "scope": "filter"}
    with acting_for(member.account_id), processes.worker() as worker:
        run = exports.request(actors.of_member(member), given)
        processes.wait_for(run)
        return _peak(worker.pid)


def _peaks(member: Member) -> tuple[int, int]:
    """Kilobytes of a worker and of a web process after one file of this member's account."""
    with acting_for(member.account_id):
        with processes.worker() as worker:
            export = processes.wait_for(request(member, by_job=True))
            made = _peak(worker.pid)
        with processes.web() as (web, address):
            _download(member, export, address)
            sent = max(_peak(pid) for pid in [web.pid, *_children(web.pid)])
    return made, sent


def _download(member: Member, export: Export, address: str) -> None:
    _, secret = actions.create_api_key(
        actors.of_member(member), member.public_id, name="bench", scopes=["exports:read"]
    )
    asked = urllib.request.Request(
        f"{address}/api/v1/exports/{export.public_id}/file",
        headers={"Authorization": f"Bearer {secret}"},
    )
    received = 0
    with urllib.request.urlopen(asked) as answer:
        while piece := answer.read(1 << 20):
            received += len(piece)
    assert received == export.bytes


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
