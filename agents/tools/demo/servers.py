"""A real Kafka and a real Valkey for one run of the demo: free ports, fresh files, gone afterwards."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from agents.tools.embedded.children import found
from agents.tools.embedded.jars import Progress
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import Addresses
from agents.tools.embedded.valkey import Valkey

FRESH = ("kafka", "valkey", "worker", "workers")  # folders of a run; the report stays


class OccupiedError(RuntimeError):
    """Another demo runs in this folder."""


@contextmanager
def servers(folder: Path, cache: Path, progress: Progress | None = None) -> Iterator[Addresses]:
    """Both servers while the block runs, with their files under `folder`. They die with this program, however it ends.

    Raises OccupiedError where another demo holds the folder. What an earlier one left there is cleared first; afterwards the
    files go only when all went well, as the servers' logs may tell why not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / "demo.lock"), ExitStack() as stack:
        _cleared(folder)
        kafka, valkey = Kafka(folder / "kafka", cache=cache), Valkey(folder / "valkey")
        stack.callback(valkey.stop, grace_s=1.0)
        stack.callback(kafka.stop, grace_s=0.0)  # nobody reads its records again
        with ThreadPoolExecutor(1) as pool:
            store = pool.submit(valkey.start)
            kafka.start(progress)  # in this thread: Ctrl-C interrupts it, and would not interrupt a wait for another thread's start
            store.result()
        yield Addresses(kafka.bootstrap, valkey.url)
        stack.close()
        _cleared(folder)


def _cleared(folder: Path) -> None:
    """Nothing of an earlier run is left: neither a process nor a file."""
    for pid_file in folder.rglob("server.pid"):
        if (child := found(pid_file)) is not None:
            child.kill()
    for name in FRESH:
        shutil.rmtree(folder / name, ignore_errors=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OccupiedError(f"another demo runs in {path.parent}") from None
        yield
