"""Several runs at once, in lanes: each has servers of its own, so nothing one does can reach another."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.faults.run import Outcome, Run, StoppedError
from tests.faults.scenarios import Scenario


def play(
    runs: Sequence[tuple[Scenario, int]],
    folder: Path,
    lanes: int,
    done: Callable[[Outcome], None],
    say: Callable[[str], None],
    stopping: threading.Event,
) -> None:
    """Plays the runs; `done` hears of each that is finished, in the caller's thread. Setting `stopping` ends it within seconds."""
    with ThreadPoolExecutor(lanes) as pool:
        coming = {pool.submit(_one, scenario, seed, folder, say, stopping) for scenario, seed in runs}
        try:
            for finished in as_completed(coming):
                outcome = finished.result()
                if outcome is not None:
                    done(outcome)
        except BaseException:
            stopping.set()
            for each in coming:
                each.cancel()
            raise


def _one(scenario: Scenario, seed: int, folder: Path, say: Callable[[str], None], stopping: threading.Event) -> Outcome | None:
    if stopping.is_set():
        return None
    name = f"{scenario.name}-{seed}"
    try:
        return Run(scenario, seed, folder / name, lambda text: say(f"{name:26} {text}"), stopping).play()
    except StoppedError:
        shutil.rmtree(folder / name, ignore_errors=True)
        return None
