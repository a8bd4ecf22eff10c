"""One real worker: `sojourn worker --only ROLE` in a process that can be told from all others.

`python -m tests.faults.worker FOLDER ROLE FAILPOINT SETTING=VALUE...`. FOLDER marks the process as ours; FAILPOINT may be empty, or
`rebuild`, which fills the read model anew.
"""

from __future__ import annotations

import os
import sys

from agents.cli import main
from tests.faults.workers import REBUILD


def words(role: str, failpoint: str) -> list[str]:
    """The command as an operator types it.

    >>> words("journey", "")
    ['sojourn', 'worker', '--only', 'journey', '--http-port', '0']
    """
    if failpoint == REBUILD:
        return [*words(role, ""), "--rebuild"]
    chosen = ["sojourn", "worker", "--only", role, "--http-port", "0"]
    return [*chosen, "--failpoint", failpoint] if failpoint else chosen


if __name__ == "__main__":
    os.environ.update(dict(word.split("=", 1) for word in sys.argv[4:]))
    sys.argv = words(sys.argv[2], sys.argv[3])
    main()
