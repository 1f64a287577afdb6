"""The product's settings with the jobs of these tests."""

from synaptiq.project.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.worker.jobs"]  # noqa: F405
