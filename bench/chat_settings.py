"""The product's settings, with one more address: the plain view that accepting is compared with."""

from synaptiq.project.settings import *  # noqa: F403

ROOT_URLCONF = "bench.chat_reference"
