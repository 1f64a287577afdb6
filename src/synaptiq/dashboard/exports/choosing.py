"""What a person chooses in an export dialog: read from its form, and as the request that it makes.

Of datasets it knows where their dialogs are, nothing else. The filter travels as the query of the
list that the dialog was opened from; a selection stays on the server and is given by its caller.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from synaptiq.accounts.models import Account
from synaptiq.accounts.queries import context_of
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.components.filtering import Filtering
from synaptiq.exports import queries, redaction
from synaptiq.exports import spec as specs
from synaptiq.exports.columns import OBJECTS, Column
from synaptiq.exports.datasets import ALL, DATASETS, RECKONED
from synaptiq.exports.formats import FORMATS, formats_of, held_by
from synaptiq.exports.models import Export
from synaptiq.exports.queries import Preview
from synaptiq.exports.spec import ExportSpec
from synaptiq.kit.errors import Invalid
from synaptiq.kit.ids import digest

# Where each dataset's dialog is.
DIALOGS = {
    "leads": "leads:export", "conversations": "conversations:export",
    "analytics": "analytics:export",
}  # fmt: skip
# Where the dialog of a single row is, of a dataset whose list has no ticks.
OF_ONE = {"conversations": "conversations:transcript"}
DELIMITERS = {"comma": "Comma", "semicolon": "Semicolon", "tab": "Tab"}
DIALECTS = {
    "default": "Safe for spreadsheets",
    "raw": "Raw: exactly as stored",
}


@dataclass(frozen=True)
class Chosen:
    """The dialog's state. `columns` None: all of them. `token` makes a double click one run,
    `asked` is which selection the dialog was opened with."""

    dataset: str
    filters: Filtering
    scope: str
    ids: Sequence[str]
    format: str
    columns: list[str] | None
    bom: bool
    delimiter: str
    dialect: str
    headings: bool
    token: str
    asked: str

    @property
    def selection(self) -> str:
        """Which selection it is, for the form to send along as `asked`."""
        return digest(self.ids)

    @property
    def moved(self) -> bool:
        """Whether a selection is wanted that is not the one the dialog was opened with: another
        tab may have ticked more."""
        return self.scope == "selection" and self.asked != self.selection

    def request(self) -> dict[str, Any]:
        """As `exports.actions.request` takes it. Raises Invalid where a filter cannot be read."""
        if self.filters.errors and self.scope == "filter":
            raise Invalid(self.filters.errors, code="invalid_filter")
        return {
            "dataset": self.dataset,
            "format": self.format,
            "scope": self.scope,
            "ids": list(self.ids) if self.scope == "selection" else [],
            "filter": self.filters.declared.to_json(self.filters.values)
            if self.scope == "filter"
            else {},
            "columns": self._held(),
            "options": {
                "bom": self.bom,
                "delimiter": self.delimiter,
                "dialect": self.dialect,
                "headings": self.headings,
            },
        }

    def _held(self) -> list[str] | None:
        """The columns, without those that are ticked but that this format cannot hold."""
        format = FORMATS.get((self.dataset, self.format))
        if self.columns is None or format is None:
            return self.columns
        columns = DATASETS[self.dataset].columns()
        flat = {column.key for column in columns} - {c.key for c in held_by(format, columns)}
        return [key for key in self.columns if key not in flat]

    def idempotency_key(self) -> str:
        """One for each choice made in one opened dialog: going back and choosing anew is new."""
        digest = hashlib.sha256(json.dumps(self.request(), sort_keys=True).encode()).hexdigest()
        return f"dialog:{self.token}:{digest[:32]}"


@dataclass(frozen=True)
class Shown:
    """What the dialog shows of a choice: a preview, or why there is none."""

    preview: Preview | None
    error: str = ""


def read(dataset: str, params: QueryDict, selected: Sequence[str]) -> Chosen:
    """The dialog's form; before it was sent once, the defaults, with a selection winning."""
    sent = "sent" in params
    scope = params.get("what", "selection" if selected else "filter")
    choose = params.get("which") == "choose"
    token = params.get("token", "")
    locked = [column.key for column in DATASETS[dataset].columns() if column.locked]
    return Chosen(
        dataset=dataset,
        filters=filtering.read(DATASETS[dataset].filters, QueryDict(params.get("filter", ""))),
        scope=scope,
        ids=selected,
        format=params.get("format", formats_of(dataset)[0]),
        columns=[*locked, *params.getlist("column")] if choose else None,
        bom="bom" in params or not sent,
        delimiter=params.get("delimiter", "comma"),
        dialect=params.get("dialect", "default"),
        headings="headings" in params,
        asked=params.get("asked", ""),
        token=token if is_token(token) else secrets.token_urlsafe(18),
    )


def is_token(text: str) -> bool:
    """Whether a form sent what makes a double click one run."""
    return bool(re.fullmatch(r"[\w-]{1,64}", text, re.ASCII))


def again(export: Export) -> str:
    """The dialog's address with the choices of an earlier run; a selection is the present one."""
    spec = ExportSpec.model_validate(export.spec)
    if spec.dataset in OF_ONE and len(spec.ids) == 1:
        return reverse(OF_ONE[spec.dataset], args=spec.ids)
    declared = ALL[spec.dataset].filters
    choices = [
        ("sent", "1"), ("what", spec.scope), ("format", spec.format), ("which", "choose"),
        ("filter", urlencode(declared.to_query(declared.from_json(spec.filter)))),
        *(("column", key) for key in spec.columns),
        ("delimiter", spec.options.delimiter), ("dialect", spec.options.dialect),
    ]  # fmt: skip
    if spec.dataset in RECKONED:
        choices.append(("paper", spec.options.paper))
        choices += [("top_leads", "1")] if spec.options.top_leads else []
    if spec.options.bom:
        choices.append(("bom", "1"))
    if spec.options.headings:
        choices.append(("headings", "1"))
    return f"{reverse(DIALOGS[spec.dataset])}?{urlencode(choices)}"


def show(account: Account, chosen: Chosen) -> Shown:
    """The preview of a choice, or the sentence of what is wrong with it."""
    try:
        return Shown(queries.preview(specs.make(account, chosen.request())))
    except Invalid as invalid:
        return Shown(None, invalid.detail)


def form(account: Account, chosen: Chosen) -> dict[str, Any]:
    """The context of the dialog's form."""
    shown = show(account, chosen)
    columns = DATASETS[chosen.dataset].columns()
    restricted = redaction.restricted_fields(chosen.dataset)
    whats = [("filter", f"{_matching(account, chosen, shown):,} that match")]
    if chosen.ids:
        whats.append(("selection", f"{len(chosen.ids):,} selected"))
    return {
        "chosen": chosen,
        "shown": shown,
        "whats": whats,
        "sentence": _first_upper(chosen.filters.sentence),
        "formats": [
            (key, FORMATS[chosen.dataset, key].label) for key in formats_of(chosen.dataset)
        ],
        "columns": [_column(c, chosen, restricted) for c in columns],
        "personal": sum(c.personal for c in columns),
        "all_columns": _all_said(columns),
        "has_headings": any(
            "headings" in FORMATS[chosen.dataset, key].options for key in formats_of(chosen.dataset)
        ),
        "delimiters": list(DELIMITERS.items()),
        "dialects": list(DIALECTS.items()),
    }


def _all_said(columns: Sequence[Column]) -> str:
    """How many there are, where each format holds them all."""
    return "All" if any(c.kind == OBJECTS for c in columns) else f"All {len(columns)}"


def _matching(account: Account, chosen: Chosen, shown: Shown) -> int:
    """How many rows the filter chooses; counted once, for a count reads them all."""
    if chosen.filters.errors:
        return 0
    if shown.preview and chosen.scope == "filter":
        return shown.preview.rows
    dataset = DATASETS[chosen.dataset]
    return dataset.chosen(chosen.filters.values, context_of(account)).count()


def _column(column: Column, chosen: Chosen, restricted: frozenset[str]) -> dict[str, Any]:
    return {
        "key": column.key,
        "on": chosen.columns is None or column.key in chosen.columns,
        "locked": column.locked,
        "nested": column.kind == OBJECTS,
        "personal": column.personal,
        "restricted": column.key in restricted and not column.locked,
    }


def _first_upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
