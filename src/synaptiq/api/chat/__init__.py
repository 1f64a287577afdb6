"""The Chat API: what visitors' browsers speak, from pages of the customer's own.

An API of its own beside the keyed one: who asks is a visitor with a token, and pages of other
origins read the answers. `streaming` is no view of Django: see there.
"""

from __future__ import annotations

from ninja import NinjaAPI

from synaptiq.api.chat import endpoints, identity, own, widget
from synaptiq.api.parsing import StrictParser
from synaptiq.api.problems import add_handlers

api = NinjaAPI(
    title="Synaptiq Chat API",
    version="1",
    urls_namespace="chat",
    parser=StrictParser(),
    openapi_url=None,
    docs_url=None,
)
add_handlers(api)
# The last one answers for all that is no address.
for module in (widget, identity, own, endpoints):
    api.add_router("", module.router)
