"""Settings > Security > Audit Log: who sees it, what it says, how it is paged."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor, of_api_key, of_member, of_system, of_terminal
from synaptiq.accounts.models import Account, AuditEntry, AuditText, Member
from tests.api.conftest import make_key
from tests.conftest import make_account
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/settings/security/audit-log"
NOON = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), ("admin", 200), ("auditor", 200), ("export", 403), ("agent", 403),
     ("viewer", 403)],
)  # fmt: skip
def test_who_sees_it(account: Account, member: Members, role: str, status: int) -> None:
    client = client_of(member(role))
    assert client.get(PATH).status_code == status
    assert ("Audit Log" in client.get("/admin/settings").text) is (status == 200)


def test_an_auditor_begins_here(account: Account, member: Members) -> None:
    assert client_of(member("auditor")).get("/admin/").headers["Location"] == PATH


def record(actor: Actor, **about: object) -> AuditEntry:
    return audit.record(
        actor, "export.requested", dataset="leads", format="csv", rows=1284,
        filter={"status": ["qualified"], "text": "acme & co"}, typed=frozenset({"text"}),
        fields=["id", "email"], detail={"scope": "filter"}, **about,
    )  # type: ignore[arg-type]  # fmt: skip


def test_a_line_says_who_when_what_and_how_it_ended(
    account: Account, actor: Callable[..., Actor], member: Members
) -> None:
    yuki = member("export", email="yuki@acme.example")
    entry = record(of_member(yuki, address="203.0.113.9", request_id="req_abc"))
    entry.refresh_from_db()
    client = client_of(member("auditor"))
    page = client.get(PATH)
    assert_strict_csp(page.text)
    for shown in (
        "Asked for an export", "yuki@acme.example", f"{entry.at.day} {entry.at:%b, %H:%M}",
        "status is qualified",
        "acme &amp; co", "1,284", "csv", "Done", "203.0.113.9",
    ):  # fmt: skip
        assert shown in page.text, shown
    one = client.get(f"{PATH}/{entry.public_id}", **HTMX)
    assert_strict_csp(one.text)
    for shown in ("id, email", "req_abc", entry.public_id):
        assert shown in one.text, shown


def test_what_was_erased_reads_erased(
    account: Account, actor: Callable[..., Actor], member: Members
) -> None:
    record(actor("export"))
    AuditText.objects.all().delete()
    page = client_of(member("auditor")).get(PATH).text
    assert "acme" not in page.partition("<tbody>")[2].replace("acme.example", "")
    assert "(erased)" in page


def test_a_filter_that_no_version_knows_is_shown_as_it_is(
    account: Account, actor: Callable[..., Actor], member: Members
) -> None:
    audit.record(actor("export"), "export.requested", dataset="leads", filter={"mood": ["blue"]})
    assert "mood: blue" in client_of(member("auditor")).get(PATH).text


def test_what_happens_to_a_run_later_shows_the_filter_of_its_request(
    account: Account, actor: Callable[..., Actor], member: Members
) -> None:
    record(actor("export"), target="exp_k5m2a7q3")
    system = of_system(account)
    for action, outcome in (("finished", "ok"), ("downloaded", "ok"), ("withdrawn", "ok")):
        audit.record(
            system, f"export.{action}", outcome=outcome, dataset="leads", target="exp_k5m2a7q3"
        )
    page = client_of(member("auditor")).get(PATH).text
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")[:-1]
    assert ["acme &amp; co" in row for row in rows] == [True] * 4
    assert "No filter" not in page


def test_a_filter_that_nobody_recorded_is_not_said_to_be_none(
    account: Account, actor: Callable[..., Actor], member: Members
) -> None:
    audit.record(of_system(account), "export.finished", dataset="leads", target="exp_k5m2a7q3")
    audit.record(of_system(account), "member.left")
    page = client_of(member("auditor")).get(PATH).text
    assert page.count("Filter not recorded") == 1
    assert page.count("No filter") == 1


def test_the_filter_offers_what_is_written_without_reading_the_log(
    account: Account, member: Members
) -> None:
    client = client_of(member("auditor"))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(PATH).text
    assert '<option value="lead.deleted">Deleted a lead</option>' in page
    of_log = [q["sql"] for q in queries if 'FROM "accounts_auditentry"' in q["sql"]]
    assert len(of_log) == 1
    assert "LIMIT" in of_log[0]


def test_it_is_filtered_by_person_and_action(
    account: Account, actor: Callable[..., Actor], member: Members
) -> None:
    yuki, sam = actor("export", email="yuki@acme.example"), actor("agent", email="sam@acme.example")
    for who in (yuki, sam):
        audit.record(who, "export.requested")
        audit.record(who, "export.downloaded")
    client = client_of(member("auditor"))

    def count(query: str) -> int:
        return client.get(f"{PATH}?{query}").text.count('class="row-link"')

    assert count("") == 4
    assert count(f"who={yuki.name}") == 2
    assert count("action=export.downloaded") == 2
    assert count(f"who={sam.name}&action=export.downloaded") == 1
    assert "Nothing of this kind" in client.get(f"{PATH}?who=terminal").text


def test_a_member_stands_for_the_keys_that_act_for_them_too(
    account: Account, member: Members
) -> None:
    sam = member("agent", email="sam@acme.example")
    key, _ = make_key(sam)
    for who in (of_member(sam), of_api_key(key), of_system(account)):
        audit.record(who, "export.requested")
    client = client_of(member("auditor"))
    for who, count in ((sam.public_id, 2), (key.public_id, 1), ("system", 1)):
        assert client.get(f"{PATH}?who={who}").text.count('class="row-link"') == count


@pytest.mark.parametrize(
    ("query", "index"),
    [("", "audit_newest"), ("who=mem_busy", "audit_person"), ("who=key_busy", "audit_actor"),
     ("action=export.downloaded", "audit_action")],
)  # fmt: skip
def test_a_page_is_read_from_an_index_in_its_order(
    account: Account, member: Members, query: str, index: str
) -> None:
    # Of a table that is nearly empty every index costs the same.
    AuditEntry.objects.bulk_create(
        AuditEntry(at=NOON, actor_kind="system", actor=f"key_{n}", action=f"export.{n}")
        for n in range(500)
    )
    with CaptureQueriesContext(connection) as queries:
        client_of(member("auditor")).get(f"{PATH}?{query}")
    [page] = [q["sql"] for q in queries if 'FROM "accounts_auditentry"' in q["sql"]]
    with connection.cursor() as cursor:
        # Of an empty table PostgreSQL would rather sort what it finds.
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {page}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"using {index} on" in plan
    assert "Sort" not in plan


def test_it_is_paged_by_key_newest_first(account: Account, member: Members) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=NOON + timedelta(seconds=n // 2), actor_kind="system", action="export.finished",
            outcome="ready",
        )
        for n in range(120)
    )  # fmt: skip
    client = client_of(member("auditor"))
    seen: list[str] = []
    path: str | None = PATH
    while path:
        page = client.get(path).text
        seen += re.findall(r"audit-log/(aud_[a-z2-7]+)\" hx-get", page)
        later = re.search(r'href="([^"]*cursor=[^"]*)" rel="next"', page)
        path = later[1].replace("&amp;", "&") if later else None
        path = PATH + path if path and path.startswith("?") else path
    newest_first = AuditEntry.objects.order_by("-at", "-public_id")
    assert seen == list(newest_first.values_list("public_id", flat=True))


@pytest.mark.parametrize(
    ("query", "status"),
    [("cursor=junk", 422), ("cursor=%00", 400), ("who=%00", 400), ("action=%00", 400),
     ("who=" + "x" * 5000, 200)],
)  # fmt: skip
def test_nonsense_in_the_address_is_refused_with_a_page(
    account: Account, member: Members, query: str, status: int
) -> None:
    assert client_of(member("auditor")).get(f"{PATH}?{query}").status_code == status


def test_entries_of_another_account_are_not_there(
    account: Account, actor: Callable[..., Actor], member: Members
) -> None:
    foreign = audit.record(of_terminal(make_account("Globex")), "export.requested")
    client = client_of(member("auditor"))
    assert "Nothing yet" in client.get(PATH).text
    assert client.get(f"{PATH}/{foreign.public_id}").status_code == 404
