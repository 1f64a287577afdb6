"""The metrics: one declaration each, read by pages, API, files, reports and the documentation.

A metric is made of tallies, which add up or are counted anew for each period, and of one way to
make its value of them. `Tally` has what was counted of one period (or a whole range); what a value
is made of it, and how it is rounded, stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

# Of all definitions together: it goes up with any change of what is counted, or how.
VERSION = 1

SEGMENTS: dict[str, str] = {
    "site": "Site",
    "page_group": "Page group",
    "device": "Device",
    "language": "Language",
    "agent_version": "Agent version",
    "tag": "Tag",
}
# A page view has no agent, and its visitor no tags.
OF_VISITS = frozenset({"site", "page_group", "device", "language"})
OF_ALL = frozenset(SEGMENTS)

GOALS: dict[str, str] = {
    "qualified": "Qualified",
    "meeting_booked": "Meeting booked",
    "held": "Meeting held",
    "won": "Won",
}
MATURE_HOURS = 30 * 24


@dataclass(frozen=True)
class Tally:
    """What was counted of one period.

    `engagement` is the sum of scores in thousandths; `response` the median in milliseconds, None
    without a turn; `visitors` None where the segment in force does not apply to visits.
    """

    leads: int = 0
    converted: int = 0
    qualified: int = 0
    conversations: int = 0
    engagement: int = 0
    turns: int = 0
    response: Fraction | None = None
    visitors: int | None = 0


Value = Decimal | int | None


@dataclass(frozen=True)
class Metric:
    """`rolls` says how periods become one: sum, ratio (of sums), mean (of sums), median (of what
    was measured, never of medians) or distinct (counted anew). `places` are decimals; `better` is
    which way is good news. `opens` is what the number counts: leads, conversations, or days where
    there is no list of the rows. `needs` names what must be there for a value, in words."""

    key: str
    label: str
    unit: str
    places: int
    rolls: str
    definition: str
    value: Callable[[Tally], Value]
    segments: frozenset[str] = OF_ALL
    better: str = "up"
    opens: str = "leads"
    needs: str = ""
    in_csv: bool = True

    def said(self, value: Value) -> str | None:
        """As files write it; None for nothing."""
        return None if value is None else f"{value:.{self.places}f}" if self.places else str(value)


def half_up(value: Fraction, places: int) -> Decimal:
    """Rounded, halves away from zero; the values here are never negative."""
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-places)


def _ratio(top: int, bottom: int | None, places: int) -> Decimal | None:
    return half_up(Fraction(top, bottom), places) if bottom else None


def _response(tally: Tally) -> int | None:
    return None if tally.response is None else int(half_up(tally.response, 0))


METRICS: tuple[Metric, ...] = (
    Metric(
        "total_leads", "Leads", "count", 0, "sum",
        "Leads whose way to be reached was first stored in the period, by the server's clock. "
        "Imported leads and those made by API or by hand count. Deleted and erased leads stay "
        "counted; of two that were merged the survivor counts. Tests and spam do not.",
        lambda t: t.leads,
    ),
    Metric(
        "qualified_leads", "Qualified leads", "count", 0, "sum",
        "Leads that were first qualified in the period, by the agent or by a person, whenever they "
        "were created.",
        lambda t: t.qualified,
    ),
    Metric(
        "conversations", "Conversations", "count", 0, "sum",
        "Conversations with at least one message or quick reply of the visitor, by the time at "
        "which they began. A greeting alone is none. After 30 minutes of silence, or once closed, "
        "the next message begins another. Tests and spam do not count.",
        lambda t: t.conversations, opens="conversations",
    ),
    Metric(
        "conversion_rate", "Conversion rate", "percent", 2, "ratio",
        "Of the leads created in the period, the percentage that reached the conversion goal "
        "within 30 × 24 hours. A period matures until 30 × 24 hours after its end; before, this is "
        "the rate so far. A booked meeting counts while it is not cancelled. A new goal applies to "
        "all history.",
        lambda t: _ratio(100 * t.converted, t.leads, 2), needs="a lead",
    ),
    Metric(
        "avg_response_time_ms", "Response time", "ms", 0, "median",
        "The median, despite the name of its column: from receiving the visitor's last message to "
        "the first of the agent's answer that they could see, in whole milliseconds, by the time "
        "of receipt. Answers that never came (a person took over, the conversation was closed) do "
        "not count. Of an even number it is the mean of the middle two, rounded half up. A week's "
        "is the median of its answers, not of its days.",
        _response, better="down", opens="conversations", needs="an answer of the agent",
    ),
    Metric(
        "engagement_score", "Engagement score", "points", 1, "mean",
        "The mean of the conversations' scores from 0 to 100: depth, 35 for 8 messages of the "
        "visitor; answered, 20 for all that was asked (0 where nothing was); shared, 20 for 5 "
        "facts that nobody had asked for; intent, 5 each for opening the scheduler, picking a time "
        "and having a meeting booked; attention, 10 for 300 seconds with the chat open and the "
        "page in view. Each score is kept in whole thousandths.",
        lambda t: _ratio(t.engagement, 1000 * t.conversations, 1), opens="conversations",
        needs="a conversation",
    ),
    Metric(
        "widget_engagement_rate", "Widget engagement", "ratio", 4, "ratio",
        "Conversations that began in the period, divided by its unique visitors. It may exceed 1, "
        "since somebody may begin several.",
        lambda t: None if t.visitors is None else _ratio(t.conversations, t.visitors, 4),
        segments=OF_VISITS, opens="days", needs="a visitor",
    ),
    Metric(
        "unique_visitors", "Unique visitors", "count", 0, "distinct",
        "Visitors who saw a page on which the widget could show. Whoever wrote, and let their "
        "browser remember it, is known again by a first-party id; all others by a hash whose salt "
        "lasts one UTC day, and so are another visitor the next day. Known bots do not count.",
        lambda t: t.visitors, segments=OF_VISITS, opens="days", in_csv=False,
    ),
)  # fmt: skip

BY_KEY: Mapping[str, Metric] = {metric.key: metric for metric in METRICS}
# In the order of the file.
IN_CSV: tuple[Metric, ...] = tuple(metric for metric in METRICS if metric.in_csv)

STAGES: dict[str, tuple[str, str]] = {
    "visitors": ("Visitors", "Visitors whose first visit ever kept lies in the range."),
    "opened": ("Widget opened", "They opened the chat."),
    "conversation": ("Conversation", "They wrote, or pressed a quick reply."),
    "lead": ("Lead captured", "They left a way to be reached."),
    "qualified": ("Qualified", "The agent or a person qualified them."),
    "booked": ("Meeting booked", "A meeting is booked and not cancelled."),
    "held": ("Meeting held", "A meeting took place."),
    "won": ("Won", "A person set the lead to won."),
}
FUNNEL_DEFINITION = (
    "Of the visitors whose first visit lies in the range, how many reached each stage or a later "
    "one, whenever they did: so a stage never has more than the one before, and neither its "
    "visitors nor its leads equal the figures above. The time between two stages is the median "
    "over those who have both times, in order; their number stands beside it."
)


def not_applying(metric: Metric, segments: frozenset[str]) -> str:
    """Why a metric has no value under these segments; "" where it has."""
    missing = [SEGMENTS[key].lower() for key in SEGMENTS if key in segments - metric.segments]
    return f"Visits have no {' and no '.join(missing)}." if missing else ""
