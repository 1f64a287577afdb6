"""The production settings pass every check of Django's deployment list."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.database import CHECKOUT

PRODUCTION = {
    "DATABASE_URL": "postgresql://synaptiq:secret@db.example.com/synaptiq",
    "SECRET_KEY": "aB3$" + "kq9Zx7Wm2Vt5" * 5,
    "ENCRYPTION_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMTI=",
    "PUBLIC_URL": "https://synaptiq.example.com",
    "EMAIL_URL": "smtps://user:password@smtp.example.com:465",
    "TRUSTED_PROXIES": "10.0.0.0/8",
}
PYTHON = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT / "src"),
          "DJANGO_SETTINGS_MODULE": "synaptiq.project.settings"}  # fmt: skip


def _run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env={**PYTHON, **environ}, capture_output=True, text=True
    )


def test_the_deployment_check_finds_nothing() -> None:
    done = _run("-m", "django", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_check_would_find_plain_http() -> None:
    plain = PRODUCTION | {"PUBLIC_URL": "http://synaptiq.example.com"}
    done = _run("-m", "django", "check", "--deploy", "--fail-level", "WARNING", **plain)
    assert done.returncode != 0
    assert "SESSION_COOKIE_SECURE" in done.stderr


def test_the_policy_allows_no_inline_code() -> None:
    show = "from django.conf import settings; print(settings.CONTENT_SECURITY_POLICY)"
    policy = _run("-c", show, **PRODUCTION).stdout
    assert "unsafe" not in policy
    assert "'default-src': [\"'none'\"]" in policy
