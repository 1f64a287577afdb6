"""Columns find their fields, by name and by values; what is unsure is said, and can be chosen."""

from __future__ import annotations

import io
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.kit.errors import Invalid
from synaptiq.leads import actions
from synaptiq.leads.actions import imports
from synaptiq.leads.imports import mapping, reading
from synaptiq.leads.imports.mapping import Chosen
from synaptiq.leads.imports.profile import profile
from synaptiq.leads.models import CustomProperty, Import
from tests.leads.imports.bringing import bring, counts, give, look


def proposed(text: str, *properties: CustomProperty, room: int = 500, most: int = 1000) -> Chosen:
    file = io.BytesIO(text.encode())
    dialect = reading.find(file)
    with reading.opened(file, dialect) as rows:
        names = next(rows) if dialect.header else None
        seen = profile(rows, names, most=most)
    return mapping.propose(seen, properties, room=room)


def targets(text: str, *properties: CustomProperty, **given: Any) -> list[str]:
    return [column.to for column in proposed(text, *properties, **given)]


def test_names_of_the_field_are_known_in_many_spellings() -> None:
    text = (
        "E-Mail Address,First Name,LastName,Phone_Number,Organisation,Prospect ID,Owner,Tags\n"
        "a@acme.com,Jane,Smith,+1 415 555 0123,Acme,7,alex@acme.com,x y\n"
    )
    assert targets(text) == [
        "email", "name", "name", "phone", "company", "external_id", "assigned_to", "tags",
    ]  # fmt: skip


def test_a_name_counts_only_where_the_values_fit_it() -> None:
    text = (
        'email,status,score,url,tags,id\nhello,hot,200,acme,"' + "x" * 61 + '",1\nyou,b,c,d,e,1\n'
    )
    assert targets(text) == [
        "new.email", "new.status", "new.score", "new.url", "new.tags", "new.id",
    ]  # fmt: skip


def test_tags_are_proposed_where_they_stay_as_they_are() -> None:
    assert targets('email,Tags\na@acme.com,"a,b c"\n')[1] == "tags"
    for changed in ('"a, b"', "a  b", '"a,a"'):
        assert targets(f"email,Tags\na@acme.com,{changed}\n")[1] == "new.tags"


def test_one_cell_that_does_not_fit_costs_its_row_and_not_the_field() -> None:
    rows = "".join(f"{n}@acme.com,won,{n},a\n" for n in range(20))
    long = "x" * 61
    columns = proposed(f"email,Status,Score,Tags\n{rows}z@acme.com,hot,hot,{long}\n")
    assert [c.to for c in columns] == ["email", "status", "score", "tags"]
    assert [c.why[:60] for c in columns] == [
        "",
        "1 row does not fit and will be rejected, such as “hot”",
        "1 row does not fit and will be rejected, such as “hot”",
        "1 row does not fit and will be rejected, such as “xxxxxxxxxx",
    ]
    few = proposed("email,Status\na@acme.com,won\nb@acme.com,hot\n")[1]
    assert (few.to, few.why) == (
        "new.status",
        "its values do not fit the field “Status” as they are",
    )


def test_a_property_that_is_there_is_proposed_only_where_most_values_fit() -> None:
    plan = CustomProperty(slug="plan", label="Plan", type="choice", choices=["Starter", "Growth"])
    column = proposed("email,Plan\na@acme.com,pro\nb@acme.com,Select\n", plan)[1]
    assert (column.to, column.why) == (
        "new.plan_2", "most values do not fit the property “Plan” that is there (choice)",
    )  # fmt: skip
    text = "email,Plan\na@acme.com,Starter\nb@acme.com,Growth\nc@acme.com,pro\n"
    column = proposed(text, plan)[1]
    assert (column.to, column.why) == (
        "custom.plan", "1 row does not fit and will be rejected, such as “pro”",
    )  # fmt: skip


def test_values_alone_tell_an_email() -> None:
    assert targets("Reach,Who\na@acme.com,Jane\nb@acme.com,Omar\n") == ["email", "new.who"]


def test_a_file_without_names_is_mapped_by_its_values() -> None:
    columns = proposed("a@acme.com,12,Jane\nb@acme.com,13,Omar\n")
    assert [(c.to, c.label, c.type) for c in columns] == [
        ("email", "", "text"),
        ("new.column_2", "Column 2", "number"),
        ("new.column_3", "Column 3", "text"),
    ]


def test_properties_are_found_by_slug_and_by_label() -> None:
    size = CustomProperty(slug="company_size", label="Company size", type="text")
    plan = CustomProperty(slug="plan", label="Which plan?", type="text")
    text = "custom_company_size,Which Plan,company size\n1-10,a,b\n"
    assert targets(text, size, plan) == ["custom.company_size", "custom.plan", "new.company_size_2"]


@pytest.mark.parametrize(
    ("values", "type"),
    [
        ("12 -3 0 1250.5 -0.25 0.0001", "number"),
        ("1.50 2.25", "text"),
        ("12 2.00", "text"),
        ("12 0.10", "text"),
        ("12 -0", "text"),
        ("12 -0.0", "text"),
        ("0.00001 12", "text"),
        ("12 007", "text"),
        ("12 +49", "text"),
        ("12 1,5", "text"),
        ("1234567890123456", "text"),
        ("Yes no TRUE false", "bool"),
        ("yes maybe", "text"),
        ("2026-03-15 2026-12-31", "date"),
        ("2026-03-15 2026-02-30", "text"),
        ("15.03.2026", "text"),
    ],
)
def test_a_type_is_one_that_keeps_every_value_as_it_is(values: str, type: str) -> None:
    column = proposed("x,y\n" + "".join(f'"{v}",\n' for v in values.split()))[0]
    assert column.type == type


def test_few_values_that_come_again_are_a_choice_if_all_rows_were_seen() -> None:
    text = "City,n\n" + "Pune,1\nMumbai,2\n" * 20
    assert proposed(text)[0].choices == ("Mumbai", "Pune")
    assert proposed(text, most=30)[0].type == "text"


def test_what_stands_for_nothing_is_offered_and_only_on_demand_read_so(admin: Actor) -> None:
    text = "email,Level,Visits\na@acme.com,Select,Select\nb@acme.com,High,3\n"
    given = give(admin, text)
    columns = look(admin, given)
    assert [(c.type, c.offered) for c in columns[1:]] == [
        ("text", {"Select": 1}), ("text", {"Select": 1}),
    ]  # fmt: skip
    columns = look(admin, given, blanks=["select"])
    assert [c.type for c in columns[1:]] == ["text", "number"]
    imported = bring(admin, text, blanks=["select"])
    assert counts(imported) == (2, 0, 0, 0)


def test_columns_that_hold_nothing_are_left_out_saying_so() -> None:
    columns = proposed("email,Magazine,\na@acme.com,,\n")
    assert [c.why for c in columns] == ["", "it holds nothing", "it has no name and holds nothing"]


def test_our_own_export_is_mapped_to_where_it_came_from() -> None:
    text = (
        "id,email,name,phone,company,status,score,source_url,created_at,last_activity_at,tags,"
        "assigned_to,custom_company_size\n"
        "lead_8f3a2b,jane@acme.com,Jane,+1-555-0123,Acme,qualified,82,https://a.com/,"
        '2026-03-15T09:22:41Z,2026-03-18T14:05:12Z,"a,b",alex@acme.com,50-200\n'
    )
    columns = proposed(text)
    assert [c.to for c in columns] == [
        "id", "email", "name", "phone", "company", "status", "score", "source_url", "", "", "tags",
        "assigned_to", "new.company_size",
    ]  # fmt: skip
    assert columns[-1].label == "Company size"


def test_slugs_are_made_of_any_name_and_never_twice() -> None:
    header = "Straße,Name of Café?,2nd,名前,A b,a-b," + "x" * 80
    columns = proposed(header + "\n" + ",".join("qwertyu") + "\n")
    assert [c.to for c in columns] == [
        "new.strasse", "new.name_of_cafe", "new.column_2nd", "new.column_4", "new.a_b",
        "new.a_b_2", "new." + "x" * 63,
    ]  # fmt: skip


def test_an_account_has_room_for_so_many_properties() -> None:
    columns = proposed("email,b,c,d\na@acme.com,1,2,3\n", room=1)
    assert [c.to for c in columns] == ["email", "new.b", "", ""]
    assert columns[-1].why == "the account has no room for another custom property"


def test_a_person_says_otherwise() -> None:
    columns = proposed("Mail,Other,Seats,Seats\na@acme.com,b@acme.com,1,2\n")
    chosen = mapping.choose(
        columns, {"email": "other", "new.first:text": "#3", "new.second": "#4"}, []
    )
    assert [(c.to, c.type, c.label) for c in chosen] == [
        ("", "text", ""), ("email", "text", ""), ("new.first", "text", "Seats"),
        ("new.second", "number", "Seats"),
    ]  # fmt: skip
    assert chosen[0].why == "another column was chosen"
    left = mapping.choose(columns, {"-": "Mail, #2"}, [])
    assert [c.to for c in left[:2]] == ["", ""]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"mail": "a"}, "is no field and no custom property"),
        ({"email": "nothing"}, "which is not in the file"),
        ({"email": "#9"}, "which is not in the file"),
        ({"email": "Seats"}, "of which there are 2; write #2 or #3"),
        ({"email:text": "a"}, "only new.<slug> takes one"),
        ({"new.x:choice": "a"}, "cannot be a choice"),
        ({"new.x:money": "a"}, "is none of text"),
    ],
)
def test_what_cannot_be_mapped_is_refused(given: dict[str, str], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        mapping.choose(proposed("a,Seats,Seats\nx,y,z\n"), given, [])


def test_every_column_has_a_slug_that_a_property_of_it_could_have() -> None:
    plan = CustomProperty(slug="plan", label="Plan", type="text")
    columns = proposed("Mail,Plan,plan!,E mail\na@acme.com,x,y,z\n", plan)
    assert [(c.to, c.slug) for c in columns] == [
        ("email", "mail"), ("custom.plan", "plan_3"), ("new.plan_2", "plan_2"),
        ("new.e_mail", "e_mail"),
    ]  # fmt: skip


def test_a_form_says_all_columns_at_once_and_two_of_one_field_are_refused() -> None:
    columns = proposed("Mail,Other,Seats\na@acme.com,b@acme.com,1\n")
    both = mapping.settle(columns, {2: "email", 3: ""}, [])
    assert [c.to for c in both] == ["email", "email", ""]
    assert both[2].why == "you left it out"
    with pytest.raises(Invalid, match="has two columns"):
        mapping.check(both, [], room=1)
    moved = mapping.settle(columns, {1: "", 2: "email"}, [])
    assert [c.to for c in moved] == ["", "email", "new.seats"]
    mapping.check(moved, [], room=1)
    with pytest.raises(Invalid, match="is no field and no custom property"):
        mapping.settle(columns, {1: "mail"}, [])


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (["email", "new.was"], "is there already, or was"),
        (["new.one", "new.two"], "room for 1 more"),
        (["email", "email"], "has two columns"),
        (["email", "age"], "is no field of a lead"),
        (["email", "custom.plan"], "is no custom property of this account"),
        (["email", "new.Plan"], "is not a slug"),
        (["company", ""], "no column becomes an email"),
    ],
)
def test_a_mapping_is_checked_before_anything_is_done(
    admin: Actor, to: list[str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_PROPERTIES", 2)
    was = actions.define_property(admin, label="Was")
    actions.archive_property(admin, was.public_id)
    given = give(admin, "a,b\nx@acme.com,y\n")
    columns = tuple(mapping.Mapped(header=h, to=t) for h, t in zip("ab", to, strict=True))
    for act in (actions.try_import, actions.start_import):
        with pytest.raises(Invalid, match=why):
            act(admin, given.public_id, columns)
    with pytest.raises(Invalid, match="match"):
        actions.try_import(admin, given.public_id, columns[:0], {"match": "sometimes"})
    assert Import.objects.get().batch is None


def test_new_properties_are_defined_with_the_import(admin: Actor) -> None:
    bring(admin, "email,Seats,Paid\na@acme.com,12,yes\n")
    made = CustomProperty.objects.values_list("slug", "label", "type")
    assert list(made) == [("seats", "Seats", "number"), ("paid", "Paid", "bool")]
