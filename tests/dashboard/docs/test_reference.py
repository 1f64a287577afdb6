"""The documentation and the code say the same: operations, fields, codes, columns, bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts.actors import SCOPE_LABELS
from synaptiq.accounts.models import Account
from synaptiq.analytics import metrics
from synaptiq.api import document
from synaptiq.api.urls import api
from synaptiq.conversations.filters import CONVERSATION_FILTERS
from synaptiq.conversations.models import EXPORTED_TYPES
from synaptiq.dashboard.docs.contents import FOLDER
from synaptiq.exports.datasets import DATASETS
from synaptiq.exports.spec import Options, Request
from synaptiq.exports.states import State
from synaptiq.kit.config import CHECKOUT
from synaptiq.kit.filters import Choice, FilterSet
from synaptiq.leads.filters import LEAD_FILTERS, SORTS
from tests.exports import seed_page


@pytest.fixture
def read() -> Callable[[str], str]:
    return lambda slug: (FOLDER / f"{slug}.md").read_text(encoding="utf-8")


def first_cells(text: str, heading: str) -> list[str]:
    """The first column of the first table below a heading, without the code marks."""
    below = text.split(f" {heading}\n", 1)[1]
    table = re.search(r"^\|.*?\n\n", below, re.MULTILINE | re.DOTALL)
    assert table is not None
    rows = table[0].strip().splitlines()[2:]
    return [row.split("|")[1].strip().strip("`") for row in rows]


def fences(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_columns_are_those_of_the_file(read: Callable[[str], str], account: Account) -> None:
    columns = [column.key for column in DATASETS["leads"].columns()]
    assert first_cells(read("exporting-data"), "Lead CSV Format") == [*columns, "custom_*"]


def test_figures_are_said_as_the_table_of_metrics_has_them(read: Callable[[str], str]) -> None:
    columns = [metric.key for metric in metrics.IN_CSV]
    assert first_cells(read("exporting-data"), "Analytics CSV Format") == ["date", *columns]
    glossary = read("understanding-your-dashboard-metrics")
    for metric in metrics.METRICS:
        assert f"| {metric.label} | `{metric.key}` | {metric.definition} |" in glossary
    for label, definition in metrics.STAGES.values():
        assert f"| {label} | {definition} |" in glossary
    assert metrics.FUNNEL_DEFINITION in glossary
    assert f"version {metrics.VERSION} of the definitions" in glossary


def test_the_example_files_are_the_golden_ones(read: Callable[[str], str]) -> None:
    page = read("exporting-data")
    csv = fences(page, "csv")[0].replace("\n", "\r\n").encode()
    assert b"\xef\xbb\xbf" + csv == seed_page.LEAD_CSV
    assert json.loads(fences(page, "json")[0]) == json.loads(seed_page.LEAD_JSON)
    lead = json.loads(seed_page.LEAD_JSON)[0]
    assert json.loads(fences(read("leads-api"), "json")[0])["data"] == [lead]
    golden = json.loads(seed_page.CONVERSATION_JSON)
    shown = json.loads(fences(page, "json")[1])
    assert shown[0]["message_count"] == len(shown[0]["messages"]) == 2
    shown[0] |= {key: golden[0][key] for key in ("message_count", "messages")}
    assert json.dumps(shown) == json.dumps(golden)
    assert fences(page, "text")[0].encode() == seed_page.TWO_LINES_TXT
    assert all(f"`{type}`" in page for type in EXPORTED_TYPES)


def test_every_operation_is_on_a_page(read: Callable[[str], str]) -> None:
    pages = (
        "exporting-data", "leads-api", "conversations-api", "analytics-api", "authentication",
    )  # fmt: skip
    text = "".join(map(read, pages))
    for path, methods in document.of(api)["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in text


def test_the_fields_of_a_request_are_on_the_page(read: Callable[[str], str]) -> None:
    page = read("exporting-data")
    assert set(first_cells(page, "Start a run")) == set(Request.model_fields)
    for option in Options.model_fields:
        assert f"`{option}`" in page
    assert first_cells(page, "Wait for it") == [state.value for state in State]


@pytest.mark.parametrize(
    ("page", "heading", "declared"),
    [
        ("leads-api", "Filters", LEAD_FILTERS),
        ("exporting-data", "Filters of conversations", CONVERSATION_FILTERS),
    ],
)
def test_the_filters_are_on_the_page_with_their_values(
    read: Callable[[str], str], page: str, heading: str, declared: FilterSet
) -> None:
    text = read(page)
    assert first_cells(text, heading) == [one.key for one in declared.filters]
    for one in declared.filters:
        if isinstance(one.kind, Choice):
            rows = text.partition(f" {heading}\n")[2].splitlines()
            row = next(r for r in rows if r.startswith(f"| `{one.key}` |"))
            wanted = set(one.kind.options) - {"exclude"}
            assert wanted <= set(re.findall(r"`(\w+)`", row)), one.key


def test_the_fields_that_can_be_written_are_on_the_page(read: Callable[[str], str]) -> None:
    fields = document.of(api)["components"]["schemas"]["LeadFields"]["properties"]
    assert first_cells(read("leads-api"), "Add a lead") == list(fields)
    assert first_cells(read("leads-api"), "Order") == list(SORTS)


def test_the_scopes_are_on_the_page(read: Callable[[str], str]) -> None:
    assert first_cells(read("authentication"), "Scopes") == [s.value for s in SCOPE_LABELS]


# Codes that stand in the source, but never in an answer of the API.
ELSEWHERE = {
    "last_owner",
    "other_address",
    "key_above_maker",
    "gone",
    "refused",
    "booked_too_often",
    "host_busy",
    "member_removed",
    "moved_too_often",
    "too_many_values",
    "would_lose",
}


def test_every_code_has_its_words(read: Callable[[str], str]) -> None:
    used: set[str] = set()
    for path in (CHECKOUT / "src" / "synaptiq").rglob("*.py"):
        if "dashboard" not in path.parts and "terminal" not in path.parts:
            source = path.read_text(encoding="utf-8")
            used |= set(re.findall(r'\bcode="(\w+)"', source))
            used |= set(re.findall(r'^    status, code, title = \d+, "(\w+)"', source, re.M))
            # What a key died of: `APIKey.death`.
            used |= set(re.findall(r'return "((?:key|account)_\w+)"', source))
            if path.name == "problems.py":
                used |= set(re.findall(r'^    \d{3}: \(\s*"(\w+)"', source, re.M))
    page = read("rate-limits-and-error-codes")
    explained = set(re.findall(r"^### `(\w+)`$", page, re.M))
    assert explained == used - ELSEWHERE


def test_the_problem_has_the_described_members(read: Callable[[str], str]) -> None:
    page = read("rate-limits-and-error-codes")
    described = {name for cell in first_cells(page, "Errors") for name in re.findall(r"\w+", cell)}
    schema: Any = document.of(api)["components"]["schemas"]["Problem"]
    assert described == set(schema["properties"])
