"""API keys: what is kept of them, when they work, and what they count."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from synaptiq.accounts import actions, actors, authentication, queries
from synaptiq.accounts.actors import Actor, Scope
from synaptiq.accounts.models import Account, APIKey, APIKeyReads, AuditEntry, Member, User
from synaptiq.accounts.roles import Permission
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound, Unauthenticated

Cast = Callable[..., Actor]
Members = Callable[..., Member]
NOON = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def secret(account: Account, actor: Cast) -> str:
    """The secret of a key that acts as an Owner."""
    return make(actor("owner"))


def make(owner: Actor, **fields: object) -> str:
    _, secret = actions.create_api_key(
        owner, owner.name, **{"name": "Sync", "scopes": ["leads:read"], **fields}
    )
    return secret


def test_a_secret_can_be_recognised_and_only_its_hash_is_kept(secret: str) -> None:
    assert re.fullmatch(r"sk_syn_[a-z2-7]{40}", secret)
    key = APIKey.objects.get()
    assert key.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert key.hint == f"sk_syn_…{secret[-4:]}"
    assert secret not in repr(list(APIKey.objects.values()) + list(AuditEntry.objects.values()))


def test_a_fresh_secret_is_not_printed_by_accident() -> None:
    issued = authentication.issue()
    assert issued.secret not in repr(issued)
    assert issued.secret_hash in repr(issued)


def test_a_key_is_found_with_its_account_and_member(secret: str, account: Account) -> None:
    key = authentication.authenticate(secret)
    assert (key.account, key.member.user.is_active) == (account, True)


@pytest.mark.parametrize(
    "given",
    ["", "sk_syn_", "sk_syn_" + "a" * 40, "sk_syn_" + "a" * 39 + "\n", "SK_SYN_" + "a" * 40,
     "a" * 100_000, "sk_syn_\ud800" + "a" * 39, "sk_syn_" + "a" * 39 + "\x00"],
)  # fmt: skip
def test_every_unknown_secret_gets_the_same_sentence(secret: str, given: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        authentication.authenticate(given)
    assert refused.value.code == "key_unknown"
    assert refused.value.detail.startswith("This API key is not known.")


def test_who_holds_a_dead_key_learns_why_it_is_dead(
    account: Account, actor: Cast, member: Members
) -> None:
    owner, jane = actor("owner"), member("viewer", email="jane@acme.example")
    made: dict[str, str] = {}
    for name in ("revoked", "expired", "removed", "disabled"):
        who = member("viewer", email=f"{name}@acme.example").public_id
        key, made[name] = actions.create_api_key(
            owner, who, name=name, scopes=["leads:read"],
            expires_at=clock.now() + timedelta(days=1) if name == "expired" else None,
        )  # fmt: skip
        if name == "revoked":
            actions.revoke_api_key(owner, key.public_id)
    assert queries.living_api_keys().count() == 3
    Member.objects.filter(user__email__startswith="removed").update(removed_at=clock.now())
    User.objects.filter(email__startswith="disabled").update(is_active=False)
    _, made["closed"] = actions.create_api_key(
        owner, jane.public_id, name="closed", scopes=["leads:read"]
    )
    with clock.freeze(clock.now() + timedelta(days=1)):
        codes = {name: _code(secret) for name, secret in made.items() if name != "closed"}
        assert authentication.authenticate(made["closed"]).member == jane
        assert [key.name for key in queries.living_api_keys()] == ["closed"]
        actions.close_account(owner)
        assert not queries.living_api_keys().exists()
        codes["closed"] = _code(made["closed"])
    assert codes == {
        "revoked": "key_revoked",
        "expired": "key_expired",
        "removed": "key_member_removed",
        "disabled": "key_member_removed",
        "closed": "account_closed",
    }


def _code(secret: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        authentication.authenticate(secret)
    return refused.value.code


def test_the_last_use_is_written_at_most_once_a_minute(secret: str) -> None:
    for seconds, written in ((0, 0), (59, 0), (60, 60), (61, 60)):
        with clock.freeze(NOON + timedelta(seconds=seconds)):
            authentication.authenticate(secret)
        assert APIKey.objects.get().last_used_at == NOON + timedelta(seconds=written)


def test_a_key_loses_rights_with_its_member(account: Account, actor: Cast, member: Members) -> None:
    owner, jane = actor("owner"), member("export", email="jane@acme.example")
    _, secret = actions.create_api_key(
        owner, jane.public_id, name="Sync", scopes=["leads:read", "exports:write"]
    )
    assert actors.of_api_key(authentication.authenticate(secret)).can(Permission.EXPORT)
    actions.set_roles(owner, jane.public_id, ["viewer"])
    of_key = actors.of_api_key(authentication.authenticate(secret))
    assert not of_key.can(Permission.EXPORT)
    assert of_key.can(Permission.READ)


def test_a_scope_that_a_key_lacks_is_denied(secret: str) -> None:
    key = actors.of_api_key(authentication.authenticate(secret))
    key.check_scope(Scope.LEADS_READ)
    with pytest.raises(Denied, match="lacks the scope exports:write"):
        key.check_scope(Scope.EXPORTS_WRITE)


def test_a_key_is_no_way_up(account: Account, actor: Cast, member: Members) -> None:
    admin, owner = actor("admin"), member("owner")
    with pytest.raises(Denied) as refused:
        actions.create_api_key(admin, owner.public_id, name="Up", scopes=["leads:read"])
    assert refused.value.code == "key_above_maker"
    assert not APIKey.objects.exists()


@pytest.mark.parametrize("role", ["export", "agent", "viewer", "auditor"])
def test_nobody_below_an_admin_touches_keys(account: Account, actor: Cast, role: str) -> None:
    low, owner = actor(role), actor("owner")
    make(owner)
    key = APIKey.objects.get()
    with pytest.raises(Denied):
        actions.create_api_key(low, low.name, name="Mine", scopes=["leads:read"])
    with pytest.raises(Denied):
        actions.revoke_api_key(low, key.public_id)
    key.refresh_from_db()
    assert key.revoked_at is None
    assert APIKey.objects.count() == 1


def test_wrong_fields_are_named(account: Account, actor: Cast) -> None:
    owner = actor("owner")
    with pytest.raises(Invalid) as refused:
        make(owner, name=" ", scopes=[], expires_at=clock.now())
    assert set(refused.value.fields) == {"name", "scopes", "expires_at"}
    with pytest.raises(NotFound):
        actions.create_api_key(owner, "mem_none", name="Sync", scopes=["leads:read"])


def test_an_account_has_so_many_keys_at_most(
    account: Account, actor: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.accounts.actions.keys.MOST_KEYS", 1)
    owner = actor("owner")
    make(owner)
    with pytest.raises(Conflict):
        make(owner)
    actions.revoke_api_key(owner, APIKey.objects.get().public_id)
    make(owner)


def test_revoking_twice_is_one_revocation(secret: str, account: Account) -> None:
    key = APIKey.objects.select_related("member__account").get()
    owner = actors.of_member(key.member)
    actions.revoke_api_key(owner, key.public_id)
    actions.revoke_api_key(owner, key.public_id)
    assert AuditEntry.objects.filter(action="api_key.revoked").count() == 1


def test_reads_are_counted_by_day_and_dataset(secret: str) -> None:
    key = APIKey.objects.get()
    for at, rows in ((NOON, 100), (NOON, 3), (NOON + timedelta(hours=12), 7)):
        with clock.freeze(at):
            authentication.count_reads(key, "leads", rows)
    counted = APIKeyReads.objects.order_by("day").values_list("day", "dataset", "requests", "rows")
    assert list(counted) == [
        (date(2026, 3, 15), "leads", 2, 103),
        (date(2026, 3, 16), "leads", 1, 7),
    ]


def test_the_log_gets_each_day_of_reading_once_when_it_is_over(
    secret: str, account: Account
) -> None:
    key = APIKey.objects.get()
    with clock.freeze(NOON):
        authentication.count_reads(key, "leads", 103)
        assert actions.log_api_key_reads() == 0, "the day is not over"
    midnight = datetime(2026, 3, 16, tzinfo=UTC)
    with clock.freeze(midnight + timedelta(minutes=9)):
        assert actions.log_api_key_reads() == 0, "a request may still be counting"
    with clock.freeze(midnight + timedelta(minutes=10)):
        assert actions.log_api_key_reads() == 1
        assert actions.log_api_key_reads() == 0
    entry = AuditEntry.objects.get(action="api.read")
    assert (entry.actor, entry.actor_kind, entry.on_behalf_of) == (
        key.public_id, "api_key", Member.objects.get().public_id,
    )  # fmt: skip
    assert (entry.dataset, entry.rows, entry.detail) == (
        "leads", 103, {"day": "2026-03-15", "requests": 1},
    )  # fmt: skip
