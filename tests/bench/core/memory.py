"""`python -m tests.bench.core.memory` shows what journeys that were seen once cost the journey worker, in resident bytes for each."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import psutil
from rich.console import Console

from tests.bench.drains.broker import Broker, bulk_producer
from tests.bench.drains.hostile import DIRECT, Message, send
from tests.bench.drains.pair import Worker, until, workers

MOST = 1_500  # bytes a journey


def resident(worker: Worker) -> int:
    """Return the resident bytes of the worker's process."""
    return int(psutil.Process(worker.child.pid).memory_info().rss)


def fresh(number: int, begin: int) -> list[Message]:
    """Return one page view of each of so many customers whom nobody knows."""
    text = '{"kind":"page_viewed","id":"e%d","customer":"anon:%d","at":%d,"channel":"web","place":"/tents","page":"/tents"}'
    return [(b"anon:%d" % each, (text % (each, each, begin + each)).encode(), []) for each in range(number)]


def main() -> int:
    """Return 0 if a journey costs no more than MOST bytes, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.core.memory", description=__doc__)
    parser.add_argument("--journeys", type=int, default=200_000, help="customers who are seen once (default 200,000)")
    given, say = parser.parse_args(), Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder)) as broker, workers(broker) as both:
        journey = both[1]
        producer, begin = [bulk_producer(broker.bootstrap)], time.time_ns() // 1_000_000 - 3_600_000
        done = 0
        for number in (2_000, given.journeys):  # the first ones warm the caches up
            before = resident(journey)
            send(producer, DIRECT, fresh(number, begin)[done:])
            until(lambda: journey.total("journey_events_total") >= number, both, "the journeys were not worked off")  # noqa: B023
            time.sleep(2.0)  # the last commit
            each = (resident(journey) - before) / (number - done)
            done = number
        say.print(f"{given.journeys:,} journeys seen once: {resident(journey) / 1e6:.0f} MB resident, {each:,.0f} bytes a journey")
    return int(each > MOST)


if __name__ == "__main__":
    sys.exit(main())
