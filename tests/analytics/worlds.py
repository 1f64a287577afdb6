"""Small worlds: what happens in one, done by the product's own actions and written down beside it
for the oracle."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from synaptiq.accounts.actors import Actor
from synaptiq.agent.actions import erasing
from synaptiq.analytics import visits
from synaptiq.analytics.visits import Seen
from synaptiq.conversations import actions as conversations
from synaptiq.conversations.models import Conversation, Turn
from synaptiq.kit import clock
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead, LeadEvent, Note
from synaptiq.sites.models import Site, Visitor
from tests.analytics import oracle
from tests.conversations.making import ORIGIN, make_conversation, make_visitor

DEVICES = (None, "phone", "desktop")
LANGUAGES = (None, "en-GB", "de")
PAGES = ("/", "/pricing", "/blog/one", "/blog/two")


@dataclass
class Living:
    """`actor` may do everything. Each method does something at a moment; `oracle` has it too."""

    actor: Actor
    sites: list[Site]
    oracle: oracle.World = field(default_factory=oracle.World)
    talks: list[tuple[oracle.Talk, Conversation]] = field(default_factory=list)
    leads: list[tuple[oracle.Lead, Lead]] = field(default_factory=list)
    waiting: list[Seen] = field(default_factory=list)
    numbers: Any = field(default_factory=itertools.count)

    def flush(self) -> None:
        visits.write(self.waiting)
        self.waiting.clear()

    def _seen(self, kind: str, at: datetime, browser: int, conversation: str, **more: Any) -> None:
        site = self._site(browser)
        if not conversation and browser in self.oracle.remembers:
            own = [c for t, c in self.talks if t.browser == browser and t.at <= at]
            conversation = own[-1].public_id if own else ""
        self.waiting.append(
            Seen(
                kind, site.key, at, visits.hash_of(site.key, "192.0.2.1", f"browser {browser}", at),
                conversation, **more,
            )
        )  # fmt: skip

    def _site(self, browser: int) -> Site:
        return self.sites[browser % len(self.sites)]

    def view(self, at: datetime, browser: int, n: int) -> None:
        device, language = DEVICES[n % 3], LANGUAGES[n % 2]
        primary = language and language.split("-")[0]
        page = PAGES[n % 4]
        self._seen("view", at, browser, "", page=page, device=device, language=primary)
        self.oracle.views.append(
            oracle.View(at, browser, page, self._site(browser).public_id, device, primary)
        )

    def open(self, at: datetime, browser: int, n: int) -> None:
        # Whoever opens the chat has seen the page that it stands on.
        self.view(at, browser, n)
        self._seen("open", at, browser, "")
        self.oracle.opens.append(oracle.Open(at, browser))

    def talk(self, at: datetime, browser: int, n: int) -> None:
        remembers = browser in self.oracle.remembers
        day = at.astimezone(UTC).date()
        whose = ("of", browser) if remembers else ("of", browser, day)
        site = self._site(browser)
        token = hashlib.sha256(repr((site.pk, whose)).encode()).digest()
        found = Visitor.objects.filter(token_sha256=hashlib.sha256(token.hex().encode()).digest())
        visitor = found.first() or make_visitor(site, token=token.hex())
        counts = {
            "visitor_message_count": 1 + n % 11, "asked": n % 4, "answered": n % 3,
            "volunteered": n % 7, "active_seconds": n * 37 % 500,
        }  # fmt: skip
        device, language, page = DEVICES[n % 3], LANGUAGES[n % 3], PAGES[n % 4]
        made = make_conversation(
            ("visitor", "Hello"), at=at, visitor=visitor, close=True, device=device,
            language=language, page_url=f"{ORIGIN}{page}?q=1", slot_picked=n % 2 == 0,
            scheduler_opened=n % 3 == 0, agent_version=f"agv_{n % 2}" if n % 5 else "",
        )  # fmt: skip
        Conversation.objects.filter(pk=made.pk).update(**counts)
        one = oracle.Talk(
            at, browser, whose, site.public_id, page, device,
            language and language.split("-")[0], f"agv_{n % 2}" if n % 5 else None,
            messages=counts["visitor_message_count"], asked=n % 4, answered=n % 3,
            volunteered=n % 7, seconds=counts["active_seconds"],
            intents=(n % 2 == 0) + (n % 3 == 0),
        )  # fmt: skip
        self.talks.append((one, made))
        self.oracle.talks.append(one)
        self._seen("talk", at, browser, made.public_id)
        if n % 2:
            self._turn(made, one, at, n)

    def _turn(self, made: Conversation, one: oracle.Talk, at: datetime, n: int) -> None:
        shown = None if n % 7 == 0 else at + timedelta(microseconds=1_234_567 * n + 500)
        Turn.objects.create(
            conversation=made, received_at=at, first_output_at=shown, ended_at=shown, state="done"
        )
        self.oracle.turns.append(oracle.Turn(at, one, shown))

    def capture(self, at: datetime, n: int) -> None:
        free = [
            (t, c) for t, c in self.talks
            if t.lead is None and t.counts and t.at <= at and c.erased_at is None
        ]  # fmt: skip
        if not free:
            return
        talk, made = free[n % len(free)]
        with clock.freeze(at):
            lead = leads.capture_lead(
                self.actor, {"email": f"p{next(self.numbers)}@example.com"},
                source_url=f"{ORIGIN}{talk.page}?utm=1", first_visit_at=None,
            )  # fmt: skip
        assert lead is not None
        Conversation.objects.filter(pk=made.pk).update(lead=lead)
        talk.lead = oracle.Lead(at, "conversation", talk.page)
        self.oracle.leads.append(talk.lead)
        self.leads.append((talk.lead, lead))

    def add(self, at: datetime, n: int) -> None:
        origin, tags = ("import", "api", "manual")[n % 3], [f"t{i}" for i in range(n % 3)]
        with clock.freeze(at):
            made = leads.create_lead(
                self.actor, {"email": f"p{next(self.numbers)}@example.com", "tags": tags},
                origin=origin,
            )  # fmt: skip
        one = oracle.Lead(at, origin, None, tags)
        self.oracle.leads.append(one)
        self.leads.append((one, made))

    def _living(self, n: int) -> tuple[oracle.Lead, Lead] | None:
        there = [
            (o, lead) for o, lead in self.leads
            if not o.into and not o.is_deleted and not o.is_erased
        ]  # fmt: skip
        if not there:
            return None
        one, row = there[n % len(there)]
        return one, Lead.objects.select_related("assigned_to").get(pk=row.pk)

    def tag(self, at: datetime, n: int) -> None:
        if found := self._living(n):
            one, row = found
            with clock.freeze(at):
                leads.tag_lead(self.actor, row.public_id, add=[f"t{n % 4}"])
            one.tags = list(dict.fromkeys([*one.tags, f"t{n % 4}"]))

    def qualify(self, at: datetime, n: int) -> None:
        if found := self._living(n):
            one, row = found
            with clock.freeze(at):
                leads.judge_lead(self.actor, row, result="qualified", score=80)
            one.qualified = one.qualified or at

    def book(self, at: datetime, n: int) -> None:
        if found := self._living(n):
            one, row = found
            with clock.freeze(at):
                leads.book_lead(self.actor, row, at=at)
            one.booked = one.booked or at

    def cancel(self, at: datetime, n: int) -> None:
        if found := self._living(n):
            one, row = found
            with clock.freeze(at):
                leads.unbook_lead(self.actor, row, is_booked=False)
            one.booked = None

    def win(self, at: datetime, n: int) -> None:
        if found := self._living(n):
            one, row = found
            Lead.objects.filter(pk=row.pk).update(won_at=at, meeting_held_at=at)
            one.won, one.held = at, at

    def delete(self, at: datetime, n: int) -> None:
        if found := self._living(n):
            one, row = found
            with clock.freeze(at):
                leads.delete_lead(self.actor, row.public_id)
            one.is_deleted = True

    def undo(self, at: datetime, n: int) -> None:
        gone = [(o, lead) for o, lead in self.leads if o.is_deleted and not o.is_erased]
        if gone:
            one, row = gone[n % len(gone)]
            with clock.freeze(at):
                leads.restore_lead(self.actor, row.public_id)
            one.is_deleted = False

    def merge(self, at: datetime, n: int) -> None:
        there = [
            (o, lead) for o, lead in self.leads
            if not o.into and not o.is_deleted and not o.is_erased
            and not oracle.Figures(self.oracle, "UTC", "won").is_left_out(o)
        ]  # fmt: skip
        if len(there) < 2:
            return
        # Of the same moment the older key survives, as the list has them.
        pair = sorted([there[n % len(there)], there[(n + 1) % len(there)]], key=lambda p: p[1].pk)
        (one, first), (two, second) = sorted(pair, key=lambda p: (p[0].at, p[1].pk))
        with clock.freeze(at):
            survivor = leads.merge_leads(self.actor, first.public_id, second.public_id)
        assert survivor.pk == first.pk
        two.into = one
        one.page = one.page if one.page is not None else two.page
        one.tags = list(dict.fromkeys([*one.tags, *two.tags]))
        for name in oracle.MOMENTS:
            both = [m for m in (getattr(one, name), getattr(two, name)) if m]
            setattr(one, name, min(both, default=None))

    def mark(self, at: datetime, n: int) -> None:
        # Nobody sees the conversations of a deleted lead any more.
        there = [
            (t, c) for t, c in self.talks
            if c.erased_at is None and not (t.lead and t.lead.now.is_deleted)
        ]  # fmt: skip
        if there:
            talk, made = there[n % len(there)]
            talk.is_spam = not talk.is_spam
            with clock.freeze(at):
                conversations.mark(self.actor, made.public_id, spam=talk.is_spam)

    def erase_visitor(self, at: datetime, n: int) -> None:
        there = [(t, c) for t, c in self.talks if c.erased_at is None]
        if not there:
            return
        talk, made = there[n % len(there)]
        site = made.site
        token = hashlib.sha256(repr((site.pk, talk.visitor)).encode()).digest().hex()
        with clock.freeze(at):
            erasing.erase_visitor(site.key, token=token, origin=ORIGIN, address="192.0.2.9")
        self._forget_pages(talk)
        for other, row in self.talks:
            row.refresh_from_db()
            if other.visitor == talk.visitor:
                other.page = None
            if other.visitor == talk.visitor and other.lead:
                for one, lead in self.leads:
                    if one is other.lead.now and not one.is_erased:
                        lead.refresh_from_db()
                        one.is_deleted = lead.deleted_at is not None

    def _forget_pages(self, talk: oracle.Talk) -> None:
        """A path may name somebody: of an erased visitor none is kept."""
        figures = oracle.Figures(self.oracle, "UTC", "won")
        for view in self.oracle.views:
            if figures.person(view.browser, view.at) == ("visitor", talk.visitor):
                view.page = None

    def erase_lead(self, at: datetime, n: int) -> None:
        """As an erasure must: the lead's conversations are emptied, its row goes."""
        if found := self._living(n):
            one, row = found
            held = Conversation.objects.filter(lead=row)
            held.filter(erased_at=None).update(erased_at=at, lead=None, device=None,
                                               language=None, page_url=None)  # fmt: skip
            held.update(lead=None)
            for of, made in self.talks:
                was = made.erased_at
                made.refresh_from_db()
                if made.erased_at and not was:
                    self._forget_pages(of)
                    of.page = None
            LeadEvent.objects.filter(lead=row).delete()
            Note.objects.filter(lead=row).delete()
            merged = Lead.objects.filter(merged_into=row)
            LeadEvent.objects.filter(lead__in=merged).delete()
            Note.objects.filter(lead__in=merged).delete()
            merged.delete()
            Lead.objects.filter(pk=row.pk).delete()
            one.is_erased, one.page = True, None
