"""Pages are compressed, and their length tells little; files, events and the API are left alone."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from synaptiq.accounts.models import Account, Member
from synaptiq.project.middleware import CompressedPages
from tests.dashboard.clients import client_of, make_leads

GZIP = {"HTTP_ACCEPT_ENCODING": "gzip"}


def test_a_page_is_compressed_for_who_takes_it(
    account: Account, member: Callable[..., Member]
) -> None:
    make_leads(50)
    client = client_of(member("owner"))
    packed, plain = client.get("/admin/leads", **GZIP), client.get("/admin/leads")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"Person 49" in gzip.decompress(packed.content)
    assert len(packed.content) * 5 < len(plain.content)


def test_the_length_of_one_page_differs_from_answer_to_answer(client: Client, db: None) -> None:
    lengths = {len(client.get("/docs/exporting-data", **GZIP).content) for _ in range(12)}
    assert len(lengths) > 4


def test_the_cookie_of_the_session_is_not_sent_along_with_what_others_ask_for(
    account: Account, member: Callable[..., Member]
) -> None:
    client = client_of(member("owner"))
    client.get("/admin/leads")
    assert client.cookies["synaptiq_session"]["samesite"] == "Lax"


def test_only_whole_pages_are(client: Client, db: None) -> None:
    def answered(response: HttpResponse | StreamingHttpResponse) -> bool:
        request = RequestFactory().get("/", **GZIP)
        middleware = CompressedPages(lambda request: response)  # type: ignore[arg-type, return-value]
        return "Content-Encoding" in middleware(request).headers

    text = "x" * 5000
    assert answered(HttpResponse(text))
    assert not answered(HttpResponse(text, content_type="text/csv"))
    assert not answered(HttpResponse(text, content_type="application/json"))
    assert not answered(StreamingHttpResponse([text.encode()]))
    assert "Content-Encoding" not in client.get("/api/v1/openapi.json", **GZIP).headers
