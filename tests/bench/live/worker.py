"""The journey worker of the benchmark: `tests.faults.worker` with probes, which the variables of the benchmark choose.

`python -m tests.bench.live.worker FOLDER ROLE FAILPOINT SETTING=VALUE...`. `BENCH_STAGES=FILE` notes when chunks were applied and
committed, see `stages`. `BENCH_PROFILE=FILE` with `BENCH_EVENTS=TOTAL` samples where the time goes over a backlog, see `sampled`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from agents.cli import main
from tests.bench.live import sampled, stages
from tests.faults.worker import words

if __name__ == "__main__":
    os.environ.update(dict(word.split("=", 1) for word in sys.argv[4:]))
    if file := os.environ.get("BENCH_PROFILE"):
        sampled.install(Path(file), int(os.environ["BENCH_EVENTS"]))
    if file := os.environ.get("BENCH_STAGES"):
        stages.install(Path(file))
    sys.argv = words(sys.argv[2], sys.argv[3])
    main()
