"""What journeys tell each other, at the worker: signed, under the other's key, in the commit of what led to it, and believed only then."""

from __future__ import annotations

import msgspec
import pytest

from agents.carrier.transaction import Output
from agents.journey.direct_input import MAX_CONTROL, DirectInput, Refused
from agents.journey.job import JourneyJob
from schemas.control import (
    ANY_CONTROL,
    Addressed,
    JourneyHandedOver,
    JourneyLinked,
    TouchpointForwarded,
)
from schemas.control.signing import SIGNATURE, place_of, signature, verdict
from schemas.reading.limits import MAX_BYTES
from schemas.topics import TOUCHPOINTS
from streams.replay import Replay
from streams.rules import Rules
from streams.state.codec import HEADER
from streams.story import story
from tests.agents.carrier.fakes import Died, FakeRecord, fail
from tests.agents.lab import KEY, LATER, PLACE, Lab, steering

VISIT = """
0  web page_viewed  /shop page=/shop      customer=anon:1
1m web cart_updated /cart cart=k1 items=2 customer=anon:1
2m web signed_in customer=c7 anonymous=anon:1
3m web page_viewed /pay page=/pay customer=anon:1
"""


def told(outputs: list[Output]) -> list[Output]:
    """What one journey tells another, among what was committed."""
    return [out for out in outputs if out.topic == TOUCHPOINTS]


def come_back(lab: Lab, outputs: list[Output]) -> list[Output]:
    """The log holds them now, and the worker reads them; returns what is told next."""
    lab.feed(*(FakeRecord(0, out.key, out.value, timestamp=LATER, headers=list(out.headers)) for out in outputs))
    return told(lab.commit())


def test_a_sign_in_becomes_a_link_a_hand_over_and_touchpoints_passed_on() -> None:
    """Each in the commit of what led to it, signed, under the key of whom it is for. Mutants: unsigned; under the sender's key."""
    lab, text = Lab(), story(VISIT)
    lab.tell(text[:3])
    [link] = told(lab.commit())
    [handed] = come_back(lab, [link])
    assert come_back(lab, [handed]) == []
    lab.tell(text[3:])
    [forwarded] = told(lab.commit())
    come_back(lab, [forwarded])
    kinds = [type(msgspec.json.decode(out.value or b"", type=ANY_CONTROL)) for out in (link, handed, forwarded)]
    assert kinds == [JourneyLinked, JourneyHandedOver, TouchpointForwarded]
    assert [out.key for out in (link, handed, forwarded)] == [b"anon:1", b"c7", b"c7"]
    assert all(verdict([KEY], PLACE, out.value or b"", out.headers) == "signed" for out in (link, handed, forwarded))
    assert all(out.partition == 0 for out in (link, handed, forwarded))
    oracle = Replay().run(text)
    assert {key.decode(): state for key, state in lab.states.items()} == oracle.states()
    assert lab.outcomes() == oracle.partition.outcomes == {"applied": 4, "control": 2, "forwarded": 1}


def test_who_waited_on_the_device_waits_as_the_customer() -> None:
    """Mutant: the queue of wakes is told of touchpoints alone."""
    lab = Lab()
    lab.tell(story(VISIT)[:3])
    come_back(lab, come_back(lab, told(lab.commit())))
    wakes = lab.partition().body.wakes
    assert {key for _, key in wakes.take(2**60, 10)} == {b"c7"}


LINK = JourneyLinked(customer="anon:1", to="c7", at=1_767_600_000_000, cause="e1")
HANDED = JourneyHandedOver(customer="c7", origin="anon:1", id="h1", at=LINK.at, cause="e1", whole=True, state=b"", layout=[])


@pytest.mark.parametrize("control", [LINK, HANDED], ids=lambda control: type(control).__name__)
def test_nobody_else_is_believed(control: Addressed) -> None:
    """Unsigned, signed with another key, or under another's key. Mutants: a link that anybody may ask for; a state put under any name."""
    key, lab = control.customer.encode(), Lab()
    unsigned = FakeRecord(0, key, msgspec.json.encode(control))
    lab.feed(unsigned, steering(control, key, sign_with=b"another key"), steering(control, b"c9"))
    lab.commit()
    assert [rejection.reason for rejection in lab.rejections()] == ["unsigned_control", "unsigned_control", "wrong_key"]
    assert lab.states == {}


def test_a_signed_record_counts_only_where_it_was_signed_for() -> None:
    """A mirror, a backup, or whoever may write copies it to another partition, topic or cluster.

    Mutants: a signature of the value alone; of the topic without the partition; the place of the header taken for the real one.
    """
    lab, key = Lab(job=JourneyJob(Rules(), [KEY], fail, partitions=4)), LINK.customer.encode()
    elsewhere = steering(LINK, key, number=1)
    recreated = steering(LINK, key)
    recreated.headers = [(SIGNATURE, signature(KEY, place_of("an earlier topic of this name", 0), recreated.value or b""))]
    moved = steering(LINK, key)
    moved.headers = [(SIGNATURE, elsewhere.headers[0][1][:32] + PLACE)]
    lab.feed(elsewhere, recreated, moved)
    lab.commit()
    assert [each.reason for each in lab.rejections()] == ["copied_control", "copied_control", "unsigned_control"]
    assert lab.states == {}


def test_while_keys_change_the_records_of_both_count() -> None:
    """A worker that was restarted has the new key first; others still sign with the old. Mutants: only the first; whichever key."""
    old, new, key = b"the old key of 16", b"the new key of 16", LINK.customer.encode()
    lab = Lab(job=JourneyJob(Rules(), [new, old], fail))
    lab.feed(steering(LINK, key, sign_with=old), steering(LINK, key, sign_with=new), steering(LINK, key, sign_with=b"neither of the two"))
    lab.commit()
    assert [each.reason for each in lab.rejections()] == ["unsigned_control"]
    assert lab.shared().outcomes["control"] == 2
    lab.tell(story(VISIT)[:3])
    assert {verdict([new], PLACE, out.value or b"", out.headers) for out in told(lab.commit())} == {"signed"}


def test_a_whole_journey_passes_the_door_and_a_larger_one_does_not() -> None:
    """A message that is not signed may weigh as little as ever. Mutants: one limit for both; none for what is signed."""
    door = DirectInput([KEY])

    def opened(size: int, key: bytes) -> object:
        value = msgspec.json.encode(msgspec.structs.replace(HANDED, state=bytes(size)))
        return door.open(b"c7", value, [(SIGNATURE, signature(key, PLACE, value))], LATER, place=PLACE)

    assert isinstance(opened(64 * 1024, KEY), JourneyHandedOver)
    for refused in (opened(MAX_CONTROL, KEY), opened(MAX_BYTES, b"another key")):
        assert isinstance(refused, Refused)
        assert refused.reason == "too_large"


def test_a_state_that_only_another_version_reads_ends_the_worker() -> None:
    """It waits in the log for one that can. Mutant: the hand-over is rejected, and with it somebody's history."""
    lab = Lab()
    with pytest.raises(Died, match="version 99"):
        lab.steer(msgspec.structs.replace(HANDED, state=HEADER.pack(99, 0, 0)), key=b"c7")
