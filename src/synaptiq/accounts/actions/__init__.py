"""Writing accounts: one function for each use case, called by pages, API, jobs and terminal alike.

Each asks the actor for its permission, changes, and writes the audit entry in one transaction;
a denial is written in one of its own.
"""

from synaptiq.accounts.actions.accounts import close_account, create_account, update_account
from synaptiq.accounts.actions.keys import create_api_key, log_api_key_reads, revoke_api_key
from synaptiq.accounts.actions.members import (
    accept_invitation,
    invite_member,
    leave,
    remove_member,
    revoke_invitation,
    set_roles,
    transfer_ownership,
)
from synaptiq.accounts.actions.notices import (
    choose_mailed_kinds,
    forget_notices,
    mark_notice,
    mark_notices_read,
    notify,
    settle_notices,
    told_of,
)
from synaptiq.accounts.actions.people import (
    add_person,
    change_profile,
    set_density,
    set_single_keys,
)
from synaptiq.accounts.actions.sessions import (
    end_other_sessions,
    end_session,
    forget_sessions,
    session_seen,
)

__all__ = [
    "accept_invitation",
    "add_person",
    "change_profile",
    "choose_mailed_kinds",
    "close_account",
    "create_account",
    "create_api_key",
    "end_other_sessions",
    "end_session",
    "forget_notices",
    "forget_sessions",
    "invite_member",
    "leave",
    "log_api_key_reads",
    "mark_notice",
    "mark_notices_read",
    "notify",
    "remove_member",
    "revoke_api_key",
    "revoke_invitation",
    "session_seen",
    "set_density",
    "set_roles",
    "set_single_keys",
    "settle_notices",
    "told_of",
    "transfer_ownership",
    "update_account",
]
