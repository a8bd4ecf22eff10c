"""An invented company of which everything is known: make its events, play it, and see what the product finds of what was planted.

Example: `sojourn world make --seed 1 --truth truth.jsonl > events.jsonl`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.world.state import State

commands = typer.Typer(no_args_is_help=True)

Seed = Annotated[int, typer.Option(min=0, help="Which world: the same seed is the same company.")]
Days = Annotated[int, typer.Option(min=1, max=3_660, help="How many days. The table of incidents needs 91, and repeats after them.")]
Customers = Annotated[int, typer.Option(min=1, max=500_000, help="How many customers. Incidents are made to be seen with 3000.")]
Start = Annotated[str, typer.Option(help="The first day (UTC), a Monday, as 2025-01-06.")]


@commands.command()
def make(
    seed: Seed = 1,
    days: Days = 91,
    customers: Customers = 3_000,
    start: Start = "2025-01-06",
    truth: Annotated[Path | None, typer.Option(help="Write what is true to this file. Nothing but `world score` reads it.")] = None,
    output: Annotated[str, typer.Option("-o", "--output", help="A file for the events; -: standard output.")] = "-",
) -> None:
    """Make the events of a world, one a line, in the order in which they arrive.

    `sojourn rehearse` and `sojourn send` read them without a mapping. The same arguments make the same bytes. Events are late, doubled
    and out of order as those of real senders are. The first incident begins on day 37: before that it cannot be known what is usual.

    Example: `sojourn world make --seed 1 --truth truth.jsonl -o events.jsonl`
    """
    from agents.world.day import play_day
    from agents.world.telling import closing, opening

    state = _begun(seed, days, customers, start)
    with _opened(output) as events, _truths(truth) as tell, _progress(days) as moved:
        for document in opening(state):
            tell(document)
        made = 0
        for day in range(days):
            played = play_day(state)
            events.writelines(line + b"\n" for _, line in played.lines)
            for document in played.truths:
                tell(document)
            made += len(played.lines)
            moved(day + 1, made)
        for document in closing(state):
            tell(document)
    notices().print(f"made {made:,} events of {days} days", soft_wrap=True)


def _begun(seed: int, days: int, customers: int, start: str) -> State:
    from agents.world.day import begin

    try:
        state = begin(seed, days, customers, start)
    except ValueError as error:
        raise CliError(f"--start: {error}", "write a date, as 2025-01-06") from None
    if state.start // 86_400_000 % 7 != 4:
        raise CliError(f"--start: {start} is no Monday", "take a Monday, as 2025-01-06: the week of the world begins with it")
    return state


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    """Open a file for writing; -: standard output. Who reads only the head of it ends the command."""
    if path != "-":
        try:
            with Path(path).open("wb") as file:
                yield file
        except OSError as error:
            raise CliError(f"{path} cannot be written: {error.strerror}", "name a file in a directory that you may write to") from None
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


@contextmanager
def _truths(path: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Yield what writes a line of the truth; without a path it writes nothing."""
    import orjson

    if path is None:
        yield lambda _: None
        return
    with _opened(str(path)) as file:

        def tell(document: dict[str, Any]) -> None:
            file.write(orjson.dumps(document) + b"\n")

        yield tell


@contextmanager
def _progress(days: int) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

    from agents.cli.terminal.progress import bars

    words = TextColumn("day {task.completed} of {task.total}, {task.fields[events]:,} events")
    with bars(TextColumn("making"), BarColumn(), words, TimeElapsedColumn()) as bar:
        task = bar.add_task("making", total=days, events=0)
        yield lambda day, events: bar.update(task, completed=day, events=events)
