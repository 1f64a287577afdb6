"""Settings > Security: one's own sign-in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from synaptiq.dashboard.access import needs
from synaptiq.dashboard.people.passkeys import id_of, passkeys
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame


@require_safe
@needs()
def security(request: SignedIn) -> HttpResponse:
    """Email address, password, passkeys and two-factor codes, with the pages for them."""
    mine = {a.type: a for a in Authenticator.objects.filter(user_id=request.user.pk)}
    codes = mine.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "app": mine.get(Authenticator.Type.TOTP),
        "passkeys": [_shown(one) for one in passkeys(request.user)],
        "has_codes": codes is not None,
        "codes_left": len(RecoveryCodes(codes).get_unused_codes()) if codes else 0,
    }
    return frame.show(request, "security", context)


def _shown(passkey: Authenticator) -> dict[str, Any]:
    """A passkey as the list shows it."""
    return {
        "id": id_of(passkey),
        "name": passkey.wrap().name,
        "added": passkey.created_at,
        "used": passkey.last_used_at,
    }
