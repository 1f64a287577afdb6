"""What is counted, as SQL: conversations, leads, turns, visitors, and what a segment is of each.

Parameters are by name and the same in all statements (`params`). Aliases: `c` a conversation, `e`
what is left of an erased one, `v` the first day of its visitor, `l` a lead, `f` its first
conversation, `d` a visitor's day, `p` a page view. A segment's expression is text, NULL where it is
missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from synaptiq.analytics.metrics import MATURE_HOURS
from synaptiq.analytics.spec import NONE, OTHER, FigureSpec

GOAL_COLUMNS = {
    "qualified": "first_qualified_at", "meeting_booked": "meeting_booked_at",
    "held": "meeting_held_at", "won": "won_at",
}  # fmt: skip
# A score in thousandths: what divides evenly, and the two that do not over one denominator, rounded
# once, halves up.
SCORE = """(
  4375 * least(c.visitor_message_count, 8) + 4000 * least(c.volunteered, 5)
  + 5000 * (c.scheduler_opened::int + c.slot_picked::int + c.meeting_booked::int)
  + (2 * (60000::bigint * least(c.answered, c.asked) + 100::bigint * least(c.active_seconds, 300)
          * greatest(c.asked, 1)) + 3 * greatest(c.asked, 1)) / (6 * greatest(c.asked, 1))
)"""
MILLISECONDS = (
    "greatest(floor(extract(epoch FROM t.first_output_at - t.received_at) * 1000 + 0.5), 0)::bigint"
)
CONVERTED = f"l.{{goal}} < l.created_at + interval '{MATURE_HOURS} hours'"

_TALKS = "conversations_conversation c"
ERASED = (
    "LEFT JOIN analytics_erasedconversation e ON e.account_id = c.account_id AND e.number = c.id "
    "AND c.erased_at IS NOT NULL"
)
_FIRST_DAY = (
    "LEFT JOIN LATERAL (SELECT v.device, v.language FROM analytics_visitorday v "
    "WHERE v.visitor_id = {of}.visitor_id ORDER BY v.day LIMIT 1) v ON true"
)
_TALK_OF_ERASED = (
    "SELECT {columns} FROM analytics_erasedconversation e JOIN conversations_conversation c "
    "ON c.id = e.number WHERE e.account_id = l.account_id AND e.lead_number = l.id "
    "AND NOT c.is_test AND NOT c.is_spam"
)
_LEAD_OF_TALK = "LEFT JOIN leads_lead k ON k.id = coalesce(c.lead_id, e.lead_number)"
LEADS = """(
  SELECT account_id, id, created_at, first_qualified_at, meeting_booked_at, meeting_held_at, won_at,
    origin, tags, source_url, deleted_at, false AS is_erased FROM leads_lead
    WHERE account_id = %(account)s AND merged_into_id IS NULL AND NOT is_test AND NOT is_spam
  UNION ALL
  SELECT account_id, number, created_at, first_qualified_at, meeting_booked_at, meeting_held_at,
    won_at, origin, '{}', NULL, NULL, true FROM analytics_erasedlead
    WHERE account_id = %(account)s
) l"""
_F_COLUMNS = (
    "c.id, c.started_at, c.visitor_id, c.site_id, c.agent_version, {device} AS device, "
    "{language} AS language"
)
_F_LIVING = _F_COLUMNS.format(device="c.device", language="c.language")
_F_ERASED = _F_COLUMNS.format(device="e.device", language="e.language")
_FIRST_TALK = f"""LEFT JOIN LATERAL (
  SELECT * FROM (
    SELECT {_F_LIVING} FROM conversations_conversation c
      WHERE c.account_id = l.account_id AND c.lead_id = l.id AND NOT c.is_test AND NOT c.is_spam
    UNION ALL {_TALK_OF_ERASED.format(columns=_F_ERASED)}
  ) x ORDER BY x.started_at, x.id LIMIT 1
) f ON true"""


def _primary(tag: str) -> str:
    return f"lower(split_part({tag}, '-', 1))"


# Segment → its expression of a row of each source, and the joins that it needs. `{group}` is the
# account's way to tell the group of a page.
TALK: dict[str, tuple[str, tuple[str, ...]]] = {
    "site": ("c.site_id::text", ()),
    "page_group": ("{group:synaptiq_path(c.page_url)}", ()),
    "device": (
        "coalesce(v.device, e.device, c.device)", (ERASED, _FIRST_DAY.format(of="c")),
    ),
    "language": (
        f"coalesce(v.language, {_primary('e.language')}, {_primary('c.language')})",
        (ERASED, _FIRST_DAY.format(of="c")),
    ),
    "agent_version": ("nullif(c.agent_version, '')", ()),
    "tag": ("coalesce(k.tags, '{}')", (ERASED, _LEAD_OF_TALK)),
}  # fmt: skip
LEAD: dict[str, tuple[str, tuple[str, ...]]] = {
    "site": ("f.site_id::text", (_FIRST_TALK,)),
    "page_group": ("{group:synaptiq_path(l.source_url)}", ()),
    "device": ("coalesce(v.device, f.device)", (_FIRST_TALK, _FIRST_DAY.format(of="f"))),
    "language": (
        f"coalesce(v.language, {_primary('f.language')})",
        (_FIRST_TALK, _FIRST_DAY.format(of="f")),
    ),
    "agent_version": ("nullif(f.agent_version, '')", (_FIRST_TALK,)),
    "tag": ("l.tags", ()),
}
DAY: dict[str, tuple[str, tuple[str, ...]]] = {
    "site": ("d.site_id::text", ()),
    # Of the cohort of a funnel: the page of the first visit.
    "page_group": ("{group:nullif(d.page, '')}", ()),
    "device": ("d.device", ()),
    "language": ("d.language", ()),
}
# A page view's device and language are its visitor's at first visit.
_DAY_OF_VIEW = (
    "LEFT JOIN LATERAL (SELECT d.device, d.language FROM analytics_visitorday d "
    "WHERE d.account_id = p.account_id AND d.key = p.key ORDER BY d.day LIMIT 1) d ON true"
)
VIEW: dict[str, tuple[str, tuple[str, ...]]] = {
    "site": ("p.site_id::text", ()),
    "page_group": ("{group:nullif(p.page, '')}", ()),
    "device": ("d.device", (_DAY_OF_VIEW,)),
    "language": ("d.language", (_DAY_OF_VIEW,)),
}
_GROUP = "{group:"
Segments = dict[str, tuple[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Groups:
    """How a page's group is told: by the account's groups, or without any by the first part of its
    path (`/blog` of `/blog/2026/news`)."""

    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def sql(self, page: str) -> str:
        if not self.groups:
            return f"'/' || split_part({page}, '/', 2)"
        whens = " ".join(
            f"WHEN {page} LIKE ANY (%(group_{i})s::text[]) THEN %(group_name_{i})s::text"
            for i in range(len(self.groups))
        )
        return f"CASE {whens} END"

    def params(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for i, (name, pages) in enumerate(self.groups):
            found |= {f"group_{i}": [_like(page) for page in pages], f"group_name_{i}": name}
        return found


@dataclass(frozen=True)
class Chosen:
    """Joins and conditions that a spec adds to a source, and the expression of its breakdown."""

    joins: str
    where: str
    segment: str = "''::text"


def chosen(
    spec: FigureSpec, source: Segments, groups: Groups, *, broken: bool = False, raw: bool = False
) -> Chosen:
    """What the filters add and, where `broken`, the breakdown: its values that stand alone
    (`%(top)s`), `(other)` and `(none)`; where `raw`, all values and NULL."""
    joins: dict[str, None] = {}
    conditions: list[str] = []

    def expression(key: str) -> str:
        sql, needs = source[key]
        joins.update(dict.fromkeys(needs))
        if sql.startswith(_GROUP):
            return groups.sql(sql.removeprefix(_GROUP)[:-1])
        return sql

    for key, values in spec.filters.items():
        sql, name = expression(key), f"f_{key}"
        if key == "tag":
            one, none = f"{sql} && %({name})s::text[]", f"cardinality({sql}) = 0"
        else:
            one, none = f"({sql}) = ANY (%({name})s::text[])", f"({sql}) IS NULL"
        conditions.append(f"AND ({one} OR {none})" if NONE in values else f"AND {one}")
    if not broken or spec.breakdown is None:
        return Chosen(" ".join(joins), " ".join(conditions))
    sql = expression(spec.breakdown)
    one = f"CASE WHEN g.raw = ANY (%(top)s::text[]) THEN g.raw ELSE '{OTHER}' END"
    alone = "g.raw" if raw else one
    none = "NULL" if raw else f"'{NONE}'"
    if spec.breakdown == "tag":
        # Once for each tag that stands alone, and once for all others of a lead together.
        segments = (
            f"SELECT DISTINCT {alone} AS seg FROM unnest({sql}) g(raw) "
            f"UNION ALL SELECT {none} WHERE cardinality({sql}) = 0"
        )
    else:
        segments = (
            f"SELECT CASE WHEN g.raw IS NULL THEN {none} ELSE {alone} END AS seg "
            f"FROM (SELECT {sql} AS raw) g"
        )
    joins[f"CROSS JOIN LATERAL ({segments}) g"] = None
    return Chosen(" ".join(joins), " ".join(conditions), "g.seg")


def _like(page: str) -> str:
    """A path in which `*` stands for anything, as LIKE has it."""
    escaped = page.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


def params(
    spec: FigureSpec, account_id: int, groups: Groups, filters: dict[str, Sequence[str]]
) -> dict[str, Any]:
    """Of all statements. `filters` are the filters' values as the database has them."""
    over = spec.range
    return {
        "account": account_id, "edges": over.edges, "days": over.days,
        "start": over.before[0].start, "middle": over.start, "end": over.end,
        "first_before": over.before[0].first, "first": over.first, "last": over.last,
        "k": len(over.buckets), "top": [], **groups.params(),
        **{f"f_{key}": list(values) for key, values in filters.items()},
    }  # fmt: skip
