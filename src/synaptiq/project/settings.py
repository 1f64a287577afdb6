"""Django's settings, made from the variables of `kit.config`. Nothing here reads the environment.

Where DATABASE_URL is unset, the terminal starts the embedded database before Django is loaded,
and sets DATABASE_URL, SECRET_KEY and ENCRYPTION_KEYS for its process.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from synaptiq.kit import config
from synaptiq.kit.database import django_database

CONFIG = config.read()

HOME: Path = CONFIG["SYNAPTIQ_HOME"]
SPOOL_DIR: Path = CONFIG["SPOOL_DIR"]
EXPORT_DIR: Path = CONFIG["EXPORT_DIR"]
IMPORT_DIR: Path = CONFIG["IMPORT_DIR"]
PUBLIC_URL: str = CONFIG["PUBLIC_URL"]
ENCRYPTION_KEYS: tuple[str, ...] = CONFIG["ENCRYPTION_KEYS"]
TRUSTED_PROXIES: tuple[str, ...] = CONFIG["TRUSTED_PROXIES"]
SIGNUP: str = CONFIG["SIGNUP"]
CHAT_LIMIT: int = CONFIG["CHAT_LIMIT"]
BOOKINGS_A_DAY: int = CONFIG["BOOKINGS_A_DAY"]
DEMO: bool = config.is_demo(CONFIG["EMAIL_URL"])
_public = urlsplit(PUBLIC_URL)
_https = _public.scheme == "https"

DEBUG = False
SECRET_KEY: str = CONFIG["SECRET_KEY"] or "only-for-commands-that-need-no-secret-and-serve-nobody"
ALLOWED_HOSTS = [_public.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "synaptiq.accounts",
    "synaptiq.sites",
    "synaptiq.leads",
    "synaptiq.conversations",
    "synaptiq.meetings",
    "synaptiq.agent",
    "synaptiq.analytics",
    "synaptiq.exports",
    "synaptiq.dashboard",
    "synaptiq.api",
    "synaptiq.widget",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "synaptiq.project.middleware.RequestContext",
    "synaptiq.project.middleware.CompressedPages",
    "synaptiq.dashboard.middleware.Refusals",
    "synaptiq.api.chat.crossing.CrossOrigin",
    "synaptiq.api.problems.Problems",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "synaptiq.dashboard.middleware.CurrentAccount",
]

ROOT_URLCONF = "synaptiq.project.urls"
ASGI_APPLICATION = "synaptiq.project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "synaptiq.dashboard.context.shell",
            ],
            "builtins": ["synaptiq.dashboard.templatetags.components"],
        },
    }
]

DATABASES = {"default": django_database(CONFIG["DATABASE_URL"] or "")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sessions, throttles and Django's cache live in the database: any number of web processes agree.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # At Django's 300, anybody could push the counts of failed attempts out by making others.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "synaptiq_session"
CSRF_COOKIE_NAME = "synaptiq_csrf"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "synaptiq.dashboard.errors.csrf_failure"

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # `data:` for the QR code of two-factor sign-in.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
ACCOUNT_ADAPTER = "synaptiq.dashboard.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "signup": "20/m/ip",
    "confirm_email": "1/10s/key",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# One address a person: a new one takes the old one's place once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
# In the browser in which one has just signed up, opening the link signs in.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "login_webauthn": "synaptiq.dashboard.people.passkeys.SignInForm",
    "authenticate_webauthn": "synaptiq.dashboard.people.passkeys.SecondFactorForm",
    "reauthenticate_webauthn": "synaptiq.dashboard.people.passkeys.ConfirmForm",
}
MFA_TOTP_ISSUER = "Synaptiq"
MFA_ADAPTER = "synaptiq.dashboard.people.adapter.MFAAdapter"

EMAIL_BACKEND = "synaptiq.accounts.mail.QueuedBackend"
EMAIL_URL: str = CONFIG["EMAIL_URL"]
DEFAULT_FROM_EMAIL: str = CONFIG["EMAIL_FROM"]

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "synaptiq.dashboard.staticfiles.HashedFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

SILENCED_SYSTEM_CHECKS = [
    # TLS ends at the proxy, which also redirects; the product never sees plain HTTP from outside.
    "security.W008",
    # `/admin/leads` and what is below it share a prefix without a slash at the end.
    "urls.W002",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "synaptiq.kit.faults.LogFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            # Whoever has such a link is who it was made for; Django writes down what was asked.
            "secret": [
                "/m/",
                "/invitation/",
                "/account/confirm-email/",
                "/account/password/reset/",
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": CONFIG["LOG_LEVEL"].upper()},
    "loggers": {
        # Procrastinate logs each job's arguments at INFO; ids only, yet of no use to an operator.
        "procrastinate": {"level": "WARNING"},
        # A database that is away for a minute would fill the log: the pool warns of each try to
        # connect, and `utils` gives a second traceback of what the worker has said already. The
        # worker's own errors and the warnings of `project.worker` stay.
        "procrastinate.utils": {"level": "CRITICAL"},
        "psycopg.pool": {"level": "ERROR"},
        # It writes down the id of every passkey.
        "fido2": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # A stranger's wrong Host header would fill the log with tracebacks.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
