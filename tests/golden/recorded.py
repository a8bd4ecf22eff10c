"""A recorded run: what the ingest and journey jobs published and stored for a fixed log, as digests, and the contracts of the wire.

The part `run` of `recorded.json` was written by the code of 8e68629. As long as it matches, nothing has changed that a subscriber or
a stored journey could notice. `make golden` rewrites it; a difference must then be meant, and be told in the CHANGELOG.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, cast, get_args

import msgspec
import typer.main
from typer.testing import CliRunner

from agents.carrier.failures import Failures
from agents.carrier.membership import Held
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import FetchedRecord
from agents.cli import application, names
from agents.ingest import IngestJob
from agents.journey.job import JourneyJob
from agents.journey.timer_queue import wake_of
from agents.running.observed import HistogramName, Name
from schemas.control import ANY_CONTROL, HistoryEnded, Tick
from schemas.control.signing import SIGNATURE, place_of, signature
from schemas.inputs import FORMATS
from schemas.outputs import Output
from schemas.topics import TOPICS, TOUCHPOINTS
from schemas.touchpoints import ANY
from schemas.touchpoints.base import Touchpoint
from schemas.writing import encode
from streams.rules import Rules
from tests.bench.events import Events
from tests.drivers.cases import CASES, TOLD

RECORDED = Path(__file__).parent / "recorded.json"
KEY, TOPIC_ID = b"a key for the recorded run", "topic-id"
START = 1_767_600_000_000  # ms UTC
BUSY, CUSTOMERS = 6_000, 300  # touchpoints of the benchmark's mix, and how many customers they are about
COMMIT = 500  # records between two commits


class Digests:
    """Per name: how many were seen, and one SHA-256 over all of them in order."""

    def __init__(self) -> None:
        self._hashes: defaultdict[str, Any] = defaultdict(sha256)
        self._counts: Counter[str] = Counter()

    def add(self, name: str, *parts: bytes | None) -> None:
        """Count one more under `name`; None and b"" are told apart."""
        self._counts[name] += 1
        for part in parts:
            self._hashes[name].update(b"-" if part is None else b"%d:" % len(part) + part)

    def lines(self) -> dict[str, str]:
        """Return name -> "count digest", by name."""
        return {name: f"{self._counts[name]} {self._hashes[name].hexdigest()[:32]}" for name in sorted(self._counts)}


def _control(event: Any) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    value = msgspec.json.encode(event)
    return getattr(event, "customer", "control").encode(), value, [(SIGNATURE, signature(KEY, place_of(TOPIC_ID, 0), value))]


class Recorded:
    """One partition of a job, fed record by record; everything it publishes and stores goes into the digests."""

    def __init__(self, job: Any, prefix: str, digests: Digests) -> None:
        self.digests, self._prefix, self.offset = digests, prefix, 0
        self.partition: OwnedPartition[Any] = OwnedPartition(
            job, 0, Held({}, 0, TOPIC_ID), rejections="journey.rejections.v1", failures=Failures()
        )
        job.load(self.partition, b"", {})

    def feed(self, rows: Iterable[tuple[bytes, bytes, Any, int]], *, keyed: bool) -> None:
        """Apply rows of (key, value, headers, log time in ms), committing every `COMMIT` of them."""
        for key, value, headers, at in rows:
            self.partition.apply([FetchedRecord(TOUCHPOINTS, 0, self.offset, at, key, value, headers)], keyed=keyed)
            self.offset += 1
            if self.offset % COMMIT == 0:
                self.commit()
        self.commit()

    def commit(self) -> None:
        """Take what is due, as the next transaction would."""
        stored, outputs = self.partition.take()
        for _, key, value in stored:
            self.digests.add(f"{self._prefix} stored {key[:1].hex()}", key, value)
        for out in outputs:
            headers = [part for name, text in out.headers for part in (name.encode(), text)]
            self.digests.add(f"{self._prefix} published {out.topic}", out.key, out.value, *headers)

    def pass_time(self, until: int) -> None:
        """Send every tick that is due by `until` (ms UTC), earliest first."""
        while waiting := sorted((w, k) for k, s in self.partition.states.items() if 0 < (w := wake_of(s)) <= until):
            ticks = [_control(Tick(customer=key.decode(), due=due)) for due, key in waiting]
            self.feed(((key, value, headers, until) for key, value, headers in ticks), keyed=True)


def _touchpoint_log() -> Iterator[tuple[bytes, bytes, Any, int]]:
    for case in CASES:
        if case in TOLD:
            for event in case.events():
                yield cast(Touchpoint, event).customer.encode(), encode(cast(Touchpoint, event)), (), START
            key, value, headers = _control(HistoryEnded(until=case.until))
            yield key, value, headers, START
    busy = Events(CUSTOMERS)
    for number in range(BUSY):
        at = START + 20_000 * number
        yield *busy.one(f"e{number}", at), (), at
    for broken in (b"", b"{", b'{"kind":"nothing"}', b'{"kind":"tick","customer":"c1","due":1}', b"\xff" * 9):
        yield b"c1", broken, (), START


def _front_door() -> Iterator[tuple[bytes, bytes, Any, int]]:
    for row in FORMATS:
        for headers, value in row.examples:
            yield row.name.encode(), value, headers, START


def run() -> dict[str, str]:
    """Return the digests of everything that both jobs published and stored."""
    digests = Digests()
    Recorded(IngestJob(now=lambda: START), "ingest", digests).feed(_front_door(), keyed=False)
    journey = Recorded(JourneyJob(Rules(), [KEY]), "journey", digests)
    journey.feed(_touchpoint_log(), keyed=True)
    journey.pass_time(START + 200 * 86_400_000)
    return digests.lines()


def _below(kind: type) -> Iterator[type]:
    child: type
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def _schema(kind: Any) -> str:
    return sha256(json.dumps(_undescribed(msgspec.json.schema(kind)), sort_keys=True).encode()).hexdigest()[:32]


def _undescribed(schema: Any) -> Any:
    """Return the schema without descriptions: prose may be mended, a field may not."""
    if isinstance(schema, dict):
        return {name: _undescribed(part) for name, part in schema.items() if name != "description" or not isinstance(part, str)}
    return [_undescribed(part) for part in schema] if isinstance(schema, list) else schema


def contracts() -> dict[str, Any]:
    """Return what others rely on: record schemas, topics, metrics, settings and the options of every command."""
    outputs = sorted((kind for kind in _below(Output) if hasattr(kind, "topic")), key=lambda kind: kind.__name__)
    click = cast(Any, typer.main.get_command(application(names())))
    return {
        "touchpoints": _schema(ANY),
        "control": _schema(ANY_CONTROL),
        "outputs": {f"{kind.topic} {kind.__name__}": _schema(kind) for kind in cast(list[Any], outputs)},
        "topics": {row.name: f"{row.key} {row.records} {sorted(row.configs.items())}" for row in TOPICS},
        "metrics": [*get_args(Name), *get_args(HistogramName)],
        "settings": _settings(),
        "commands": dict(_commands(click, "sojourn")),
    }


def _settings() -> dict[str, str]:
    """Return every setting and its default, as the command prints them."""
    said = CliRunner(env={name: None for name in os.environ if name.startswith("SOJOURN_")}).invoke(
        application(("settings",)), ["settings", "--json"]
    )
    assert said.exit_code == 0, said.output
    return {row["variable"]: row["value"] for row in map(json.loads, said.output.splitlines())}


def _commands(command: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    yield path, [option for parameter in command.params for option in parameter.opts]
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from _commands(child, f"{path} {name}")


def written() -> str:
    """Return the whole recording as the file holds it."""
    return json.dumps({"run": run(), "contracts": contracts()}, indent=1, sort_keys=True) + "\n"
