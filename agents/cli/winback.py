"""List the customers to win back: who brought much, and has probably gone; with what they brought, and why we think so.

It is read from what the workers have committed. Margin counts where it is known, else turnover; the two stand apart. Money is in units of
the currency; with --json in its minor unit.

Example: `sojourn winback --limit 50`
"""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_fitting, print_json


def command(
    limit: Annotated[int, typer.Option(min=1, help="At most so many customers, those who brought most.")] = 20,
    json: AsJson = False,
) -> None:
    """List the customers to win back."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.tools.reports.overview.winback import winback
    from agents.tools.reports.overview.worth import to_win_back
    from streams.state.codec import UnreadableStateError

    try:
        found = winback(reachable(settings()))
    except LookupError as error:
        raise CliError(str(error), "run `sojourn topics create`") from None
    except UnreadableStateError as error:
        raise CliError(f"a journey cannot be read: {error}", "run the version of sojourn that the workers run") from None
    if json:
        import msgspec

        for one in found[:limit]:
            print_json(msgspec.to_builtins(one))
    elif not found:
        notices().print("nobody is lost: no customer who brought anything has lapsed or is at high risk")
    else:
        notices().print(f"{len(found):,} customers have probably gone; these brought most")
        table = to_win_back(found[:limit])
        print_fitting(table.title, table.columns, table.rows, table.by_weight)
