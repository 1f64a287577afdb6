"""The one table of the spreadsheet guard: (value, value as it is exported).

Drives the Python function, the SQL function and the files alike. Typed by hand; a case where both
are the same is a value that must stay untouched.
"""

from __future__ import annotations

CASES: tuple[tuple[str, str], ...] = (
    # Formulas, by each first character.
    ("=1+1", "'=1+1"),
    ("+SUM(1)", "'+SUM(1)"),
    ("-SUM(1)", "'-SUM(1)"),
    ("@SUM(1)", "'@SUM(1)"),
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    ("=", "'="),
    ("+", "'+"),
    ("-", "'-"),
    ("@", "'@"),
    ("-a", "'-a"),
    ("--5", "'--5"),
    ("@handle", "'@handle"),
    # Characters that spreadsheets drop before they look.
    ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    ("\nx", "'\nx"),
    ("\t", "'\t"),
    ("\n=1", "'\n=1"),
    # Full-width forms.
    ("＝1+1", "'＝1+1"),
    ("＋1", "'＋1"),
    ("－1", "'－1"),
    ("＠x", "'＠x"),
    # After blanks, zero-width and format characters.
    (" =1+1", "' =1+1"),
    ("   -x", "'   -x"),
    ("\u00a0=1", "'\u00a0=1"),
    ("\u3000＝1", "'\u3000＝1"),
    ("\u200b=1", "'\u200b=1"),
    ("\u200b\tx", "'\u200b\tx"),
    (" \n=1", "' \n=1"),
    ("\ufeff=1", "'\ufeff=1"),
    ("\u00ad\u2060@x", "'\u00ad\u2060@x"),
    ("\u202e=1", "'\u202e=1"),
    ("\ufe0f+x", "'\ufe0f+x"),
    ("\u3164=1", "'\u3164=1"),
    # Phone numbers and plain numbers stay as they are.
    ("+1-555-0123", "+1-555-0123"),
    ("+49 (30) 123 45-67", "+49 (30) 123 45-67"),
    ("+1 555.0123x45", "+1 555.0123x45"),
    ("-5.00", "-5.00"),
    ("-5", "-5"),
    ("+0", "+0"),
    ("-1 - 2", "-1 - 2"),
    # Nearly numbers.
    ("-5%", "'-5%"),
    ("+1e5", "'+1e5"),
    ("-5,00", "'-5,00"),
    ("-.5", "'-.5"),
    (" -5", "' -5"),
    ("+1x", "'+1x"),
    ("+1x2x3", "'+1x2x3"),
    ("-5+3", "'-5+3"),
    ("-5\n", "'-5\n"),
    ("-5\n=1", "'-5\n=1"),
    ("+١٢٣", "'+١٢٣"),
    ("+１２３", "'+１２３"),
    # Nothing to fear.
    ("", ""),
    (" ", " "),
    ("\u200b", "\u200b"),
    ("Jane", "Jane"),
    ("a=b", "a=b"),
    ("$10k-$50k", "$10k-$50k"),
    ("'=1", "'=1"),
    ('"=1"', '"=1"'),
    ("1+1", "1+1"),
    ("x\n=1", "x\n=1"),
    ("x\t=1", "x\t=1"),
    ("https://yoursite.com/pricing?a=1", "https://yoursite.com/pricing?a=1"),
    ("–5", "–5"),
    ("−5", "−5"),
    ("李小龍", "李小龍"),
    ("👩‍🚀", "👩‍🚀"),
    ("\\=1", "\\=1"),
    ("%s", "%s"),
)
