"""Importing a file: giving it, saying which column is what, trying, and watching it come in.

One address for each file: before its start it is a form, afterwards how far it is. All of it works
without script; with script the progress comes by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import wording
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit import clock, ranges
from synaptiq.kit.errors import Conflict, Invalid, Refusal
from synaptiq.leads import actions, queries
from synaptiq.leads.actions.imports import Look
from synaptiq.leads.imports.mapping import FIELDS, NEW, Chosen, Mapped
from synaptiq.leads.imports.plan import RULES
from synaptiq.leads.models import CUSTOM, PROPERTY_TYPES, Batch, CustomProperty, Import

# The form offers a choice for so many columns; what stands further right is taken as proposed.
MOST_COLUMNS = 300
DELIMITERS = {"comma": "Comma", "semicolon": "Semicolon", "tab": "Tab", "pipe": "Bar |"}
ENCODINGS = (
    "utf-8", "utf-16", "cp1252", "iso8859-1", "iso8859-15", "cp1250", "cp1251", "shift_jis",
    "euc_jp", "gb18030", "big5", "euc_kr",
)  # fmt: skip
# The forms of the files that a session looked at last, by the file's id.
SESSION = "import_forms"
MOST_REMEMBERED = 5
CHOICES = ("encoding", "delimiter", "header", "match", "blank", "do")
LONGEST_FORM = 100_000
_NAME = re.compile(r"to\.(\d{1,5})", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "import.requested")
def give(request: SignedIn) -> HttpResponse:
    """Where a file is given; the files that were before."""
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None or isinstance(upload, list):
                raise Invalid({"file": "choose a CSV file first."})
            given = actions.give_import(request.actor, upload.file, upload.name or "")  # type: ignore[arg-type]
        except Refusal as refusal:
            error = " ".join(refusal.by_field().values())
        else:
            return HttpResponseRedirect(reverse("leads:import_file", args=[given.public_id]))
    imports = queries.imports(20)
    undos = queries.undoing([one.batch_id for one in imports if one.batch_id])
    rows = [(one, _state(one, undos.get(one.batch_id or 0))) for one in imports]
    context = {"error": error, "imports": rows}
    status = 422 if error else 200
    return render(request, "dashboard/leads/import.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "import.requested")
def file(request: SignedIn, public_id: str) -> HttpResponse:
    """A file that was given: what was found in it and what shall become of it; or its run.

    Looking and trying write nothing: what was chosen is kept in the session, and the page that
    follows does it. So Back, Forward and Reload show it again, without a question.
    """
    given = queries.imported(public_id)
    if given.batch_id is not None:
        return _run(request, given)
    form = request.POST if request.method == "POST" else _remembered(request, public_id)
    do = form.get("do", "")
    if request.method == "POST" and do != "start":
        _remember(request, public_id)
        return HttpResponseRedirect(reverse("leads:import_file", args=[public_id]))
    options: dict[str, Any] = {"match": form.get("match", "fill"), "blanks": form.getlist("blank")}
    errors: dict[str, str] = {}
    tried = None
    look = _look(request, public_id, form, options["blanks"], errors)
    columns = look.columns
    if do in {"try", "start"} and not errors:
        try:
            columns = _chosen(request, columns, form)
            if do == "start":
                actions.start_import(
                    request.actor, public_id, columns, options, dialect=look.dialect
                )
                return HttpResponseRedirect(reverse("leads:import_file", args=[public_id]))
            tried = actions.try_import(
                request.actor, public_id, columns, options, dialect=look.dialect
            )
        except Refusal as refusal:
            errors = refusal.by_field()
    context = {
        "given": given,
        "dialect": look.dialect,
        "encodings": _with(look.dialect.encoding, look.dialect.also, *ENCODINGS),
        "delimiters": list(DELIMITERS.items()),
        "rows": _rows(columns, look),
        "more": max(len(columns) - MOST_COLUMNS, 0),
        "offered": _offered(columns),
        "blanks": set(options["blanks"]),
        "rules": list(RULES.items()),
        "match": options["match"],
        "errors": [wording.sentence(text, _label(name)) for name, text in errors.items()],
        "tried": tried,
        "about": look.rows if look.whole else max(given.lines - int(look.dialect.header), 0),
        "look": look,
        "again": actions.count_never_found_again(
            request.actor, public_id, columns, look.dialect, options["blanks"]
        ),
    }
    status = 422 if errors else 200
    return render(request, "dashboard/leads/import_file.html", context, status=status)


@require_POST
@needs(Permission.EDIT, "import.finished")
def cancel(request: SignedIn, public_id: str) -> HttpResponse:
    """Stop an import. What came in so far stays, and can be undone."""
    actions.cancel_import(request.actor, public_id)
    return HttpResponseRedirect(reverse("leads:import_file", args=[public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "leads.changed")
def undo(request: SignedIn, public_id: str) -> HttpResponse:
    """The question what the undo of an import will do to how many; posted, the undo."""
    given = queries.imported(public_id)
    there = reverse("leads:import_file", args=[public_id])
    if given.batch is None:
        raise Conflict("This file was not brought in, so there is nothing to undo.")
    if request.method == "POST":
        actions.undo_batch(request.actor, given.batch.public_id)
        return HttpResponseRedirect(there)
    if queries.undoing([given.batch.pk]):
        # Somebody else was quicker: the page says who.
        return HttpResponseClientRedirect(there) if request.htmx else HttpResponseRedirect(there)
    deleted, stay = queries.undo_of(given)
    context = {"given": given, "deleted": deleted, "stay": stay, "back": there}
    kind = "_dialog" if request.htmx else ""
    return render(request, f"dashboard/leads/import_undo{kind}.html", context)


@require_POST
@needs(Permission.EDIT, "import.requested")
def discard(request: SignedIn, public_id: str) -> HttpResponse:
    """Throw a file away that was not brought in."""
    actions.discard_import(request.actor, public_id)
    return HttpResponseRedirect(reverse("leads:import"))


@require_safe
@needs(Permission.EDIT, "import.rejected_read")
def rejected(request: SignedIn, public_id: str) -> HttpResponseBase:
    """The rows that could not be taken, each with its reason, as a CSV."""
    stored, size = actions.open_rejected(request.actor, public_id)
    # Rows are only added to it, so its length says which it is.
    return ranges.respond(
        stored, ranges.Asked.by(request), size=size, etag=f"{public_id}.{size}",
        media_type="text/csv; charset=utf-8",
        file_name=f"rejected {queries.imported(public_id).file_name}",
    )  # fmt: skip


def _run(request: SignedIn, given: Import) -> HttpResponse:
    undo = queries.undoing([given.batch_id or 0]).get(given.batch_id or 0)
    context = {
        "given": given,
        "batch": given.batch,
        "undo": undo,
        "may_undo": undo is None and _can_be_undone(given),
        "state": _state(given, undo),
        "may_edit": True,
    }
    template = "import_progress" if request.htmx else "import_run"
    answer = render(request, f"dashboard/leads/{template}.html", context)
    if request.htmx and given.batch and given.batch.ended_at and (undo is None or undo.ended_at):
        # The whole page: also its head says how it ended.
        answer["HX-Refresh"] = "true"
    return answer


def _remember(request: SignedIn, public_id: str) -> None:
    """Keep the form that was sent for the page that follows."""
    chosen = request.POST.copy()
    for name in [n for n in chosen if n not in CHOICES and not _NAME.fullmatch(n)]:
        del chosen[name]
    text = chosen.urlencode()
    if len(text) > LONGEST_FORM:
        raise Invalid({"": "These are more choices than the form offers."})
    kept = request.session.get(SESSION, {})
    kept.pop(public_id, None)
    request.session[SESSION] = dict([*kept.items(), (public_id, text)][-MOST_REMEMBERED:])


def _remembered(request: SignedIn, public_id: str) -> QueryDict:
    """The form that this session sent last for a file; empty, where it sent none."""
    return QueryDict(request.session.get(SESSION, {}).get(public_id, ""))


def _state(given: Import, undo: Batch | None) -> str:
    """How far a file is, in a word or two for its badge."""
    if undo is not None:
        return "Undone" if undo.ended_at else "Being undone"
    return given.batch.get_state_display() if given.batch else "Not brought in"


def _can_be_undone(given: Import) -> bool:
    """Whether something came in, not longer ago than an undo reaches."""
    ended = given.batch.ended_at if given.batch else None
    came = given.created or given.changed
    return bool(came and ended and ended > clock.now() - queries.UNDO_TIME)


def _look(
    request: SignedIn, public_id: str, form: Mapping[str, str], blanks: list[str],
    errors: dict[str, str],
) -> Look:  # fmt: skip
    """What is in the file, as a person says it is written; as found, where that cannot be."""
    if "encoding" not in form:
        return actions.look_at_import(request.actor, public_id)
    try:
        return actions.look_at_import(
            request.actor, public_id, encoding=form["encoding"],
            delimiter=form.get("delimiter") or None, header="header" in form, blanks=blanks,
        )  # fmt: skip
    except Invalid as invalid:
        errors |= invalid.by_field()
        return actions.look_at_import(request.actor, public_id)


def _chosen(request: SignedIn, columns: Chosen, form: Mapping[str, str]) -> Chosen:
    """The proposal with each column's own choice."""
    numbers = {int(found[1]): form[found[0]] for found in map(_NAME.fullmatch, form) if found}
    known = {number: to for number, to in numbers.items() if 0 < number <= len(columns)}
    return actions.settle_columns(request.actor, columns, known)


def _label(name: str) -> str:
    """What the form calls that of which a refusal speaks."""
    slug = name.removeprefix(NEW).removeprefix(CUSTOM)
    return FIELDS.get(name) or (f"“{slug}”" if slug != name else name.capitalize())


def _rows(columns: Chosen, look: Look) -> list[dict[str, Any]]:
    """One line of the form for each column: its name, some values, and the targets to choose."""
    properties = queries.custom_properties()
    return [
        {
            "number": number,
            "column": column,
            "values": [row[number - 1] for row in look.sample if row[number - 1 : number]][:3],
            "targets": _targets(column, number, properties),
        }
        for number, column in enumerate(columns[:MOST_COLUMNS], 1)
    ]


def _targets(
    column: Mapped, number: int, properties: list[CustomProperty]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column can become, in groups, `(label, [(value, words)])`."""
    new = column.to if column.to.startswith(NEW) else NEW + column.slug
    kind = PROPERTY_TYPES[column.type].lower()
    label = column.label or column.header or f"Column {number}"
    groups = [
        ("", [("", "Leave out")]),
        ("Fields", list(FIELDS.items())),
        ("Custom properties", [(CUSTOM + p.slug, p.label) for p in properties]),
        ("New", [(new, f"New property “{label[:60]}” ({kind})")]),
    ]
    return [group for group in groups if group[1]]


def _offered(columns: Chosen) -> list[tuple[str, int]]:
    """Words that may stand for nothing, and in how many cells they are."""
    words: Counter[str] = Counter()
    for column in columns:
        words.update(column.offered)
    return words.most_common(12)


def _with(*encodings: str) -> list[str]:
    """Each once, in this order."""
    return [one for one in dict.fromkeys(encodings) if one]
