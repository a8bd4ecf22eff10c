"""See it work: an invented company's quarter through a real Kafka, a worker and the ledger, and what was found of what was planted.

The company has every channel. Incidents are planted in it, and traps that are none. Its customers answer to the offers. At the end stands
what was found, after how long, and what was a false alarm. `--grocer` plays a real year of a grocer's customers in its place.

Starts everything it needs, on free ports, and takes it away again. The first time it downloads Kafka (45 MB). The worker may be killed at
any moment: it is started again, and no event is lost or doubled. Exits with 1 if not every event is accounted for.

Example: `sojourn demo --seed 7`
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_json

if TYPE_CHECKING:
    from pathlib import Path

    from agents.tools.demo.ending import Ending
    from agents.tools.demo.grocer.scene import Shown
    from agents.tools.demo.invented.scene import Shown as Company
    from agents.tools.demo.measured import Measured
    from agents.tools.evaluating.history import History
    from agents.tools.reports.terminal import Terminal

CUSTOMERS, DAYS = 1_000, 91  # of the invented company: as many as end within three minutes on two slow cores


def command(
    seed: Annotated[int, typer.Option(min=0, help="Which company: the same seed is the same company.")] = 1,
    customers: Annotated[int, typer.Option(min=1, help="How many customers it has. With more, incidents are found sooner.")] = CUSTOMERS,
    days: Annotated[int, typer.Option(min=1, help="How many days. Incidents lie between day 37 and day 90.")] = DAYS,
    grocer: Annotated[
        bool, typer.Option("--grocer", help="The real year of a grocer's 2,469 households, in place of the company.")
    ] = False,
    households: Annotated[int | None, typer.Option(min=1, help="With --grocer: only so many of the households.")] = None,
    until: Annotated[str | None, typer.Option(help="With --grocer: only what happened before this day, as 2017-06-30.")] = None,
    per_second: Annotated[
        float, typer.Option("--pace", min=1, help="With --grocer: events a second in the last week, where latency is measured.")
    ] = 500,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running until Ctrl-C, to look around.")] = False,
    json: AsJson = False,
) -> None:
    """Run the demo."""
    from agents.tools.demo.ending import Ending

    if not grocer and (households is not None or until is not None):
        raise CliError("--households and --until are of the real year", "add --grocer; the invented company has --customers and --days")
    with Ending() as ending:  # before anything else is imported or started: Ctrl-C may come at any moment
        kept = ending if keep else None
        if grocer:
            measured = _play(_moment(until), households, per_second, json=json, kept=kept)
        else:
            measured = _play_company(seed, days, customers, json=json, kept=kept)
    if measured.sent != sum(measured.became.values()):
        raise CliError(f"not every event is accounted for: {measured.accounts()}", "this is a defect of ours: please report it", 1)


def _play_company(seed: int, days: int, customers: int, *, json: bool, kept: Ending | None) -> Measured:
    """Play the company and print what was found. If `kept` is given, leave it running until a signal comes."""
    from agents.cli.terminal.reach import settings
    from agents.tools.demo.invented.scene import NEEDED, played
    from agents.world.day import begin

    def told(shown: Company) -> None:
        from agents.tools.demo.invented.telling import tell

        if json:
            print_json(shown.document())
        else:
            tell(terminal, shown)

    _check_packages(NEEDED)
    terminal = notices()
    with _with_fixes(), played(settings().home.resolve(), terminal, begin(seed, days, customers)) as shown:
        _show(terminal, lambda: told(shown), shown.report, shown.story.customer, kept)
        return shown.measured


def _play(before: int | None, households: int | None, per_second: float, *, json: bool, kept: Ending | None) -> Measured:
    """Play the real year and print what was found. If `kept` is given, leave it running until a signal comes."""
    from agents.cli.terminal.reach import settings
    from agents.tools.demo.grocer.scene import NEEDED, played

    def chosen(year: History) -> History:
        return _choose(year, households, before)

    _check_packages(NEEDED)
    terminal = notices()
    with _with_fixes(), played(settings().home.resolve(), terminal, chosen, per_second, keep=kept is not None) as shown:
        _show(terminal, lambda: _tell(terminal, shown, json=json), shown.report, shown.story.customer, kept)
        return shown.measured


def _show(terminal: Terminal, tell: Callable[[], None], report: Path, customer: str, kept: Ending | None) -> None:
    """Print the results. If `kept` is given, tell how to look around, and wait until a signal comes."""
    if kept:
        kept.expect()
    tell()
    if kept:
        _look_around(terminal, report, customer, kept)


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
        raise CliError(str(error), f"{log}; a machine under heavy load needs fewer: --customers 300") from None
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
    from agents.tools.demo.grocer.telling import tell
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


def _look_around(terminal: Terminal, report: Path, customer: str, ending: Ending) -> None:
    terminal.print(f"still running. In another terminal: `export SOJOURN_HOME={report.parent}`, then", soft_wrap=True)
    terminal.print(f"`sojourn explain {customer}`, `sojourn insights` or", soft_wrap=True)
    terminal.print("`sojourn follow decisions --from-start`. Ctrl-C ends it.")
    ending.wait()
    terminal.print("ending")
