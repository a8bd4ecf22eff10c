"""Where the processes of a worker are found: one small file a role under the home folder, written when it starts.

`workers/<worker>-<role>.json` holds `role`, `worker`, `pid` and `http` (host:port); the supervisor's role is `worker`. A process
that is gone leaves its file behind; whoever reads it looks whether the pid still lives.
"""

from __future__ import annotations

import json
from pathlib import Path

from agents.settings import Settings


def run_file(settings: Settings, role: str) -> Path:
    """The file of this worker's role."""
    return settings.home / "workers" / f"{settings.worker}-{role}.json"


def record(settings: Settings, role: str, pid: int, http: str = "") -> None:
    """This role of the worker can be found."""
    path = run_file(settings, role)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{pid}.draft")
    draft.write_text(json.dumps({"role": role, "worker": settings.worker, "pid": pid, "http": http}) + "\n")
    draft.replace(path)
