"""What the agent understands, and what its conversations come to. Nothing here takes long or needs
a database; it stands in the bench since its figures stand in docs/performance.md.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from bench import hotels, sentences, visitors
from bench.place import Place, Target

HOTELS = Path(__file__).resolve().parents[2] / "shared/data/nlupp/hotels"
# Each was read once before the rules learned from it.
SENTENCES = [
    Path(__file__).with_name(name)
    for name in (
        "sentences.json",
        "sentences_second.json",
        "sentences_third.json",
        "sentences_fourth.json",
        "sentences_fifth.json",
    )
]
# Of a set that no rule was made on, where there is one: look at its sums alone.
UNSEEN = Path(__file__).with_name("sentences_unseen.json")


def measure(place: Place | None = None) -> list[Target]:
    """Visitors, sentences, and, where they lie beside the checkout, nlupp's hotels."""
    print("qualifying: twenty visitors")
    begun = perf_counter()
    reached = visitors.report()
    turns = sum(visitors.talk(person).turns for person in visitors.PEOPLE)
    each = (perf_counter() - begun) / 2 / turns * 1000
    print(f"  {each:.1f} ms a turn, without the database")
    for file in SENTENCES:
        print(f"qualifying: sentences that the rules have learned from, {file.name}")
        sentences.report(file)
    targets = [
        Target("visitors with the expected outcome and exact score", reached, 18, "", False),
    ]
    if UNSEEN.is_file():
        print("qualifying: sentences that they never saw")
        read = sentences.report(UNSEEN)
        targets += [
            Target("corrections understood whole",
                   100 * read["correction"][0] / read["correction"][1], 90, "%", at_most=False),
            Target("false facts in 100 sentences without any", read["none"][0], 3, ""),
        ]  # fmt: skip
    if not HOTELS.is_dir():
        print(f"qualifying: {HOTELS} is not there; not measured")
        return targets
    print("qualifying: hotels, folds 0 to 9 (the rules were made on them)")
    hotels.report(HOTELS, range(10))
    print("qualifying: hotels, folds 10 to 19")
    _, kinds = hotels.report(HOTELS, range(10, 20))
    for kind in ("number", "date"):
        precision, recall, _ = kinds.line(kind)
        targets += [
            Target(f"{kind} in unseen hotels, precision", precision, 0.8, "", at_most=False),
            Target(f"{kind} in unseen hotels, recall", recall, 0.8, "", at_most=False),
        ]
    return targets
