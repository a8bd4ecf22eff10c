"""See what all customers together went through and are worth: by channel and place, targets, moments of truth, paths, purchases, tiers.

It is read from what the insights role has published, so it says what subscribers were told. A shop that sends receipts alone, without
a place, sees its channels and its purchases: customers, what they brought, how many bought again, and the days between.

Example: `sojourn insights --weeks 4 --html overview.html`
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import PIPE, AsJson, console, notices, print_fitting, print_json, terminal_width

if TYPE_CHECKING:
    from agents.tools.reports.overview.gathering import Overview

TOLD = 3  # frictions that are told in full before the tables


def command(
    weeks: Annotated[int | None, typer.Option(min=1, help="Only so many of the newest weeks; otherwise all that are kept.")] = None,
    top: Annotated[int, typer.Option(min=1, help="At most so many rows of each table.")] = 15,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures to this file.", dir_okay=False)] = None,
    json: AsJson = False,
) -> None:
    """Print measures by channel and place, missed targets, moments of truth, paths, surges, tiers, and who was won for good."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.tools.reports.overview.examples import examples
    from agents.tools.reports.overview.gathering import overview, published

    try:
        insights, met = published(reachable(settings())), examples(settings())
    except LookupError as error:
        raise CliError(str(error), "run `sojourn topics create`") from None
    if html is not None:
        _write(html, overview(insights, weeks, met))
    if json:
        import msgspec

        for insight in insights:
            print_json(msgspec.to_builtins(insight))
    elif html is None:
        _tables(overview(insights, weeks, met), top)


def _tables(found: Overview, top: int) -> None:
    from agents.tools.reports.overview.gathering import span
    from agents.tools.reports.overview.tables import tables
    from agents.tools.reports.terminal import styled

    if not found.weeks:
        notices().print("nothing was published yet: the insights role of a worker does, once customers were somewhere")
        return
    notices().print(span(found))
    _first(found, min(top, TOLD))
    left_out = list[str]()
    for table in tables(found, top):
        if table.rows:
            left_out += print_fitting(table.title, table.columns, table.rows, table.by_weight, table.keys)
        else:
            notices().print(styled((table.title, "bold"), f": {table.nothing}"))
    if left_out:
        notices().print("columns were left out for want of room; a wider terminal, a pipe (`| less`) or `--json` shows them all")


def _first(found: Overview, most: int) -> None:
    """Print what to do first: the first `most` frictions, each with all that is known of it."""
    from agents.tools.reports.overview.telling import card, lines
    from agents.tools.reports.terminal import styled

    width = terminal_width() or PIPE
    terminal = console(width)
    if found.harms:
        terminal.print(styled(("Do this first", "bold")))
    for number, harm in enumerate(found.harms[:most], 1):
        for line in lines(number, card(harm, found.worth), width):
            terminal.print(line, soft_wrap=True)


def _write(path: Path, found: Overview) -> None:
    from importlib.util import find_spec

    if find_spec("jinja2") is None:
        raise CliError("a page needs jinja2, which is not installed", "install the extra: pip install 'sojourn[local]'")
    from agents.tools.reports.overview.page import page

    try:
        path.write_text(page(found), encoding="utf-8")
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror}", "name a file in a folder that is there") from None
    notices().print(f"wrote {path}")
