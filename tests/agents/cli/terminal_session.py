"""The command as a person runs it: another program, its words and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOJOURN = Path(sys.executable).with_name("sojourn")


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    def documents(self) -> list[Any]:
        """Return the JSON documents on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


def sojourn(*words: str, home: Path, stdin: bytes = b"", **env: str) -> Answer:
    """Run `sojourn words`, with nothing of ours in the environment but `home` and `env` (names without SOJOURN_)."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    ours = {"SOJOURN_HOME": str(home), **{f"SOJOURN_{name}": value for name, value in env.items()}}
    done = subprocess.run(
        [str(SOJOURN), *words], input=stdin, capture_output=True, env={**clean, **ours, "COLUMNS": "200"}, timeout=120, check=False
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())
