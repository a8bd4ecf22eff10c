"""The page of commands: each with the help that it prints."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import typer

from agents.tools.reference.markdown import code, first_sentence, page, table

INTRO = """
Every command of `sojourn`, as its `--help` prints it. Most commands take `--json`: then they print one JSON document a line, for
programs. What each exit code means is in [exit codes and refusals](exit-codes.md).
"""
LINE = "agents.cli"  # imported by name: it is a layer above the tools, so they may not import it
WIDTH = 100  # characters
Command = Any  # typer contains its own copy of click, whose classes have no public name


def commands_page() -> str:
    """Return the page: a table of all commands, then the help of each."""
    found = list(leaves(root(), ("sojourn",)))
    rows = [(f"[`{' '.join(path)}`](#{'-'.join(path)})", first_sentence(command.help)) for path, command in found]
    return page("Commands", INTRO, table(("command", "what it does"), rows), *(_section(path, command) for path, command in found))


def root() -> Command:
    """Return the command line with all its commands."""
    line = importlib.import_module(LINE)
    return typer.main.get_command(line.application(line.names()))


def leaves(group: Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Yield the commands in this group and its sub-groups, each with the words that call it."""
    inner = getattr(group, "commands", None)
    if not inner:
        yield path, group
        return
    for name, command in sorted(inner.items()):
        yield from leaves(command, (*path, name))


def _section(path: tuple[str, ...], command: Command) -> str:
    context = typer.Context(command, info_name=" ".join(path), terminal_width=WIDTH, help_option_names=["-h", "--help"])
    return f"## {' '.join(path)}\n\n{code(command.get_help(context), 'text')}"
