"""What is a test or spam: conversations are, and a lead whose conversations all are."""

from __future__ import annotations

from django.db.models import Q

from synaptiq.conversations.models import Conversation
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead


def follow(lead_pk: int, *, beside: Conversation | None = None) -> None:
    """Mark a lead as its conversations are: a test or spam where each of them is one of the two.
    `beside` is one that becomes the lead's in this transaction."""
    # Held first: whoever marks another of its conversations meanwhile waits, and sees this one.
    Lead.objects.select_for_update().filter(pk=lead_pk).first()
    of_lead = Q(lead=lead_pk)
    if beside is not None:
        of_lead |= Q(pk=beside.pk)
    marks = list(Conversation.objects.filter(of_lead).values_list("is_test", "is_spam"))
    all_are = bool(marks) and all(is_test or is_spam for is_test, is_spam in marks)
    leads.mark_lead(
        lead_pk,
        is_test=all_are and any(is_test for is_test, _ in marks),
        is_spam=all_are and any(is_spam for _, is_spam in marks),
    )
