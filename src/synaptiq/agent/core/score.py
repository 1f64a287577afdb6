"""From facts to a score that explains itself, and to an outcome.

Exact: fractions until the one rounding, half up. The contributions are rounded by largest
remainder, so that they sum to the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from synaptiq.agent.core.criteria import CONTACT, Criterion
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.state import INFERRED, Contact, Fact, known, present

OUTCOMES = ("disqualified", "qualified", "unreachable", "nurture", "undecided")
UNDECIDED = "undecided"
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Contribution:
    """What one applicable criterion adds: `points` of the score, of at most `possible`; `fact` is
    what it rests on, None while unknown or refused."""

    criterion: str
    label: str
    points: int
    possible: int
    fact: Fact | None


@dataclass(frozen=True)
class Score:
    """`score` 0..100, None where nothing applies. `coverage`: percent of the weight that is known.
    `best`: the highest score that can still be reached by asking. `reason`: of a disqualification.
    `settled`: no answer to a question that may still be asked can change the outcome."""

    score: int | None
    contributions: tuple[Contribution, ...]
    coverage: int
    best: int | None
    outcome: str
    reason: str | None
    settled: bool


def half_up(number: Fraction) -> int:
    return (number + _HALF).__floor__()


def applicable(profile: Profile, values: Mapping[str, Fact]) -> tuple[Criterion, ...]:
    """The criteria that count, given what is known: those without a condition, and those whose
    condition is met by a criterion that itself counts."""
    counting: dict[str, Criterion] = {}
    for criterion in profile.criteria:
        when = criterion.when
        if when is not None:
            other, fact = counting.get(when.criterion), values.get(when.criterion)
            if other is None or fact is None or not other.meets(when, fact.value):
                continue
        counting[criterion.key] = criterion
    return tuple(counting.values())


def largest_remainder(parts: Iterable[Fraction]) -> list[int]:
    """Whole numbers that sum to the parts' sum, rounded half up; ties go to the earlier part."""
    exact = list(parts)
    whole = [part.__floor__() for part in exact]
    missing = half_up(sum(exact, Fraction(0))) - sum(whole)
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[:missing]:
        whole[place] += 1
    return whole


def assess(
    profile: Profile, facts: Iterable[Fact], contact: Contact, closed: Iterable[str] = ()
) -> Score:
    """Score and outcome. `closed`: what may not be asked any more although it is unknown (refused,
    or asked often enough), criteria and "contact". Facts of other criteria are left aside."""
    held = tuple(facts)
    values, shut = known(held), set(closed)
    shut |= {key for key, fact in present(held).items() if fact.status == "refused"}
    counting = applicable(profile, values)
    total = sum(criterion.weight for criterion in counting)
    earned = [_earned(criterion, values.get(criterion.key)) for criterion in counting]
    shares = [100 * part / total if total else Fraction(0) for part in earned]
    points = largest_remainder(shares)
    score = sum(points) if total else None
    rest = _Rest(profile, values, shut, counting, sum(earned, Fraction(0)), total)
    reason = _disqualified(profile, values, counting)
    outcome = _outcome(profile, score, reason, contact, values, counting, shut)
    covered = sum(c.weight for c in counting if c.key in values)
    best = rest.highest
    return Score(
        score=score,
        contributions=tuple(
            Contribution(
                c.key, c.label, got, half_up(Fraction(100 * c.weight, total)) if total else 0,
                values.get(c.key),
            )
            for c, got in zip(counting, points, strict=True)
        ),
        coverage=half_up(Fraction(100 * covered, total)) if total else 0,
        best=None if best is None else half_up(best),
        outcome=outcome,
        reason=reason,
        settled=not rest.can_change(outcome, contact),
    )  # fmt: skip


def check_event(
    before: tuple[str, int | None] | None, now: Score
) -> dict[str, str | int | None] | None:
    """The data of the `qualification_check` event that is due, None where none is: when the outcome
    leaves undecided, or a decided outcome or its score changes."""
    was = before or (UNDECIDED, None)
    if was[0] == now.outcome == UNDECIDED or was == (now.outcome, now.score):
        return None
    return {"result": now.outcome, "score": now.score}


def _earned(criterion: Criterion, fact: Fact | None) -> Fraction:
    if fact is None:
        return Fraction(0)
    certain = _HALF if fact.source == INFERRED else Fraction(1)
    return criterion.weight * criterion.fraction(fact.value) * certain


def _disqualified(
    profile: Profile, values: Mapping[str, Fact], counting: tuple[Criterion, ...]
) -> str | None:
    by_key = {criterion.key: criterion for criterion in counting}
    for disqualifier in profile.disqualifiers:
        criterion, fact = by_key.get(disqualifier.criterion), values.get(disqualifier.criterion)
        # What was only inferred costs nobody the conversation.
        if criterion is None or fact is None or fact.source == INFERRED:
            continue
        if criterion.meets(disqualifier, fact.value):
            return disqualifier.reason
    return None


def _outcome(
    profile: Profile,
    score: int | None,
    reason: str | None,
    contact: Contact,
    values: Mapping[str, Fact],
    counting: tuple[Criterion, ...],
    shut: set[str],
) -> str:
    if reason is not None:
        return "disqualified"
    if score is None or score < profile.nurture:
        return UNDECIDED
    if not contact.reachable:
        return "unreachable" if CONTACT in shut else UNDECIDED
    needed = all(criterion.key in values for criterion in counting if criterion.required)
    return "qualified" if score >= profile.qualified and needed else "nurture"


class _Rest:
    """What asking can still bring. Bounds, never too narrow: where a criterion counts only under a
    condition that is open, both ways are thought possible."""

    def __init__(
        self,
        profile: Profile,
        values: Mapping[str, Fact],
        shut: set[str],
        counting: tuple[Criterion, ...],
        earned: Fraction,
        total: int,
    ) -> None:
        self.profile, self.shut, self.earned, self.total = profile, shut, earned, total
        self.counting = counting
        counted = {criterion.key for criterion in counting}
        # An inferred value may still be confirmed or corrected.
        inferred = {key for key, fact in values.items() if fact.source == INFERRED}
        self.values = values
        self.open = {
            c.key: c
            for c in counting
            if c.key not in shut and (c.key not in values or c.key in inferred)
        }
        self.perhaps: dict[str, Criterion] = {}
        for criterion in profile.criteria:
            when = criterion.when
            if when is not None and (when.criterion in self.open or when.criterion in self.perhaps):
                self.perhaps[criterion.key] = criterion
        # What counts by an inferred value may fall away again: then nothing is said.
        self.loose = any(key in counted for key in self.perhaps)

    def _reach(self, criterion: Criterion) -> Fraction:
        fact = self.values.get(criterion.key)
        if criterion.key in self.shut or (fact is not None and fact.source != INFERRED):
            return Fraction(0) if fact is None else criterion.fraction(fact.value)
        return criterion.fractions()[-1]

    @cached_property
    def highest(self) -> Fraction | None:
        """The highest exact score that answers can bring."""
        top = self.earned
        for key, criterion in self.open.items():
            fact = self.values.get(key)
            gain = criterion.weight * self._reach(criterion) - _earned(criterion, fact)
            top += max(Fraction(0), gain)
        total = self.total
        best = 100 * top / total if total else None
        if self.loose:
            return Fraction(100)
        for criterion in sorted(self.perhaps.values(), key=self._reach, reverse=True):
            top, total = top + criterion.weight * self._reach(criterion), total + criterion.weight
            if total:
                best = max(best or Fraction(0), 100 * top / total)
        return best

    def lowest(self) -> Fraction:
        """The lowest exact score that answers can bring: a question without an answer adds none."""
        if any(key in self.values for key in self.open):
            return Fraction(0)
        total = self.total + sum(c.weight for c in self.perhaps.values() if c not in self.counting)
        return 100 * self.earned / total if total else Fraction(0)

    def can_change(self, outcome: str, contact: Contact) -> bool:
        profile = self.profile
        askable = {**self.open, **self.perhaps}
        if outcome == "disqualified":
            return False
        if any(d.criterion in askable for d in profile.disqualifiers):
            return True
        best = self.highest
        high, low = half_up(best or Fraction(0)), half_up(self.lowest())
        if not contact.reachable:
            if CONTACT not in self.shut:
                # The contact itself decides, unless no score makes it worth anything.
                return best is not None and high >= profile.nurture
            if outcome == "unreachable":
                return low < profile.nurture
            return best is not None and high >= profile.nurture
        missing = [
            c for c in self.counting
            if c.required and c.key not in self.values and c.key not in self.open
        ]  # fmt: skip
        if outcome == "qualified":
            return low < profile.qualified or any(c.required for c in self.perhaps.values())
        if best is not None and high >= profile.qualified and not missing:
            return True
        if outcome == "nurture":
            return low < profile.nurture
        return best is not None and high >= profile.nurture
