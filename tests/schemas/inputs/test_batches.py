"""Several events in one record: each is judged alone, nothing is lost, nothing doubled, and what was not read is named."""

from __future__ import annotations

import time
from typing import Any

import pytest

from schemas.outputs.signals import FrictionOpened
from schemas.reading import Batch, Rejected
from schemas.reading.limits import MAX_BYTES, MAX_EVENTS, MAX_KEYS
from schemas.touchpoints import Touchpoint
from streams.replay import Replay
from tests.schemas.inputs.sent import as_json, captured, one, payload, track, tracked
from tests.schemas.samples import LOGGED_AT, outcome, rejected, touchpoints
from tests.schemas.test_hostile import check

STRANGE = track("Moon Landed") | {"messageId": "strange"}


def calls(count: int, **properties: object) -> list[dict[str, Any]]:
    """Return that many Segment calls, with ids m0, m1 ..."""
    return [track("Cart Viewed", **properties) | {"messageId": f"m{number}"} for number in range(count)]


def batch(events: list[Any]) -> bytes:
    """Return these calls as Segment's SDKs send them."""
    return as_json({"batch": events, "sentAt": "2025-10-27T09:02:00Z", "context": {"page": {"path": "/cart"}}})


BATCHES = (
    batch(calls(3)),
    as_json({"api_key": "k", "batch": [captured("$pageview") | {"uuid": f"m{number}"} for number in range(3)]}),
    as_json([captured("$pageview") | {"uuid": f"m{number}"} for number in range(3)]),
    payload(*(tracked("pv", eid=f"m{number}") for number in range(3))),
)


@pytest.mark.parametrize("value", BATCHES)
def test_every_event_of_a_batch_has_its_own_id_and_keeps_its_place(value: bytes) -> None:
    """Mutants: ids made of the batch and a number, which a retry in other company would change; the order turned round."""
    assert [touchpoint.id for touchpoint in touchpoints(value)] == ["m0", "m1", "m2"]


def test_an_event_is_the_same_in_a_batch_and_alone() -> None:
    """Mutant: what the batch says for all preferred to what an event says for itself."""
    for alone in (track("Cart Viewed", cart_id="k1"), track("Cart Viewed", cart_id="k1") | {"context": {"page": {"path": "/own"}}}):
        (inside,) = touchpoints(batch([alone]))
        own = {"context": {"page": {"path": "/cart"}}} | alone
        assert inside == one(own)


def test_what_cannot_be_read_is_named_by_its_index_and_the_rest_goes_on() -> None:
    """Mutants: indexes counted from the refused ones; a rejection for each event, so that one record is counted twice."""
    ahead = track("Cart Viewed") | {"messageId": "late", "timestamp": "2199-01-01T00:00:00Z"}
    found = outcome(batch([*calls(1), STRANGE, 7, ahead, track("Cart Viewed") | {"userId": "null", "anonymousId": None}]))
    assert isinstance(found, Batch)
    assert [(each.touchpoint.id, each.clamped) for each in found.reads] == [("m0", False), ("late", True)]
    assert found.reads[1].touchpoint.at == LOGGED_AT
    detail = "not read of 5 in the batch: 1 unknown_kind, 2 wrong_type, 4 blocked_customer; 'moon_landed'"
    assert found.refused == Rejected("unknown_kind", detail, (("unknown_kind", 1), ("wrong_type", 1), ("blocked_customer", 1)))


def test_a_batch_of_which_nothing_can_be_read_is_a_rejection() -> None:
    """Mutant: an empty batch forwarded, by which a record would end in no way at all."""
    assert rejected(batch([STRANGE] * 30)) == Rejected(
        "unknown_kind", "not read of 30 in the batch: 0-29 unknown_kind; 'moon_landed'", (("unknown_kind", 30),)
    )
    assert len(rejected(batch([STRANGE, 7] * 40)).detail) < 256
    assert rejected(batch([])) == Rejected("empty", "a batch without events")
    assert rejected(payload()).reason == "empty"
    assert rejected(batch([1] * (MAX_EVENTS + 1))).reason == "too_large"
    assert rejected(as_json([])).reason == "empty"


def test_each_event_of_a_batch_may_hold_as_many_keys_as_one_may() -> None:
    """Mutants: a real SDK's batch of three refused for its size; a batch of one as a way around the limit."""
    assert len(touchpoints(batch(calls(4, **{f"k{number}": 0 for number in range(600)})))) == 4
    crowded = calls(2, **{f"k{key}": 0 for key in range(MAX_KEYS)})
    assert rejected(batch(crowded[:1])).reason == rejected(as_json(crowded[0])).reason == "too_many_keys"
    assert rejected(batch(crowded)).detail.startswith("not read of 2 in the batch: 0-1 too_many_keys")
    assert (
        rejected(batch(calls(1))[:-1] + b',"more":' + as_json({f"k{key}": 0 for key in range(MAX_KEYS)}) + b"}").reason == "too_many_keys"
    )


def crowd(before: bytes, each: bytes, after: bytes) -> bytes:
    """Return a message of the largest size, with as many of these in it as it can hold."""
    room = MAX_BYTES - len(before) - len(after)
    return before + b",".join([each] * (room // (len(each) + 1))) + after


BOMBS = (
    crowd(b'{"sentAt":1,"batch":[', b"{}", b"]}"),
    crowd(b'{"sentAt":1,"batch":[', b"1", b"]}"),
    crowd(b'[{"distinct_id":1},', b'{"event":"$rageclick"}', b"]"),
    crowd(b'{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":[', b'{"e":"ue"}', b"]}"),
    crowd(b'{"messageId":"m1","type":"track","event":"Order Completed","properties":{"products":[', b"{}", b"]}}"),
    as_json(captured("$pageview", **{"$current_url": "a" * 250_000, "$referrer": "a/" * 100_000})),
    as_json(captured("$autocapture", **{"$event_type": "click", "$elements_chain": "a." * 250_000})),
    as_json(track("aA" * 250_000)),
    as_json(track("Order Completed", order_id="o1", total="9" * 500_000)),
    as_json(track("Trial Started", trial_end_date="+12" * 160_000)),
    crowd(b'{"batch":[NaN,', b"{}", b"]}"),
    crowd(b"[NaN,", b"1", b"]"),
    crowd(b"[", b'{"kind":1}', b"]"),
    crowd(b"[", b"[]", b"]"),
)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_no_more_than_its_length(bomb: bytes) -> None:
    """Mutants: a host looked for at every place of a text; a rejection that names thousands one by one."""
    started = time.process_time()
    check(bomb, ())
    assert time.process_time() - started < 0.5


def replayed(*values: bytes) -> Replay:
    """Return the journey behind these records, each read as it arrives."""
    replay = Replay()
    for value in values:
        for touchpoint in touchpoints(value):
            replay.apply(touchpoint)
    return replay


def test_a_batch_that_comes_again_is_recognised_whole_and_in_other_company() -> None:
    """Mutant: an id or source that depends on the delivery."""
    again = batch([*calls(3), track("Cart Viewed") | {"messageId": "new"}])
    replay = replayed(batch(calls(3)), batch(calls(3)), again, as_json(calls(1)[0] | {"context": {"page": {"path": "/cart"}}}))
    assert replay.partition.outcomes == {"applied": 4, "duplicate": 7}


def opened(*touchpoints: Touchpoint) -> set[str]:
    """Return the friction points that these touchpoints open."""
    replay = Replay().run(touchpoints)
    return {made.detector for made in replay.emissions if isinstance(made, FrictionOpened)}


VERDICTS: tuple[tuple[dict[str, Any], set[str]], ...] = (
    (track("$mp_rage_click", **{"$el_id": "pay", "$el_tag_name": "button"}), {"rage_click"}),
    (track("[Auto] Rage Click", **{"$el_id": "pay"}), {"rage_click"}),
    (track("[Amplitude] Rage Click", **{"[Amplitude] Element ID": "pay", "[Amplitude] Click Count": 5}), {"rage_click"}),
    (track("[Amplitude] Rage Click", **{"[Amplitude] Element ID": "pay", "[Amplitude] Duration": 2400}), set()),
    (track("[Amplitude] Dead Click", **{"[Amplitude] Element ID": "pay", "[Amplitude] Element Tag": "button"}), {"dead_click"}),
    (track("[Amplitude] Error Click", **{"[Amplitude] Element ID": "pay"}), {"error_click"}),
    (track("$mp_dead_click", **{"$el_id": "pay"}), set()),  # it watches for 500 ms, our default asks for 2.5 s
    (captured("$rageclick", **{"$elements": [{"tag_name": "button", "attr__id": "pay"}]}), set()),  # 3 clicks; our default is 4
    (captured("$dead_click", **{"$elements": [{"tag_name": "button", "attr__id": "pay"}]}), {"dead_click"}),
    (captured("$dead_click", **{"$elements": [{"tag_name": "a", "attr__id": "pay"}]}), set()),
)


@pytest.mark.parametrize(("message", "detectors"), VERDICTS)
def test_an_sdks_verdict_is_judged_by_our_own_limits(message: dict[str, Any], detectors: set[str]) -> None:
    """Mutants: a burst told at once counted as one click; the length of the watch forgotten, so that no dead click is ever one."""
    assert opened(one(message)) == detectors
