"""A worker of the long queue that waits half a second, not twenty, for its jobs to end."""

from __future__ import annotations

import django

if __name__ == "__main__":
    django.setup()
    from synaptiq.project import worker

    worker.GRACE_SECONDS = 0.5
    worker.main({"long": 1})
