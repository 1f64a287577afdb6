"""Writing the agent: one function for each use case, called by pages, jobs and terminal alike."""

from __future__ import annotations

from synaptiq.agent.actions.answering import answer_claim, answer_turn
from synaptiq.agent.actions.answers import MOST_ANSWERS, add_answer, delete_answer, edit_answer
from synaptiq.agent.actions.beside import offer_times, settle_pick, settle_waiting
from synaptiq.agent.actions.correcting import (
    SetSince,
    correct_fact,
    criterion_of,
    withdraw_fact,
)
from synaptiq.agent.actions.erasing import erase_visitor
from synaptiq.agent.actions.versions import save_profile, use_again

__all__ = [
    "MOST_ANSWERS", "SetSince", "add_answer", "answer_claim", "answer_turn", "correct_fact",
    "criterion_of", "delete_answer", "edit_answer", "erase_visitor", "offer_times", "save_profile",
    "settle_pick", "settle_waiting", "use_again", "withdraw_fact",
]  # fmt: skip
