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
from agents.cli.terminal.output import AsJson, notices, print_json

if TYPE_CHECKING:
    from agents.tools.reports.overview.gathering import Overview


def command(
    weeks: Annotated[int | None, typer.Option(min=1, help="Only so many of the newest weeks; otherwise all that are kept.")] = None,
    top: Annotated[int, typer.Option(min=1, help="At most so many rows of each table.")] = 15,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures to this file.", dir_okay=False)] = None,
    json: AsJson = False,
) -> None:
    """Print measures by channel and place, missed targets, moments of truth, paths, surges, tiers, and who was won for good."""
    from agents.cli.terminal.overview import write_page
    from agents.cli.terminal.reach import reachable, settings
    from agents.tools.reports.overview.examples import examples
    from agents.tools.reports.overview.gathering import overview, published

    try:
        insights, met = published(reachable(settings())), examples(settings())
    except LookupError as error:
        raise CliError(str(error), "run `sojourn topics create`") from None
    if html is not None:
        write_page(html, overview(insights, weeks, met))
    if json:
        import msgspec

        for insight in insights:
            print_json(msgspec.to_builtins(insight))
    elif html is None:
        _tables(overview(insights, weeks, met), top)


def _tables(found: Overview, top: int) -> None:
    from agents.cli.terminal.overview import TOLD, print_first, print_tables
    from agents.tools.reports.overview.gathering import span

    if not found.weeks:
        notices().print("nothing was published yet: the insights role of a worker does, once customers were somewhere")
        return
    notices().print(span(found))
    print_first(found, min(top, TOLD))
    print_tables(found, top)
