"""The page of settings, as `sojourn settings` prints them if none is set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cache

from agents.tools.reference.markdown import page, table

INTRO = """
A setting is an address or a size. It is read from the environment; below that stands what `sojourn up` wrote, below that the
default. `sojourn settings` prints each one with its value and where that comes from. Every wrong setting is named at once, with
what would be right. Passwords and keys are named by file and are never printed. What a company *means* (limits, offers, contact
policy) is no setting: it is a [blueprint](blueprint.md).
"""
PROGRAM = "from agents.cli import main; main()"


def settings_page() -> str:
    """Return the page with one row a setting."""
    rows = [(f"`{row['variable']}`", _default(row["value"]), row["doc"]) for row in printed()]
    return page("Settings", INTRO, table(("variable", "default", "meaning"), rows))


@cache
def printed() -> tuple[dict[str, str], ...]:
    """Run `sojourn settings` in an empty folder and an empty environment, and return what it prints."""
    command, env = [sys.executable, "-c", PROGRAM, "settings", "--json"], {"PYTHONPATH": os.pathsep.join(sys.path)}
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(command, cwd=empty, env=env, capture_output=True, encoding="utf-8", check=True)  # noqa: S603  # our own command
    return tuple(json.loads(line) for line in done.stdout.splitlines())


def _default(value: str) -> str:
    return "" if value == "-" else f"`{value}`"
