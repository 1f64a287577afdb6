"""Changing a profile, one thing at a time: pure, from profile to profile. What makes no sense
`Profile.problems` finds when it is saved."""

from __future__ import annotations

from dataclasses import replace

from synaptiq.agent.core.profile import CONTACT, Criterion, Disqualifier, Profile
from synaptiq.kit.errors import NotFound
from synaptiq.leads.values import slug_of


def criterion(profile: Profile, key: str) -> Criterion:
    """Raises NotFound."""
    found = profile.criterion(key)
    if found is None:
        raise NotFound("The agent has no such criterion; it may have been removed.")
    return found


def disqualifier(profile: Profile, key: str) -> Disqualifier | None:
    """The first value of this criterion that ends the matter."""
    return next((d for d in profile.disqualifiers if d.criterion == key), None)


def new_key(profile: Profile, label: str) -> str:
    """A key for a criterion of this label that no other has; facts are kept under it."""
    stem = slug_of(label)[:55] or "criterion"
    taken = {CONTACT, *(each.key for each in profile.criteria)}
    if stem not in taken:
        return stem
    return next(key for n in range(2, 1_000) if (key := f"{stem}_{n}") not in taken)


def put(profile: Profile, given: Criterion, ends: Disqualifier | None) -> Profile:
    """With this criterion in its place, or at the end; `ends` stands for its first disqualifier."""
    known = {each.key for each in profile.criteria}
    criteria = tuple(given if each.key == given.key else each for each in profile.criteria)
    if given.key not in known:
        criteria += (given,)
    before = disqualifier(profile, given.key)
    rules: list[Disqualifier | None] = [
        ends if each is before else each for each in profile.disqualifiers
    ]
    if before is None:
        rules.append(ends)
    return replace(profile, criteria=criteria, disqualifiers=tuple(r for r in rules if r))


def move(profile: Profile, key: str, *, up: bool) -> Profile:
    """With this criterion in its neighbour's place: in that order they are asked."""
    criteria = list(profile.criteria)
    place = criteria.index(criterion(profile, key))
    beside = place - 1 if up else place + 1
    if 0 <= beside < len(criteria):
        criteria[place], criteria[beside] = criteria[beside], criteria[place]
    return replace(profile, criteria=tuple(criteria))


def remove(profile: Profile, key: str) -> Profile:
    """Without this criterion and what it disqualifies. Criteria that were asked only because of it
    are asked always."""
    criterion(profile, key)
    kept = tuple(
        replace(each, when=None) if each.when and each.when.criterion == key else each
        for each in profile.criteria
        if each.key != key
    )
    rules = tuple(each for each in profile.disqualifiers if each.criterion != key)
    return replace(profile, criteria=kept, disqualifiers=rules)
