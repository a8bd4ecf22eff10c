"""Tell one customer's story: touchpoints, stage moves, signals with evidence, the risk as a sum, decisions with their reasons.

It is read from the topics alone, so it says what subscribers were told, and why. It shows the newest that fits on one screen, with
uneventful stretches drawn together; `--all` shows the whole story, and `--json` always does.

Example: `sojourn explain household-1029`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, print_json

if TYPE_CHECKING:
    from agents.tools.reports.chronicle.entries import Entry


def command(
    customer: Annotated[str, typer.Argument(help="The customer's id, as in their touchpoints.")],
    everything: Annotated[bool, typer.Option("--all", help="Tell the whole story, with every reason.")] = False,
    every: Annotated[bool, typer.Option("--every", help="The whole story, and each touchpoint on a line of its own.")] = False,
    json: AsJson = False,
) -> None:
    """Tell one customer's story."""
    from agents.cli.terminal.output import console
    from agents.tools.reports.chronicle.printing import tell

    entries = _entries(customer)
    if not json:
        tell(console(), customer, entries, whole=everything or every, every=every)
    for entry in entries if json else ():
        print_json(entry.document())


def _entries(customer: str) -> list[Entry]:
    """Return the customer's timeline. Raises CliError if topics are missing, or if nothing is known of this customer."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.tools.reports.chronicle.reading import MissingTopicsError, known, read_chronicle

    found = reachable(settings())
    try:
        entries = read_chronicle(found, customer)
        meant = [] if entries else known(found, similar(customer))
    except MissingTopicsError as error:
        raise CliError(f"there are no topics {error}", "sojourn topics create") from None
    if not entries:
        raise CliError(f"nothing is known of a customer {customer!r}", _fix(customer, meant))
    return entries


def similar(customer: str) -> list[str]:
    """Return ids that may have been meant: without blanks around it, and of the other sort, signed in or not.

    >>> similar(" s21"), similar("anon:s21")
    (['s21', 'anon:s21'], ['s21'])
    """
    bare = customer.strip()
    other = bare.removeprefix("anon:").strip() if bare.startswith("anon:") else f"anon:{bare}"
    return [each for each in dict.fromkeys((bare, other)) if each not in ("", customer, "anon:")]


def _fix(customer: str, meant: list[str]) -> str:
    if meant:
        return f"did you mean {' or '.join(f'`sojourn explain {each}`' for each in meant)}?"
    tried = " and ".join(similar(customer))
    also = f"; nor is anything known of {tried}" if tried else ""
    return f"ids are case-sensitive{also}. `sojourn follow decisions` shows some ids; a worker must have read the touchpoints"
