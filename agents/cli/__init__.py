"""The command line `sojourn`, with one file for each command.

A module of this package *is* a command: `agents/cli/worker.py` is `sojourn worker`. It defines a function `command`. A family of commands
defines a `typer.Typer` called `commands` instead. The module's docstring is the help, and ends with an example. Commands are found by
looking into this package, so none is registered anywhere. Code that commands share is in `terminal/`.

Commands import what they need inside the function. Otherwise `sojourn --help` would be slow.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from typing import TYPE_CHECKING

from agents.cli.terminal.beginning import keep_standard_files, obey_signals

if TYPE_CHECKING:
    import typer

SETTINGS = {"help_option_names": ["-h", "--help"]}
WORKER = "worker"  # the command that a supervisor runs


def names() -> tuple[str, ...]:
    """Return the names of all commands: the modules of this package.

    >>> "up" in names() and "terminal" not in names()
    True
    """
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.ispkg))


def application(wanted: tuple[str, ...]) -> typer.Typer:
    """Return the application with the commands `wanted`. To run a command, it alone is enough; the help needs all."""
    import typer

    from agents.cli.terminal.before import before

    app = typer.Typer(
        name="sojourn",
        help="Journey analytics on Kafka: friction points and churn signals as they happen, offers with their reasons.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help: rendering it with rich takes twice as long as all the rest
        context_settings=SETTINGS,
    )
    app.callback()(before)  # keeps `sojourn up` a sub-command even if `up` is the only one loaded
    for name in wanted:
        module = importlib.import_module(f"{__name__}.{name}")
        words = str(module.__doc__)
        short = re.split(r"[.;:]\s", words, maxsplit=1)[0].replace("\n", " ")
        if hasattr(module, "commands"):
            app.add_typer(module.commands, name=name, help=words, short_help=short, context_settings=SETTINGS)
        else:
            app.command(name, help=words, short_help=short, context_settings=SETTINGS)(module.command)
    return app


def main() -> None:
    """Run the command that the arguments name. Exit codes: 0 all is well, 1 problems were found, 2 wrong use or unreachable."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    keep_standard_files()
    if asked == WORKER:
        obey_signals()
    from agents.cli.terminal.errors import shown

    known = names()
    with shown():
        application((asked,) if asked in known else known)()
