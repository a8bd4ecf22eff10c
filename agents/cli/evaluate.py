"""Show how good the risk of leaving is: a history is streamed up to a day, everyone is judged there, and then what they really did is
looked up.

Without a file it is a real year of a grocer's customers, up to October. Models are learnt in the stream, as in production: nothing from
after the day is known. Beside ours stand the rules of thumb that it has to beat.

Example: `sojourn evaluate --within 30,60,91 --html risk.html`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.output import AsJson, console, notices

if TYPE_CHECKING:
    from agents.demo.history import History
    from agents.evaluating.streaming import Streamed


def command(
    cut: Annotated[str, typer.Option(help="The day (UTC) on which everyone is judged, as 2017-10-01.")] = "2017-10-01",
    within: Annotated[str, typer.Option(help="Leaving within how many days, as 30,60,91.")] = "30,60,91",
    seed: Annotated[int, typer.Option(help="Of the resamples that intervals come from.")] = 0,
    json: AsJson = False,
) -> None:
    """Stream, ask, compare and print."""
    from agents.evaluating.comparing import compared

    history = _year()
    for each in _streamed(history, _moment(cut), [float(days) for days in within.split(",")]):
        found = compared(each.answers, seed)
        console().print(f"within {each.answers.horizon_days:g} days: {found.rows[0].figures.left} of {found.rows[0].figures.examples} left")
        for row in found.rows:
            low, high = row.figures.auc_interval
            console().print(
                f"  AUC {row.figures.auc:.4f} [{low:.3f}, {high:.3f}] slope {row.figures.slope or 0:.2f} lift {row.lift.lift:.1f}  {row.name}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )


def _year() -> History:
    from agents.cli.terminal.reach import settings
    from agents.demo.history import history

    return history(settings().home.resolve() / "cache")


def _moment(day: str) -> int:
    from schemas.writing import from_rfc3339

    try:
        return from_rfc3339(f"{day}T00:00:00Z")
    except ValueError:
        raise CliError(f"{day!r} is no day", "write it as 2017-10-01", PROBLEMS_FOUND) from None


def _streamed(history: History, cut: int, horizons: list[float]) -> list[Streamed]:
    from rich.progress import Progress

    from agents.evaluating.streaming import all_streamed

    with Progress(console=notices(), transient=True) as bar:
        task = bar.add_task("streaming", total=len(horizons) * len(history.before(cut)))
        return all_streamed(history, cut, horizons, lambda count: bar.advance(task, count))
