"""End the servers that `sojourn up` started; what they hold stays for the next `up`, unless it is erased.

Example: `sojourn down --erase`
"""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.terminal.output import AsJson, notices, print_json


def command(
    erase: Annotated[bool, typer.Option("--erase", help="Remove their records too: topics, states, everything.")] = False,
    json: AsJson = False,
) -> None:
    """End them, politely at first, and say what was ended."""
    from agents.cli.terminal.progress import waiting
    from agents.cli.terminal.reach import settings
    from agents.tools.embedded.servers import stop_detached

    home = settings().home.resolve()
    with waiting("Ending the servers"):
        ended = stop_detached(home, erase=erase)
    if json:
        print_json({"ended": ended, "erased": erase})
    else:
        notices().print(f"ended {', '.join(ended)}" if ended else "nothing was running")
