"""Which column of a file becomes which field of a lead: proposed by name and by values, then chosen
by a person, and kept with the import.

A target is a field of `values.FIELDS`, `assigned_to`, `id` (to find a lead of our own export again;
never written), `custom.<slug>` of a property that is there, `new.<slug>` of one to be defined, or
nothing: the column is left out, and `why` says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import Any

from pydantic import BaseModel

from synaptiq.kit import ids
from synaptiq.kit.errors import Invalid
from synaptiq.leads import values
from synaptiq.leads.imports import cells
from synaptiq.leads.imports.profile import Column, Profile
from synaptiq.leads.models import CUSTOM, PROPERTY_TYPES, CustomProperty

NEW = "new."
FIELDS: dict[str, str] = {
    "id": "Lead id (to find it again)",
    "external_id": "External id",
    "email": "Email",
    "name": "Name",
    "phone": "Phone",
    "company": "Company",
    "status": "Status",
    "score": "Score",
    "source_url": "Source URL",
    "tags": "Tags",
    "assigned_to": "Assigned to",
}
# Several columns may make one name; every other field has one column.
JOINED = {"name"}
# What our own files say and no import writes.
OURS = {
    "created_at": "when a lead was made is the database's to say",
    "last_activity_at": "when something last happened to a lead is the database's to say",
    "import_reason": "it says why a row was rejected before",
    "import_row": "it says which row was rejected before",
}
# Why columns without any value are left out.
EMPTY = ("it holds nothing", "it has no name and holds nothing")
# Names that columns have elsewhere, as `_plain` writes them.
_NAMES: dict[str, str] = {
    **dict.fromkeys(("email", "e mail", "mail", "email address", "e mail address", "work email",
                     "contact email", "primary email"), "email"),
    **dict.fromkeys(("name", "full name", "lead name", "contact name", "contact", "first name",
                     "firstname", "given name", "last name", "lastname", "surname",
                     "family name"), "name"),
    **dict.fromkeys(("phone", "phone number", "telephone", "tel", "mobile", "mobile phone",
                     "mobile number", "work phone", "cell phone"), "phone"),
    **dict.fromkeys(("company", "company name", "organization", "organisation",
                     "organization name", "account name", "employer"), "company"),
    **dict.fromkeys(("external id", "externalid", "prospect id", "record id", "contact id",
                     "lead id", "crm id", "customer id", "id"), "external_id"),
    **dict.fromkeys(("source url", "url", "landing page", "page url", "first page seen"),
                    "source_url"),
    **dict.fromkeys(("status", "lead status"), "status"),
    **dict.fromkeys(("score", "lead score"), "score"),
    **dict.fromkeys(("tags", "tag", "labels"), "tags"),
    **dict.fromkeys(("assigned to", "owner", "lead owner", "contact owner", "owner email"),
                    "assigned_to"),
}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
# A number, perhaps with what people write before and behind one.
_PHONE = re.compile(r"[^A-Za-z@]*[0-9][^@]*")
_OUR_ID = re.compile("lead_" + ids.BODY)


class Mapped(BaseModel, frozen=True):
    """One column. `label`, `type` and `choices` are of a property to be defined; `slug` is free for
    one, whatever the column becomes."""

    header: str
    to: str = ""
    why: str = ""
    label: str = ""
    type: str = "text"
    choices: tuple[str, ...] = ()
    slug: str = ""
    # Words that may stand for nothing, and how often they occur.
    offered: dict[str, int] = {}


Chosen = tuple[Mapped, ...]


def propose(
    profile: Profile,
    properties: Sequence[CustomProperty],
    *,
    taken: frozenset[str] = frozenset(),
    room: int,
    may_define: bool = True,
) -> Chosen:
    """A target for every column.

    `properties` are the living ones, `taken` slugs that no new one may have, `room` how many more
    the account may define.
    """
    by_name = {p.slug: p for p in properties} | {_plain(p.label): p for p in properties}
    used: set[str] = set()
    made: list[Mapped] = []
    ours = any(c.header == "id" and c.most_are(_OUR_ID) for c in profile.columns)
    for number, column in enumerate(profile.columns, 1):
        one = _one(column, number, profile, by_name, used, taken, ours)
        if one.to.startswith(NEW):
            if not may_define:
                one = _without(one, "only an Owner or Admin can define a custom property for it")
            elif room <= 0:
                one = _without(one, "the account has no room for another custom property")
            room -= one.to != ""
        if one.to not in JOINED:
            used.add(one.to)
        made.append(one)
    # After those that are proposed as properties, so that these have the plain slugs.
    held = {*taken, *(p.slug for p in properties)}
    held |= {one.to.removeprefix(NEW) for one in made if one.to.startswith(NEW)}
    for at, one in enumerate(made):
        slug = one.to.removeprefix(NEW)
        if slug == one.to:
            slug = _slug(one.header, at + 1, held)
            held.add(slug)
        made[at] = one.model_copy(update={"slug": slug})
    return tuple(made)


def settle(
    proposed: Chosen, given: Mapping[int, str], properties: Sequence[CustomProperty]
) -> Chosen:
    """The proposal with what a form says, all at once: number of a column → target, "" to leave it
    out. That two columns take one field is for `check` to refuse. Raises Invalid."""
    chosen, wrong = list(proposed), dict[str, str]()
    slugs = {p.slug for p in properties}
    for number, to in given.items():
        column = chosen[number - 1]
        if to == column.to:
            continue
        try:
            chosen[number - 1] = (
                _defined(column, _target(to, slugs)) if to else _without(column, "you left it out")
            )
        except ValueError as error:
            wrong[to] = str(error)
    if wrong:
        raise Invalid(wrong)
    return tuple(chosen)


def choose(
    proposed: Chosen, given: Mapping[str, str], properties: Sequence[CustomProperty]
) -> Chosen:
    """The proposal with what a person says instead: target → column, by name or by number (`#3`).

    A target is as above, the bare slug of a property, or `-` for columns that are left out
    (comma-separated). `new.<slug>:<type>` says of which type a new property is. Raises Invalid.
    """
    chosen = list(proposed)
    slugs = {p.slug for p in properties}
    wrong: dict[str, str] = {}
    for target, column in given.items():
        try:
            if target == "-":
                for name in column.split(","):
                    at = _find(chosen, name)
                    chosen[at] = _without(chosen[at], "you left it out")
                continue
            to, _, type = target.strip().partition(":")
            to, at = _target(to, slugs), _find(chosen, column)
            update = {"type": _type(chosen[at], to, type)} if type else {}
        except ValueError as error:
            wrong[target] = str(error)
            continue
        if to not in JOINED:
            chosen = [_without(c, "another column was chosen") if c.to == to else c for c in chosen]
        chosen[at] = _defined(chosen[at], to).model_copy(update=update)
    if wrong:
        raise Invalid(wrong)
    return tuple(chosen)


def check(
    chosen: Chosen,
    properties: Sequence[CustomProperty],
    *,
    taken: frozenset[str] = frozenset(),
    room: int,
) -> None:
    """Raise Invalid where a mapping cannot be carried out; the arguments as of `propose`."""
    slugs, wrong = {p.slug for p in properties}, dict[str, str]()
    targets = [c.to for c in chosen if c.to and c.to not in JOINED]
    for column in chosen:
        to = column.to
        try:
            if to.startswith(NEW):
                _check_new(column, taken | slugs)
            elif to.startswith(CUSTOM):
                if to.removeprefix(CUSTOM) not in slugs:
                    raise ValueError("is no custom property of this account.")
            elif to and to not in FIELDS:
                raise ValueError(f"is no field of a lead; there are {', '.join(FIELDS)}.")
            if to and targets.count(to) > 1:
                raise ValueError("has two columns; choose one.")
        except ValueError as error:
            wrong[to] = str(error)
    if wrong:
        raise Invalid(wrong)
    new = sum(to.startswith(NEW) for to in targets)
    if new > max(room, 0):
        raise Invalid(
            {"mapping": f"defines {new} custom properties; the account has room for {room} more."}
        )
    if not {"id", *cells.REACHES} & {c.to for c in chosen}:
        raise Invalid(
            {"mapping": "no column becomes an email, a phone number, a name or an external id."}
        )


def _check_new(column: Mapped, taken: Set[str]) -> None:
    """Raise ValueError where the property could not be defined."""
    slug = values.slug(column.to.removeprefix(NEW))
    if slug in taken:
        raise ValueError("is the slug of a custom property that is there already, or was.")
    if column.type not in PROPERTY_TYPES:
        raise ValueError(f"is of none of the types {', '.join(PROPERTY_TYPES)}.")
    values.label(column.label or slug)
    if column.type == "choice" and not values.choices(column.choices):
        raise ValueError("is a choice and has no choices.")


def _one(
    column: Column, number: int, profile: Profile, by_name: Mapping[str, CustomProperty],
    used: set[str], taken: frozenset[str], ours: bool,
) -> Mapped:  # fmt: skip
    header, name = column.header, _plain(column.header)
    offered = dict(sorted(column.placeholders.items(), key=lambda item: (-item[1], item[0])))
    base = Mapped(header=header, offered=offered)
    if not column.filled and profile.whole:
        return _without(base, EMPTY[not header])
    if header in OURS:
        return _without(base, OURS[header])
    if ours and header in FIELDS and header not in used:
        # An export of ours: its names are what they say, whatever the values look like.
        return base.model_copy(update={"to": header})
    field = _NAMES.get(name) or _by_values(column)
    if field and field not in used and _fits(field, column):
        why = _doubt(column, profile, cells.FIELDS.get(field))
        return base.model_copy(update={"to": field, "why": why})
    known, why = by_name.get(header.removeprefix("custom_")) or by_name.get(name), ""
    if known and CUSTOM + known.slug not in used:
        check = cells.check_of_property(known)
        if column.misfits(check).total() * 2 <= column.known:
            why = _doubt(column, profile, check)
            return base.model_copy(update={"to": CUSTOM + known.slug, "why": why})
        why = f"most values do not fit the property “{known.label}” that is there ({known.type})"
    elif field and field not in used:
        why = f"its values do not fit the field “{FIELDS[field]}” as they are"
    type, choices = column.type(whole=profile.whole)
    slug = _slug(header, number, taken | {u.removeprefix(NEW) for u in used} | {
        p.slug for p in by_name.values()
    })  # fmt: skip
    label = " ".join(header.split())[: values.LONGEST_LABEL] or f"Column {number}"
    if header.startswith("custom_") and header == f"custom_{slug}":
        label = slug.replace("_", " ").capitalize()
    return base.model_copy(
        update={
            "to": NEW + slug, "label": label, "type": type, "choices": tuple(choices), "why": why,
        }
    )  # fmt: skip


def _by_values(column: Column) -> str | None:
    """A field whose values tell it, under whatever name."""
    return "email" if column.most_are(_EMAIL) else None


def _fits(field: str, column: Column) -> bool:
    """Whether the values are what the name promises; a field that takes no other text is not
    proposed for a column whose rows would all be rejected."""
    if field in {"email", "assigned_to"}:
        return column.most_are(_EMAIL)
    if field == "source_url":
        return column.most_are(_URL)
    if field == "phone":
        return column.most_are(_PHONE)
    if field == "external_id":
        return not column.repeated
    if field in {"status", "score"}:
        return _few(column.misfits(cells.FIELDS[field]), column)
    if field == "tags":
        # What would be written otherwise is no tag, be it a single one: nobody would be told.
        refused = column.misfits(cells.FIELDS[field])
        return column.misfits(_same_tags) == refused and _few(refused, column)
    return True


def _few(misfits: Counter[str], column: Column) -> bool:
    """Whether a row, or one of ten, and less than half of them do not fit."""
    wrong = misfits.total()
    return wrong * 2 < column.known and wrong <= max(1, column.known // 10)


def _doubt(column: Column, profile: Profile, check: cells.Check | None) -> str:
    """What becomes of the rows whose value does not pass, if there are any."""
    misfits = column.misfits(check) if check else Counter[str]()
    if not misfits:
        return ""
    rows = misfits.total()
    least = "" if profile.whole and not column.many else "at least "
    words = " ".join(misfits.most_common(1)[0][0].split())[:40]
    # A broken character is perhaps what does not fit; it can neither be shown nor stored.
    example = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
    fit = "row does" if rows == 1 else "rows do"
    return f"{least}{rows:,} {fit} not fit and will be rejected, such as “{example}”"


def _same_tags(value: str) -> None:
    """Raise where tags made of this text would not be the text again (blanks, twice the same)."""
    if ",".join(cells.FIELDS["tags"](value)) != value:
        raise ValueError


def _without(column: Mapped, why: str) -> Mapped:
    return Mapped(header=column.header, offered=column.offered, slug=column.slug, why=why)


def _defined(column: Mapped, to: str) -> Mapped:
    """The column with this target; of a new property the type that was proposed stays."""
    kept = {"label": column.label, "type": column.type, "choices": column.choices}
    label = column.label or " ".join(column.header.split())[: values.LONGEST_LABEL]
    kept["label"] = label or to.removeprefix(NEW)
    update: dict[str, Any] = {"to": to, "why": ""}
    return _without(column, "").model_copy(update=update | (kept if to.startswith(NEW) else {}))


def _target(to: str, slugs: set[str]) -> str:
    if to in FIELDS or to.startswith(NEW):
        return to
    slug = to.removeprefix(CUSTOM) if to.startswith(CUSTOM) else to.removeprefix("custom_")
    if slug in slugs:
        return CUSTOM + slug
    raise ValueError(
        f"is no field and no custom property; there are {', '.join([*FIELDS, *sorted(slugs)])}, "
        "and new.<slug> defines one."
    )


def _type(column: Mapped, to: str, type: str) -> str:
    if not to.startswith(NEW):
        raise ValueError("has a type already; only new.<slug> takes one.")
    if type == "choice" and not column.choices:
        raise ValueError("cannot be a choice: the column holds too many different values.")
    return values.property_type(type)


def _find(columns: Sequence[Mapped], given: str) -> int:
    name = given.strip()
    if re.fullmatch(r"#[0-9]{1,5}", name) and 0 < int(name[1:]) <= len(columns):
        return int(name[1:]) - 1
    for same in (lambda c: c.header == name, lambda c: _plain(c.header) == _plain(name)):
        found = [at for at, column in enumerate(columns) if same(column)]
        if len(found) > 1:
            raise ValueError(f"is given the column “{name}”, of which there are {len(found)}; "
                             f"write #{found[0] + 1} or #{found[1] + 1}.")  # fmt: skip
        if found:
            return found[0]
    raise ValueError(f"is given the column “{name}”, which is not in the file.")


def _plain(name: str) -> str:
    """Small letters and digits, with one blank between words."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", spaced.casefold()).split())


def _slug(header: str, number: int, taken: set[str] | frozenset[str]) -> str:
    """A free slug: what ASCII knows of the name, else the column's number."""
    bare = header.removeprefix("custom_")
    if not values.SLUG.fullmatch(bare):
        decomposed = unicodedata.normalize("NFKD", _plain(bare))
        bare = re.sub(r"[^a-z0-9]+", "_", decomposed.encode("ascii", "ignore").decode())
        bare = bare.strip("_")
        bare = bare if bare[:1].isalpha() else f"column_{bare or number}"
    slug, n = bare[:63].rstrip("_"), 1
    while slug in taken:
        n += 1
        slug = f"{bare[: 62 - len(str(n))].rstrip('_')}_{n}"
    return slug
