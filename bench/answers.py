"""Finding answers: 200 entries made of a real product's documentation, questions about them in
other words, and questions about something else.

The sections are read beside the checkout (docs/performance.md says where they come from); where
they are missing, the part says so and measures nothing.
"""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from time import perf_counter

from bench.asked import ABOUT_SOMETHING_ELSE, FRESH, FRESH_ELSE, KNOWN
from bench.place import Place, Target
from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import searching
from synaptiq.agent.models import Answer

FOLDER = Path(__file__).resolve().parents[2] / "shared/data/kb/healthchecks/templates/docs"
ENTRIES = 200
Asked = tuple[tuple[str, tuple[str, ...]], ...]
# Two earlier descriptions of the same API, word by word.
_LEFT_OUT = {"apiv1", "apiv2"}
_HEADING = re.compile(r"^#{1,4} (.*?)(?:\s*\{.*)?$", re.MULTILINE)
_MARKUP = re.compile(r"<[^>]+>|```.*?```", re.DOTALL)
_SHORTEST, _LONGEST = 60, 2_000


def measure(place: Place) -> list[Target]:
    """Right, wrong and invented answers, and how long a search takes."""
    if not FOLDER.is_dir():
        print(f"answers: {FOLDER} is not there; nothing measured")
        return []
    account = Account.objects.create(name="Answers")
    seconds: list[float] = []
    with acting_for(account.pk):
        names = fill()
        _ask("the threshold was chosen by", KNOWN, ABOUT_SOMETHING_ELSE, names, seconds)
        right, wrong, invented = _ask("asked afterwards", FRESH, FRESH_ELSE, names, seconds)
    p95 = statistics.quantiles(seconds, n=20)[-1] * 1000
    print(f"answers: a search takes {statistics.median(seconds) * 1000:.1f} ms (median)")
    return [
        Target("fresh questions answered right", right, 60, "%", at_most=False),
        Target("fresh questions answered wrong", wrong, 10, "%"),
        Target("answers to what is not there", invented, 0, ""),
        Target("finding an answer among 200, p95", p95, 50, "ms"),
    ]


def _ask(
    which: str,
    questions: Asked,
    others: tuple[str, ...],
    names: dict[int, str],
    seconds: list[float],
) -> tuple[float, float, int]:
    """Percent right, percent wrong, and how many of the others got an answer; printed."""
    known = [(q, w) for q, w in questions if any(_is_right(name, w) for name in names.values())]
    found = [(_answered(question, names, seconds), wanted) for question, wanted in known]
    right = sum(name is not None and _is_right(name, wanted) for name, wanted in found)
    wrong = sum(name is not None and not _is_right(name, wanted) for name, wanted in found)
    invented = sum(_answered(question, names, seconds) is not None for question in others)
    print(
        f"answers, {which}: of {len(known)} questions about {len(names)} entries {right} right, "
        f"{wrong} wrong, {len(known) - right - wrong} “I don't know”; of {len(others)} about "
        f"something else {invented} were answered"
    )
    return 100 * right / len(known), 100 * wrong / len(known), invented


def fill() -> dict[int, str]:
    """Entries evenly over all pages; their integer keys and `page#heading`."""
    rows: list[tuple[str, str, str]] = []
    for path in sorted(FOLDER.glob("*.md")):
        if path.stem in _LEFT_OUT:
            continue
        parts = _HEADING.split(path.read_text("utf-8"))
        title = parts[1] if len(parts) > 1 else path.stem
        for heading, body in zip(parts[1::2], parts[2::2], strict=True):
            text = " ".join(_MARKUP.sub(" ", body).split())
            if len(text) > _SHORTEST:
                question = heading if heading == title else f"{title}: {heading}"
                rows.append((f"{path.stem}#{heading}", question, text[:_LONGEST]))
    chosen = [rows[n * len(rows) // ENTRIES] for n in range(min(ENTRIES, len(rows)))]
    made = Answer.objects.bulk_create(
        Answer(question=question, answer=text) for _, question, text in chosen
    )
    return {one.pk: name for one, (name, _, _) in zip(made, chosen, strict=True)}


def _answered(question: str, names: dict[int, str], seconds: list[float]) -> str | None:
    """Which entry the agent would say."""
    began = perf_counter()
    found = searching.best(question, most=1)
    seconds.append(perf_counter() - began)
    return names[found[0].answer.pk] if found and found[0].is_enough else None


def _is_right(name: str, wanted: tuple[str, ...]) -> bool:
    return any(name.startswith(one) for one in wanted)
