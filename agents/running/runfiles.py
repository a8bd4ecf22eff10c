"""Run files: one small file per role under the home folder, written when the role starts. Commands find the processes by them.

`workers/<worker>-<role>.json` has `role`, `worker`, `pid` and `http` (host:port). The supervisor's role is `worker`. A process that has
ended leaves its file behind, so a reader must check whether the pid still runs.
"""

from __future__ import annotations

import json
from pathlib import Path

from agents.settings import Settings


def run_file(settings: Settings, role: str) -> Path:
    """Return the path of the run file of this worker's role."""
    return settings.home / "workers" / f"{settings.worker}-{role}.json"


def record(settings: Settings, role: str, pid: int, http: str = "") -> None:
    """Write the run file of this role. It is replaced in one step, so that no reader sees half a file."""
    path = run_file(settings, role)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{pid}.draft")
    draft.write_text(json.dumps({"role": role, "worker": settings.worker, "pid": pid, "http": http}) + "\n")
    draft.replace(path)
