"""Markdown for the reference: pages, tables, code blocks, and text that must not be read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

HEAD = "<!-- Made by `make docs` from the code. Do not edit: change the code and run `make docs`. -->"


def page(title: str, intro: str, *parts: str) -> str:
    """Return a whole page: the remark that it is generated, its title, its introduction and its parts.

    >>> print(page("Topics", "All of them.", "One.").split(chr(10), 2)[2])
    # Topics
    <BLANKLINE>
    All of them.
    <BLANKLINE>
    One.
    <BLANKLINE>
    """
    return "\n\n".join([f"{HEAD}\n\n# {title}", intro.strip(), *(part.strip() for part in parts if part.strip())]) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table. An empty cell shows as a dash.

    >>> print(table(("name", "means"), [("a", "x | y"), ("b", "")]))
    | name | means |
    |---|---|
    | a | x \\| y |
    | b | - |
    """
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "-"


def code(text: str, language: str = "") -> str:
    """Return a block of code.

    >>> code("1 + 1", "python").splitlines()
    ['```python', '1 + 1', '```']
    """
    return f"```{language}\n{text.strip()}\n```"


def in_code(words: Iterable[str]) -> str:
    """Return words as code, separated by commas.

    >>> in_code(["a", "b"])
    '`a`, `b`'
    """
    return ", ".join(f"`{word}`" for word in words)


def first_sentence(doc: str | None) -> str:
    """Return the first paragraph of a docstring on one line, without its full stop.

    >>> first_sentence("It is so.\\n\\nMore.")
    'It is so'
    """
    paragraph = " ".join((doc or "").strip().split("\n\n")[0].split())
    return paragraph.rstrip(".")
