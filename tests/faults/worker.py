"""One real worker, as `sojourn worker --only ROLE` is one; what differs is stated on the command line.

`python -m tests.faults.worker FOLDER ROLE FAILPOINT SETTING=VALUE...`. FOLDER marks the process as ours; FAILPOINT may be empty, or
`rebuild`.
"""

from __future__ import annotations

import sys

from agents.app import ROLES, run_role
from agents.logs import set_up
from agents.settings import Settings
from tests.faults.workers import REBUILD


def main() -> None:
    """Runs the role until it ends."""
    _folder, name, failpoint, *settings = sys.argv[1:]
    role = next(each for each in ROLES if each == name)
    set_up(role, as_json=False)
    found = Settings.from_env(dict(word.split("=", 1) for word in settings))
    if failpoint == REBUILD:
        run_role(found, role, rebuild=True)
    run_role(found, role, failpoint=failpoint)


if __name__ == "__main__":
    main()
