"""An SVG's shapes as a picture. What is not on the list of what a logo needs is not drawn.

No sanitiser that was tried is enough alone, and what draws reads files and fetches addresses: so it
is given a document that was made anew from what is allowed, in which nothing can name either.
"""

from __future__ import annotations

import re

import resvg_py
from lxml import etree

MOST_ELEMENTS = 20_000
# With what `use` repeats.
MOST_DRAWN = 50_000
MOST_DEPTH = 64
_SVG = "http://www.w3.org/2000/svg"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_ELEMENTS = frozenset({
    "svg", "g", "defs", "symbol", "use", "title", "desc", "style", "path", "rect", "circle",
    "ellipse", "line", "polyline", "polygon", "linearGradient", "radialGradient", "stop",
    "clipPath", "mask",
})  # fmt: skip
# They would be missed: a logo without its words is another one.
_MISSED = {
    "text": "has text in it. Turn it into outlines (paths), and upload it again.",
    "image": "has a picture in it. Upload that picture, or draw it as shapes.",
    "foreignObject": "has HTML in it. Draw it as shapes, and upload it again.",
}
_ATTRIBUTES = frozenset({
    "id", "class", "style", "transform", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2",
    "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr", "d", "points", "offset",
    "preserveAspectRatio",
    "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
    "stroke-opacity", "opacity", "clip-path", "clip-rule", "mask", "color", "display",
    "visibility", "gradientUnits", "gradientTransform", "spreadMethod", "stop-color",
    "stop-opacity", "clipPathUnits", "maskUnits", "maskContentUnits",
})  # fmt: skip
_OWN_URL = re.compile(r"url\(\s*(['\"]?)#[^'\"()\\]*\1\s*\)")
_REACHES = re.compile(r"url\s*\(|@|\\|expression|image-set|src\s*\(", re.IGNORECASE)


class Unsafe(Exception):
    """A sentence for whoever uploads it: what is wrong with the file, and what to do."""


def drawn(file: bytes, width: int, height: int) -> bytes:
    """A PNG of the drawing, as large as fits. Raises Unsafe."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(file, parser)
    except etree.XMLSyntaxError:
        raise Unsafe("is none of PNG, JPEG and SVG, or a broken one.") from None
    # Entities stand there.
    if root.getroottree().docinfo.doctype:
        raise Unsafe("has a DOCTYPE. Save it as plain SVG, and upload it again.")
    if root.tag != f"{{{_SVG}}}svg":
        raise Unsafe("is none of PNG, JPEG and SVG.")
    made = _copied(root)
    across, down = _size(made)
    scale = min(width / across, height / down)
    made.set("width", f"{across * scale:.3f}")
    made.set("height", f"{down * scale:.3f}")
    if not made.get("viewBox"):
        made.set("viewBox", f"0 0 {across} {down}")
    _check_uses(made)
    text = etree.tostring(made, encoding="unicode")
    return bytes(resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True))


def _copied(root: etree._Element) -> etree._Element:
    """The tree anew, of allowed elements and attributes; without recursion, however deep it is."""
    made = etree.Element(f"{{{_SVG}}}svg", nsmap={None: _SVG})
    _attributes(root, made)
    waiting, count = [(root, made, 1)], 0
    while waiting:
        of, to, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise Unsafe(f"is nested deeper than {MOST_DEPTH} groups. Flatten it.")
        for child in of:
            count += 1
            if count > MOST_ELEMENTS:
                raise Unsafe(f"has more than {MOST_ELEMENTS:,} elements. Simplify it.")
            space, _, name = str(child.tag).rpartition("}")
            if space != "{" + _SVG:
                continue
            if name in _MISSED:
                raise Unsafe(_MISSED[name])
            if name not in _ELEMENTS:
                continue
            own = etree.SubElement(to, f"{{{_SVG}}}{name}")
            _attributes(child, own)
            if name == "style" and child.text and _is_still(child.text):
                own.text = child.text
            waiting.append((child, own, depth + 1))
    return made


def _attributes(of: etree._Element, to: etree._Element) -> None:
    for name, value in of.attrib.items():
        if (name in _ATTRIBUTES and _is_still(str(value))) or (
            name in _HREFS and str(value).startswith("#")
        ):
            to.set(name, value)


def _is_still(text: str) -> bool:
    """Whether this names nothing outside of the drawing."""
    return not _REACHES.search(_OWN_URL.sub("", text))


def _size(root: etree._Element) -> tuple[float, float]:
    box = re.findall(r"[-+.\deE]+", root.get("viewBox", ""))
    given = [root.get("width", ""), root.get("height", "")]
    try:
        if len(box) == 4:
            across, down = float(box[2]), float(box[3])
        else:
            across, down = (float(re.sub(r"(px|pt|mm|cm|in)$", "", one)) for one in given)
    except ValueError:
        raise Unsafe("says nowhere how large it is: it needs a viewBox.") from None
    if not (0 < across < 1e6 and 0 < down < 1e6 and 1e-2 < across / down < 1e2):
        raise Unsafe("has no size that can be drawn: see its viewBox.")
    return across, down


def _check_uses(root: etree._Element) -> None:
    """Refuse what draws itself again and again by `use`."""
    named = {one.get("id"): one for one in root.iter() if one.get("id")}
    sizes: dict[etree._Element, int] = {}
    open_: set[etree._Element] = set()

    def size(element: etree._Element) -> int:
        if element in sizes:
            return sizes[element]
        if element in open_:
            raise Unsafe("uses a part of itself within itself. Flatten it.")
        open_.add(element)
        count = 1 + sum(size(child) for child in element)
        for name in _HREFS:
            used = named.get(element.get(name, "")[1:])
            if used is not None and element.tag.endswith("}use"):
                count += size(used)
        if count > MOST_DRAWN:
            raise Unsafe("repeats its parts too often. Flatten it.")
        open_.discard(element)
        sizes[element] = count
        return count

    size(root)
