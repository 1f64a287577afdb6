"""ExportSpec: everything that decides the bytes of a file, but the rows themselves.

Frozen when asked, kept as versioned JSON with the run, the same for page, API, terminal and
schedules. Equal spec, equal snapshot: equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synaptiq.accounts.models import Account
from synaptiq.exports.columns import Column
from synaptiq.exports.datasets import ALL, RECKONED
from synaptiq.exports.formats import FORMATS, Format, formats_of, held_by
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.leads.actions import MOST_SELECTED

# Whatever can be ticked can be exported.
MOST_IDS = MOST_SELECTED


class Options(BaseModel):
    """How a file is written; each format takes its own (`Format.options`). The first three are a
    CSV's, and by default as Excel opens it rightly; `headings` puts a head and a line for each day
    into a transcript; a report is on `paper`, and lists its leads with `top_leads`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    bom: bool = True
    delimiter: Literal["comma", "semicolon", "tab"] = "comma"
    dialect: Literal["default", "raw"] = "default"
    headings: bool = False
    paper: Literal["a4", "letter"] = "a4"
    top_leads: bool = True


class Request(BaseModel):
    """What comes in, before the account's filters and columns are known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    dataset: str
    format: str | None = Field(
        default=None, description="Leads and analytics: csv unless given. Conversations: json."
    )
    scope: Literal["selection", "filter"]
    ids: list[str] = Field(default_factory=list)
    filter: dict[str, Any] = Field(default_factory=dict)
    columns: list[str] | None = None
    options: Options = Options()


class ExportSpec(BaseModel):
    """The frozen request. `filter` is the canonical JSON of the dataset's filters, `columns` their
    keys in file order, `timezone` the account's when asked, since filters count local days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    dataset: str
    format: str
    scope: Literal["selection", "filter"]
    ids: tuple[str, ...] = ()
    filter: dict[str, Any] = Field(default_factory=dict)
    columns: tuple[str, ...]
    options: Options = Options()
    timezone: str
    conversion_goal: str
    generated_at: datetime


def make(account: Account, given: Mapping[str, Any]) -> ExportSpec:
    """The spec of a request. Raises Invalid naming each field that is wrong and what is possible.

    Needs a current account (custom properties are columns too).
    """
    request = _read(given)
    if request.dataset not in ALL:
        raise Invalid({"dataset": f"is none of {', '.join(ALL)}."})
    dataset = ALL[request.dataset]
    name = request.format or formats_of(request.dataset)[0]
    format = FORMATS.get((request.dataset, name))
    if format is None:
        possible = ", ".join(formats_of(request.dataset))
        raise Invalid({"format": f"{request.dataset} can be exported as {possible}."})
    if request.scope == "selection":
        if request.dataset in RECKONED:
            raise Invalid({"scope": f'of {request.dataset} is always "filter": they are figures.'})
        _check_ids(request)
    elif request.ids:
        raise Invalid({"ids": 'belong to the scope "selection"; this one is "filter".'})
    values = dataset.filters.from_json(request.filter)
    columns = held_by(format, dataset.columns())
    if reckoned := RECKONED.get(request.dataset):
        reckoned.check(account, values)
        columns = [c for c in columns if c.key not in reckoned.left_out(values)]
    return ExportSpec(
        dataset=request.dataset,
        format=name,
        scope=request.scope,
        ids=tuple(dict.fromkeys(request.ids)),
        # A selection wins over the filter: what does not choose rows is not kept.
        filter=dataset.filters.to_json(values) if request.scope == "filter" else {},
        columns=_columns(request.columns, columns),
        options=_options(request.options, format),
        timezone=account.timezone,
        conversion_goal=account.conversion_goal,
        generated_at=clock.now(),
    )


def _read(given: Mapping[str, Any]) -> Request:
    try:
        return Request.model_validate(dict(given))
    except ValidationError as error:
        raise Invalid(
            {".".join(str(p) for p in e["loc"]) or "body": f"{e['msg']}." for e in error.errors()}
        ) from None


def _check_ids(request: Request) -> None:
    if not request.ids:
        raise Invalid({"ids": "a selection needs at least one id; it never means everything."})
    if len(request.ids) > MOST_IDS:
        raise Invalid({"ids": f"are more than {MOST_IDS:,}; export by filter instead."})


def _options(given: Options, format: Format) -> Options:
    """Those that the format takes; the others are as if they had not been given."""
    return Options(**given.model_dump(include=set(format.options)))


def _columns(asked: list[str] | None, columns: list[Column]) -> tuple[str, ...]:
    known = [column.key for column in columns]
    if asked is None:
        return tuple(known)
    unknown = [key for key in asked if key not in known]
    if unknown:
        raise Invalid(
            {"columns": f"there is no {', '.join(unknown)[:200]}; there are {', '.join(known)}."}
        )
    for column in columns:
        if column.locked and column.key not in asked:
            raise Invalid({"columns": f"{column.key} cannot be left out."})
    return tuple(key for key in known if key in asked)
