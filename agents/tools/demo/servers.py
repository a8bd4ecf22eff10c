"""A real Kafka and a real Valkey for one run of the demo, on free ports and with new files. The files are deleted afterwards."""

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
from agents.tools.embedded.servers import Addresses, key_file
from agents.tools.embedded.valkey import Valkey

FRESH = ("kafka", "valkey", "worker", "workers")  # folders of one run, deleted before and after it; the report stays


class OccupiedError(RuntimeError):
    """Another demo runs in this folder."""


@contextmanager
def servers(folder: Path, cache: Path, progress: Progress | None = None) -> Iterator[Addresses]:
    """Start both servers with their files under `folder`, and yield their addresses. They end with the block, or with this program.

    Leftovers of an earlier demo are deleted first. Afterwards the files are deleted only if all went well: otherwise the servers' logs may
    tell the cause. Raises OccupiedError if another demo uses the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder / "demo.lock"), ExitStack() as stack:
        _clear(folder)
        kafka, valkey = Kafka(folder / "kafka", cache=cache, brief=True), Valkey(folder / "valkey")
        stack.callback(valkey.stop, grace_s=1.0)
        stack.callback(kafka.stop, grace_s=0.0)  # no grace: nobody reads its records again
        with ThreadPoolExecutor(1) as pool:
            store = pool.submit(valkey.start)
            kafka.start(progress)  # in this thread: Ctrl-C interrupts it, and would not interrupt a wait for another thread's start
            store.result()
        yield Addresses(kafka.bootstrap, valkey.url, str(key_file(folder.resolve())))
        stack.close()
        _clear(folder)


def _clear(folder: Path) -> None:
    """Kill the processes and delete the files that an earlier run left."""
    for pid_file in folder.rglob("server.pid"):
        if (child := found(pid_file)) is not None:
            child.kill()
    for name in FRESH:
        shutil.rmtree(folder / name, ignore_errors=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OccupiedError(f"another demo runs in {path.parent}") from None
        yield
