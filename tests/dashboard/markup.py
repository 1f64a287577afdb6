"""What every rendered page is asked: would the Content-Security-Policy stop a part of it?"""

from __future__ import annotations

from html.parser import HTMLParser

# Attributes that hold an address, and so could hold a script.
_ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "xlink:href"}
_EVALUATED = {"hx-vals", "hx-headers", "hx-vars"}
_DATA_SCRIPTS = {"application/json", "application/ld+json"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        where = f"line {self.getpos()[0]}: <{tag}>"
        for name, value in attrs:
            given = (value or "").strip()
            inline = name == "style" or name.startswith(("on", "hx-on", "data-hx-on"))
            address = name in _ADDRESSES and _scheme(given) in {"javascript", "vbscript"}
            evaluated = name in _EVALUATED and _scheme(given) in {"js", "javascript"}
            if inline or address or evaluated:
                self.faults.append(f"{where} has {name}={given!r}")
        if tag == "script" and "src" not in names and names.get("type") not in _DATA_SCRIPTS:
            self.faults.append(f"{where} is inline")
        if tag == "style":
            self.faults.append(f"{where} is inline")


def _scheme(address: str) -> str:
    # Browsers leave out control characters and blanks in a scheme: "java\tscript:".
    kept = "".join(c for c in address if c > " ")
    return kept.partition(":")[0].lower() if ":" in kept else ""


def csp_faults(html: str) -> list[str]:
    """Each part that a policy without 'unsafe-inline' and 'unsafe-eval' would refuse."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults


def assert_strict_csp(html: str) -> None:
    """Nothing in this page or fragment needs 'unsafe-inline' or 'unsafe-eval'."""
    faults = csp_faults(html)
    assert not faults, "\n".join(faults)
