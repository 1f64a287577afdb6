"""Names that made-up people have."""

from __future__ import annotations

FIRST = (
    "Amara", "Benjamin", "Chloé", "Dmitri", "Elif", "Farid", "Grace", "Hiro", "Isla", "Jonas",
    "Katya", "Liam", "Mei", "Nadia", "Owen", "Priya", "Rafael", "Sofía", "Tariq", "Zoë",
)  # fmt: skip
LAST = (
    "Abbott", "Bergström", "Castillo", "Delgado", "Eriksen", "Fischer", "García", "Hughes",
    "Ivanova", "Jensen", "Kim", "Laurent", "Müller", "Nguyen", "O’Brien", "Patel", "Rossi",
)  # fmt: skip
