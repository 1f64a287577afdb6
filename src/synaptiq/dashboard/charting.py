"""What draws charts in browsers: Vega, as the package has it that draws them for PDFs, as one file.

Made when files are collected, since it is 900 kB that are made in two seconds. Only pages with
charts load it.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version

# Wrapped in a function: what it names at its top are one-letter globals.
_SNIPPET = "window.vegaEmbed=vegaEmbed;"
_HEAD, _TAIL = "(()=>{", "})();"


def name() -> str:
    """Its name below the folder of static files, with the hash of what it is made of."""
    made_of = f"{version('vl-convert-python')} {_HEAD}{_SNIPPET}{_TAIL}"
    return f"charts/vega.{hashlib.sha256(made_of.encode()).hexdigest()[:12]}.js"


def bundle() -> str:
    """The file itself."""
    import vl_convert

    return _HEAD + str(vl_convert.javascript_bundle(snippet=_SNIPPET)) + _TAIL
