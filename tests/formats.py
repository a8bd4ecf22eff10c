"""The README's tables of input formats and of foreign names, out of the readers themselves."""

from __future__ import annotations

import importlib

from schemas.foreign import ROWS
from schemas.inputs import FORMATS


def tables() -> dict[str, str]:
    """Both blocks by name."""
    return {"formats": formats(), "names": names()}


def formats() -> str:
    """One row a format: what it is, and where id, customer and time of a touchpoint come from."""
    head = "| format | what is read | where its facts stand |\n|---|---|---|\n"
    return head + "".join(f"| `{row.name}` | {' | '.join(_told(row.name))} |\n" for row in sorted(FORMATS, key=lambda row: row.name))


def _told(name: str) -> tuple[str, str]:
    """The first paragraph of the reader's docstring, and the first sentence of the second."""
    paragraphs = (importlib.import_module(f"schemas.inputs.{name}").__doc__ or "").strip().split("\n\n")
    first, second = (" ".join(paragraph.split()) for paragraph in [*paragraphs, ""][:2])
    return first.rstrip("."), second.partition(". ")[0].rstrip(".") or "in its own fields"


def names() -> str:
    """One row a kind: what others call it."""
    found: dict[str, list[str]] = {}
    for row in ROWS:
        found.setdefault(row.kind, []).extend(row.names)
    head = "| kind | names it is read by |\n|---|---|\n"
    return head + "".join(f"| `{kind}` | {', '.join(others)} |\n" for kind, others in sorted(found.items()))
