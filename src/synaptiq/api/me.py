"""Whose key this is: the first call of every client, and of every "test connection"."""

from __future__ import annotations

from ninja import Router

from synaptiq.api import schemas
from synaptiq.api.requests import READ, Request, takes_only

router = Router(tags=["Authentication"])


@router.api_operation(READ, "/me", response=schemas.Me, summary="See whose key this is")
def me(request: Request) -> schemas.Me:
    """The key, the member it acts as with their rights of this moment, and the account."""
    takes_only(request)
    actor = request.auth
    assert actor.api_key is not None
    assert actor.member is not None
    return schemas.Me(
        key=schemas.KeyOfMe(
            id=actor.api_key.public_id,
            name=actor.api_key.name,
            scopes=actor.api_key.scopes,
            expires_at=actor.api_key.expires_at,
        ),
        member=schemas.MemberOfMe(
            id=actor.member.public_id,
            email=actor.member.user.email,
            roles=actor.member.roles,
            permissions=sorted(permission.value for permission in actor.permissions),
        ),
        account=schemas.AccountOfMe(
            id=actor.account.public_id, name=actor.account.name, timezone=actor.account.timezone
        ),
    )
