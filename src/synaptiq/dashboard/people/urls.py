"""Addresses of people's pages. allauth's are listed one by one: only what the product offers."""

from __future__ import annotations

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from synaptiq.dashboard.people import demo, views

urlpatterns: list[URLPattern] = [
    path("", views.root, name="root"),
    path("admin/", views.home, name="home"),
    path("demo/mail", demo.mail, name="demo_mail"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("account/new/", views.create_account, name="account_create"),
    path("account/switch/", views.switch_account, name="account_switch"),
    path("account/keys/", views.keys, name="account_keys"),
    path("account/sign-in/", allauth.login, name="account_login"),
    path("account/sign-out/", allauth.logout, name="account_logout"),
    path("account/sign-up/", allauth.signup, name="account_signup"),
    path("account/inactive/", allauth.account_inactive, name="account_inactive"),
    path("account/confirm-password/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/email/", allauth.email, name="account_email"),
    path(
        "account/confirm-email/",
        allauth.email_verification_sent,
        name="account_email_verification_sent",
    ),
    re_path(
        r"^account/confirm-email/(?P<key>[-:\w]+)/$",
        allauth.confirm_email,
        name="account_confirm_email",
    ),
    path("account/password/", allauth.password_change, name="account_change_password"),
    path("account/password/set/", allauth.password_set, name="account_set_password"),
    path("account/password/reset/", allauth.password_reset, name="account_reset_password"),
    path(
        "account/password/reset/sent/",
        allauth.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "account/two-factor/",
        RedirectView.as_view(pattern_name="settings:security"),
        name="mfa_index",
    ),
    path("account/two-factor/code/", mfa.authenticate, name="mfa_authenticate"),
    path("account/two-factor/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "account/two-factor/confirm/passkey/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/two-factor/app/on/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/two-factor/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "account/two-factor/recovery-codes/",
        codes.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/two-factor/recovery-codes/new/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/two-factor/recovery-codes/file/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
