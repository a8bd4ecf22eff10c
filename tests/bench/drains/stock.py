"""The bare job on stock Faust: its own table, its own send, its own settings but for what makes it comparable.

`python -m tests.bench.drains.stock BOOTSTRAP TOTAL NAME DIRECTORY`: reads that many events, prints events a second as JSON.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import mode.loop
import orjson

from tests.bench.drains.broker import OUTPUT, PARTITIONS, SOURCE
from tests.bench.drains.lap import Lap
from tests.bench.drains.shape import EACH, PAD


def main() -> None:
    """A worker as the framework's manual writes one."""
    mode.loop.use("uvloop")  # before Faust is imported, as its own command does with --loop
    import faust  # noqa: PLC0415

    bootstrap, total, name, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    app = faust.App(
        name,
        broker=f"kafka://{bootstrap}",
        store="memory://",
        topic_partitions=PARTITIONS,
        table_standby_replicas=0,
        datadir=directory,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
    )
    _count(app, Lap(total))
    sys.argv = sys.argv[:1]
    faust.Worker(app, loglevel="INFO", redirect_stdouts=False, quiet=True).execute_from_commandline()


def _count(app: Any, lap: Lap) -> None:
    """The agent: ends the process when the lap is done."""
    source = app.topic(SOURCE, key_type=bytes, value_serializer="json")
    output = app.topic(OUTPUT, key_type=bytes, value_serializer="json")
    table = app.Table("counts", partitions=PARTITIONS, key_type=bytes)

    @app.agent(source)  # type: ignore[untyped-decorator]
    async def count(events: Any) -> None:
        done = 0
        async for key, event in events.items():
            state = table.get(key) or {"n": 0, "pad": PAD}
            state["n"] += 1
            table[key] = state
            if state["n"] % EACH == 0:
                await output.send(key=key, value={"customer": event["customer"], "n": state["n"]})
            done += 1
            lap.at(done, time.monotonic(), time.process_time())
            if lap.done:
                os.write(1, orjson.dumps(lap.line()) + b"\n")
                os._exit(0)  # it was measured; nobody needs what it holds


if __name__ == "__main__":
    main()
