"""Run the worker: ingest, journey and serving, each in a process of its own, until it is told to stop.

A role that gives up is started again; nothing is lost by that. Ctrl-C, or SIGTERM, ends all of them in order. With `--only`, one
role runs in this process: what Kubernetes wants. Other commands find the processes under the home folder, in `workers/`.

Example: `sojourn worker --only journey`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from typing import NoReturn


def command(
    only: Annotated[Literal["journey", "ingest", "serving"] | None, typer.Option(help="Run this role alone, in this process.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Write the log as JSON, one document a line.")] = False,
    rebuild: Annotated[bool, typer.Option(help="Empty the read model and fill it again from the log (with `--only serving`).")] = False,
    failpoint: Annotated[str, typer.Option(hidden=True)] = "",
    parent: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Run the worker until it is told to stop."""
    from agents.app import run_role
    from agents.cli.terminal.reach import settings
    from agents.logs import set_up

    found = settings()
    set_up(only or "worker", as_json=json)
    if only:
        run_role(found, only, failpoint)
