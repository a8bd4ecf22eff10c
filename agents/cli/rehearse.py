"""Play a file of events through the journey without a broker, and show what would be found; nothing is sent and nothing is kept.

A mapping says what each row means. Without one, each line is an event as it is sent, in any format that ingest reads. A blueprint gives
the rules, targets, the company's own event names, and what to hide: with the one in force, the file is read as workers read it. Rows are
put in order by time; then time passes to the end of the last day, or to `--until`. It shows what `sojourn insights` would: what to do
first, measures, surges, moments of truth, paths. Exits with 1 where rows, or amounts in them, were not understood.

Example: `sojourn rehearse shop.csv.gz --mapping deploy/mappings/simple_shop.toml --html shop.html`
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.blueprints import read as read_blueprint
from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.mappings import mapping, named, no_mapping, now_ms, print_account, usable
from agents.cli.terminal.output import AsJson, console, notices, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.tools.mapping.declared import Declared
    from agents.tools.mapping.reading import Told
    from agents.tools.mapping.rehearsing import Rehearsal
    from agents.tools.mapping.telling import Account
    from schemas.conventions import Conventions
    from schemas.touchpoints import Touchpoint
    from streams.rules.blueprint import Blueprint

ROWS = 6  # of each table; the page has more
WITHOUT = ("Paths", "All frictions, in this order")  # tables of insights that say again what the rehearsal has counted


def command(
    file: Annotated[str, typer.Argument(help="CSV or JSON lines (.gz too), or - for standard input.")],
    mapped: Annotated[str, typer.Option("--mapping", help="A TOML file that says what each row means; else lines are events.")] = "",
    blueprint: Annotated[Path | None, typer.Option(help="A blueprint (TOML) with rules and event names; else the defaults.")] = None,
    until: Annotated[str, typer.Option(help="Let time pass to this moment, as 2018-12-01 or 2018-12-01T12:00:00Z.")] = "",
    by: Annotated[str, typer.Option(help="What paths lead over: place or kind.")] = "place",
    most: Annotated[int, typer.Option(min=1, help="How many paths and stage moves to print.")] = 12,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures to this file.", dir_okay=False)] = None,
    explain: Annotated[str, typer.Option(help="Tell this customer's story instead, as `sojourn explain` does.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="With --explain: the whole story, with every reason.")] = False,
    json: AsJson = False,
) -> None:
    """Read, replay and print."""
    ends = _checked(by, until)
    rules, unread = read_blueprint(blueprint) if blueprint is not None else None, Counter[str]()
    declared = mapping(mapped) if mapped else no_mapping()
    with usable(mapped):
        account, touchpoints = _read(_rows(declared, file, rules) if mapped else _events(file, rules, unread))
    made = _rehearse(declared, touchpoints, ends, by, rules)
    if explain:
        _explain(made, explain, whole=everything, json=json)
    elif json:
        _print_json(made, account, unread, most)
    else:
        print_account(console(), account, declared)
        _print(made, unread, file, most)
    if html is not None:
        _write(html, made, file, most)
    if account.refused or account.unread:
        raise typer.Exit(PROBLEMS_FOUND)


def _checked(by: str, until: str) -> int | None:
    """Return the moment (ms UTC) up to which time passes; None: to the end of the last day."""
    from schemas.writing import from_rfc3339

    if by not in ("place", "kind"):
        raise CliError(f"--by cannot be {by!r}", "place or kind")
    if not until:
        return None
    try:
        return from_rfc3339(until if "T" in until else f"{until}T00:00:00Z")
    except ValueError as error:
        raise CliError(f"--until: {error}", "write it as 2018-12-01 or 2018-12-01T12:00:00Z") from None


def _rows(declared: Declared, file: str, blueprint: Blueprint | None) -> Iterator[Told]:
    from agents.tools.mapping.reading import told

    return told(declared, named(file, "a file of events"), now_ms(), conventions_of(blueprint))


def _events(file: str, blueprint: Blueprint | None, unread: Counter[str]) -> Iterator[Told]:
    from agents.tools.mapping.events import told_events

    file = named(file, "a file of events, and its mapping if it is no file of events as they are sent")
    return told_events(file, now_ms(), conventions_of(blueprint), unread)


def conventions_of(blueprint: Blueprint | None) -> Conventions:
    """Return what a blueprint tells the readers of inputs; without one, the built-in rules hold."""
    from schemas.conventions import NO_CONVENTIONS

    return NO_CONVENTIONS if blueprint is None else blueprint.conventions


def _read(rows: Iterator[Told]) -> tuple[Account, list[Touchpoint]]:
    from agents.cli.terminal.progress import waiting
    from agents.tools.mapping.telling import Account

    account = Account()
    with waiting("Reading rows"):
        taken = [touchpoint for each in rows if (touchpoint := account.take(each)) is not None]
    return account, sorted(taken, key=lambda touchpoint: touchpoint.at)


def _rehearse(declared: Declared, touchpoints: list[Touchpoint], until: int | None, by: str, blueprint: Blueprint | None) -> Rehearsal:
    from rich.progress import Progress

    from agents.tools.mapping.figures import kind_name, place_of
    from agents.tools.mapping.rehearsing import rehearsed
    from streams.rules import Rules

    with Progress(console=notices(), transient=True) as bar:
        task = bar.add_task("replaying", total=len(touchpoints))
        return rehearsed(
            touchpoints,
            until=until,
            steps=declared.funnel,
            step=place_of if by == "place" else kind_name,
            rules=None if blueprint is None else Rules(blueprint),
            moved=lambda count: bar.update(task, completed=count),
            insights=True,
        )


def _explain(made: Rehearsal, customer: str, *, whole: bool, json: bool) -> None:
    """Tell one customer's story: one screen of it, or the whole. JSON is always the whole."""
    from agents.tools.reports.chronicle.printing import tell
    from agents.tools.reports.overview.rehearsed import story_of

    entries = story_of(made, customer)
    if not entries:
        raise CliError(f"the file knows no customer {customer!r}", "ids are case-sensitive; without --explain, some are shown")
    if not json:
        tell(console(), customer, entries, whole=whole, every=False)
    for entry in entries if json else ():
        print_json(entry.document())


def _together(made: Rehearsal) -> dict[str, object]:
    """Return what all customers together would be told as, in types that JSON has."""
    import msgspec

    from agents.tools.reports.overview.rehearsed import lost

    return {"insights": msgspec.to_builtins(made.insights), "to_win_back": msgspec.to_builtins(lost(made))}


def _print_json(made: Rehearsal, account: Account, unread: Counter[str], most: int) -> None:
    print_json({"rows": account.document() | {"unread": dict(unread.most_common())}, **made.document(most), **_together(made)})


def _print(made: Rehearsal, unread: Counter[str], file: str, most: int) -> None:
    from agents.cli.terminal.overview import print_beside, print_first, print_tables
    from agents.tools.reports.overview.rehearsed import blocks, overview_of
    from schemas.writing import rfc3339

    _print_unread(unread)
    console().print(f"replayed to {rfc3339(made.until)}")
    print_beside(list(blocks(made, most)))
    found = overview_of(made, Path(file).name, ROWS)
    if found.harms or found.blocked:
        console().print(found.how, soft_wrap=True)
        print_first(found)
    if found.weeks:
        print_tables(found, min(most, ROWS), WITHOUT)


def _write(path: Path, made: Rehearsal, file: str, most: int) -> None:
    from agents.cli.terminal.overview import write_page
    from agents.tools.reports.overview.rehearsed import overview_of

    write_page(path, overview_of(made, Path(file).name, most))


def _print_unread(unread: Counter[str]) -> None:
    for message, count in unread.most_common():
        console().print(f"note: not read {count:,} times: {message}", soft_wrap=True)
