"""List the customers to win back: who brought much, and has probably gone; with what they brought, and why we think so.

It is read from what the workers have committed. Margin counts where it is known, else turnover; the two stand apart. Money is in units of
the currency; with --json in its minor unit.

Example: `sojourn winback --limit 50`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_fitting, print_json

if TYPE_CHECKING:
    from streams.customer.value.winback import Lost

HELD_BACK = " (signals of one family lead no higher)"
REASONS = 3  # a line shows so many summands of the risk


def command(
    limit: Annotated[int, typer.Option(min=1, help="At most so many customers, those who brought most.")] = 20,
    json: AsJson = False,
) -> None:
    """List the customers to win back."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.tools.reports.overview.winback import winback
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
        columns = ("customer", "brought", "tier", "expected", "rung", "risk", "last seen", "because")
        weights = ("customer", "brought", "because", "risk", "last seen", "tier", "expected", "rung")
        print_fitting("To win back (days are UTC)", columns, [_row(one) for one in found[:limit]], weights)


def _row(one: Lost) -> tuple[str, ...]:
    from agents.tools.reports.drawing import plain
    from schemas.currencies import in_words

    expected = "-" if one.expected is None else in_words(one.expected, one.currency)
    told = ", ".join(f"{plain(part.signal)} {part.value:+.2f}" for part in one.because[:REASONS])
    return (
        one.customer,
        f"{in_words(one.past, one.currency)} {one.counted}",
        one.tier or "-",
        expected,
        one.rung,
        f"{one.risk:.0%} {one.band}{HELD_BACK if one.held_back else ''}",
        one.since[:10],
        told or "a silence older than every sign of it",
    )
