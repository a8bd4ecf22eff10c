"""The four invariants, held against the producer's manifest and against the oracle, which know nothing of each other."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from schemas.outputs.rejections import Rejection
from schemas.topics import DECISIONS, TOPICS
from streams.rules import Rules
from tests.faults.evidence import JOURNEYS, LOG, REJECTIONS, Evidence, Stored, newest
from tests.faults.load import owner
from tests.faults.manifest import Manifest
from tests.faults.oracle import Truth, truth
from tests.faults.progress import check_progress
from tests.faults.reading import Reading, Record
from tests.faults.verdict import Figure, Verdict

PUBLISHED = tuple(row.name for row in TOPICS if row.writers == ("journey",) and not row.compacted)
KEPT = 64 * 1024  # of an unusable line, its rejection carries so many bytes


def verify(evidence: Evidence) -> Verdict:
    """Everything is read, nothing is believed."""
    verdict = Verdict(sent=evidence.manifest.events)
    partitions = range(evidence.reading.partitions)
    stored = {number: newest(evidence.reading.of(JOURNEYS, number)) for number in partitions}
    truths = {number: _truth(evidence, number, stored[number]) for number in partitions}
    check_arrivals(evidence, truths, verdict)
    check_rejections(evidence, truths, verdict)
    check_journeys(evidence, stored, truths, verdict)
    check_outputs(evidence.reading, truths, verdict)
    check_told(truths, verdict)
    check_progress(evidence, stored, truths, verdict)
    return verdict


def _truth(evidence: Evidence, number: int, stored: Stored) -> Truth:
    """The oracle's word on what was applied; what lies behind the partition record is check_progress's business."""
    end = stored.record.position if stored.record else 0
    return truth([each for each in evidence.reading.of(LOG, number) if each.offset < end], evidence.seal)


def check_arrivals(evidence: Evidence, truths: Mapping[int, Truth], verdict: Verdict) -> None:
    """I2, first half: every id is in the log as often as it was sent, whatever door it took."""
    seen: Counter[str] = sum((each.accepted for each in truths.values()), Counter())
    _compare(Counter(evidence.manifest.copies), seen, ("lost", "doubled"), "touchpoint", verdict)
    sent_in, came_in = _orders(evidence.manifest, evidence.manifest.customers), _orders(evidence.manifest, seen)
    for at, ids in sent_in.items():
        if ids != came_in.get(at) and sorted(ids) == sorted(came_in.get(at, [])):
            verdict.count("disordered", f"{at}: sent {ids[:5]} ..., came {came_in[at][:5]} ...")


def _orders(manifest: Manifest, ids: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """The touchpoints by customer and door, in the order given: one customer's go through one partition of each door."""
    orders: dict[tuple[str, str], list[str]] = {}
    for id in ids:
        if id in manifest.customers:
            orders.setdefault((manifest.customers[id], manifest.doors[id]), []).append(id)
    return orders


def check_rejections(evidence: Evidence, truths: Mapping[int, Truth], verdict: Verdict) -> None:
    """I2, second half: every unusable line lies on the rejection topic once for each time it was sent, with its own bytes."""
    sent = Counter({(topic, *_print(value)): copies for (topic, value), copies in evidence.manifest.broken.items()})
    rejections = [msgspec.json.decode(each.value or b"", type=Rejection) for each in evidence.reading.of(REJECTIONS)]
    failures = sum(bool(each.detector) for each in rejections)
    expected = sum(each.detectors_failed for each in truths.values())
    if failures != expected:
        verdict.count("extra" if failures > expected else "missing", f"{failures} detector failures reported, {expected} happened")
    seen = Counter((each.topic, *_told(each)) for each in rejections if not each.detector)
    _compare(sent, seen, ("lost", "doubled"), "unusable line", verdict)
    for each in rejections:
        if each.topic == LOG and not each.detector and each.offset not in truths[each.partition].rejected:
            verdict.count("extra", f"{each.id} was rejected ({each.reason}), the oracle can use it")


def _print(value: bytes) -> tuple[int, str, bytes]:
    return len(value), hashlib.sha256(value).hexdigest(), value[:KEPT]


def _told(rejection: Rejection) -> tuple[int, str, bytes]:
    return rejection.value_length, rejection.value_sha256, base64.b64decode(rejection.value or "")


def check_journeys(evidence: Evidence, stored: Mapping[int, Stored], truths: Mapping[int, Truth], verdict: Verdict) -> None:
    """I1: each state and cell is the oracle's, byte for byte. I2: a customer's journeys count what they were sent.

    A report about an offer that nobody made is in no journey: it is published instead.
    """
    rules, counted = Rules(), Counter[str]()
    for number, held in stored.items():
        expected = {customer.encode(): state for customer, state in truths[number].states.items()}
        for key in expected.keys() | held.states.keys():
            if expected.get(key) != held.states.get(key):
                verdict.count("stale", f"partition {number}, {key!r}: {_state_difference(expected.get(key), held.states.get(key))}")
        for cell in truths[number].aggregates.keys() | held.rows.keys():
            if truths[number].aggregates.get(cell) != held.rows.get(cell):
                verdict.count("stale", f"partition {number}, cell {cell!r}: totals differ from the oracle's")
        layouts = {rules.codec.layout_id: rules.codec.description}
        for key, state in held.states.items():
            counted[owner(key.decode())] += sum(rules.codec.decode(state, layouts).kinds.values())
    for customer in _unmatched(evidence.reading):
        counted[owner(customer)] += 1
    _compare(_by_owner(evidence.manifest.touchpoints_of()), counted, ("lost", "doubled"), "touchpoint in the journey of", verdict)


def _unmatched(reading: Reading) -> Iterable[str]:
    """The customer of each report that was published as one about an unknown offer."""
    for number in range(reading.partitions):
        for record in reading.of(DECISIONS, number):
            if b'"type":"outcome_unmatched"' in (record.value or b""):
                yield record.key.decode()


def _state_difference(expected: bytes | None, held: bytes | None) -> str:
    if expected is None or held is None:
        return "nobody should have it" if expected is None else "it is not there"
    first = next((at for at, (a, b) in enumerate(zip(expected, held, strict=False)) if a != b), min(len(expected), len(held)))
    return f"{len(held)} bytes where {len(expected)} are due, first difference at {first}"


def _by_owner(counts: Counter[str]) -> Counter[str]:
    """Touchpoints by customer, those of their own device among them: in which of the two journeys they are is the oracle's word."""
    owned: Counter[str] = Counter()
    for customer, count in counts.items():
        owned[owner(customer)] += count
    return owned


def check_told(truths: Mapping[int, Truth], verdict: Verdict) -> None:
    """I3, for what journeys tell each other: each link, hand-over and forwarded touchpoint lies in the log exactly once."""
    sent: Counter[bytes] = sum((each.sent for each in truths.values()), Counter())
    heard: Counter[bytes] = sum((each.heard for each in truths.values()), Counter())
    verdict.told = sent.total()
    for what, times in (sent - heard).items():
        verdict.count("missing", f"told to another journey: {what!r:.200}", times)
    for what, times in (heard - sent).items():
        verdict.count("twice" if what in sent else "extra", f"told to another journey: {what!r:.200}", times)


def check_outputs(reading: Reading, truths: Mapping[int, Truth], verdict: Verdict) -> None:
    """I3: what was published is what the oracle publishes, each exactly once, under an id of its own and the customer's key."""
    expected: Counter[tuple[str, str, bytes]] = sum((each.outputs for each in truths.values()), Counter())
    seen = Counter((topic, *_published(each)) for topic in PUBLISHED for each in reading.of(topic))
    verdict.outputs = expected.total()
    for what in expected - seen:
        verdict.count("missing", f"{what[:2]}", expected[what] - seen[what])
    for what in seen - expected:
        verdict.count("twice" if what in expected else "extra", f"{what[:2]}", seen[what] - expected[what])
    _check_ids(expected, verdict)


def _check_ids(outputs: Counter[tuple[str, str, bytes]], verdict: Verdict) -> None:
    """An id names one output; a decision that was put off and taken again is its next revision."""
    ids: Counter[tuple[str, str, int]] = Counter()
    for (topic, id, value), times in outputs.items():
        ids[(topic, id, msgspec.json.decode(value, type=_Head).revision)] += times
    for at, times in ids.items():
        if times > 1:
            verdict.count("repeated", f"{at}: {times} outputs have this id", times - 1)


def _published(record: Record) -> tuple[str, bytes]:
    """Its id, by header, and its value; a value whose own id or key differs gets an id that nothing has."""
    value, headers = record.value or b"", dict(record.headers)
    head = msgspec.json.decode(value, type=_Head)
    agreed = headers.get("ce_id") == head.id.encode() and record.key == head.customer.encode()
    return (head.id if agreed else f"{head.id}: value, key and header disagree"), value


class _Head(msgspec.Struct):
    """The fields every output begins with, as far as a subscriber tells two apart by them."""

    id: str
    customer: str
    revision: int = 1


def _compare(sent: Counter[Any], seen: Counter[Any], figures: tuple[Figure, Figure], what: str, verdict: Verdict) -> None:
    """Fewer than sent is the first figure, more is the second."""
    for each, times in (sent - seen).items():
        verdict.count(figures[0], f"{what} {each!r:.200}: {seen[each]} of {sent[each]}", times)
    for each, times in (seen - sent).items():
        verdict.count(figures[1], f"{what} {each!r:.200}: {seen[each]} in place of {sent[each]}", times)
