"""An invented company of which everything is known: make its events, play it, and see what the product finds of what was planted.

Example: `sojourn world make --seed 1 --truth truth.jsonl > events.jsonl`
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_json

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
    from agents.cli.terminal.files import opened, truths
    from agents.world.day import play_day
    from agents.world.telling import closing, opening

    state = _begun(seed, days, customers, start)
    with opened(output) as events, truths(truth) as tell, _progress(days) as moved:
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


@commands.command()
def play(
    seed: Seed = 1,
    days: Days = 91,
    customers: Customers = 3_000,
    start: Annotated[str, typer.Option(help="The first day (UTC), a Monday. By default the last day has just ended.")] = "",
    pace: Annotated[float, typer.Option(min=0, help="Seconds that a day takes at least. 0: as fast as the workers are.")] = 0.0,
    truth: Annotated[Path | None, typer.Option(help="Write what is true to this file.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds without progress after which waiting ends.")] = 120.0,
    json: AsJson = False,
) -> None:
    """Play a world into Kafka, day by day. Its customers answer the offers that the workers make.

    After each day the command waits until the workers have ended its events, and reads the offers. The customers whom they reach
    see, accept or decline them on the next day, and behave accordingly. Start the workers with SOJOURN_MODE=events, so that time passes
    with the days of the world. By the wall clock most of what happens is long over, and offers come for the last days alone.

    Example: `sojourn world play --seed 1 --days 14 --customers 300`
    """
    from agents.cli.terminal.files import truths
    from agents.cli.terminal.reach import reachable, settings
    from agents.cli.terminal.worlds import play_into, working

    state, found = _begun(seed, days, customers, start or _just_ended(days)), working(reachable(settings()))
    with truths(truth) as tell, _progress(days) as moved:
        made, answered = play_into(found, state, pace, timeout, tell, moved)
    if json:
        print_json({"seed": seed, "days": days, "customers": customers, "events": made, "offers": answered})
    else:
        notices().print(f"played {days} days: {made:,} events sent, {answered:,} offers came back", soft_wrap=True)
    if not answered:
        why = "by the wall clock most is long over; workers with SOJOURN_MODE=events keep to the days"
        notices().print(f"note no offer came: {why}", soft_wrap=True)


@commands.command()
def score(
    seed: Seed = 1,
    days: Days = 91,
    customers: Customers = 3_000,
    answers: Annotated[bool, typer.Option("--answers", help="Let the customers answer the offers, and measure what that does.")] = False,
    json: AsJson = False,
) -> None:
    """Make a world, play it through the journeys in this process, and lay what they say beside what was planted.

    Events come in the order of their arrival, as workers read them. Insights are looked at every four hours. An incident is found if an
    alarm names it: a surge of its friction, or the step that it blocks. An alarm that neither names an incident nor follows from one is
    false. A friction is found if its detector says so within two hours. The risk is read a month before the end. Models are learnt on
    the way, as live workers learn them.

    Example: `sojourn world score --seed 1 --json`
    """
    from agents.cli.terminal.worlds import print_score
    from agents.world.scoring.playing import play as played_through
    from agents.world.scoring.report import report

    with _progress(days) as moved:
        result = report(played_through(seed, days, customers, answers=answers, moved=moved))
    if json:
        print_json(result)
    else:
        print_score(result)


def _just_ended(days: int) -> str:
    """Return the newest Monday from which so many days have ended: events ahead of the clock would be set back."""
    last = datetime.now(UTC).date() - timedelta(days=days)
    return (last - timedelta(days=last.weekday())).isoformat()


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
def _progress(days: int) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

    from agents.cli.terminal.progress import bars

    words = TextColumn("day {task.completed} of {task.total}, {task.fields[events]:,} events")
    with bars(TextColumn("making"), BarColumn(), words, TimeElapsedColumn()) as bar:
        task = bar.add_task("making", total=days, events=0)
        yield lambda day, events: bar.update(task, completed=day, events=events)
