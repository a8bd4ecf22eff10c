"""The process of one tree for `tests.bench.turns.doors`: it reads the same records again and again, and says what each took.

It runs in the new tree and in old ones, so it imports only what all of them have. The first line of its input holds the records. Each line
after it holds the number of a row, and how often its record is to be read. It answers each with one line of JSON.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from agents.journey.direct_input import DirectInput
from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.reading import told
from schemas.inputs import read
from schemas.touchpoints import Touchpoint

LOGGED_AT = 1_767_600_000_000  # ms UTC: later than every record


def read_front(value: bytes, headers: list[tuple[str, bytes]]) -> Callable[[], int]:
    """Return a function that reads the record as ingest does, and returns the number of touchpoints in it."""

    def read_once() -> int:
        found = read(value, headers, logged_at=LOGGED_AT)
        return len(getattr(found, "reads", ())) or int(hasattr(found, "touchpoint"))

    return read_once


def open_direct(value: bytes, known: bool) -> Callable[[], int]:
    """Return a function that reads the record as the journey worker does. `known`: its customer was seen before."""
    door = DirectInput([b"a key for the benchmark"])
    key = json.loads(value)["customer"].encode()
    keys = {key} if known else set()
    return lambda: int(isinstance(door.open(key, value, (), LOGGED_AT, keys), Touchpoint))


def translate(mapping: str, file: bytes) -> Callable[[], int]:
    """Return a function that translates the rows of a file by a mapping of this tree, which is named by its path."""
    path, declared = Path(tempfile.mkdtemp()) / "rows.csv", compiled(Path(mapping).read_text(encoding="utf-8"))
    path.write_bytes(file)
    return lambda: sum(hasattr(outcome, "touchpoint") for _, outcome in told(declared, str(path), LOGGED_AT))


def made_ready(row: dict[str, Any]) -> Callable[[], int]:
    """Return the function of a row, which reads its record once and returns the number of touchpoints."""
    value = base64.b64decode(row["value"])
    if row["door"] == "front":
        return read_front(value, [(name, text.encode()) for name, text in row["headers"]])
    return translate(row["mapping"], value) if row["door"] == "mapping" else open_direct(value, row["door"] == "direct, known customer")


def us(once: Callable[[], int], times: int) -> float:
    """Return the microseconds of processor time that one reading takes; 0: this tree finds no touchpoint in the record."""
    if not once():
        return 0.0
    began = process_time()
    for _ in range(times):
        once()
    return (process_time() - began) / times * 1e6


def main() -> None:
    """Answer until the input ends."""
    rows = [made_ready(row) for row in json.loads(sys.stdin.readline())]
    for line in sys.stdin:
        number, times = json.loads(line)
        print(json.dumps(us(rows[number], times)), flush=True)


if __name__ == "__main__":
    main()
