"""A page of the documentation, and whether it helped."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from synaptiq.dashboard.docs import contents, markdown, pictures
from synaptiq.dashboard.docs.contents import Entry
from synaptiq.dashboard.models import PageFeedback
from synaptiq.dashboard.requests import Request
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid

ANSWERS = {"yes": "helpful", "no": "unhelpful"}


@require_safe
def index(request: Request) -> HttpResponse:
    """The documentation begins with its first page."""
    return HttpResponseRedirect(contents.entries()[0].url)


@require_safe
def page(request: Request, slug: str) -> HttpResponse:
    """One page, with the contents beside it."""
    entry = _entry(slug)
    before, after = contents.beside(entry)
    context: dict[str, Any] = {
        "entry": entry,
        "page": markdown.page(entry.path, settings.PUBLIC_URL),
        "groups": _groups(),
        "before": before,
        "after": after,
        "answered": request.GET.get("helpful") in ANSWERS,
        "signed_in": request.user.is_authenticated,
    }
    return render(request, "dashboard/docs/page.html", context)


@require_safe
def picture(request: Request, name: str) -> HttpResponse:
    """A picture of a page, where it was taken."""
    path = pictures.file(name)
    if path is None:
        raise Http404
    # Under one name it is another picture after the next taking.
    headers = {"Cache-Control": "public, max-age=3600"}
    return HttpResponse(path.read_bytes(), content_type="image/png", headers=headers)


@require_POST
def helpful(request: Request, slug: str) -> HttpResponse:
    """Count a reader's yes or no."""
    entry = _entry(slug)
    answer = request.POST.get("helpful", "")
    if answer not in ANSWERS:
        raise Invalid({"helpful": "choose yes or no."})
    with transaction.atomic():
        day = clock.now().astimezone(UTC).date()
        row, _ = PageFeedback.objects.get_or_create(page=entry.slug, day=day)
        PageFeedback.objects.filter(pk=row.pk).update(**{ANSWERS[answer]: F(ANSWERS[answer]) + 1})
    return HttpResponseRedirect(f"{entry.url}?helpful={answer}#helpful")


def _entry(slug: str) -> Entry:
    entry = contents.entry(slug)
    if entry is None:
        raise Http404
    return entry


def _groups() -> list[tuple[str, list[Entry]]]:
    """The navigation: groups that have a page, with their pages."""
    found: dict[str, list[Entry]] = {}
    for entry in contents.entries():
        found.setdefault(entry.group, []).append(entry)
    return list(found.items())
