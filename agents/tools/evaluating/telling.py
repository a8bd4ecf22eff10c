"""Prints an evaluation at the terminal: for each question a table, remarks, and how the figures came about."""

from __future__ import annotations

from collections.abc import Sequence

from agents.tools.evaluating.chapters import Chapter
from agents.tools.evaluating.comparing import Row
from agents.tools.reports.terminal import Terminal, styled

HEAD = f"{'score':<34}{'AUC':>6}  {'95 %':<14}{'lift at 10 %':>12}  {'95 %':<11}{'Brier':>7}{'log loss':>10}{'slope':>7}"


def tell(lead: str, chapters: Sequence[Chapter], html: str, console: Terminal | None = None) -> None:
    """Print all chapters. `html` is the path of the page, if one was written."""
    terminal = console or Terminal()
    terminal.print(lead, soft_wrap=True)
    for one in chapters:
        left = sum(one.answers.left)
        terminal.print()
        found = f": {left:,} of {len(one.answers.left):,} ({left / len(one.answers.left):.1%})"
        terminal.print(styled((one.answers.question, "bold"), found))
        terminal.print(HEAD, style="dim", soft_wrap=True)
        for row in one.comparison.rows:
            terminal.print(_line(row), soft_wrap=True)
        for line in one.remarks:
            terminal.print(f"  - {line}", soft_wrap=True)
        terminal.print("how it was reached", style="dim")
        for line in one.reached:
            terminal.print(f"  - {line}", soft_wrap=True)
    if html:
        terminal.print()
        terminal.print(f"the page, with curves: {html}", soft_wrap=True)


def _line(row: Row) -> str:
    """Return one score's line. A rule of thumb states no chance, so it has no Brier score, log loss or slope."""
    found, (low, high), (least, most) = row.figures, row.figures.auc_interval, row.lift.interval
    line = f"{row.name:<34}{found.auc:>6.3f}  {f'{low:.3f}-{high:.3f}':<14}{row.lift.lift:>12.2f}  {f'{least:.2f}-{most:.2f}':<11}"
    if not row.states_chances:
        return line.rstrip()
    slope = "none" if found.slope is None else f"{found.slope:.2f}"
    return f"{line}{found.brier:>7.4f}{found.log_loss:>10.4f}{slope:>7}"
