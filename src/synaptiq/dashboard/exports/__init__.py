"""Exports: choosing what a file holds, waiting for it, the list of runs, and the file itself."""
