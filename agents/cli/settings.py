"""Print every setting: its variable, its value, and where that comes from. Secrets are masked.

Example: `sojourn settings --json`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.cli.terminal.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from agents.settings import Settings


def command(json: AsJson = False) -> None:
    """Print them, one a line."""
    from agents.cli.terminal.reach import settings
    from agents.settings import ROWS, VARIABLES

    found = settings()
    rows = [(VARIABLES[name], _mask(found, name), str(found.origin(name)), row.doc) for name, row in ROWS.items()]
    if json:
        for variable, value, origin, doc in rows:
            print_json({"variable": variable, "value": value, "origin": origin, "doc": doc})
    else:
        print_table("Settings", ("variable", "value", "origin", "meaning"), rows)


def _mask(found: Settings, name: str) -> str:
    from agents.settings import ROWS

    value = getattr(found, name)
    if value is None:
        return "-"
    return f"*** (in {value})" if ROWS[name].secret else str(value)
