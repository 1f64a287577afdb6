"""Error pages: a sentence for people, in the shell or bare, and never a query for a 5xx."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory

from synaptiq.accounts.models import Member
from synaptiq.dashboard import errors
from synaptiq.kit.errors import Conflict, Gone
from tests.dashboard.markup import assert_strict_csp

FACTORY = RequestFactory()


def text(response: HttpResponse) -> str:
    html = response.content.decode()
    assert_strict_csp(html)
    return html


@pytest.mark.parametrize("status", errors.PAGES)
def test_every_status_has_a_page_that_needs_no_database(status: int) -> None:
    # No `db` fixture: pytest-django refuses any query.
    response = errors.page(FACTORY.get("/x"), status)
    title, sentence, _ = errors.PAGES[status]
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in text(response)
    assert sentence in text(response)
    assert 'href="/admin/"' in text(response)


def test_a_failure_asks_no_database_even_for_a_member() -> None:
    request = FACTORY.get("/x")
    request.actor = SimpleNamespace()  # type: ignore[attr-defined]
    request.request_id = "req_abc"  # type: ignore[attr-defined]
    html = text(errors.server_error(request))
    assert "req_abc" in html
    assert 'class="sections"' not in html


def test_the_reference_is_only_told_where_we_are_to_blame() -> None:
    request = FACTORY.get("/x")
    request.request_id = "req_abc"  # type: ignore[attr-defined]
    assert "req_abc" not in text(errors.page(request, 404))


def test_a_refusal_speaks_in_its_own_words_and_escaped() -> None:
    html = text(errors.refused(FACTORY.get("/x"), Gone("The file <b>expired</b> on 14 April.")))
    assert "The file &lt;b&gt;expired&lt;/b&gt; on 14 April." in html
    assert "<h1>No longer available</h1>" in html


def test_the_address_that_was_asked_for_does_not_come_back_in_a_404() -> None:
    html = text(errors.not_found(FACTORY.get("/secret-path"), Exception({"tried": [["x"]]})))
    assert "secret-path" not in html
    assert "tried" not in html


def test_the_ways_out_are_links_the_first_of_them_the_main_one() -> None:
    ways = [("Switch account", "/switch?a=1&b=2"), ("Back", "/admin/")]
    html = text(errors.page(FACTORY.get("/x"), 404, ways=ways))
    assert '<a class="btn primary" href="/switch?a=1&amp;b=2">Switch account</a>' in html
    assert '<a class="btn" href="/admin/">Back</a>' in html


def test_a_wrong_method_gets_a_page_and_keeps_its_allow_header() -> None:
    answer = errors.dressed(FACTORY.get("/x"), HttpResponseNotAllowed(["POST"]))
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "This address cannot be opened like that" in text(answer)
    fine = HttpResponse("fine")
    assert errors.dressed(FACTORY.get("/x"), fine) is fine


def test_the_product_answers_with_these_pages(client: Client, db: None) -> None:
    missing = client.get("/nowhere")
    assert missing.status_code == 404
    assert "<h1>There is nothing here</h1>" in text(missing)
    unreadable = client.get("/", HTTP_HOST="evil.example")
    assert unreadable.status_code == 400
    assert "<h1>This request could not be read</h1>" in text(unreadable)
    forged = Client(enforce_csrf_checks=True).post("/account/sign-in/", {})
    assert forged.status_code == 403
    assert "<h1>Please try that again</h1>" in text(forged)


def test_a_signed_in_member_keeps_the_sections_on_an_error_page(
    member: Callable[..., Member],
) -> None:
    client = Client()
    client.force_login(member("viewer").user)
    html = text(client.get("/nowhere"))
    assert "<h1>There is nothing here</h1>" in html
    assert 'id="sections"' in html
    assert 'href="/admin/leads"' in html
    wrong = client.get("/account/switch/")
    assert wrong.status_code == 405
    assert "<h1>This address cannot be opened like that</h1>" in text(wrong)


def test_htmx_gets_a_toast_and_no_page() -> None:
    request = FACTORY.get("/x", headers={"HX-Request": "true"})
    response = errors.refused(request, Conflict("“Müller” was already finished."))
    assert response.status_code == 409
    assert response.content == b""
    assert response["HX-Trigger"].isascii()
    assert json.loads(response["HX-Trigger"]) == {
        "toast": {"text": "“Müller” was already finished.", "level": "error"}
    }


def test_a_failure_under_htmx_says_what_happened_and_gives_the_reference() -> None:
    request = FACTORY.get("/x", headers={"HX-Request": "true"})
    request.request_id = "req_abc"  # type: ignore[attr-defined]
    toast = json.loads(errors.server_error(request)["HX-Trigger"])["toast"]
    assert toast["text"].startswith("Something went wrong on our side. ")
    assert toast["text"].endswith("Reference: req_abc")


def test_a_failed_csrf_check_says_how_to_go_on_and_hides_the_reason() -> None:
    html = text(errors.csrf_failure(FACTORY.post("/x"), reason="CSRF cookie not set."))
    assert "send the form once more" in html
    assert "CSRF" not in html


def test_the_theme_of_the_cookie_holds_on_error_pages_too() -> None:
    request = FACTORY.get("/x")
    request.COOKIES["theme"] = "dark"
    assert 'data-theme="dark"' in text(errors.server_error(request))
    request.COOKIES["theme"] = '"><script>'
    assert 'data-theme="auto"' in text(errors.server_error(request))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("/docs/", "/docs"), ("/admin/leads/?status=new", "/admin/leads?status=new")],
)
def test_a_slash_at_the_end_leads_where_it_was_meant_to(typed: str, meant: str, db: None) -> None:
    response = Client().get(typed)
    assert (response.status_code, response["Location"]) == (302, meant)


@pytest.mark.parametrize("typed", ["/nowhere/", "//evil.example/", "//evil.example/admin/leads/"])
def test_a_slash_at_the_end_leads_nowhere_else(typed: str) -> None:
    request = RequestFactory().get("/")
    request.path_info = typed
    assert errors.not_found(request, Exception()).status_code == 404
