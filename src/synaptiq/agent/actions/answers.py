"""The Q&A list: what the agent answers, word by word. In force from the next message on."""

from __future__ import annotations

from typing import Any

from synaptiq.accounts import audit
from synaptiq.accounts import values as accounts
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.agent import queries, values
from synaptiq.agent.models import Answer
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict

MOST_ANSWERS = 2_000


def add_answer(actor: Actor, question: Any, answer: Any) -> Answer:
    """Add a question and its answer; one that is there already, word by word, is given as it is: a
    form may come twice. Raises Invalid, and Conflict where there are too many."""
    # The account's lock puts them in a row.
    with doing(actor, "answer.added", Permission.SETTINGS):
        checked = _checked(question, answer)
        if same := Answer.objects.filter(**checked).first():
            return same
        if Answer.objects.count() >= MOST_ANSWERS:
            raise Conflict(f"An account has at most {MOST_ANSWERS:,} answers. Delete some first.")
        made = Answer.objects.create(**checked)
        made.refresh_from_db()
        audit.record(actor, "answer.added", target=made.public_id)
    return made


def edit_answer(actor: Actor, public_id: str, question: Any, answer: Any, *, was: str) -> Answer:
    """Change both. What conversations have quoted stays as it was said.

    `was` is the mark (`values.mark`) of what the editor saw. Raises Conflict where somebody else
    has saved other words meanwhile.
    """
    with doing(actor, "answer.edited", Permission.SETTINGS, target=public_id[:80]):
        checked = _checked(question, answer)
        found = queries.answer(public_id)
        if (found.question, found.answer) != (checked["question"], checked["answer"]):
            if values.mark(found.question, found.answer) != was:
                raise Conflict(
                    "Somebody changed this answer meanwhile. Look at it again, then save yours."
                )
            Answer.objects.filter(pk=found.pk).update(**checked, updated_at=clock.DatabaseNow())
            audit.record(actor, "answer.edited", target=found.public_id)
            found.refresh_from_db()
    return found


def delete_answer(actor: Actor, public_id: str) -> Answer:
    """Take an answer away; the agent does not say it again."""
    with doing(actor, "answer.deleted", Permission.SETTINGS, target=public_id[:80]):
        found = queries.answer(public_id)
        Answer.objects.filter(pk=found.pk).delete()
        audit.record(actor, "answer.deleted", target=found.public_id)
    return found


def _checked(question: Any, answer: Any) -> dict[str, Any]:
    return accounts.checked(question=(values.question, question), answer=(values.answer, answer))
