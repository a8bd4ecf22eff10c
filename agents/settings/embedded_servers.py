"""What `sojourn up` wrote about the servers that it started: `run.json` in the home folder."""

from __future__ import annotations

import json
from pathlib import Path

from agents.settings.parsing import SettingsError, Variable
from schemas.problems import Problem

_WRITTEN = ("brokers", "redis_url", "control_key_file")


def run_file(home: Path) -> dict[str, str]:
    """Return the servers' addresses and the file with their control key, or nothing. Raises SettingsError if the file is damaged."""
    path = home / "run.json"
    if not path.exists():
        return {}
    try:
        written = json.loads(path.read_text())
    except ValueError:
        fix = "it cannot be read: end the servers it speaks of, if they run, and delete it"
        raise SettingsError([Problem(Variable("run file", str(path)), fix)]) from None
    return {name: str(written[name]) for name in _WRITTEN if written.get(name)}
