"""What accepting a message is compared with: a bare synchronous view with two ORM inserts in one
transaction, on the same server, behind the same middleware. No token, no order, no job."""

from __future__ import annotations

import itertools
import json
import os

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations.models import Event, Turn

_numbers = itertools.count(os.getpid() % 2000 * 1_000_000)


@csrf_exempt
def plain(request: HttpRequest, account: int, conversation: int) -> JsonResponse:
    """Write a message and a turn."""
    given = json.loads(request.body)
    with acting_for(account), transaction.atomic():
        event = Event.objects.create(
            conversation_id=conversation, seq=next(_numbers), sender="visitor",
            content=given["text"],
        )  # fmt: skip
        turn = Turn.objects.create(conversation_id=conversation, state="done")
    return JsonResponse({"turn_id": turn.public_id, "seq": event.seq}, status=202)


urlpatterns = [
    path("plain/<int:account>/<int:conversation>", plain),
    path("", include("synaptiq.project.urls")),
]
