"""Leads from CSV files, top to bottom the path of one: reading → mapping → cells → plan → run.

    reading.py    encoding, delimiter and header are found; rows come one by one
    charsets.py   which encoding a text without a mark is in, told by its words
    mapping.py    which column becomes which field, proposed by name and by values
    cells.py      the cells of a row as a lead's values, checked by `values.py`
    plan.py       which lead a row is about, and what it would change
    counting.py   what a file would do, without doing it
    running.py    doing it, piece by piece, each one transaction
    files.py      the file itself, and the rows that were rejected

The ways in are in `leads/actions/imports.py`.
"""
