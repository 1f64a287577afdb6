"""The demo's mailbox: mail goes nowhere else there, so it is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from synaptiq.accounts import smtp
from synaptiq.accounts.models import Mail

MOST = 50


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    at: datetime
    text: str


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """The newest mails with their texts. Only in the demo, where everybody may read them."""
    if not settings.DEMO:
        raise Http404
    mails = Mail.objects.order_by("-pk")[:MOST]
    letters = [Letter(m.to, m.subject, m.created_at, _text(m)) for m in mails]
    return render(request, "dashboard/people/demo_mail.html", {"letters": letters})


def _text(mail: Mail) -> str:
    message = message_from_bytes(smtp.unpack(mail), policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
