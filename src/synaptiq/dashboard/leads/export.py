"""The export dialog of leads, which knows what is ticked in their list."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.exports.dialog import Dialog, answer
from synaptiq.dashboard.exports.dialog import preview as previewed
from synaptiq.dashboard.leads import selection
from synaptiq.dashboard.requests import SignedIn
from synaptiq.leads.filters import LEAD_FILTERS

LEADS = Dialog(
    dataset="leads",
    area="leads",
    title="Export leads",
    section="Leads",
    everything="all leads, without test leads and spam",
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def dialog(request: SignedIn) -> HttpResponse:
    """The dialog, as a page too; posted, the request for the file, and then the waiting for it."""
    return answer(request, LEADS, _ticked(request))


@require_safe
@needs(Permission.EXPORT)
def preview(request: SignedIn) -> HttpResponse:
    """What the file would hold, for the choice as it is now."""
    return previewed(request, LEADS, _ticked(request))


def _ticked(request: SignedIn) -> Sequence[str]:
    """The single leads that are ticked beside the dialog's filter; all that match are no choice."""
    params = request.POST if request.method == "POST" else request.GET
    filters = filtering.read(LEAD_FILTERS, QueryDict(params.get("filter", "")))
    return selection.of(request, filters).ids
