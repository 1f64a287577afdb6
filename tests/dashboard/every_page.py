"""Every page that an Owner can open, from the table of expectations that each address must have.

For what has to hold of all of them: weight, nothing that moves, nothing beside the window.
"""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from synaptiq.accounts import actors
from synaptiq.accounts.tenancy import acting_for
from synaptiq.leads import actions
from tests.dashboard.clients import client_of, make_leads
from tests.tenancy import world
from tests.tenancy.expected import PAGES
from tests.tenancy.expected_people import PEOPLE
from tests.tenancy.world import World

MOST_BYTES = 100_000
# Less than a thousandth is no shift that anybody sees. Once in 680 loads on a busy machine 0.0006
# was measured, of a page that measured 0 in the nine loads beside it and in fifty more.
MOST_SHIFTS = 0.001
# What was loaded and what moved, once script has run and what it added is drawn.
_READ = """() => new Promise(done => {
  let shifts = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) shifts += one.value; })
    .observe({ type: 'layout-shift', buffered: true });
  const next = requestAnimationFrame;
  const look = left => setTimeout(() => {
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    // It is reported a moment after it happened; a page may be without any.
    if (!paint && left) return look(left - 1);
    // Pictures of the documentation, where they were taken, come as one scrolls to them; what draws
    // charts is kept for ever once it was loaded.
    const loaded = ['navigation', 'resource'].flatMap(of => performance.getEntriesByType(of))
      .filter(one => !['/docs/pictures/', '/charts/vega.'].some(part => one.name.includes(part)));
    const sum = what => loaded.reduce((total, one) => total + one[what], 0);
    const [sent, whole] = ['encodedBodySize', 'decodedBodySize'].map(sum);
    done({ sent, whole, shifts, paint: paint?.startTime ?? Infinity });
  }, 30);
  next(() => next(() => look(20)));
})"""
LEADS = 60
NOTES = 30


def fill() -> World:
    """One of everything, and lists that fill their pages."""
    made = world.make()
    owner = actors.of_member(made.members["owner"])
    with acting_for(made.ours.pk):
        make_leads(
            LEADS, company="Northwind Logistics and Sons", status="qualified", score=82,
            tags=["webinar", "enterprise", "trial"], assigned_to=owner.member,
            custom={"budget": "$10k-$50k"},
        )  # fmt: skip
        make_leads(1, name="محمد الأحمد (خالد)", company="شركة النور, Ltd.", email="m@example.org")
        for n in range(NOTES):
            actions.add_note(owner, made.ids["lead"], f"Note {n}: called, nobody there.")
    return made


def addresses(made: World) -> Iterator[str]:
    """Their addresses; parts of pages and files are left out, and what leads on."""
    client = client_of(made.members["owner"])
    for row in (*PAGES, *PEOPLE):
        if row.method != "GET" or row.answer_to("owner") not in {"200", "410"}:
            continue
        address = row.path.format(**made.ids)
        answer = client.get(address, SERVER_NAME="localhost")
        answer.close()
        assert str(answer.status_code) == row.answer_to("owner"), address
        is_page = not answer.streaming and answer.text.lstrip().lower().startswith("<!doctype html")
        if is_page:
            yield address


def read(page: Page) -> dict[str, float]:
    """Of the page that was just opened: bytes with all it loads, as `sent` and as a `whole`; how
    far things moved (`shifts`); `paint`, the milliseconds to the first."""
    found: dict[str, float] = page.evaluate(_READ)
    return found
