"""`synaptiq demo` with five visitors: for what a first start does, whatever it fills in."""

from __future__ import annotations

from synaptiq.terminal import start, visitors

visitors.VISITORS = 5

if __name__ == "__main__":
    start.main()
