"""An export by API: asked for once, watched, fetched whole or in parts, ended."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts.models import AuditEntry, Member
from synaptiq.exports import actions, pipeline
from synaptiq.exports.models import Export
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from tests.api.conftest import Caller, assert_problem

pytestmark = pytest.mark.usefixtures("committed_db", "five_leads")

Make = Callable[..., Caller]
BODY: dict[str, Any] = {
    "dataset": "leads", "format": "csv", "scope": "filter", "filter": {"status": ["qualified"]},
}  # fmt: skip


def _run(caller: Caller, body: dict[str, Any] = BODY) -> tuple[str, bytes]:
    """The id of a finished run, and its bytes."""
    export_id = caller.post("/api/v1/exports", body).json()["id"]
    pipeline.run(Export.objects.select_related("account", "member").get(public_id=export_id))
    return export_id, b"".join(caller.get(f"/api/v1/exports/{export_id}/file"))


def test_a_request_is_accepted_and_says_where_to_look(caller: Make) -> None:
    admin = caller("export")
    response = admin.post("/api/v1/exports", BODY)
    assert response.status_code == 202
    made = response.json()
    assert made["state"] == "requested"
    assert (made["file_url"], made["sha256"], made["reason"]) == (None, None, None)
    assert made["filter"] == {"status": ["qualified"]}
    assert response["Location"] == f"http://localhost:8000/api/v1/exports/{made['id']}"
    assert admin.get(f"/api/v1/exports/{made['id']}").json() == made
    assert ProcrastinateJob.objects.filter(task_name="exports.run").count() == 1
    entry = AuditEntry.objects.get(action="export.requested")
    assert (entry.actor_kind, entry.actor) == ("api_key", admin.key and admin.key.public_id)


def test_a_finished_run_names_its_file(caller: Make) -> None:
    admin = caller("admin")
    export_id, data = _run(admin)
    ready = admin.get(f"/api/v1/exports/{export_id}").json()
    assert ready["state"] == "ready"
    assert ready["rows_total"] == ready["rows_written"] == 3
    assert ready["bytes"] == len(data)
    assert ready["sha256"] == hashlib.sha256(data).hexdigest()
    assert ready["file_url"].endswith(f"/api/v1/exports/{export_id}/file")
    assert ready["file_name"].endswith(".csv")
    assert data.count(b"\r\n") == 4


def test_runs_are_listed_newest_first_page_by_page(caller: Make) -> None:
    admin = caller("admin")
    made = [admin.post("/api/v1/exports", BODY).json() for _ in range(3)]
    first = admin.get("/api/v1/exports", {"limit": "2"}).json()
    second = admin.get("/api/v1/exports", {"limit": "2", "cursor": first["next_cursor"]}).json()
    assert first["data"] + second["data"] == made[::-1]
    assert second["next_cursor"] is None


def test_a_selection_holds_what_it_names(caller: Make) -> None:
    ids = list(Lead.objects.values_list("public_id", flat=True)[:2])
    body = {"dataset": "leads", "format": "json", "scope": "selection", "ids": [*ids, "lead_gone"]}
    _, data = _run(caller("owner"), body)
    assert sorted(part[7:32] for part in data.decode()[1:-1].split(",\n")) == sorted(ids)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"dataset": "songs"}, "dataset"),
        ({"format": "pdf"}, "format"),
        ({"scope": "all"}, "scope"),
        ({"scope": "selection"}, "ids"),
        ({"filter": {"score": {"min": 101}}}, "score"),
        ({"columns": ["email"]}, "columns"),
        ({"columns": ["id", "shoe_size"]}, "columns"),
        ({"options": {"delimiter": "pipe"}}, "options.delimiter"),
        ({"colour": "red"}, "colour"),
        ({"ids": "lead_8f3a2b"}, "ids"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    caller: Make, change: dict[str, Any], param: str
) -> None:
    response = caller("admin").post("/api/v1/exports", BODY | change)
    assert response.status_code == 422
    assert response.json()["param"] == param
    assert not Export.objects.exists()


def test_only_some_roles_may_export(caller: Make) -> None:
    for role in ("agent", "viewer", "auditor"):
        assert_problem(caller(role).post("/api/v1/exports", BODY), 403, "role_missing")
        assert_problem(caller(role).get("/api/v1/exports"), 403, "role_missing")
    assert not Export.objects.exists()
    assert AuditEntry.objects.filter(action="export.requested", outcome="denied").count() == 3


def test_the_same_idempotency_key_gives_the_same_run(caller: Make) -> None:
    one, other = caller("admin"), caller("admin", "viewer")
    first = one.post("/api/v1/exports", BODY, idempotency_key="k1")
    again = one.post("/api/v1/exports", BODY, idempotency_key="k1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    response = one.post("/api/v1/exports", BODY | {"format": "json"}, idempotency_key="k1")
    assert_problem(response, 422, "idempotency_key_reused", "Idempotency-Key")
    assert one.post("/api/v1/exports", BODY, idempotency_key="k2").json() != first.json()
    assert other.post("/api/v1/exports", BODY, idempotency_key="k1").json() != first.json()
    assert Export.objects.count() == 3


def test_an_idempotency_key_is_short_and_plain(caller: Make) -> None:
    for key in ("", "x" * 256, "é"):
        response = caller("admin").post("/api/v1/exports", BODY, idempotency_key=key)
        assert_problem(response, 422, "invalid", "Idempotency-Key")


def test_two_requests_at_once_with_one_key_make_one_run(caller: Make) -> None:
    admin = caller("admin")
    answers: list[Any] = []
    begin = threading.Barrier(4)

    def ask() -> None:
        begin.wait()
        try:
            answers.append(Caller(admin.secret).post("/api/v1/exports", BODY, idempotency_key="k"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [202] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Export.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="exports.run").count() == 1


def test_a_file_comes_whole_or_in_parts(caller: Make) -> None:
    admin = caller("admin")
    export_id, data = _run(admin)
    path = f"/api/v1/exports/{export_id}/file"
    whole = admin.get(path)
    assert whole.status_code == 200
    tag = whole["ETag"]
    assert tag == f'"{hashlib.sha256(data).hexdigest()}"'
    assert whole["Content-Type"] == "text/csv; charset=utf-8"
    assert whole["Content-Length"] == str(len(data))
    assert whole["Cache-Control"] == "private, no-store"
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Disposition"].startswith('attachment; filename="synaptiq_leads_')
    assert b"".join(whole) == data

    middle = admin.get(path, range="bytes=10-19", if_range=tag)
    assert (middle.status_code, b"".join(middle)) == (206, data[10:20])
    assert middle["Content-Range"] == f"bytes 10-19/{len(data)}"
    changed = admin.get(path, range="bytes=10-19", if_range='"another"')
    assert (changed.status_code, b"".join(changed)) == (200, data)
    known = admin.get(path, if_none_match=tag)
    assert known.status_code == 304
    head = admin.head(path)
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(data)), b"")

    beyond = admin.get(path, range=f"bytes={len(data)}-")
    assert_problem(beyond, 416, "range_not_satisfiable")
    assert beyond["Content-Range"] == f"bytes */{len(data)}"


def test_a_download_is_audited_once_for_all_its_parts(caller: Make) -> None:
    admin = caller("admin")
    export_id, _ = _run(admin)
    path = f"/api/v1/exports/{export_id}/file"
    for part in ("bytes=0-9", "bytes=10-19", "bytes=20-"):
        b"".join(admin.get(path, range=part))
    downloads = AuditEntry.objects.filter(action="export.downloaded", outcome="ok")
    # The first by `_run`, the second by the part that begins the file anew.
    assert downloads.count() == 2


def test_a_file_is_only_there_while_it_is_kept(caller: Make) -> None:
    admin = caller("admin")
    export_id = admin.post("/api/v1/exports", BODY).json()["id"]
    path = f"/api/v1/exports/{export_id}/file"
    assert_problem(admin.get(path), 409, "not_ready")
    ready_id, _ = _run(admin)
    path = f"/api/v1/exports/{ready_id}/file"
    Export.objects.filter(public_id=ready_id).update(expires_at=clock.now() - timedelta(hours=1))
    assert_problem(admin.get(path), 410, "expired")
    shown = admin.get(f"/api/v1/exports/{ready_id}").json()
    assert (shown["state"], shown["file_url"]) == ("expired", None)
    actions.withdraw(Export.objects.get(public_id=ready_id), "A lead was erased.")
    assert_problem(admin.get(path), 410, "withdrawn")


@pytest.mark.parametrize("path", ["/api/v1/exports?limits=5", "/api/v1/me?limits=5"])
def test_a_parameter_that_is_not_there_is_refused(caller: Make, path: str) -> None:
    assert_problem(caller("admin").get(path), 422, "invalid", "limits")


def test_the_right_is_asked_at_every_download(caller: Make) -> None:
    admin = caller("admin")
    export_id, _ = _run(admin)
    Member.objects.filter(api_keys=admin.key).update(roles=["agent"])
    path = f"/api/v1/exports/{export_id}/file"
    assert_problem(admin.get(path, range="bytes=10-"), 403, "role_missing")
    assert AuditEntry.objects.filter(action="export.downloaded", outcome="denied").exists()


def test_an_unfinished_run_can_be_ended_once(caller: Make) -> None:
    admin = caller("admin")
    export_id = admin.post("/api/v1/exports", BODY).json()["id"]
    ended = admin.delete(f"/api/v1/exports/{export_id}")
    assert (ended.status_code, ended.json()["state"]) == (200, "cancelled")
    assert_problem(admin.delete(f"/api/v1/exports/{export_id}"), 409, "conflict")
    assert_problem(admin.delete("/api/v1/exports/exp_none0000"), 404, "not_found")
