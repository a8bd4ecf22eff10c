"""The last look of a terminal: also what another part of rich made is text."""

from __future__ import annotations

from io import StringIO

from rich.text import Text

from agents.tools.reports.terminal import Terminal, titled


def test_a_text_that_came_in_another_way_is_text() -> None:
    """Mutant caught: `render` as rich has it."""
    page = StringIO()
    table = titled("t")
    table.add_column("c", min_width=40)
    table.add_row(Text("\x1b[2J\u202e"))
    Terminal(file=page, width=80).print(table, Text("\x9bz"))
    assert page.getvalue().replace("\n", "").isprintable()
    assert "\\x1b[2J\\u202e" in page.getvalue()
