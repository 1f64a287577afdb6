"""A property's type changes with all values at once, and nothing is lost unsaid."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.db.models import Model
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice, User
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import actions, queries, tasks
from synaptiq.leads.actions import converting
from synaptiq.leads.models import Batch, BatchState, CustomProperty, Lead, LeadEvent

CHOICE = ("small", "large")


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


def _made(admin: Actor, type: str, *given: Any, choices: Any = ()) -> str:
    """The id of a property whose values are those given, each of a lead of its own."""
    made = actions.define_property(admin, slug="p", label="P", type=type, choices=choices)
    for n, value in enumerate(given):
        actions.create_lead(admin, {"name": f"{n:03}"}, custom={"p": value})
    return made.public_id


def _values() -> list[Any]:
    return [lead.custom.get("p") for lead in Lead.objects.order_by("name")]


@pytest.mark.parametrize(
    ("type", "given", "wanted", "after"),
    [
        ("text", ["12", " 9.50 ", "1e3", ""], "number", [12, 9.5, 1000, None]),
        ("text", ["yes", "False"], "bool", [True, False]),
        ("text", ["2026-03-15"], "date", ["2026-03-15"]),
        ("text", ["small", " large"], "choice", ["small", "large"]),
        ("number", [12, 9.5, -3], "text", ["12", "9.5", "-3"]),
        ("bool", [True, False], "text", ["true", "false"]),
        ("date", ["2026-03-15"], "text", ["2026-03-15"]),
        ("date", ["2026-03-15"], "date", ["2026-03-15"]),
    ],
)
def test_what_means_the_same_is_kept(
    admin: Actor, type: str, given: list[Any], wanted: str, after: list[Any]
) -> None:
    prop = _made(admin, type, *given)
    choices = CHOICE if wanted == "choice" else ()
    plan = actions.plan_conversion(admin, prop, wanted, choices)
    assert (plan.lost, plan.examples) == (0, [])
    done = actions.convert_property(admin, prop, wanted, choices)
    assert (done.type, done.choices, done.converting) == (wanted, list(choices), None)
    assert [repr(value) for value in _values()] == [repr(value) for value in after]
    assert not LeadEvent.objects.exists()
    # Whatever is there now can be written again.
    for lead in Lead.objects.all():
        actions.edit_lead(admin, lead.public_id, {}, custom=lead.custom)


def test_what_would_be_lost_is_said_before_with_examples(admin: Actor) -> None:
    given = ["12", "much", "much", "a lot", "none", "unknown", "some", "n/a"]
    prop = _made(admin, "text", *given)
    plan = actions.plan_conversion(admin, prop, "number")
    assert (plan.held, plan.lost) == (8, 7)
    assert plan.examples == [("much", 2), ("a lot", 1), ("n/a", 1), ("none", 1), ("some", 1)]
    with pytest.raises(Conflict) as refused:
        actions.convert_property(admin, prop, "number", lose=6)
    assert refused.value.code == "would_lose"
    assert _values() == given
    actions.convert_property(admin, prop, "number", lose=7)
    assert _values() == [12] + [None] * 7
    lost = LeadEvent.objects.order_by("lead__name").values_list("changes", flat=True)
    assert [change["custom.p"] for change in lost] == [[text, None] for text in given[1:]]
    entry = AuditEntry.objects.filter(action="property.changed", outcome="ok").get()
    assert entry.rows == 8
    assert entry.detail == {
        "slug": "p", "from": "text", "type": "number", "converted": 1, "lost": 7,
    }  # fmt: skip


def test_a_lead_that_changes_has_another_version_and_no_activity(admin: Actor) -> None:
    prop = _made(admin, "text", "12", "much")
    actions.create_lead(admin, {"name": "untouched"})
    before = {lead.pk: lead for lead in Lead.objects.all()}
    actions.convert_property(admin, prop, "number", lose=1)
    for lead in Lead.objects.all():
        was, touched = before[lead.pk], "p" in before[lead.pk].custom
        assert lead.version == was.version + touched
        assert (lead.updated_at > was.updated_at) == touched
        assert lead.last_activity_at == was.last_activity_at


def test_a_deleted_lead_comes_back_with_the_new_type(admin: Actor) -> None:
    prop = _made(admin, "text", "12")
    lead = Lead.objects.get()
    actions.delete_lead(admin, lead.public_id)
    actions.convert_property(admin, prop, "number")
    assert actions.restore_lead(admin, lead.public_id).custom == {"p": 12}


def test_choices_come_freely_and_go_with_what_holds_them(admin: Actor) -> None:
    prop = _made(admin, "choice", "small", "large", choices=CHOICE)
    more = ["large", "medium", "small"]
    assert actions.plan_conversion(admin, prop, "choice", more).held == 0
    assert actions.convert_property(admin, prop, "choice", more).choices == more
    plan = actions.plan_conversion(admin, prop, "choice", ["small"])
    assert (plan.held, plan.lost, plan.examples) == (1, 1, [("large", 1)])
    actions.convert_property(admin, prop, "choice", ["small"], lose=1)
    assert _values() == ["small", None]
    with pytest.raises(Invalid):
        actions.convert_property(admin, prop, "choice", [])
    with pytest.raises(Invalid):
        actions.convert_property(admin, prop, "money")


def test_a_slug_with_two_underscores_is_one_key(admin: Actor) -> None:
    made = actions.define_property(admin, slug="a__b", label="A", type="choice", choices=["x", "y"])
    actions.create_lead(admin, {"name": "Jane"}, custom={"a__b": "x"})
    assert actions.plan_conversion(admin, made.public_id, "choice", ["y"]).lost == 1
    assert actions.plan_conversion(admin, made.public_id, "text").lost == 0


def test_nothing_to_change_changes_nothing(admin: Actor) -> None:
    prop = _made(admin, "text", "12")
    actions.convert_property(admin, prop, "text")
    assert not AuditEntry.objects.filter(action="property.changed").exists()


def test_of_too_many_values_the_loss_is_told_and_nothing_done(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "MOST_VALUES", 2)
    prop = _made(admin, "text", "1", "much", "3")
    plan = actions.plan_conversion(admin, prop, "number")
    assert (plan.held, plan.lost, plan.examples, plan.too_many) == (3, 1, [("much", 1)], True)
    for at_once in (500, 0):
        monkeypatch.setattr(converting, "AT_ONCE", at_once)
        with pytest.raises(Conflict, match=r"3 leads hold a value.* 1 of them") as refused:
            actions.convert_property(admin, prop, "number", lose=1)
        assert refused.value.code == "too_many_values"
    assert _values() == ["1", "much", "3"]


def test_many_values_are_converted_piece_by_piece(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "PIECE", 2)
    prop = _made(admin, "text", "1", "much", "3", "more", "5")
    actions.convert_property(admin, prop, "number", lose=2)
    assert _values() == [1, None, 3, None, 5]
    assert LeadEvent.objects.count() == 2
    assert AuditEntry.objects.get(action="property.changed", outcome="ok").rows == 5


@pytest.fixture
def waiting(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> CustomProperty:
    """A property that waits for its job: two values, of which one would be lost."""
    monkeypatch.setattr(converting, "AT_ONCE", 1)
    prop = _made(admin, "text", "12", "much")
    return actions.convert_property(admin, prop, "number", lose=1)


def _run(waiting: CustomProperty) -> CustomProperty:
    tasks.convert_property(account_id=waiting.account_id, property_id=waiting.pk)
    waiting.refresh_from_db()
    return waiting


def test_many_leads_are_a_jobs(waiting: CustomProperty, admin: Actor) -> None:
    assert waiting.type == "text"
    assert waiting.converting
    assert ProcrastinateJob.objects.get().task_name == "leads.convert_property"
    for act in (
        lambda: actions.convert_property(admin, waiting.public_id, "bool"),
        lambda: actions.archive_property(admin, waiting.public_id),
    ):
        with pytest.raises(Conflict):
            act()
    done = _run(waiting)
    assert (done.type, done.converting, _values()) == ("number", None, [12, None])
    assert Notice.objects.get().text == "P is of the type number now"
    _run(waiting)
    assert Notice.objects.count() == 1


def test_a_job_that_would_lose_more_than_was_said_loses_nothing(
    waiting: CustomProperty, admin: Actor
) -> None:
    actions.create_lead(admin, {"name": "late"}, custom={"p": "more"})
    done = _run(waiting)
    assert (done.type, done.converting) == ("text", None)
    assert _values() == ["12", "much", "more"]
    assert Notice.objects.get().text.startswith("P could not be changed to number: 2 values")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Member, {"roles": ["viewer"]}),
        (Member, {"removed_at": clock.now()}),
        (User, {"is_active": False}),
        (Account, {"closed_at": clock.now()}),
    ],
)
def test_a_job_whose_asker_lost_the_right_does_nothing(
    waiting: CustomProperty, model: type[Model], change: dict[str, Any]
) -> None:
    model._default_manager.update(**change)
    done = _run(waiting)
    assert (done.type, done.converting) == ("text", None)


def test_a_job_that_fails_leaves_all_as_it_was(
    waiting: CustomProperty, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(converting, "_rewrite", fail)
    done = _run(waiting)
    assert (done.type, done.converting, _values()) == ("text", None, ["12", "much"])
    assert not LeadEvent.objects.exists()
    assert "unexpected error" in Notice.objects.get().text


def test_a_waiting_conversion_can_be_stopped(waiting: CustomProperty, admin: Actor) -> None:
    actions.stop_conversion(admin, waiting.public_id)
    with pytest.raises(Conflict):
        actions.stop_conversion(admin, waiting.public_id)
    done = _run(waiting)
    assert (done.type, _values()) == ("text", ["12", "much"])


def test_an_import_that_goes_on_is_waited_for(admin: Actor, waiting: CustomProperty) -> None:
    batch = Batch.objects.create(kind="import", state="running", via="member", said="Imported")
    other = actions.define_property(admin, slug="q", label="Q").public_id
    with pytest.raises(Conflict, match="An import is going on"):
        actions.convert_property(admin, other, "number")
    assert _run(waiting).converting is None
    assert "An import is going on" in Notice.objects.get().text
    batch.state = BatchState.DONE
    batch.save()
    assert actions.convert_property(admin, other, "number").type == "number"


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("edits", [False, True])
def test_who_writes_by_the_old_type_is_waited_for(
    account: Any, admin: Actor, monkeypatch: pytest.MonkeyPatch, edits: bool
) -> None:
    prop = _made(admin, "text", "12", *([None] if edits else []))
    has_read, passed = threading.Event(), threading.Event()
    read = queries.custom_properties

    def read_and_wait(**about: Any) -> list[CustomProperty]:
        definitions = read(**about)
        has_read.set()
        # Until the other waits for the lock that is held here, or has wrongly passed it.
        while not _waits() and not passed.is_set():
            pass
        return definitions

    def write() -> None:
        with acting_for(account.pk):
            if edits:
                late = Lead.objects.get(name="001")
                actions.edit_lead(admin, late.public_id, {}, custom={"p": "13"})
            else:
                actions.create_lead(admin, {"name": "late"}, custom={"p": "13"})
        connections.close_all()

    monkeypatch.setattr(queries, "custom_properties", read_and_wait)
    writer = threading.Thread(target=write)
    writer.start()
    has_read.wait()
    actions.convert_property(admin, prop, "number")
    passed.set()
    writer.join()
    assert _values() == [12, 13]


def _waits() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND NOT granted AND datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
