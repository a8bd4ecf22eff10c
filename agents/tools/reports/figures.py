"""A figure as a part of a page: its place and its numbers, and the two scripts of a page that draw them.

Plotly reads a label as HTML: `<a href=...>` in the name of a place would be a link on the picture. So every text of a figure is escaped
here, except templates, which are ours and constant. The numbers are data and no script: a page runs two scripts that never change, and its
policy allows no other one.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from markupsafe import Markup

from agents.tools.reports.drawing import Picture
from schemas.characters import visible

TEMPLATES = frozenset({"hovertemplate", "texttemplate"})  # keys of texts of ours, in which <extra></extra> has a meaning
CONFIG = {"displayModeBar": False, "responsive": True}
DRAW = """
for (const numbers of document.querySelectorAll("script.numbers")) {
  const {data, layout, config} = JSON.parse(numbers.textContent);
  Plotly.newPlot(numbers.previousElementSibling, data, layout, config);
}
"""
POLICY = "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def figure(picture: Picture) -> Markup:
    """Return the HTML of a figure: an empty place, and its numbers behind it. Names of pictures are ours."""
    found = json.loads(picture.figure.to_json())
    told = json.dumps({"data": labelled(found["data"]), "layout": labelled(found["layout"]), "config": CONFIG})
    for mark in "<>&":  # nothing in it ends the element
        told = told.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(  # noqa: S704  # escaped above
        f'<div id="picture-{picture.name}"></div><script type="application/json" class="numbers">{told}</script>'
    )


def labelled(part: Any) -> Any:
    """Return a part of a figure whose texts plotly shows as they are written.

    >>> labelled({"name": "<b>&", "x": ["a" + chr(0x202e), 1], "hovertemplate": "%{x}<extra></extra>"})
    {'name': '&lt;b&gt;&amp;', 'x': ['a\\\\u202e', 1], 'hovertemplate': '%{x}<extra></extra>'}
    """
    if isinstance(part, str):
        return visible(part).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(part, dict):
        return {name: each if name in TEMPLATES else labelled(each) for name, each in part.items()}
    return [labelled(each) for each in part] if isinstance(part, list) else part


@cache
def library() -> Markup:
    """Return the code of the drawing library. The page contains it, so nothing is loaded from the network."""
    from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

    return Markup(get_plotlyjs().replace("\r\n", "\n"))  # noqa: S704  # the library's own code


def draw() -> Markup:
    """Return the script that draws all figures of a page."""
    return Markup(DRAW)  # noqa: S704  # constant


@cache
def policy() -> str:
    """Return what a page may do: run its two scripts, style itself and show pictures that it holds. It may ask the network for nothing.

    Styles are not listed one by one, because the library writes some while it draws.
    """
    hashes = (b64encode(sha256(each.encode()).digest()).decode() for each in (library(), draw()))
    return POLICY.format(scripts=" ".join(f"'sha256-{each}'" for each in hashes))
