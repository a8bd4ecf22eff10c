"""`python -m tests.bench.core.digest` replays a fixed stream of all kinds and prints one hash each of outputs, aggregates and journeys.

Two trees, or two builds, that decide alike print the same. The stream has late touchpoints, duplicates, links between ids, touchpoints
of bots, a detector that fails, and a year of timers. Every journey is written to bytes and read back now and then, as a worker does.
It runs in older trees as well, so it imports only what they have.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import blake2b
from heapq import merge
from typing import Any

import msgspec

from schemas.durations import DAY
from schemas.touchpoints import KINDS, Touchpoint
from schemas.touchpoints.identity import IdentityLinked
from streams import state
from streams.detectors.registry import registry
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import START
from tests.laws.strategies import course, wane

COURSES, WANES = 700, 280  # customers with mixed journeys, and customers of some months
LENGTH = 70  # touchpoints of a mixed journey; some follow twice
EACH = 7_000  # events between two times at which all journeys are written and read
FAILS = "rage_click"
OURS = Blueprint(bots=("c9*",), lateness_ms={"": 3_600_000})
Arrival = tuple[int, Touchpoint]  # ms UTC at which it arrives
EMPTY: tuple[Any, ...] = (None, 0, "", [], {}, b"", "AA==")


def events() -> list[Arrival]:
    """Return the stream, in the order of arrival."""
    told = [list(_of(f"c{n}", course(n, KINDS, LENGTH))) for n in range(COURSES)]
    told += [list(_of(f"w{n}", wane(n, KINDS))) for n in range(WANES)]
    for number in range(0, COURSES, 7):  # a device, and the customer it belongs to
        told[number] = list(_of(f"anon:{number}", told[number]))
        at = told[number][len(told[number]) // 2].at
        told.append([IdentityLinked(id=f"l{number}", customer=f"c{number + 1}", at=at, channel="web", other=f"anon:{number}")])
    return list(merge(*map(_arriving, told), key=lambda each: each[0]))


def _of(customer: str, touchpoints: list[Touchpoint]) -> Iterator[Touchpoint]:
    for each in touchpoints:
        yield msgspec.structs.replace(each, customer=customer)


def _arriving(touchpoints: list[Touchpoint]) -> Iterator[Arrival]:
    """Yield each touchpoint with the time at which it arrives: never before the one in front of it."""
    now = 0
    for each in touchpoints:
        now = max(now, each.at)
        yield now, each


def plain(value: Any) -> Any:
    """Return a value without all that is empty, so that the way in which it is stored makes no difference."""
    if isinstance(value, msgspec.Struct):
        names = getattr(state, "FIELDS", value.__struct_fields__) if isinstance(value, state.Journey) else value.__struct_fields__
        value = {name: getattr(value, name) for name in names}  # of a journey whose parts are bytes: also what lies in its parts
    if isinstance(value, dict):
        found = {str(key): plain(each) for key, each in value.items()}
        return {key: each for key, each in found.items() if each not in EMPTY}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.hex() if isinstance(value, bytes | bytearray) else value


def hash_of(value: Any) -> str:
    """Return a short hash of a value, whatever the order of its keys."""
    return blake2b(msgspec.json.encode(value, order="sorted"), digest_size=8).hexdigest()


def replayed(rules: Rules, stream: list[Arrival]) -> dict[str, str]:
    """Return the hashes of one replay, and how much there was."""
    replay = Replay(rules)
    for number, (_, each) in enumerate(stream, 1):
        replay.apply(each)
        if number % EACH == 0:
            codec = replay.rules.codec
            replay.journeys = {key: codec.decode(codec.encode(journey), {}) for key, journey in replay.journeys.items()}
    replay.pass_time(START + 800 * DAY)
    journeys = {key: plain(journey) for key, journey in sorted(replay.journeys.items())}
    found = {"outputs": replay.emissions, "aggregates": dict(sorted(_rows(replay).items())), "journeys": journeys}
    hashed = {name: hash_of(value) for name, value in found.items()}
    return {"events": f"{sum(replay.partition.outcomes.values()):,}", "emitted": f"{len(replay.emissions):,}", **hashed}


def _rows(replay: Replay) -> dict[str, str]:
    """Return the rows of the aggregates as a worker stores them."""
    return {key.hex(): "" if value is None else bytes(value).hex() for key, value in replay.partition.aggregates.take_changes().items()}


def main() -> int:
    """Print the hashes of both replays: the default rules, and rules of a company with a detector that fails."""
    stream = events()
    failing = [msgspec.structs.replace(each, ask=_fail) if each.name == FAILS else each for each in registry()]
    for name, rules in (("default rules", Rules()), ("other rules, a detector fails", Rules(OURS, failing))):
        print(name, *(f"{key}={value}" for key, value in replayed(rules, stream).items()), sep="\n  ")
    return 0


def _fail(*_: object) -> None:
    raise ValueError("this detector fails")


if __name__ == "__main__":
    sys.exit(main())
