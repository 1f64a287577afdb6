"""Settings > Leads > Custom properties: listed in order, defined, moved, archived, converted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member
from synaptiq.leads import actions, queries
from synaptiq.leads.actions import converting
from synaptiq.leads.models import CustomProperty, Lead
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

PATH = "/admin/settings/leads/custom-properties"


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


@pytest.fixture
def client(admin: Actor) -> Client:
    assert admin.member is not None
    return client_of(admin.member)


def _define(admin: Actor, *slugs: str, **fields: Any) -> list[str]:
    return [
        actions.define_property(admin, slug=s, label=s.title(), **fields).public_id for s in slugs
    ]


def _rows(page: str) -> list[str]:
    """The labels of each table, in order."""
    return re.findall(r'<th scope="row"><span class="two"><span class="cut">([^<]*)<', page)


def test_an_empty_list_says_what_a_property_is(client: Client) -> None:
    page = client.get(PATH).text
    assert "No custom properties yet" in page
    assert_strict_csp(page)


def test_properties_are_listed_in_their_order_with_what_holds_them(
    admin: Actor, client: Client
) -> None:
    _define(admin, "budget", "size", "source")
    [color] = _define(admin, "color", type="choice", choices=["red", "green"])
    for n in range(3):
        actions.create_lead(admin, {"name": str(n)}, custom={"budget": "1", "color": "red"})
    page = client.get(PATH).text
    assert _rows(page) == ["Budget", "Size", "Source", "Color"]
    assert "red, green" in page
    assert re.findall(r'<td class="held num only-wide">([^<]*)<', page) == ["3", "0", "0", "3"]
    assert "Archived" not in page
    assert_strict_csp(page)
    actions.archive_property(admin, color)
    page = client.get(PATH).text
    above, below = page.split("<h2>Archived</h2>")
    assert (_rows(above), _rows(below)) == (["Budget", "Size", "Source"], ["Color"])


def test_counts_say_where_there_may_be_more(
    admin: Actor, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    [budget] = _define(admin, "budget")
    uses = queries.PropertyUses({"budget": 10_001})
    monkeypatch.setattr(queries, "property_uses", lambda: uses)
    page = client.get(PATH).text
    assert ">10,000+<" in page
    assert "counted over" not in page
    uses = queries.PropertyUses({"budget": 1_284}, of_newest=25_000)
    page = client.get(PATH).text
    assert ">1,284<" in page
    assert "Values are counted over the newest 25,000 leads." in page
    asked = client.get(f"{PATH}/{budget}/archive").text
    assert "Leads that hold a value, 1,284 of the newest 25,000, keep it." in asked


def test_a_property_is_defined(admin: Actor, client: Client) -> None:
    for form in (client.get(f"{PATH}/new").text, client.get(f"{PATH}/new", **HTMX).text):
        assert_strict_csp(form)
    given = {"label": "Company size", "slug": "", "type": "choice", "choices": "1-10\r\n\r\n 50+ "}
    answer = client.post(f"{PATH}/new", given, follow=True)
    made = CustomProperty.objects.get()
    assert (made.slug, made.type, made.choices) == ("company_size", "choice", ["1-10", "50+"])
    assert "“Company size” is defined, as company_size." in answer.text


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"label": " "}, "property-label", "Label is blank."),
        ({"slug": "2nd"}, "property-slug", "Slug is not a slug"),
        ({"slug": "taken"}, "property-slug", "is already there"),
        ({"label": "会社", "slug": ""}, "property-slug", "cannot be made of this label"),
        ({"type": "choice", "choices": "\n"}, "property-choices", "Give at least one."),
        ({"type": "money"}, "property-type", "Type is none of"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: Actor, client: Client, change: dict[str, str], field: str, words: str
) -> None:
    _define(admin, "taken")
    given = {"label": "Size", "slug": "size", "type": "text", "choices": ""} | change
    answer = client.post(f"{PATH}/new", given)
    assert answer.status_code == 422
    error = answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert words in error
    assert_strict_csp(answer.text)
    assert CustomProperty.objects.count() == 1


def test_a_label_changes_and_its_slug_stays(admin: Actor, client: Client) -> None:
    [budget] = _define(admin, "budget")
    assert "<code>budget</code>" in client.get(f"{PATH}/{budget}/rename", **HTMX).text
    answer = client.post(f"{PATH}/{budget}/rename", {"label": "Money"}, follow=True)
    assert "The property is called “Money” now." in answer.text
    assert CustomProperty.objects.get().slug == "budget"
    refused = client.post(f"{PATH}/{budget}/rename", {"label": ""})
    assert (refused.status_code, "Label is blank." in refused.text) == (422, True)


def test_moving_works_as_a_page_and_as_a_fragment(admin: Actor, client: Client) -> None:
    _, _, c = _define(admin, "a", "b", "c")
    client.post(f"{PATH}/{c}/move", {"to": "up"})
    assert _rows(client.get(PATH).text) == ["A", "C", "B"]
    part = client.post(f"{PATH}/{c}/move", {"to": "up"}, **HTMX).text
    assert _rows(part) == ["C", "A", "B"]
    assert "C: place 1 of 3" in part
    assert "<html" not in part
    up, down = re.findall(rf'<button [^>]*id="(?:up|down)-{c}"[^>]*>', part)
    assert ("aria-disabled" in up, "aria-disabled" in down) == (True, False)
    assert client.get(f"{PATH}/{c}/move").status_code == 405


def test_archiving_says_what_stays_and_asks_first(admin: Actor, client: Client) -> None:
    [budget] = _define(admin, "budget")
    assert "No lead holds a value." in client.get(f"{PATH}/{budget}/archive").text
    actions.create_lead(admin, {"name": "Jane"}, custom={"budget": "1"})
    asked = client.get(f"{PATH}/{budget}/archive", **HTMX).text
    assert "The one lead that holds a value keeps it." in asked
    assert_strict_csp(asked)
    client.post(f"{PATH}/{budget}/archive")
    assert "Bring Budget back" in client.get(PATH).text
    client.post(f"{PATH}/{budget}/restore")
    assert CustomProperty.objects.get().archived_at is None
    assert client.post(f"{PATH}/{budget}/restore").status_code == 409


def test_a_type_that_loses_nothing_changes_at_once(admin: Actor, client: Client) -> None:
    [budget] = _define(admin, "budget")
    actions.create_lead(admin, {"name": "Jane"}, custom={"budget": "12"})
    form = client.get(f"{PATH}/{budget}/type", **HTMX).text
    assert 'value="text" selected' in form
    assert_strict_csp(form)
    answer = client.post(f"{PATH}/{budget}/type", {"type": "number", "choices": ""}, follow=True)
    assert "“Budget” is of the type number now." in answer.text
    assert Lead.objects.get().custom == {"budget": 12}


def test_what_would_be_lost_is_shown_and_asked_about(admin: Actor, client: Client) -> None:
    [budget] = _define(admin, "budget")
    for value in ("12", "<much>", "<much>", "a", "b", "c", "d", "e"):
        actions.create_lead(admin, {"name": "Jane"}, custom={"budget": value})
    asked = client.post(f"{PATH}/{budget}/type", {"type": "number", "choices": ""})
    assert asked.status_code == 422
    assert "Of 8 values that leads hold" in asked.text
    assert "7 do not fit" in asked.text
    assert re.search(r"&lt;much&gt;</code> <span[^>]*>2 times<", asked.text)
    assert "and 1 other<" in asked.text
    assert_strict_csp(asked.text)
    assert CustomProperty.objects.get().type == "text"
    fields = {"type": "number", "choices": ""}
    for unheard in ("", "6", "-9", "9" * 9, "²"):
        answer = client.post(f"{PATH}/{budget}/type", fields | {"lose": unheard})
        assert answer.status_code == 422
    client.post(f"{PATH}/{budget}/type", fields | {"lose": "7"})
    assert CustomProperty.objects.get().type == "number"
    assert Lead.objects.filter(custom={"budget": 12}).count() == 1


def test_choices_are_edited(admin: Actor, client: Client) -> None:
    [size] = _define(admin, "size", type="choice", choices=["small", "large"])
    form = client.get(f"{PATH}/{size}/type").text
    assert "small\nlarge</textarea>" in form
    fields = {"type": "choice", "choices": "large\r\nmedium"}
    answer = client.post(f"{PATH}/{size}/type", fields, follow=True)
    assert "“Size” has 2 choices now." in answer.text
    refused = client.post(f"{PATH}/{size}/type", {"type": "choice", "choices": ""})
    assert (refused.status_code, "Give at least one." in refused.text) == (422, True)


def test_too_many_values_are_said_in_the_form(
    admin: Actor, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "MOST_VALUES", 1)
    [budget] = _define(admin, "budget")
    for _ in range(2):
        actions.create_lead(admin, {"name": "Jane"}, custom={"budget": "12"})
    answer = client.post(f"{PATH}/{budget}/type", {"type": "number", "choices": ""})
    assert answer.status_code == 422
    assert "2 leads hold a value that would have to change" in answer.text
    assert "define a new property of the type that you want" in answer.text
    assert "All of them fit the type number" in answer.text
    lossy = client.post(f"{PATH}/{budget}/type", {"type": "date", "choices": "", "lose": "2"})
    assert lossy.status_code == 422
    assert "2 do not fit" in lossy.text
    assert "Change and lose them" not in lossy.text


def test_a_long_change_is_shown_while_it_lasts_and_can_be_stopped(
    admin: Actor, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "AT_ONCE", 0)
    [budget] = _define(admin, "budget")
    actions.create_lead(admin, {"name": "Jane"}, custom={"budget": "12"})
    answer = client.post(f"{PATH}/{budget}/type", {"type": "number", "choices": ""}, follow=True)
    assert "is being changed; you are told when it is done" in answer.text
    assert "becoming Number" in answer.text
    assert 'hx-trigger="every 2s"' in answer.text
    part = client.get(PATH, **HTMX).text
    assert ("becoming Number" in part, "<html" in part) == (True, False)
    assert_strict_csp(part)
    asks = f"{PATH}?busy={budget}"
    assert f'hx-get="{asks}"' in part
    assert client.get(asks, **HTMX).status_code == 204
    client.post(f"{PATH}/{budget}/stop")
    assert "every 2s" not in client.get(asks, **HTMX).text
    assert client.post(f"{PATH}/{budget}/stop").status_code == 409


def test_the_page_is_for_who_changes_settings(
    account: Account, member: Callable[..., Member]
) -> None:
    agent = client_of(member("agent"))
    assert agent.get(PATH).status_code == 403
    assert "Custom properties" not in agent.get("/admin/settings").text
