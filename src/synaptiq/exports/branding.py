"""How an account's reports look: its colours and its logo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synaptiq.accounts import audit, values
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.exports import logos
from synaptiq.exports.models import ReportBranding
from synaptiq.kit import colours

ACCENT, SECOND = "#0f766e", "#c3c9d2"


@dataclass(frozen=True)
class Branding:
    """`accent` draws lines, bars and the rule; `second` the period before. As chosen; what is
    printed has the contrast that it needs on white. `logo` is a PNG."""

    accent: str = ACCENT
    second: str = SECOND
    logo: bytes | None = None

    @property
    def printed(self) -> str:
        """The accent, or the lightest of its shades that is seen on white."""
        return colours.darkened(self.accent, colours.FOR_SHAPES)


def branding() -> Branding:
    """That of the current account; the product's own where none was chosen."""
    row = ReportBranding.objects.first()
    if row is None:
        return Branding()
    return Branding(row.accent, row.second, bytes(row.logo) if row.logo else None)


def save(
    actor: Actor, *, accent: Any, second: Any, logo: bytes | None = None, remove_logo: bool = False
) -> Branding:
    """Change them. `logo` is a file as it was uploaded, None to keep what is there.

    Raises Invalid naming each field that is wrong; then nothing is changed.
    """
    actor.check(Permission.SETTINGS)
    checked = values.checked(accent=(_colour, accent), second=(_colour, second))
    # Read before the account is held: that may take seconds.
    picture = logos.clean(logo) if logo is not None else None
    with doing(actor, "branding.changed", Permission.SETTINGS):
        before = branding()
        kept = None if remove_logo else before.logo
        after = Branding(checked["accent"], checked["second"], picture or kept)
        changed = [
            name
            for name in ("accent", "second", "logo")
            if getattr(before, name) != getattr(after, name)
        ]
        if changed:
            ReportBranding.objects.update_or_create(
                account=actor.account,
                defaults={"accent": after.accent, "second": after.second, "logo": after.logo},
            )
            audit.record(
                actor, "branding.changed", target=actor.account.public_id,
                detail={"changed": changed},
            )  # fmt: skip
    return after


def _colour(value: Any) -> str:
    try:
        return colours.of_hex(value)
    except (ValueError, AttributeError):
        raise ValueError("is no colour such as #0f766e.") from None
