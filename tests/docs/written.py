"""The pages that people write, and what stands in them: blocks of code, links, words as code, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import REPOSITORY

DOCS = REPOSITORY / "docs"
REFERENCE = DOCS / "reference"
MAPPINGS = REPOSITORY / "deploy" / "mappings" / "README.md"
WRITTEN = (REPOSITORY / "README.md", MAPPINGS, *sorted(path for path in DOCS.rglob("*.md") if REFERENCE not in path.parents))
PAGES = (*WRITTEN, *sorted(REFERENCE.glob("*.md")))

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_REMARK = re.compile(r"<!--.*?-->", re.DOTALL)


class Block(NamedTuple):
    """A block of code of a page."""

    page: Path
    language: str
    text: str


def name(page: Path) -> str:
    """The page as people call it, from the repository's root."""
    return str(page.relative_to(REPOSITORY))


def blocks(page: Path, *languages: str) -> list[Block]:
    """The page's blocks of code in these languages; in all of them where none is named."""
    found = [Block(page, language, text) for language, text in _BLOCK.findall(page.read_text())]
    return [block for block in found if not languages or block.language in languages]


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return _BLOCK.sub("", _REMARK.sub("", page.read_text()))


def spans(page: Path) -> list[str]:
    """Words that stand as code in the prose; a line break within is a space."""
    return _SPAN.findall(re.sub(r"(?<=[^\n])\n(?=[^\n|#-])", " ", prose(page)))


def links(page: Path) -> list[str]:
    """Where the page's links lead."""
    return _LINK.findall(prose(page))


def sentences(text: str) -> Iterator[str]:
    """The sentences of a page's prose; tables, headings and pictures have none.

    >>> list(sentences("# A\\n\\nIt is `so (and so).` so. See [a page](x.md): it\\nsays more.\\n\\n- One: two."))
    ['It is CODE so', 'See a page', 'it says more', 'One', 'two']
    """
    lines = ["" if line.startswith(("|", "#", "!", "Status:")) else line for line in text.split("\n")]
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:-|\d+\.) )", "\n".join(lines)):
        flat = _SPAN.sub("CODE", " ".join(paragraph.split()))
        plain = re.sub(r"[*]+|^(?:-|\d+\.) ", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", flat))
        yield from (found for part in re.split(r"[.!?:](?:\s|$|\))", plain) if (found := part.strip(" .()")))
