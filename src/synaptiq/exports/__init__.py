"""Exports: from a request to a file that is provably whole. Read `pipeline.py` first."""
