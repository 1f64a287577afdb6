"""The columns that a list of leads can show, and those that a member chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from synaptiq.leads import queries
from synaptiq.leads.filters import SORTS
from synaptiq.leads.models import CUSTOM, CustomProperty, Lead, ListSettings


@dataclass(frozen=True)
class Column:
    """`kind` says how a cell looks, `sort` which order its head offers, `css` how wide it is;
    `leaves` below which window the column leaves."""

    key: str
    label: str
    kind: str
    css: str = ""
    sort: str = ""
    leaves: str = ""

    @property
    def cell_css(self) -> str:
        """The classes of a cell of this column."""
        how = {"moment": "num muted", "date": "num muted", "number": "num"}.get(self.kind, "")
        return f"{how} {self.leaves}".strip()

    def value(self, lead: Lead) -> object:
        """What the cell shows."""
        if self.key.startswith(CUSTOM):
            return lead.custom.get(self.key.removeprefix(CUSTOM))
        return getattr(lead, self.key)


# The lead itself always comes first and is no choice.
OWN: tuple[Column, ...] = (
    Column("company", "Company", "text", "company-cell", leaves="over-1330"),
    Column("email", "Email", "text", "text-cell"),
    Column("phone", "Phone", "text", "text-cell"),
    Column("status", "Status", "status", "status-cell", leaves="only-wide"),
    Column("score", "Score", "score", "score-cell", sort="score", leaves="only-wide"),
    Column("tags", "Tags", "tags", "tags-cell", leaves="over-1040"),
    Column("assigned_to", "Assigned", "person", "person-cell", leaves="over-1180"),
    Column("origin", "Came by", "origin", "person-cell"),
    Column("source_url", "Source page", "text", "text-cell"),
    Column("external_id", "External id", "text", "text-cell"),
    Column("created_at", "Created", "date", "created-cell num", sort="created", leaves="over-1430"),
    Column(
        "last_activity_at", "Last activity", "moment", "activity-cell num", sort="last_activity",
        leaves="over-840",
    ),
    Column("updated_at", "Updated", "moment", "activity-cell num"),
    Column("first_visit_at", "First visit", "date", "created-cell num"),
    Column("first_qualified_at", "Qualified", "date", "created-cell num"),
    Column("meeting_booked_at", "Booked", "date", "created-cell num"),
    Column("won_at", "Won", "date", "created-cell num"),
)  # fmt: skip
DEFAULT = (
    "company", "status", "score", "tags", "assigned_to", "created_at", "last_activity_at",
)  # fmt: skip
_KINDS = {"number": "number", "bool": "bool"}


def known() -> list[Column]:
    """All columns of the account, custom properties in definition order at the end."""
    return [*OWN, *(_custom(p) for p in queries.custom_properties())]


def shown(settings: ListSettings | None) -> list[Column]:
    """The columns that this member chose; those that are gone by now fall away.

    Chosen ones stay in every window but a phone's; the table scrolls instead.
    """
    keys = settings.columns if settings else []
    chosen = [c for c in known() if c.key in (keys or DEFAULT)]
    return chosen if is_default(chosen) else [replace(c, leaves="only-wide") for c in chosen]


def is_default(columns: Sequence[Column]) -> bool:
    """Whether these are the ones that fit themselves to every window."""
    return tuple(c.key for c in columns) == DEFAULT


def sort_links(address: str, sort: str) -> list[tuple[str, str, str]]:
    """`(label, query, direction)` of each order; asc or desc of the present one, of others ""."""
    links = []
    for key, one in SORTS.items():
        now = {key: "asc", "-" + key: "desc"}.get(sort, "")
        first = "-" if one.first == "desc" else ""
        then = ("" if now == "desc" else "-") + key if now else first + key
        links.append((one.label, "&".join(filter(None, [address, f"sort={then}"])), now))
    return links


def _custom(prop: CustomProperty) -> Column:
    kind = _KINDS.get(prop.type, "text")
    css = "number-cell num" if kind == "number" else "text-cell"
    return Column(CUSTOM + prop.slug, prop.label, kind, css)
