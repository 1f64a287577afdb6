"""The addresses of the API."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import path, re_path
from ninja import NinjaAPI
from ninja.operation import Operation

from synaptiq.api import analytics, chat, conversations, document, exports, leads, me
from synaptiq.api.authentication import APIKey, within_account
from synaptiq.api.parsing import StrictParser
from synaptiq.api.problems import add_handlers
from synaptiq.api.requests import NAMESPACE

DESCRIPTION = (
    "Leads and figures out of Synaptiq, row by row or as files. Every request carries an API key: "
    "`Authorization: Bearer sk_syn_…`."
)


class API(NinjaAPI):
    """Operations are named in the document as in the addresses' names, without our modules."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        name: str = operation.view_func.__name__
        return name


api = API(
    title="Synaptiq API",
    version="1",
    description=DESCRIPTION,
    urls_namespace=NAMESPACE,
    auth=APIKey(),
    parser=StrictParser(),
    openapi_url=None,
    docs_url=None,
)
add_handlers(api)
api.add_decorator(within_account)
for module in (me, leads, conversations, analytics, exports):
    api.add_router("", module.router)


def nothing_here(request: HttpRequest, path: str) -> NoReturn:
    """Whatever no endpoint claims; the middleware makes the document."""
    raise Http404


urlpatterns = [
    path("api/v1/openapi.json", partial(document.serve, api=api), name="api_document"),
    path("api/v1/chat/", chat.api.urls),
    path("api/v1/", api.urls),
    re_path(r"^api/(?P<path>.*)$", nothing_here, name="api_nothing"),
]
