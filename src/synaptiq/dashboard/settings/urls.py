"""Addresses under /admin/settings."""

from __future__ import annotations

from django.urls import URLPattern, path

from synaptiq.dashboard.settings import (
    account,
    audit,
    branding,
    calendar,
    keys,
    notices,
    passkeys,
    profile,
    properties,
    security,
    sessions,
    site_greetings,
    site_identity,
    sites,
    team,
)

app_name = "settings"

urlpatterns: list[URLPattern] = [
    path("", account.index, name="index"),
    path("/account", account.account, name="account"),
    path("/account/close", account.close, name="close"),
    path("/account/transfer", account.transfer, name="transfer"),
    path("/account/leave", account.leave, name="leave"),
    path("/you/profile", profile.profile, name="profile"),
    path("/you/calendar", calendar.calendar, name="calendar"),
    path("/you/sessions", sessions.sessions, name="sessions"),
    path("/you/sessions/end-others", sessions.end_others, name="end_sessions"),
    path("/you/sessions/<str:session_id>/end", sessions.end, name="end_session"),
    path("/team/members", team.members, name="members"),
    path("/team/members/invite", team.invite, name="invite"),
    path("/team/members/<str:public_id>/remove", team.remove, name="remove"),
    path(
        "/team/invitations/<str:public_id>/revoke",
        team.revoke_invitation,
        name="revoke_invitation",
    ),
    path("/team/roles", team.roles, name="roles"),
    path("/team/roles/<str:public_id>", team.set_roles, name="set_roles"),
    path("/api-keys", keys.api_keys, name="api_keys"),
    path("/api-keys/new", keys.new, name="new_key"),
    path("/api-keys/<str:public_id>/revoke", keys.revoke, name="revoke_key"),
    path("/sites", sites.sites, name="sites"),
    path("/sites/new", sites.new, name="new_site"),
    path("/sites/<str:public_id>", sites.site, name="site"),
    path("/sites/<str:public_id>/installed", sites.installed, name="site_installed"),
    path("/sites/<str:public_id>/change", sites.change, name="change_site"),
    path("/sites/<str:public_id>/origins", sites.add_origin, name="add_origin"),
    path("/sites/<str:public_id>/privacy", sites.privacy, name="site_privacy"),
    path("/sites/<str:public_id>/identity", site_identity.make, name="make_identity"),
    path("/sites/<str:public_id>/identity/remove", site_identity.remove, name="remove_identity"),
    path("/sites/<str:public_id>/greetings/new", site_greetings.new, name="new_greeting"),
    path(
        "/sites/<str:public_id>/greetings/<str:greeting_id>",
        site_greetings.change,
        name="greeting",
    ),
    path(
        "/sites/<str:public_id>/greetings/<str:greeting_id>/switch",
        site_greetings.switch,
        name="switch_greeting",
    ),
    path(
        "/sites/<str:public_id>/greetings/<str:greeting_id>/move",
        site_greetings.move,
        name="move_greeting",
    ),
    path(
        "/sites/<str:public_id>/greetings/<str:greeting_id>/delete",
        site_greetings.delete,
        name="delete_greeting",
    ),
    path("/leads/custom-properties", properties.properties, name="properties"),
    path("/leads/custom-properties/new", properties.new, name="new_property"),
    path(
        "/leads/custom-properties/<str:public_id>/rename",
        properties.rename,
        name="rename_property",
    ),
    path("/leads/custom-properties/<str:public_id>/move", properties.move, name="move_property"),
    path(
        "/leads/custom-properties/<str:public_id>/type",
        properties.convert,
        name="convert_property",
    ),
    path("/leads/custom-properties/<str:public_id>/stop", properties.stop, name="stop_property"),
    path(
        "/leads/custom-properties/<str:public_id>/archive",
        properties.archive,
        name="archive_property",
    ),
    path(
        "/leads/custom-properties/<str:public_id>/restore",
        properties.restore,
        name="restore_property",
    ),
    path("/exports/branding", branding.branding, name="branding"),
    path("/exports/branding/preview", branding.preview, name="branding_preview"),
    path("/you/notifications", notices.notices, name="notices"),
    path("/security", security.security, name="security"),
    path("/security/passkeys/new", passkeys.add, name="add_passkey"),
    path("/security/passkeys/<str:passkey_id>/rename", passkeys.rename, name="rename_passkey"),
    path("/security/passkeys/<str:passkey_id>/remove", passkeys.remove, name="remove_passkey"),
    path("/security/audit-log", audit.audit_log, name="audit_log"),
    path("/security/audit-log/<str:public_id>", audit.entry, name="audit_entry"),
]
