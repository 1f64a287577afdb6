"""What a member's open pages are told, and to whom nothing is told any more."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import transaction

from synaptiq.accounts import actions as accounts
from synaptiq.accounts import actors, queries
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.tenancy import acting_for
from synaptiq.api.chat.streaming import EventStreams
from synaptiq.conversations import actions, handover, log, presence, telling
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.live import streaming
from synaptiq.dashboard.live.streaming import MemberStreams
from synaptiq.leads import actions as leads
from synaptiq.leads import announcing
from tests.api.chat.test_streaming import TOKEN, Client, untouched
from tests.conftest import make_account, make_member
from tests.conversations.making import make_conversation, make_site, make_visitor
from tests.dashboard.clients import make_leads
from tests.dashboard.live.listening import HOST, Listener, do, play, signed_in


@pytest.fixture
def priya(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="priya@acme.example", name="Priya Shah")


@pytest.fixture
def alex(priya: Member) -> Member:
    return make_member(priya.account, "agent", email="alex@acme.example", name="Alex")


@pytest.fixture
def outsider(committed_db: str) -> Member:
    return make_member(make_account("Others"), "owner")


@pytest.fixture
def made(priya: Member) -> Conversation:
    return make_conversation(("visitor", "Hello"), visitor=make_visitor(make_site(), token=TOKEN))


def write(made: Conversation, *entries: log.Entry) -> None:
    with acting_for(made.account_id), transaction.atomic():
        log.append(handover.hold_by_key(made.pk), entries)


def for_account(account_pk: int, act: Any, *given: Any) -> Any:
    with acting_for(account_pk):
        return act(*given)


def changed(made: Conversation, seq: int) -> dict[str, Any]:
    return {"type": "conversation", "id": made.public_id, "seq": seq}


def test_what_is_written_is_told_to_the_account_and_to_no_other(
    made: Conversation, priya: Member, outsider: Member
) -> None:
    mine, theirs = signed_in(priya), signed_in(outsider)

    async def scenario(streams: MemberStreams) -> None:
        ours = Listener(streams, mine)
        foreign = Listener(streams, theirs)
        for one in (ours, foreign):
            await one.is_ready()
        await do(write, made, log.message("ai", "A secret"))
        await ours.hears(changed(made, 2))
        assert b"secret" not in ours.body
        # Theirs comes after ours, so ours would be there by now.
        await do(for_account, outsider.account_id, telling.unread, outsider.pk)
        await foreign.hears({"type": "unread"})
        assert [event["type"] for event in foreign.events if event["type"] != "again"] == ["unread"]
        await ours.leave()
        await foreign.leave()

    play(scenario)


def test_a_stream_of_another_account_asks_for_none_of_ours(
    made: Conversation, outsider: Member
) -> None:
    """Even where a notification names our conversation under its own account's key."""
    cookie = signed_in(outsider)

    async def scenario(streams: MemberStreams) -> None:
        foreign = Listener(streams, cookie)
        await foreign.is_ready()
        await do(for_account, outsider.account_id, telling.beside, made.pk)
        await do(for_account, outsider.account_id, telling.unread, outsider.pk)
        await foreign.hears({"type": "unread"})
        assert made.public_id.encode() not in foreign.body
        await foreign.leave()

    play(scenario)


def test_a_lead_that_is_changed_by_hand_is_told_to_its_account(
    made: Conversation, priya: Member, outsider: Member
) -> None:
    (lead,) = make_leads(1, public_id="lead_1")
    mine, theirs = signed_in(priya), signed_in(outsider)
    edit = partial(leads.edit_lead, actors.of_member(priya), "lead_1")

    async def scenario(streams: MemberStreams) -> None:
        ours, foreign = Listener(streams, mine), Listener(streams, theirs)
        for one in (ours, foreign):
            await one.is_ready()
        await do(edit, {"company": "A secret"})
        await ours.hears({"type": "lead", "id": "lead_1"})
        assert b"secret" not in ours.body
        # Of many nobody is named; one of another account is not found.
        await do(for_account, priya.account_id, announcing.changed, range(1, 100))
        await ours.hears({"type": "lead"})
        await do(for_account, outsider.account_id, announcing.changed, [lead.pk])
        await do(for_account, outsider.account_id, telling.unread, outsider.pk)
        await foreign.hears({"type": "unread"})
        assert [event["type"] for event in foreign.events if event["type"] != "again"] == ["unread"]
        await ours.leave()
        await foreign.leave()

    play(scenario)


def test_typing_reaches_the_members_and_the_other_side(made: Conversation, priya: Member) -> None:
    cookie = signed_in(priya)
    with acting_for(made.account_id):
        other = make_conversation(
            ("visitor", "x"), visitor=make_visitor(made.site, token="vt_other")
        )

    async def scenario(streams: MemberStreams) -> None:
        ours = Listener(streams, cookie)
        visitors = EventStreams(untouched, streams.hub)
        here = Client(visitors, made.site)
        there = Client(visitors, made.site, headers={"authorization": "Bearer vt_other"})
        for visitor in (here, there):
            await visitor.until(lambda v=visitor: v.seqs == [1])
        await ours.is_ready()
        await do(telling.visitor_types, made.account_id, made.pk)
        await ours.hears({"type": "typing", "id": made.public_id, "sender": "visitor"})
        await do(for_account, made.account_id, telling.member_types, made.pk, priya.pk)
        about = {"type": "typing", "sender": "agent"}
        await ours.hears(
            {**about, "id": made.public_id, "member": priya.public_id, "name": "Priya Shah"}
        )
        # The first name, as all that a visitor gets; and no seq, from which a stream could go on.
        said = b'event: typing\ndata: {"type":"typing","sender":"agent","name":"Priya"}\n\n'
        await here.until(lambda: here.body.endswith(said))
        # A visitor never gets what they typed themselves, nor what another one is written.
        assert here.body.count(b"event: typing") == 1
        await do(write, other, log.message("ai", "Hi"))
        await there.until(lambda: there.seqs == [1, 2])
        assert b"typing" not in there.body
        for one in (ours, here, there):
            await one.leave()
        await visitors.close()

    play(scenario)


def test_a_visitor_who_comes_is_online_and_told(made: Conversation, priya: Member) -> None:
    cookie = signed_in(priya)

    async def scenario(streams: MemberStreams) -> None:
        ours = Listener(streams, cookie)
        await ours.is_ready()
        visitors = EventStreams(untouched, streams.hub)
        here = Client(visitors, made.site)
        await ours.hears({"type": "beside", "id": made.public_id})
        assert await do(for_account, made.account_id, presence.online, [made.pk]) == {made.pk}
        await here.leave()
        await ours.leave()
        await visitors.close()

    play(scenario)


def test_notices_and_what_is_unread_are_the_members_own(
    made: Conversation, priya: Member, alex: Member
) -> None:
    cookies = signed_in(priya), signed_in(alex)

    async def scenario(streams: MemberStreams) -> None:
        hers, his = Listener(streams, cookies[0]), Listener(streams, cookies[1])
        for one in (hers, his):
            await one.is_ready()
        await do(accounts.notify, priya, NoticeKind.MENTIONED, "mentions you", "lead_x")
        await hers.hears({"type": "notices"})
        await do(for_account, made.account_id, presence.read, priya, made, 1)
        await hers.hears({"type": "unread"})
        await do(actions.add_note, actors.of_member(alex), made.public_id, "Note")
        await his.hears({"type": "beside", "id": made.public_id})
        assert {event["type"] for event in his.events} == {"again", "beside"}
        await hers.leave()
        await his.leave()

    play(scenario)


def test_a_member_is_here_as_long_as_a_page_is_open(made: Conversation, priya: Member) -> None:
    def is_here() -> bool:
        with acting_for(priya.account_id):
            return queries.is_here(queries.member(priya.public_id))

    async def scenario(streams: MemberStreams) -> None:
        assert not await do(is_here)
        one, other = (Listener(streams, signed) for signed in (mine, mine))
        for listener in (one, other):
            await listener.is_ready()
        assert await do(is_here)
        await one.leave()
        assert await do(is_here)
        await other.leave()
        assert not await do(is_here)

    mine = signed_in(priya)
    play(scenario)


def _sign_out(member: Member) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()


def _remove(member: Member) -> None:
    Member.across_accounts.filter(pk=member.pk).update(removed_at="2026-03-01T00:00Z")


def _make_auditor(member: Member) -> None:
    Member.across_accounts.filter(pk=member.pk).update(roles=["auditor"])


def _close_account(member: Member) -> None:
    Account.objects.filter(pk=member.account_id).update(closed_at="2026-03-01T00:00Z")


def _change_password(member: Member) -> None:
    member.user.set_password("another password 1")
    member.user.save()


def _deactivate(member: Member) -> None:
    member.user.is_active = False
    member.user.save()


@pytest.mark.parametrize(
    "act",
    [_sign_out, _remove, _make_auditor, _close_account, _change_password, _deactivate],
)
def test_who_may_not_read_any_more_hears_no_more(
    priya: Member, monkeypatch: pytest.MonkeyPatch, act: Any
) -> None:
    cookie = signed_in(priya)
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.02)

    async def scenario(streams: MemberStreams) -> None:
        one = Listener(streams, cookie)
        # It beats as long as nothing is wrong.
        await one.until(lambda: one.body.count(b": \n\n") > 2)
        await do(act, priya)
        await one.until(lambda: one.is_over)
        late = Listener(streams, cookie)
        await late.until(lambda: late.is_over)
        assert late.start["status"] == 401

    play(scenario)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"headers": {"cookie": None}}, 401), ({"headers": {"cookie": "synaptiq_session=x"}}, 401),
        ({"headers": {"cookie": "synaptiq_session=%00\0"}}, 401), ({"query": ""}, 401),
        ({"query": "account={account}&member={alex}"}, 401),
        ({"query": "account={others}&member={outsider}"}, 401),
        ({"headers": {"origin": "https://evil.example"}}, 403),
        ({"headers": {"origin": "null"}}, 403),
        ({"headers": {"sec-fetch-site": "cross-site"}}, 403),
        ({"headers": {"sec-fetch-site": "same-site"}}, 403),
        ({"method": "POST"}, 405),
        ({"headers": {"origin": f"https://{HOST}", "sec-fetch-site": "same-origin"}}, 200),
    ],
)  # fmt: skip
def test_who_is_refused(
    priya: Member, alex: Member, outsider: Member, asked: dict[str, Any], status: int
) -> None:
    cookie = signed_in(priya)
    if "query" in asked:
        asked["query"] = asked["query"].format(
            account=priya.account.public_id, alex=alex.public_id,
            others=outsider.account.public_id, outsider=outsider.public_id,
        )  # fmt: skip

    async def scenario(streams: MemberStreams) -> None:
        one = Listener(streams, cookie, **asked)
        await one.until(lambda: bool(one.start))
        assert one.start["status"] == status
        assert one.headers["cache-control"].endswith("no-store")
        await one.leave()

    play(scenario)


def test_a_member_has_so_many_and_no_more(priya: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MOST_OF_ONE", 2)
    cookie = signed_in(priya)

    async def scenario(streams: MemberStreams) -> None:
        some = [Listener(streams, cookie) for _ in range(2)]
        for one in some:
            await one.is_ready()
        third = Listener(streams, cookie)
        await third.until(lambda: third.is_over)
        assert third.start["status"] == 429
        for one in some:
            await one.leave()

    play(scenario)


def test_who_missed_something_looks_at_everything(made: Conversation, priya: Member) -> None:
    cookie = signed_in(priya)

    async def scenario(streams: MemberStreams) -> None:
        one = Listener(streams, cookie)
        await one.is_ready()
        before = one.events.count({"type": "again"})
        streams.hub._wake_all()
        await one.until(lambda: one.events.count({"type": "again"}) > before)
        await one.leave()

    play(scenario)
