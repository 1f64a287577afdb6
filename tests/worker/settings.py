"""The product's settings with the jobs of these tests, and less patience with a lost database."""

from synaptiq.project.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.worker.jobs"]  # noqa: F405
DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 1  # noqa: F405
