"""One lap of `tests.bench.turns.against`: what each of its rows costs in the tree that comes first on PYTHONPATH, as one JSON object.

It runs in the new tree and in the old one, so it imports only what both have.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from functools import partial
from time import process_time

from schemas.inputs import read
from schemas.touchpoints import Touchpoint
from streams.decide import decide
from streams.replay import Replay
from tests.bench import steps
from tests.bench.events import _kinds

START = 1_767_600_000_000
THINGS = ("order", "receipt", "payment", "contact", "survey")  # fields that name a thing
STORIES, TIMES = 200, 40  # customers of one kind, and touchpoints of each


def us(each: Callable[[int], object], times: int) -> float:
    """Return the microseconds of processor time that one call takes. The first tenth is not counted.

    Python's collector runs before and not meanwhile: one look at all objects takes 10 ms, and would fall on whichever row comes then.
    """
    for number in range(times // 10):
        each(number)
    gc.collect()
    gc.disable()
    began = process_time()
    for number in range(times // 10, times):
        each(number)
    seconds = process_time() - began
    gc.enable()
    return seconds / (times - times // 10) * 1e6


def kinds(per_kind: int) -> dict[str, float]:
    """Return what `decide` takes for each kind of the benchmark's mix: a minute apart, `STORIES` customers in turn.

    Each event names a thing of its own: a thing that is told again is a duplicate, and costs next to nothing.
    """
    found = {}
    for which, (_, first) in enumerate(_kinds(1)):
        variants = [[touchpoint for _, touchpoint in _kinds(n)][which] for n in range(200)]
        replay, kind = Replay(), type(first)
        fields = [{name: getattr(each, name) for name in each.__struct_fields__} for each in variants]
        named = [name for name in THINGS if name in fields[0]]
        events = []
        for n in range(per_kind):
            changed = {"id": f"e{n}", "customer": f"c{n % STORIES}", "at": START + n * 60_000, **{name: f"{name}-{n}" for name in named}}
            events.append(kind(**(fields[n % 200] | changed)))

        def one(n: int, replay: Replay = replay, events: list[Touchpoint] = events) -> object:
            event = events[n]
            return decide(replay.journey(event.customer), replay.partition, event, replay.rules, event.at)

        found[f"decide {kind.__name__}"] = us(one, per_kind)
    return found


def inputs(records: list[tuple[str, str]], times: int) -> dict[str, float]:
    """Return what the reader takes for each of these records (name, text)."""
    return {f"read {name}": us(partial(_read, text.encode()), times) for name, text in records}


def _read(value: bytes, _number: int) -> object:
    return read(value, logged_at=START)


def lap(given: dict[str, object]) -> dict[str, float]:
    """Return all rows of one lap."""
    events = int(given["events"])  # type: ignore[call-overload]
    gc.collect()  # the collector as the worker sets it; older trees did not do that in their bench
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    mix = {f"whole job, {customers:,} customers": steps.profiled(events, customers).us for customers in (300, 20_000)}
    return mix | kinds(events // 20) | inputs(given["records"], events // 30)  # type: ignore[arg-type]


if __name__ == "__main__":
    print(json.dumps(lap(json.loads(sys.argv[1]))))
