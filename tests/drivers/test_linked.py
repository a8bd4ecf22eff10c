"""Hand-overs between drivers: what journeys tell each other comes back from the log, and every driver makes the same of it.

On one partition the worker in its frame follows the oracle to the byte. On a real broker journeys that tell each other lie on
different partitions, and what comes first is chance: there the log itself is replayed, partition by partition, after a worker that was
killed on the way.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest

from agents.carrier.record import journey_key, row_key
from agents.journey.direct_input import DirectInput, Refused
from agents.kafka.producer import LogProducer
from agents.kafka.signing import signer
from agents.settings.security import librdkafka_security
from schemas.control import Addressed, JourneyHandedOver, Tick, TouchpointForwarded
from schemas.topics import TOUCHPOINTS
from schemas.touchpoints import KINDS, Touchpoint
from schemas.touchpoints.identity import IdentityLinked, SignedIn
from schemas.writing import encode
from streams.offers.history import OUTCOME
from streams.replay import Replay
from streams.rules import Rules
from streams.state.aggregates import Aggregate
from streams.story import START
from tests.agents.company import Company, company, until
from tests.drivers.cases import BACK, DAY, Case, Result
from tests.drivers.framed import framed
from tests.drivers.on_kafka import body_of, changelog, published
from tests.drivers.replayed import outputs_of, replayed, row
from tests.laws.strategies import apart, touchpoint

# Reports about offers that nobody made are left out: they are told, and are no act of the customer.
PLAIN = tuple(kind for kind in KINDS if kind not in (SignedIn, IdentityLinked, *OUTCOME))
CUSTOMERS, LENGTH, PARTITIONS = 12, 600, 3


def linked(seed: int, length: int, customers: int) -> list[Touchpoint]:
    """Customers on their own devices and on one that all of them use; they sign in, go on, and some turn out to be the same."""
    dice, at, made = Random(seed), START - BACK, list[Touchpoint]()
    for number in range(length):
        at += dice.choice((1_000, 20_000, 300_000))
        name = f"c{dice.randrange(customers)}"
        device = dice.choice((f"anon:{name}", f"anon:{name}", f"anon:{name}-2", "anon:kiosk"))
        dies = dice.random()
        if dies < 0.08:
            made.append(SignedIn(id=f"e{number}", customer=name, at=at, channel="web", anonymous=device))
        elif dies < 0.09:
            made.append(IdentityLinked(id=f"e{number}", customer=name, at=at, other=f"c{dice.randrange(customers)}"))
        else:
            made.append(apart(touchpoint(dice.choice(PLAIN), at, number, dice.randrange(400), dice.choice((name, device))), number))
    return made


CASES = tuple(Case(f"linked-{seed}", tuple(events), events[-1].at + 9 * DAY) for seed in (1, 2) for events in (linked(seed, 150, 3),))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_worker_in_its_frame_follows_hand_overs(case: Case, tmp_path: Path) -> None:
    """Mutants: what is told is not signed, or not under the other's key; a journey that is told something is not written."""
    assert _read(framed(case, tmp_path, at_once=1)) == _read(replayed(case))
    assert any(topic == "journey.transitions.v1" and b"journeys_merged" in value for topic, _, value in replayed(case).outputs)


def _read(result: Result) -> tuple[object, ...]:
    """With its cells decoded: whose wake comes first of several, hence which name a cell learns first, is a driver's own affair."""
    cells = {key: msgspec.msgpack.decode(cell, type=Aggregate) for key, cell in result.aggregates.items()}
    return result.outputs, result.states, result.outcomes, cells


@pytest.fixture(scope="module")
def killed(server_folder: Path) -> Iterator[Company]:
    """Return a company whose only worker was killed while hand-overs were under way, came back, and has applied everything."""
    with company(server_folder / "linked", PARTITIONS) as made:
        _send(made, linked(7, LENGTH, CUSTOMERS))
        made.worker("--only", "journey", MODE="events", COMMIT_INTERVAL_MS="50")
        until(lambda: bool(_told(made)), made.log)
        _send(made, [msgspec.structs.replace(each, id=f"again-{each.id}", at=each.at + 40 * DAY) for each in linked(8, LENGTH, CUSTOMERS)])
        os.kill(made.facts("journey")["pid"], signal.SIGKILL)
        made.worker("--only", "journey", MODE="events", COMMIT_INTERVAL_MS="50")
        until(lambda: _settled(made), made.log)
        made.end()
        yield made


def _send(made: Company, touchpoints: list[Touchpoint]) -> None:
    """Through the direct door, each under its own key, where Kafka's clients put it."""
    producer = LogProducer({**librdkafka_security(made.settings), "linger.ms": 5}, resend=False)
    for each in touchpoints:
        producer.send(TOUCHPOINTS, each.customer, encode(each))
    producer.flush(30)


def _told(made: Company) -> list[bytes]:
    """What journeys told each other, as it lies in the log."""
    heads = tuple(f'{{"kind":"{kind}"'.encode() for kind in ("journey_linked", "journey_handed_over", "touchpoint_forwarded"))
    return [value for _, _, value, _, _ in made.records(TOUCHPOINTS) if value is not None and value.startswith(heads)]


def _settled(made: Company) -> bool:
    """Whether every touchpoint of both courses has been taken in somewhere, and no journey has been told anything that it has not heard."""
    outcomes: Counter[str] = sum((Counter(body_of(rows).outcomes) for rows in changelog(made).values()), Counter())
    return outcomes["applied"] + outcomes["late"] == 2 * LENGTH and outcomes.total() >= len(made.records(TOUCHPOINTS))


@pytest.mark.kafka
def test_after_a_kill_the_log_alone_says_what_became_of_every_journey(killed: Company) -> None:
    """States, cells, outputs and what journeys told each other: the oracle's, each exactly once."""
    stored, door, signs = changelog(killed), DirectInput(killed.settings.control_keys()), signer(killed.settings)
    replays = {number: Replay(Rules(), sent_in_log=True) for number in range(PARTITIONS)}
    received = {number: sum(body_of(rows).outcomes.values()) for number, rows in stored.items()}
    heard, kinds, read = Counter[bytes](), Counter[type](), Counter[int]()
    for number, key, value, headers, logged_at in killed.records(TOUCHPOINTS):
        if read[number] == received[number]:
            continue  # a tick that came when the worker left
        event = door.open(key or b"", value, headers, logged_at, place=signs.place(number))
        assert not isinstance(event, Refused), event
        if isinstance(event, Addressed) and not isinstance(event, Tick):
            heard[value or b""] += 1
            kinds[type(event)] += 1
        read[number] += 1
        replays[number].apply(event)
    assert heard == Counter(msgspec.json.encode(told) for replay in replays.values() for told in replay.sent)
    assert min(kinds[JourneyHandedOver], kinds[TouchpointForwarded]) > 20
    for number, replay in replays.items():
        assert {name.decode(): state for key, state in stored[number].items() if (name := journey_key(key))} == replay.states()
        assert {
            name: cell for key, cell in stored[number].items() if (name := row_key(key)) and cell
        } == replay.partition.aggregates.encoded_rows()
    assert read == received
    made = Counter(row(each) for replay in replays.values() for each in outputs_of(replay.emissions))
    assert Counter((topic, name, value) for topic, _, name, value in published(killed)) == made


@pytest.mark.kafka
def test_after_a_kill_every_touchpoint_is_remembered_once(killed: Company) -> None:
    """In whichever journey it came to lie. Mutants: a hand-over that is not in the transaction of what it left behind."""
    codec, total = Rules().codec, 0
    for rows in changelog(killed).values():
        for key, state in rows.items():
            if journey_key(key):
                total += sum(codec.decode(state, body_of(rows).layouts).kinds.values())
    assert total == 2 * LENGTH
