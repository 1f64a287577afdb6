"""Finding the answer to a question among the account's own, by its words; or knowing that there is
none.

An answer's score says how much of what was asked stands in it, 0 to 1: each word of the question
weighs by how rare it is among the answers (as in BM25), and counts in full where it stands in the
answer's question, by a third where only in its text. Below `ENOUGH` nothing is answered. Constants
and threshold were measured (docs/performance.md): rather an honest "I don't know" than a wrong
answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synaptiq.accounts.tenancy import current_account_id
from synaptiq.agent.models import SEARCH_CONFIG, Answer
from synaptiq.kit.database import ask

ENOUGH = 0.42
# What a word is worth that stands in the answer alone, not in its question.
_IN_TEXT = 0.3
# Keeps a single common word from being all of a question.
_DOUBT = 3.0
# Among few answers no word is rare; they are weighed as if there were so many.
_AS_IF = 200
# Words of talking, not of what is talked about; as the dictionary leaves them.
_TALK = [
    "hi", "hello", "hey", "tell", "pleas", "thank", "much", "know", "like", "want", "need", "get",
    "could", "would", "may", "might", "also", "just", "realli", "question", "ask", "wonder",
    "interest", "look", "one", "thing", "us", "let", "say", "explain", "help", "possibl", "way",
    "someth", "anyth", "ok", "okay", "sure", "good", "morn", "even", "afternoon",
]  # fmt: skip

# What search itself keeps is not read along.
_COLUMNS = [
    field.attname
    for field in Answer._meta.concrete_fields
    if field.attname not in {"search", "question_search"}
]
# A word as a query for itself: to look it up in a vector is quicker than to take the vector apart.
_QUOTED = r"('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery"
_SEARCH = f"""
WITH asked AS (
  SELECT lexeme, {_QUOTED} AS query
  FROM unnest(to_tsvector('{SEARCH_CONFIG}', %(text)s::text)) WHERE lexeme <> ALL(%(talk)s)
), found AS MATERIALIZED (
  SELECT id, search, question_search FROM agent_answer WHERE account_id = %(account)s
  AND search @@ (
    SELECT replace(plainto_tsquery('{SEARCH_CONFIG}', %(text)s::text)::text, '&', '|')::tsquery
  )
), hits AS MATERIALIZED (
  SELECT found.id, asked.lexeme, found.question_search @@ asked.query AS in_question
  FROM found JOIN asked ON found.search @@ asked.query
), held AS (
  SELECT lexeme, count(*)::float8 AS n FROM hits GROUP BY lexeme
), size AS (
  SELECT greatest(count(*), {_AS_IF})::float8 AS n FROM agent_answer WHERE account_id = %(account)s
), weighed AS (
  SELECT asked.lexeme,
         ln(1 + (size.n - coalesce(held.n, 0) + 0.5) / (coalesce(held.n, 0) + 0.5)) AS weight
  FROM size CROSS JOIN asked LEFT JOIN held USING (lexeme)
), scored AS (
  SELECT hits.id,
         sum(weight * CASE WHEN in_question THEN 1 ELSE {_IN_TEXT} END)
         / ({_DOUBT} + (SELECT sum(weight) FROM weighed)) AS score
  FROM hits JOIN weighed USING (lexeme)
  GROUP BY hits.id ORDER BY score DESC, hits.id LIMIT %(most)s
)
SELECT score, {", ".join(_COLUMNS)} FROM scored JOIN agent_answer USING (id)
ORDER BY score DESC, id
"""


@dataclass(frozen=True)
class Found:
    """An answer and how much of the question it speaks of, 0..1."""

    answer: Answer
    score: float

    @property
    def is_enough(self) -> bool:
        """Whether the agent would say it."""
        return self.score >= ENOUGH


def best(text: str, most: int = 5) -> list[Found]:
    """The current account's answers that speak most of what `text` asks, the best first."""
    params: dict[str, Any] = {
        "text": text, "talk": _TALK, "account": current_account_id(), "most": most,
    }  # fmt: skip
    rows = ask(_SEARCH, params)
    return [Found(Answer.from_db("default", _COLUMNS, row), score) for score, *row in rows]
