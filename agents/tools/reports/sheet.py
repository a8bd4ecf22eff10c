"""Makes HTML pages from templates. Every text is escaped, and pictures come with their numbers.

A page is one file. It asks the network for nothing and runs no script, and its policy allows neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from markupsafe import Markup

from agents.tools.reports.drawing import Picture
from schemas.characters import visible

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"  # styles: where the parts of a chart lie


def rendered(template: str, facts: Mapping[str, Any], folder: Path | None = None) -> str:
    """Return the page: this template of `agents.tools.reports`, filled with these facts.

    With a `folder`, the template may also lie there, and extend one of ours.
    Every text is escaped, whoever wrote it, and made visible. Names in a chart are such texts.
    """
    found = _environment()
    if folder is not None:
        found = found.overlay(loader=ChoiceLoader([PackageLoader("agents.tools.reports"), FileSystemLoader(folder)]))
    return found.get_template(template).render(facts)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("agents.tools.reports"),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,  # a misspelt name raises; otherwise it would be an empty place on the page
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {"cell": cell}
    found.globals |= {"policy": POLICY}
    return found


def shown(content: object) -> object:
    """Return what a place on a page is filled with: of a text, every character that nobody sees as its code. Markup stays.

    >>> shown("till" + chr(0x202e)), shown(7)
    ('till\\\\u202e', 7)
    """
    return visible(content) if isinstance(content, str) and not isinstance(content, Markup) else content


def cell(content: object) -> str:
    """Return the text of a table's cell.

    >>> cell(12_345), cell("a place"), cell(None)
    ('12,345', 'a place', '')
    """
    return f"{content:,}" if isinstance(content, int) else "" if content is None else str(content)


def laid_out(drawn: Sequence[Picture], paired: Collection[str] = ()) -> list[tuple[Picture, ...]]:
    """Return the pictures in rows. A picture whose name is in `paired` shares a row with the next one."""
    rows: list[tuple[Picture, ...]] = []
    for picture in drawn:
        if rows and len(rows[-1]) == 1 and rows[-1][0].name in paired:
            rows[-1] = (*rows[-1], picture)
        else:
            rows.append((picture,))
    return rows
