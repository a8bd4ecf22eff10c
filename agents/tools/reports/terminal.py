"""The terminal: what is printed is text, whoever wrote it. Only this module makes consoles, styled lines and tables of rich.

A text of an event can be anything: rich's markup, an emoji's code, a command to the terminal. Here none of it is interpreted, and every
character that nobody sees is shown as its code. Colours and weights of ours stand apart from the words (`styled`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from schemas.characters import visible, visible_lines


class Terminal(Console):
    """A console on which a text is text. A text that is printed is one line: a line feed in it is shown as its code, too.

    >>> Terminal().print("[link=http://evil.example]c7[/link]")
    [link=http://evil.example]c7[/link]
    >>> Terminal().print("c7" + chr(27) + "[2J", "[/]", ":cat:", sep=" ")
    c7\\x1b[2J [/] :cat:
    """

    def __init__(self, *, stderr: bool = False, width: int | None = None, height: int | None = None, file: IO[str] | None = None) -> None:
        super().__init__(stderr=stderr, width=width, height=height, file=file, markup=False, emoji=False, highlight=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return the text of a `str`, wherever one is printed: a line, a cell, a title."""
        return super().render_str(visible(text), **{**options, "emoji": False, "markup": False, "highlight": False, "highlighter": None})

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield what rich makes of anything. The last look: a text that came in another way has no such characters either."""
        for each in super().render(renderable, options):
            yield each if each.control or each.text.isprintable() else Segment(visible_lines(each.text), each.style)


def styled(*parts: str | tuple[str, str]) -> Text:
    """Return one line of these parts: words, or words with their style.

    >>> styled(("[b]", "bold"), ": gone").plain
    '[b]: gone'
    """
    return Text.assemble(*(visible(part) if isinstance(part, str) else (visible(part[0]), part[1]) for part in parts))


def untitled(**options: Any) -> Table:
    """Return a table without lines around its cells."""
    return Table(box=None, pad_edge=False, **options)


def titled(title: str) -> Table:
    """Return a table with this title and without lines around its cells."""
    return untitled(title=title, title_justify="left", title_style="bold", header_style="dim")
