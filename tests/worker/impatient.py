"""`synaptiq worker` with its waits cut short, for tests of what happens after them.

A worker counts as dead after three seconds, not eight; a lost database is noticed after one, not
five.
"""

from __future__ import annotations

import os

import django

if __name__ == "__main__":
    django.setup()
    from synaptiq.project import rescue, worker
    from synaptiq.terminal.main import main

    rescue.STALLED_SECONDS = worker.STALLED_SECONDS = 3
    worker.HEARTBEAT_SECONDS = worker.LOOK_SECONDS = worker.RESCUE_SECONDS = 0.5
    worker.CONNECT_SECONDS = 1.0
    worker.GRACE_SECONDS = float(os.environ.get("GRACE_SECONDS", worker.GRACE_SECONDS))
    main()
