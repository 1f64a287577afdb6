"""Exports of conversations against `psql \\copy` of the same rows, and of leads with many of them
against the same leads without any."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from time import perf_counter

import psycopg

from bench import references
from bench.copying import RUNS
from bench.memory import peak_of_worker
from bench.place import Place, Target, add_owner
from bench.talked import MESSAGES, add_conversations
from synaptiq.accounts import actors
from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import actions, files, pipeline
from synaptiq.kit import embedded

CONVERSATIONS = 100_000
FEW = 10_000
# Leads, and how many conversations each of them has.
HEAVY, OF_EACH = 1_000, 2_000


def measure(place: Place) -> list[Target]:
    """With as many conversations as the place has tenths of leads, at most 100,000."""
    count = min(CONVERSATIONS, place.leads // 10)
    return [*_conversations(place, count), *_leads(place)]


def _conversations(place: Place, count: int) -> list[Target]:
    talking = add_owner(place, "talking", count)
    print(f"adding {count:,} conversations with {count * MESSAGES:,} messages …", flush=True)
    assert add_conversations(talking.account, "1", said=True) == count
    few = add_owner(place, "little", FEW)
    add_conversations(few.account, "1", said=True)
    _settle(place)
    target = place.folder / "reference"

    def ours(format: str) -> Callable[[], None]:
        return lambda: export(talking, "conversations", format, count)

    seconds = alternate({
        "conversations, JSON": ours("json"),
        "psql copy, json_agg": lambda: references.psql_conversations(
            place.url, talking.account_id, target
        ),
        "conversations, TXT": ours("txt"),
    })  # fmt: skip
    size = target.stat().st_size
    print(f"the reference wrote {size / 1e6:,.0f} MB")
    small, large = (peak_of_worker(member, "conversations", "json") for member in (few, talking))
    zipped = peak_of_worker(talking, "conversations", "txt")
    return [
        Target(
            f"{count:,} conversations as JSON / psql copy",
            seconds["conversations, JSON"] / seconds["psql copy, json_agg"], 1.5, "×",
        ),
        Target("the worker at so many, more than at 10,000", (large - small) / 1024, 32, "MB"),
        Target("the same as a ZIP, more than 10,000 as JSON", (zipped - small) / 1024, 32, "MB"),
    ]  # fmt: skip


def _leads(place: Place) -> list[Target]:
    heavy = add_owner(place, "heavy", HEAVY)
    many = place.many
    without = alternate({
        "leads, JSON, none": lambda: export(many, "leads", "json", place.leads),
        "1,000 leads, none": lambda: export(heavy, "leads", "json", HEAVY),
    })  # fmt: skip
    print("adding 0 to 5 conversations to each lead, 2,000 to 1,000 more …", flush=True)
    add_conversations(many.account, "(l.number %% 6)::int")
    add_conversations(heavy.account, str(OF_EACH))
    _settle(place)
    with_them = alternate({
        "leads, JSON, 0 to 5": lambda: export(many, "leads", "json", place.leads),
        "1,000 leads, 2,000": lambda: export(heavy, "leads", "json", HEAVY),
    })  # fmt: skip
    return [
        Target(
            f"{place.leads:,} leads with 0 to 5 conversations / without",
            with_them["leads, JSON, 0 to 5"] / without["leads, JSON, none"], 3, "×",
        ),
        Target(
            "1,000 leads with 2,000 conversations each", with_them["1,000 leads, 2,000"], 30, "s"
        ),
    ]  # fmt: skip


def export(member: Member, dataset: str, format: str, rows: int) -> None:
    """A whole run in this process; leaves no file behind."""
    given = {"dataset": dataset, "format": format, "scope": "filter"}
    with acting_for(member.account_id):
        run = actions.request(actors.of_member(member), given, in_this_process=True)
        pipeline.run(run)
        run.refresh_from_db()
        assert (run.state, run.rows_written) == ("ready", rows), run.reason
        files.remove(run.file_key)


def alternate(cases: dict[str, Callable[[], None]]) -> dict[str, float]:
    """The median seconds of each case."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(RUNS):
        for name, case in cases.items():
            os.sync()
            began = perf_counter()
            case()
            seconds[name].append(perf_counter() - began)
    for name, taken in seconds.items():
        each = "  ".join(f"{one:6.2f}" for one in taken)
        print(f"{name:<20} median {statistics.median(taken):6.2f} s   each {each}", flush=True)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def _settle(place: Place) -> None:
    with embedded.start(place.folder) as server:
        with psycopg.connect(server.urls.owner, autocommit=True) as owner:
            owner.execute("VACUUM (ANALYZE) conversations_conversation, conversations_event")
        with psycopg.connect(server.urls.superuser, autocommit=True) as own:
            own.execute("CHECKPOINT")
