"""Settings of the tests: the product's own, on the tests' embedded PostgreSQL.

Importing this starts the server (all test processes share it, the last one stops it).
"""

import atexit
import os
import tempfile
from pathlib import Path

from tests.database import SERVER, database_name

os.environ.pop("DATABASE_OWNER_URL", None)
os.environ["DATABASE_URL"] = SERVER.urls.runtime
os.environ["SECRET_KEY"] = "tests-" * 10
os.environ["ENCRYPTION_KEYS"] = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMTI="
os.environ["EMAIL_URL"] = "smtp://127.0.0.1:2525"
os.environ.pop("PUBLIC_URL", None)
_home = tempfile.TemporaryDirectory(prefix="synaptiq-tests-")
atexit.register(_home.cleanup)
os.environ["SYNAPTIQ_HOME"] = _home.name

from synaptiq.project.settings import *  # noqa: E402, F403

DATABASES["default"]["NAME"] = database_name()  # noqa: F405
DATABASES["default"]["OPTIONS"].pop("pool")  # noqa: F405
HOME = Path(_home.name)
# Argon2 is slow on purpose; tests sign in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
