"""Importing a file by the page: what is found, what becomes of each column, trying, and the run."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client

from synaptiq.accounts import actors
from synaptiq.accounts.actors import of_member as actor_of
from synaptiq.accounts.models import Account, Member
from synaptiq.dashboard.leads.importing import MOST_REMEMBERED, SESSION
from synaptiq.kit import clock
from synaptiq.leads import actions, queries
from synaptiq.leads.actions import bulk
from synaptiq.leads.imports import files
from synaptiq.leads.models import Batch, Import, Lead
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

IMPORT = "/admin/leads/import"
MORE = "".join(f"Person {n};p{n}@example.org;Pro;more;\n" for n in range(10))
FILE = f"""Full name;E-mail;Plan;Notes;
Jane Smith;jane@acme.com;Select;first;
Zoë Ünal;zoe@example.org;Pro;second;
Nobody;not an email;Pro;third;
{MORE}"""


@pytest.fixture
def admin(account: Account, member: Callable[..., Member]) -> Client:
    return client_of(member("admin"))


def give(client: Client, text: str = FILE, encoding: str = "cp1252") -> str:
    upload = BytesIO(text.encode(encoding))
    upload.name = "leads of spring.csv"
    answer = client.post(IMPORT, {"file": upload})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def form_of(page: str) -> dict[str, object]:
    """What a browser would send of the form."""
    fields: dict[str, object] = {}
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r"<option(?: value=\"([^\"]*)\")? selected>([^<]*)", body)
        fields[name] = (
            html.unescape(chosen[1] if chosen[1] is not None else chosen[2]) if chosen else ""
        )
    for name, value in re.findall(r'type="radio" name="(\w+)" value="(\w+)" checked', page):
        fields[name] = value
    if re.search(r'name="header" value="1" checked', page):
        fields["header"] = "1"
    return fields


def run() -> Import:
    imported = Import.objects.get()
    actions.run_import(queries.import_by_key(imported.pk))
    return queries.imported(imported.public_id)


def test_a_file_is_looked_at_before_anything_is_brought_in(admin: Client) -> None:
    there = give(admin)
    page = admin.get(there).text
    assert_strict_csp(page)
    assert "leads of spring.csv" in page
    assert "<option selected>cp1252</option>" in page
    assert '<option value="semicolon" selected>' in page
    assert "It has no name and holds nothing" in page
    fields = form_of(page)
    assert (fields["to.1"], fields["to.2"], fields["to.5"]) == ("name", "email", "")
    assert str(fields["to.3"]).startswith("new.plan")
    assert 'name="blank" value="Select"' in page
    assert not Lead.objects.exists()


def test_trying_says_what_it_would_do_and_does_nothing(admin: Client) -> None:
    there = give(admin)
    page = admin.post(there, form_of(admin.get(there).text) | {"do": "try"}, follow=True)
    assert page.status_code == 200
    assert "All 13 rows were tried" in page.text
    assert "Created<b>12</b>" in page.text
    assert "Rejected<b>1</b>" in page.text
    assert "is not an email address" in html.unescape(page.text)
    assert not Lead.objects.exists()


def test_it_comes_in_as_was_chosen_with_the_rejected_rows_and_the_way_back(admin: Client) -> None:
    there = give(admin)
    fields = form_of(admin.get(there).text) | {"to.4": "", "blank": "Select", "do": "start"}
    assert admin.post(there, fields).status_code == 302
    waiting = admin.get(there).text
    assert "0 of 13 rows" in waiting
    done = run()
    assert (done.created, done.rejected) == (12, 1)
    jane, zoe = Lead.objects.order_by("pk")[:2]
    assert (jane.name, jane.custom, zoe.name) == ("Jane Smith", {}, "Zoë Ünal")
    assert zoe.custom == {"plan": "Pro"}
    page = admin.get(there).text
    assert_strict_csp(page)
    assert "Rejected rows" in page
    # What stands behind was written by a worker that was killed, and is not of this file.
    with open(files._path(files._rejected_key(done)), "ab") as stored:
        stored.write(b"half a row")
    answer = admin.get(there + "/rejected")
    rejected = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "not an email" in rejected
    assert "half a row" not in rejected
    assert int(answer["Content-Length"]) == len(rejected.encode()) + 3
    assert "leads of spring.csv" in admin.get(IMPORT).text
    admin.post(f"{there}/undo")
    assert not Lead.objects.alive().exists()


def test_an_import_is_undone_after_a_question_and_then_says_so(
    account: Account, member: Callable[..., Member]
) -> None:
    alex = member("admin", name="Alex")
    admin = client_of(alex)
    there = give(admin)
    assert admin.get(f"{there}/undo").status_code == 409, "nothing came in yet"
    Lead.objects.create(email="p1@example.org")
    admin.post(there, form_of(admin.get(there).text) | {"do": "start"})
    done = run()
    noted = Lead.objects.get(email="p2@example.org")
    actions.add_note(actor_of(alex), noted.public_id, "Called back.")
    assert f'hx-get="{there}/undo"' in admin.get(there).text
    for how in ({}, HTMX):
        question = admin.get(f"{there}/undo", **how).text
        assert_strict_csp(question)
        assert "10 leads that it made are deleted" in question
        assert "1 lead that it changed gets its earlier values" in question
        assert "1 lead that it made stays: changed or noted on since" in question
    assert Lead.objects.alive().count() == 12
    assert admin.post(f"{there}/undo").headers["Location"] == there
    assert set(Lead.objects.alive().values_list("email", flat=True)) == {
        "p1@example.org", "p2@example.org",
    }  # fmt: skip
    page = admin.get(there).text
    assert re.search(r"Undone <time[^>]*>[^<]*</time> by <bdi>Alex</bdi>", page)
    assert ">Undone</span>" in page
    assert "Undo the import" not in page
    assert ">Undone</span>" in admin.get(IMPORT).text
    assert done.batch
    about = admin.get(f"/admin/leads/acts/{done.batch.public_id}").text
    assert "by <bdi>Alex</bdi>" in about
    assert "/undo" not in about
    # Whoever still has the old page open.
    assert admin.get(f"{there}/undo").headers["Location"] == there
    assert admin.get(f"{there}/undo", **HTMX).headers["HX-Redirect"] == there
    assert admin.post(f"{there}/undo").status_code == 409


def test_the_page_tells_how_far_an_import_and_its_undo_are(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = give(admin)
    admin.post(there, form_of(admin.get(there).text) | {"do": "start"})
    given = queries.imported(Import.objects.get().public_id)
    assert given.batch
    Batch.objects.filter(pk=given.batch.pk).update(state="running")
    going = admin.get(there, **HTMX)
    badge = r'<span id="import-state" hx-swap-oob="true"><span class="badge[^>]*>([^<]+)<'
    assert re.findall(badge, going.text) == ["Running"]
    assert "HX-Refresh" not in going.headers
    run()
    assert admin.get(there, **HTMX).headers["HX-Refresh"] == "true"
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    admin.post(f"{there}/undo")
    going = admin.get(there, **HTMX)
    assert re.findall(badge, going.text) == ["Being undone"]
    assert "0 of 12 leads" in going.text
    assert "HX-Refresh" not in going.headers
    actions.run_batch(Batch.objects.get(kind="undo"))
    assert admin.get(there, **HTMX).headers["HX-Refresh"] == "true"


def test_what_came_in_too_long_ago_offers_no_undo(admin: Client) -> None:
    there = give(admin)
    admin.post(there, form_of(admin.get(there).text) | {"do": "start"})
    run()
    ended = clock.now() - queries.UNDO_TIME - timedelta(minutes=1)
    Batch.objects.update(ended_at=ended)
    assert f"{there}/undo" not in admin.get(there).text


def test_what_was_tried_is_shown_again_by_back_and_reload(admin: Client) -> None:
    there, other = give(admin), give(admin)
    fields = form_of(admin.get(there).text) | {"to.4": "", "match": "skip", "blank": "Select"}
    answer = admin.post(there, fields | {"do": "try"})
    assert (answer.status_code, answer.headers["Location"]) == (302, there)
    for _ in range(2):
        page = admin.get(there).text
        assert "All 13 rows were tried" in page
        assert form_of(page) == {k: v for k, v in fields.items() if k != "blank"}
        assert 'name="blank" value="Select" checked' in page
    assert "were tried" not in admin.get(other).text, "each file has its own"
    # Choices of the newest few files are kept, and no more of a form than it has.
    long = {f"to.{n}": "x" * 500 for n in range(1, 300)}
    assert admin.post(there, long | {"do": "try"}).status_code == 422
    admin.post(there, {"do": "look", "csrf": "secret", "to.x": "1"})
    for _ in range(MOST_REMEMBERED):
        admin.post(give(admin), {"do": "look"})
    kept = admin.session[SESSION]
    assert len(kept) == MOST_REMEMBERED
    assert set(kept.values()) == {"do=look"}


def test_how_it_is_written_can_be_said_otherwise(admin: Client) -> None:
    there = give(admin)
    fields = form_of(admin.get(there).text) | {"do": "look", "delimiter": "comma"}
    page = admin.post(there, fields, follow=True).text
    assert '<option value="comma" selected>' in page
    fields = {k: v for k, v in fields.items() if k != "header"} | {"delimiter": "semicolon"}
    assert "(no name)" in admin.post(there, fields, follow=True).text


def test_two_columns_of_one_field_are_refused_and_the_choices_stay(admin: Client) -> None:
    there = give(admin)
    fields = form_of(admin.get(there).text) | {"to.1": "email", "do": "try"}
    refused = admin.post(there, fields, follow=True)
    assert refused.status_code == 422
    assert "<li>Email has two columns; choose one.</li>" in refused.text
    kept = form_of(refused.text)
    assert (kept["to.1"], kept["to.2"]) == ("email", "email")


def test_a_new_property_of_any_column_has_a_slug_that_is_free(
    account: Account, admin: Client
) -> None:
    actor = actors.of_terminal(account)
    known = actions.define_property(actor, label="Plan")
    actions.archive_property(actor, actions.define_property(actor, label="Notes").public_id)
    there = give(admin)
    page = admin.get(there).text
    fields = form_of(page)
    assert (fields["to.3"], fields["to.4"]) == (f"custom.{known.slug}", "new.notes_2")
    assert '<option value="new.plan_2">' in page
    assert '<option value="new.e_mail">' in page
    for slug in ("plan", "notes"):
        for do in ("try", "start"):
            refused = admin.post(there, fields | {"to.3": f"new.{slug}", "do": do}, follow=True)
            assert refused.status_code == 422
            assert "is there already, or was" in refused.text
    tried = admin.post(there, fields | {"to.3": "new.plan_2", "do": "try"}, follow=True)
    assert "Created<b>12</b>" in tried.text
    started = admin.post(there, fields | {"to.3": "new.plan_2", "do": "start"})
    assert started.status_code == 302
    run()
    assert Lead.objects.order_by("pk")[1].custom["plan_2"] == "Pro"


def test_words_that_stand_for_nothing_also_decide_what_type_a_column_is(admin: Client) -> None:
    there = give(admin, "Mail;Visits;\na@example.org;Select;\nb@example.org;3;\n")
    page = admin.get(there).text
    assert "New property “Visits” (text)" in page
    fields = form_of(page) | {"blank": "Select"}
    assert (
        "New property “Visits” (number)"
        in admin.post(there, fields | {"do": "look"}, follow=True).text
    )
    admin.post(there, fields | {"do": "start"})
    run()
    assert [lead.custom for lead in Lead.objects.order_by("pk")] == [{}, {"visits": 3}]


def test_what_cannot_be_is_said_and_the_choices_stay(admin: Client) -> None:
    there = give(admin)
    fields = form_of(admin.get(there).text) | {"do": "start", "match": "destroy"}
    refused = admin.post(there, fields)
    assert refused.status_code == 422
    assert "is none of fill" in refused.text
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.7 x", "Is a PDF"), (b"PK\x03\x04xx", "save the sheet as CSV first")],
)
def test_what_is_no_csv_is_refused_at_once(admin: Client, content: bytes, said: str) -> None:
    upload = BytesIO(content)
    upload.name = "x.csv"
    answer = admin.post(IMPORT, {"file": upload})
    assert answer.status_code == 422
    assert said in answer.text
    assert not Import.objects.exists()
    assert admin.post(IMPORT).status_code == 422


def test_a_file_that_was_not_brought_in_is_thrown_away(admin: Client) -> None:
    there = give(admin)
    assert admin.post(there + "/discard").status_code == 302
    assert not Import.objects.exists()
    assert admin.get(there).status_code == 404


def test_an_agent_leaves_out_what_only_an_admin_may_define(
    account: Account, member: Callable[..., Member]
) -> None:
    agent = client_of(member("agent"))
    there = give(agent)
    page = agent.get(there).text
    assert "Only an Owner or Admin can define a custom property" in page
    assert agent.post(there, form_of(page) | {"do": "start"}).status_code == 302
    assert run().created == 12
    viewer = client_of(member("viewer"))
    assert viewer.get(IMPORT).status_code == 403


def test_a_guessed_encoding_is_shown_by_its_words_and_what_else_it_may_be(admin: Client) -> None:
    there = give(admin, "name,email\nSøren,s@acme.com\n", "latin-1")
    page = admin.get(there).text
    assert '<b class="any">Søren</b>' in page
    assert "cp1250 fits as well" in page
    other = admin.post(
        there, form_of(page) | {"do": "look", "encoding": "cp1250"}, follow=True
    ).text
    assert '<b class="any">Sřren</b>' in other
    assert "fits as well" not in other


def test_a_quote_never_closed_leaves_the_page_usable_and_brings_in_what_stands_before(
    admin: Client,
) -> None:
    there = give(admin, 'email;name\na@acme.com;Anna\nb@acme.com;"Bob\nc@acme.com;Cy\n')
    answer = admin.get(there)
    page = html.unescape(answer.text)
    assert answer.status_code == 200
    assert "Row 3 cannot be read: it opens a quote that is never closed." in page
    assert "Throw away" in page
    assert '<option value="comma">' in page
    assert "Import 1 row<" in page
    assert admin.post(there, form_of(answer.text) | {"do": "start"}).status_code == 302
    done = run()
    assert (done.created, done.batch and done.batch.state) == (1, "failed")
    assert "Row 3" in (done.batch.reason if done.batch else "")


def test_a_file_of_names_alone_says_that_it_holds_no_rows(admin: Client) -> None:
    there = give(admin, "id,email,name\n")
    page = admin.get(there).text
    assert "The file holds no rows, only names" in page
    assert 'value="start"' not in page
    refused = admin.post(there, form_of(page) | {"do": "start"})
    assert "File holds no rows." in html.unescape(refused.text), re.findall(
        "note.*?</div>", refused.text, re.S
    )
    upload = BytesIO(b"\xef\xbb\xbf")
    upload.name = "x.csv"
    assert "Is empty." in admin.post(IMPORT, {"file": upload}).text


def test_rows_that_cannot_be_found_again_are_counted_before_the_run(admin: Client) -> None:
    known = "".join(f"{n}@acme.com,A,{n}\n" for n in range(10, 20))
    text = f"email,name,id number\n{known},B,2\nn/a,C,3\n,,4\n"
    there = give(admin, text)
    page = admin.get(there).text
    assert "1 row has neither an email nor an external id" in page
    fields = form_of(page) | {"blank": "n/a"}
    assert "2 rows have neither" in admin.post(there, fields | {"do": "look"}, follow=True).text
    said = fields | {"do": "try", "to.3": "external_id"}
    tried = admin.post(there, said, follow=True).text
    assert "All 13 rows were tried" in tried
    assert "have neither" not in tried
