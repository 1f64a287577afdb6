"""Who gets what from the pages about one's own sign-in. They know no account and no role.

A row that depended on a role would be a fault, so there are two answers only: the stranger's and
everybody else's. Nobody here has two-factor sign-in on: 404 is for what that alone has.
What weighs more asks for the password first, and so leads on (`to`) without a change.
"""

from __future__ import annotations

from typing import Any

from tests.tenancy.expected import Row

ACCOUNT = "/account"
CODES = "/account/two-factor/recovery-codes"
APP = "/account/two-factor/app"


def _row(
    name: str, method: str, path: str, stranger: str, member: str, body: Any = None,
    *, changes: bool = True,
) -> Row:  # fmt: skip
    return Row(name, method, path, " ".join([stranger] + [member] * 7), body, changes)


# fmt: off
PEOPLE: tuple[Row, ...] = (
    _row("account_login", "GET", f"{ACCOUNT}/sign-in/", "200", "to"),
    _row("account_login", "POST", f"{ACCOUNT}/sign-in/", "200", "to", {"login": "OWNER@OURS-SECRET.EXAMPLE", "password": "wrong"}, changes=False),
    _row("account_logout", "GET", f"{ACCOUNT}/sign-out/", "in", "200"),
    _row("account_logout", "POST", f"{ACCOUNT}/sign-out/", "in", "in", {}, changes=False),
    _row("account_signup", "GET", f"{ACCOUNT}/sign-up/", "200", "to"),
    _row("account_inactive", "GET", f"{ACCOUNT}/inactive/", "200", "200"),
    _row("account_keys", "GET", f"{ACCOUNT}/keys/", "in", "to"),
    _row("account_keys", "POST", f"{ACCOUNT}/keys/", "in", "to", {}),
    _row("account_reauthenticate", "GET", f"{ACCOUNT}/confirm-password/", "in", "200"),
    _row("account_reauthenticate", "POST", f"{ACCOUNT}/confirm-password/", "in", "200", {"password": "wrong"}, changes=False),
    _row("account_email", "GET", f"{ACCOUNT}/email/", "in", "200"),
    _row("account_email", "POST", f"{ACCOUNT}/email/", "in", "to", {"action_add": "", "email": "new@person.example"}, changes=False),
    _row("account_email_verification_sent", "GET", f"{ACCOUNT}/confirm-email/", "200", "200"),
    _row("account_confirm_email", "GET", f"{ACCOUNT}/confirm-email/wrong-key/", "200", "200"),
    _row("account_confirm_email", "POST", f"{ACCOUNT}/confirm-email/wrong-key/", "404", "404", {}),
    _row("account_change_password", "GET", f"{ACCOUNT}/password/", "in", "200"),
    _row("account_change_password", "POST", f"{ACCOUNT}/password/", "in", "200", {"oldpassword": "wrong", "password1": "a new long one", "password2": "a new long one"}, changes=False),
    _row("account_set_password", "GET", f"{ACCOUNT}/password/set/", "in", "to"),
    _row("account_set_password", "POST", f"{ACCOUNT}/password/set/", "in", "to", {"password1": "a new long one", "password2": "a new long one"}, changes=False),
    _row("account_reset_password", "GET", f"{ACCOUNT}/password/reset/", "200", "200"),
    _row("account_reset_password", "POST", f"{ACCOUNT}/password/reset/", "to", "to", {"email": "owner@ours-secret.example"}, changes=False),
    _row("account_reset_password_done", "GET", f"{ACCOUNT}/password/reset/sent/", "200", "200"),
    _row("account_reset_password_from_key", "GET", f"{ACCOUNT}/password/reset/1-wrong-key/", "200", "200"),
    _row("account_reset_password_from_key", "POST", f"{ACCOUNT}/password/reset/1-wrong-key/", "200", "200", {"password1": "a new long one"}, changes=False),
    _row("account_reset_password_from_key_done", "GET", f"{ACCOUNT}/password/reset/done/", "200", "200"),
    _row("mfa_index", "GET", f"{ACCOUNT}/two-factor/", "to", "to"),
    _row("mfa_authenticate", "GET", f"{ACCOUNT}/two-factor/code/", "in", "to"),
    _row("mfa_authenticate", "POST", f"{ACCOUNT}/two-factor/code/", "in", "to", {"code": "123456"}, changes=False),
    _row("mfa_reauthenticate", "GET", f"{ACCOUNT}/two-factor/confirm/", "in", "to"),
    _row("mfa_login_webauthn", "GET", f"{ACCOUNT}/sign-in/passkey/", "in", "to"),
    _row("mfa_login_webauthn", "POST", f"{ACCOUNT}/sign-in/passkey/", "in", "to", {"credential": "{{}}"}, changes=False),
    _row("mfa_reauthenticate_webauthn", "GET", f"{ACCOUNT}/two-factor/confirm/passkey/", "in", "to"),
    _row("mfa_reauthenticate_webauthn", "POST", f"{ACCOUNT}/two-factor/confirm/passkey/", "in", "to", {"credential": "{{}}"}, changes=False),
    _row("mfa_activate_totp", "GET", f"{APP}/on/", "in", "to"),
    _row("mfa_activate_totp", "POST", f"{APP}/on/", "in", "to", {"code": "123456"}, changes=False),
    _row("mfa_deactivate_totp", "GET", f"{APP}/off/", "in", "404"),
    _row("mfa_deactivate_totp", "POST", f"{APP}/off/", "in", "404", {}, changes=False),
    _row("mfa_view_recovery_codes", "GET", f"{CODES}/", "in", "404"),
    _row("mfa_generate_recovery_codes", "GET", f"{CODES}/new/", "in", "to"),
    _row("mfa_generate_recovery_codes", "POST", f"{CODES}/new/", "in", "to", {}, changes=False),
    _row("mfa_download_recovery_codes", "GET", f"{CODES}/file/", "in", "404"),
)
# fmt: on
