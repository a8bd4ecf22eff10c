"""Unlink two ids that were taken for one customer by mistake: nothing more of the first goes to the second.

What was handed over until then stays with the second id. Later links do not join the first id to anybody again.

Example: `sojourn unlink c50 b50 --why "a wrong alias"`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_json

if TYPE_CHECKING:
    from agents.settings import Settings


def command(
    customer: Annotated[str, typer.Argument(metavar="ID", help="The id whose touchpoints go to the other.")],
    to: Annotated[str, typer.Argument(metavar="OTHER", help="The id to whom they go.")],
    why: Annotated[str, typer.Option(help="Why, for those who read the log later.")] = "",
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait until the worker has taken it.")] = 30.0,
    json: AsJson = False,
) -> None:
    """Stop the forwarding, and say whether the worker took it; exit 1 where it rejected it."""
    from confluent_kafka import KafkaException

    from agents.cli.terminal.reach import reachable, refused_by_brokers, settings
    from agents.cli.terminal.reception import awaited, document, end, say
    from agents.published.publish_unlink import unlink
    from agents.published.reception import Receptionist

    found = reachable(settings())
    _check_forwarded(found, customer, to)
    try:
        receptionist = Receptionist(found)
        offsets = unlink(found, customer, to, why)
    except KafkaException as error:
        raise refused_by_brokers(error, found, "the brokers refused", "nothing was changed; try again") from None
    told = f"{customer} goes to {to} no more"
    outcome = awaited(receptionist, offsets, wait, told)
    if json:
        print_json({"customer": customer, "to": to} | document(outcome))
    else:
        say(outcome, told)
        if outcome.taken:
            notices().print(f"what was handed over stays with {to}", soft_wrap=True)
    end(outcome)


def _check_forwarded(found: Settings, customer: str, to: str) -> None:
    """Raise CliError if the journey is not forwarded to that id."""
    from agents.published.publish_unlink import address_of

    address = address_of(found, customer)
    if address is None or address.to != to:
        where = f"they go to {address.to}" if address and address.to else "they stay where they are"
        fix = f"`sojourn explain {customer}` says where its journey goes on; the first id is the one that goes, the second where to"
        raise CliError(f"the touchpoints of {customer} do not go to {to}: {where}", fix)
