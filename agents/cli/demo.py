"""See it work: a real year of a grocer's customers through a real Kafka, a worker and the ledger, and what was found in it.

Starts everything it needs, on free ports, and takes it away again. The first time it downloads Kafka (45 MB). The worker may be
killed at any moment: it is started again, and the figures come out the same.

Example: `sojourn demo --households 200`
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_json

if TYPE_CHECKING:
    from agents.tools.demo.ending import Ending
    from agents.tools.demo.scene import Shown
    from agents.tools.evaluating.history import History
    from agents.tools.reports.terminal import Terminal


def command(
    households: Annotated[int | None, typer.Option(min=1, help="Only so many of the 2,469 households.")] = None,
    until: Annotated[str | None, typer.Option(help="Only what happened before this day, as 2017-06-30.")] = None,
    per_second: Annotated[float, typer.Option("--pace", min=1, help="Events a second in the last week, where latency is measured.")] = 500,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running until Ctrl-C, to look around.")] = False,
    json: AsJson = False,
) -> None:
    """Run the demo."""
    from agents.tools.demo.ending import Ending

    with Ending() as ending:  # before anything else is imported or started: Ctrl-C may come at any moment
        shown = _play(_moment(until), households, per_second, json=json, kept=ending if keep else None)
    if shown.measured.sent != sum(shown.measured.became.values()):
        raise CliError(f"not every event is accounted for: {shown.measured.accounts()}", "this is a defect of ours: please report it", 1)


def _play(before: int | None, households: int | None, per_second: float, *, json: bool, kept: Ending | None) -> Shown:
    """Play the demo and print what was found. If `kept` is given, leave it running until a signal comes."""
    from agents.cli.terminal.reach import settings
    from agents.tools.demo.scene import NEEDED, Scene

    def chosen(year: History) -> History:
        return _choose(year, households, before)

    _check_packages(NEEDED)
    terminal, scene = notices(), Scene(settings().home.resolve())
    with _with_fixes(), scene.played(terminal, chosen, per_second, keep=kept is not None) as shown:
        if kept:
            kept.expect()
        _tell(terminal, shown, json=json)
        if kept:
            _look_around(terminal, shown, kept)
    return shown


@contextmanager
def _with_fixes() -> Iterator[None]:
    """Context manager: turn the errors of a demo into CliError, each with its fix."""
    from agents.tools.demo.ledgers import StalledError
    from agents.tools.demo.sending import UnsentError
    from agents.tools.demo.servers import OccupiedError
    from agents.tools.demo.worker import WorkerGoneError

    log = "the logs lie in .sojourn/demo (worker/server.log, kafka/node-1/server.log)"
    try:
        yield
    except OccupiedError as error:
        raise CliError(str(error), "wait for it, or give this one a folder of its own: SOJOURN_HOME=/tmp/another sojourn demo") from None
    except WorkerGoneError as error:
        raise CliError(str(error), log) from None
    except StalledError as error:
        raise CliError(str(error), f"{log}; a machine under heavy load needs --households 200") from None
    except UnsentError as error:
        raise CliError(f"events did not reach Kafka: {error}", f"is the disk full? {log}") from None


def _check_packages(needed: tuple[str, ...]) -> None:
    from importlib.util import find_spec

    if missing := [name for name in needed if find_spec(name) is None]:
        raise CliError(
            f"the demo needs packages that are not installed: {', '.join(missing)}", "pip install 'sojourn[local]', or `make setup`"
        )


def _moment(day: str | None) -> int | None:
    from schemas.writing import from_rfc3339

    try:
        return None if day is None else from_rfc3339(f"{day}T00:00:00Z")
    except ValueError:
        raise CliError(f"{day!r} is no day", "write it as 2017-06-30") from None


def _choose(year: History, households: int | None, before: int | None) -> History:
    year = year if before is None else year.before(before)
    year = year if households is None else year.of(households)
    if not len(year):
        raise CliError("nothing happened before that day", "the year begins on 2016-11-14, with the letters of a campaign")
    return year


def _tell(terminal: Terminal, shown: Shown, *, json: bool) -> None:
    from agents.tools.demo.telling import tell
    from agents.tools.reports.chronicle.printing import show
    from agents.tools.reports.terminal import styled

    if json:
        print_json(shown.document())
        return
    tell(terminal, shown.figures, shown.measured)
    terminal.print()
    terminal.print(f"one customer: {shown.story.customer}", style="bold")
    show(terminal, shown.story.entries, most=4)
    terminal.print()
    terminal.print(styled("the report, with pictures: ", (str(shown.report), "bold")), soft_wrap=True)


def _look_around(terminal: Terminal, shown: Shown, ending: Ending) -> None:
    terminal.print(f"still running. In another terminal: `export SOJOURN_HOME={shown.report.parent}`, then", soft_wrap=True)
    terminal.print(f"`sojourn explain {shown.story.customer}`, `sojourn insights` or", soft_wrap=True)
    terminal.print("`sojourn follow decisions --from-start`. Ctrl-C ends it.")
    ending.wait()
    terminal.print("ending")
