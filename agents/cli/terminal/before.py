"""What `sojourn` itself understands, before the name of a command."""

from __future__ import annotations

from typing import Annotated

import typer


def _show_version(asked: bool) -> None:
    if asked:
        from agents.cli.terminal.output import console
        from agents.running.build import build_in_words

        console().print(build_in_words(), soft_wrap=True)
        raise typer.Exit


def before(
    version: Annotated[
        bool, typer.Option("--version", help="Print version, commit and build, and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Do nothing else before a command: each command reads the settings that it needs."""
