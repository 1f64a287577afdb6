"""The widget's files as they travel: a page names one, which fetches the others when it needs them.

The sources in `browser/` are modules; each bundle is its modules behind each other, without what
they import of each other. Comments and long names go, where the package that takes them out is
there (it is not installed on Macs, for some of which it has no wheel: they serve 12 kB more).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

try:
    import minify
except ImportError:
    minify = None

SOURCES = Path(__file__).parent / "browser"
LOADER = "widget/loader.js"
# What is needed to open the chat and talk, and what is fetched when it is first wanted. Modules
# stand behind those that they use.
BUNDLES: Mapping[str, Sequence[str]] = {
    "chat": ("core", "net", "store", "turns", "talk", "chat"),
    "cards": ("form", "meetings"), "greetings": ("greetings",), "menu": ("menu",),
}  # fmt: skip

_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) +(\w+))", re.MULTILINE)


def built() -> dict[str, bytes]:
    """Each file by its name below the folder of static files. Those that the loader fetches lie in
    a folder named by what is in them, so that browsers may keep them for ever."""
    button = json.dumps(_short("text/css", _read("button.css")))
    files = {f"{name}.js": _bundle(name, modules) for name, modules in BUNDLES.items()}
    version = hashlib.sha256("\0".join(files.values()).encode()).hexdigest()[:12]
    loader = _read("loader.js").replace('"{{button.css}}"', button).replace("{{version}}", version)
    made = {f"widget/{version}/{name}": text for name, text in files.items()}
    made[LOADER] = _short("text/javascript", loader)
    return {name: text.encode() for name, text in made.items()}


def _bundle(name: str, modules: Sequence[str]) -> str:
    """The modules as one, with their sheet as `css`. What they name at their top is inside a
    function, where names become short; what they export the bundle exports."""
    exported = ["css"]
    text = f"const css = {json.dumps(_short('text/css', _read(f'{name}.css')))};\n"
    for module in modules:
        source = _IMPORT.sub("", _read(f"{module}.js"))
        exported += _EXPORT.findall(source)
        text += _EXPORT.sub("", source)
    names, used = ", ".join(exported), "" if name == "chat" else _used(modules)
    whole = f"{used}export const {{ {names} }} = (() => {{\n{text}\nreturn {{ {names} }};\n}})();\n"
    return _short("text/javascript", whole)


def _used(modules: Sequence[str]) -> str:
    """What modules that are fetched later use of the chat, which is there then."""
    text = "".join(_read(f"{module}.js") for module in modules)
    found = {
        name.strip()
        for names in re.findall(r"^import \{(.*?)\} from", text, re.MULTILINE)
        for name in names.split(",")
    }
    return f"import {{ {', '.join(sorted(found))} }} from './chat.js';\n"


def _short(type: str, text: str) -> str:
    return minify.string(type, text) if minify else text


def _read(name: str) -> str:
    return (SOURCES / name).read_text("utf-8")
