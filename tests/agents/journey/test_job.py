"""The journey agent behind its direct door: whatever is written to the topic ends in exactly one outcome."""

from __future__ import annotations

import msgspec
import pytest

from agents.carrier.membership import Held
from agents.journey.outputs import LOGGED_AT
from schemas.control import HistoryEnded, JourneyUnlinked, Tick
from schemas.control.signing import SIGNATURE
from schemas.outputs import Output
from schemas.writing import encode
from streams.detectors.registry import registry
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state.codec import FLAT, FLAT_FIELDS, HEADER
from streams.story import START, offset, story
from tests.agents.carrier.fakes import Died, FakeRecord
from tests.agents.lab import LATER, Lab, record_of, steering

RAGE = """
0      web clicked /pay target=buy
200ms  web clicked /pay target=buy
400ms  web clicked /pay target=buy
600ms  web clicked /pay target=buy
"""


TROUBLE = "1s web payment_failed /pay payment=z1 id=z1\n"  # a friction that an offer repairs: it asks for a decision


def test_a_story_leaves_the_oracles_outputs_and_state() -> None:
    lab, replay = Lab(), Replay().run(story(RAGE))
    lab.tell(story(RAGE))
    lab.commit()
    made = [msgspec.json.encode(e) for e in replay.emissions if isinstance(e, Output)]
    assert [out.value for out in lab.committed] == made
    assert [each.topic for each in lab.committed] == ["journey.frictions.v1"]  # no offer repairs it, so nothing is decided
    assert lab.states == {b"c1": replay.states()["c1"]}
    assert lab.outcomes() == {"applied": 4}


def test_an_output_says_under_which_key_it_is_and_what_caused_it_when() -> None:
    lab = Lab()
    lab.tell(story(RAGE), logged_at=LATER)
    (friction,) = (out for out in lab.commit() if out.topic == "journey.frictions.v1")
    headers = dict(friction.headers)
    assert friction.key == b"c1"
    assert headers["ce_type"] == b"journey.friction_opened"
    assert headers["ce_id"].decode() == msgspec.json.decode(friction.value or b"")["id"]
    assert headers[LOGGED_AT] == str(LATER).encode()


def test_outputs_are_held_until_the_commit() -> None:
    lab = Lab()
    lab.tell(story(RAGE))
    assert lab.committed == []
    assert lab.commit()
    assert lab.commit() == []


(CLICK,) = story("0 web clicked /pay target=buy")
TICK = Tick(customer="c1", due=START)
HOSTILE = (
    ("unsigned_control", FakeRecord(0, b"c1", msgspec.json.encode(TICK))),
    ("unsigned_control", FakeRecord(0, b"c1", msgspec.json.encode(TICK), headers=[(SIGNATURE, b"forged")])),
    ("unsigned_control", steering(TICK, b"c1", sign_with=b"another key")),
    ("unsigned_control", FakeRecord(0, b"c1", msgspec.json.encode(HistoryEnded(until=START)))),
    ("wrong_key", steering(TICK, b"c2")),
    ("wrong_key", record_of(CLICK, key=b"c2")),
    ("no_key", record_of(CLICK, key=None)),
    ("key_too_long", record_of(CLICK, key=b"c" * 513)),
    ("empty", record_of(CLICK, value=b"")),
    ("empty", record_of(CLICK, value=None)),
    ("unreadable_json", record_of(CLICK, value=b"\x00\x01garbage")),
    ("not_utf8", record_of(CLICK, value=b'{"kind":"\xff"}')),
    ("unknown_kind", record_of(CLICK, value=b'{"kind":"teleported","id":"e","customer":"c1","at":1}')),
    ("missing_field", record_of(CLICK, value=b'{"kind":"clicked","customer":"c1","at":1767600000000,"target":"x"}')),
    ("too_deep", record_of(CLICK, value=b'{"kind":"clicked","x":' + b"[" * 900 + b"]" * 900 + b"}")),
    ("too_large", record_of(CLICK, value=b'{"kind":"clicked","x":"' + b"x" * 530_000 + b'"}')),
    ("blocked_customer", record_of(msgspec.structs.replace(CLICK, customer="null"))),
    ("bad_time", record_of(msgspec.structs.replace(CLICK, at=5))),
)


@pytest.mark.parametrize(("reason", "record"), HOSTILE, ids=[f"{n}-{reason}" for n, (reason, _) in enumerate(HOSTILE)])
def test_a_hostile_record_is_rejected_with_its_bytes_and_touches_nobody(reason: str, record: FakeRecord) -> None:
    lab = Lab()
    lab.feed(record)
    lab.commit()
    (rejection,) = lab.rejections()
    assert rejection.reason == reason
    assert rejection.value_length == len(record.value or b"")
    assert lab.states == {}
    assert lab.outcomes() == {"rejected": 1}


def test_what_was_received_is_the_sum_of_its_outcomes_also_over_restarts() -> None:
    """Mutant: rejections counted from zero after a recovery."""
    first = Lab()
    first.tell([*story(RAGE), story(RAGE)[0]])
    first.feed(*(record for _, record in HOSTILE))
    first.commit()
    again = Lab(held=Held({}, first.records[0].position, "topic-id", first.records[0].body))
    again.feed(HOSTILE[0][1])
    again.steer(HistoryEnded(until=START))
    again.commit()
    assert again.outcomes() == {"applied": 4, "duplicate": 1, "rejected": len(HOSTILE) + 1, "control": 1}
    assert sum(again.outcomes().values()) == again.records[0].position


def test_duplicates_and_ticks_for_nothing_write_no_state() -> None:
    lab = Lab()
    lab.tell(story(RAGE))
    lab.commit()
    lab.states.clear()
    lab.tell(story(RAGE))
    lab.steer(Tick(customer="c1", due=START + 1), key=b"c1")
    lab.steer(Tick(customer="nobody", due=START + 1), key=b"nobody")
    lab.commit()
    assert lab.states == {}
    assert lab.outcomes() == {"applied": 4, "duplicate": 4, "tick": 2}


def test_a_tick_that_is_the_wake_fires_it() -> None:
    lab, replay = Lab(), Replay().run(story("0 web cart_updated /cart cart=k1 items=2"))
    lab.tell(story("0 web cart_updated /cart cart=k1 items=2"))
    due = replay.journeys["c1"].next_wake
    lab.steer(Tick(customer="c1", due=due), key=b"c1")
    replay.apply(Tick(customer="c1", due=due))
    lab.commit()
    assert lab.states[b"c1"] == replay.states()["c1"]
    assert len(lab.committed) == len(replay.emissions) > 0


def test_a_time_far_ahead_of_its_arrival_is_set_back_and_counted() -> None:
    lab = Lab()
    ahead = msgspec.structs.replace(CLICK, at=START + offset("10d"))
    lab.feed(record_of(ahead, logged_at=START))
    lab.commit()
    journey = lab.partition().get(b"c1")
    assert journey is not None
    assert journey.newest == START
    assert lab.job.clamped == 1


def test_a_time_a_little_ahead_becomes_the_logs_time_on_every_path() -> None:
    """Mutant: the fast path for known customers lets up to five minutes pass, and honest events behind it are late."""
    lab = Lab()
    lab.feed(record_of(CLICK, logged_at=START), record_of(msgspec.structs.replace(CLICK, id="e-ahead", at=START + 60_000), logged_at=START))
    lab.commit()
    journey = lab.partition().get(b"c1")
    assert journey is not None
    assert (journey.newest, lab.job.clamped) == (START, 0)


def test_an_optional_field_that_cannot_be_read_is_left_out_at_the_direct_door_too() -> None:
    """Mutants: a `null` refuses the event; the part left out is counted nowhere; a required field is made up."""
    lab = Lab()
    lab.feed(
        record_of(CLICK, value=encode(CLICK)[:-1] + b',"element":null,"x":"far"}'),
        record_of(CLICK, value=encode(CLICK)[:-1] + b',"target":7}'),
        record_of(CLICK, value=encode(CLICK).replace(b'"c1"', b'" c1 "')),
    )
    lab.commit()
    assert [rejection.reason for rejection in lab.rejections()] == ["wrong_type"]
    assert lab.job.door.unread == {"wrong_type": 1}
    assert lab.partition().body.shared.outcomes == {"applied": 1, "duplicate": 1, "rejected": 1}


def test_a_key_with_blanks_is_no_customers_key() -> None:
    """Mutant: a journey under ` c1 ` beside that of `c1`."""
    lab = Lab()
    lab.feed(record_of(CLICK, value=encode(CLICK).replace(b'"c1"', b'" c1 "'), key=b" c1 "))
    lab.commit()
    assert [rejection.reason for rejection in lab.rejections()] == ["wrong_key"]


def test_a_state_that_cannot_be_read_ends_the_worker_and_names_no_customer() -> None:
    """Mutant: a fresh journey in place of an unreadable one."""
    lab = Lab(held=Held({b"c1": HEADER.pack(99, 0, 0)}, 0, "topic-id"))
    with pytest.raises(Died) as died:
        lab.tell(story(RAGE))
    assert "version 99" in str(died.value)
    assert "c1" not in str(died.value)


def test_a_layout_that_was_in_force_before_is_read_by_its_description() -> None:
    """Mutant: a partition record without the layouts of the states beside it."""
    few = [d for d in registry() if d.name in ("rage_click", "cart_abandoned")]
    old = Lab(Rules(Blueprint(), few))
    old.tell(story(RAGE))
    old.commit()
    new = Lab(held=Held({b"c1": old.states[b"c1"] or b""}, 4, "topic-id", old.records[0].body))
    new.tell(story("1s web clicked /pay target=buy id=e9"))
    new.commit()
    journey = new.partition().get(b"c1")
    assert journey is not None
    assert journey.kinds == {"clicked": 5}
    assert len(new.shared().layouts) == 2


def test_a_detector_that_fails_is_silent_counted_and_named_while_the_event_is_applied() -> None:
    def broken(_journey: object, _touchpoint: object, _limits: object) -> None:
        raise ValueError("no")

    (rage,) = (d for d in registry() if d.name == "rage_click")
    poisoned = msgspec.structs.replace(rage, ask=broken)
    lab = Lab(Rules(Blueprint(), [poisoned]))
    lab.tell(story(RAGE))
    lab.commit()
    assert lab.job.silences.counts == {"rage_click": 4}
    assert {r.detector for r in lab.rejections()} == {f"rage_click v{poisoned.version}"}
    assert len({r.id for r in lab.rejections()}) == 4
    assert all(r.value is None for r in lab.rejections())
    assert lab.outcomes() == {"applied": 4}


def test_decisions_are_timed_from_the_log_to_the_commit() -> None:
    lab = Lab()
    lab.tell(story(TROUBLE), logged_at=LATER)
    lab.job.note_commit(lab.partition(), LATER + 999)
    assert lab.job.latency.buckets()[-1] == ("+Inf", 0)
    lab.commit()
    lab.job.note_commit(lab.partition(), LATER + 200)
    decisions = sum(out.topic == "journey.decisions.v1" for out in lab.committed)
    assert dict(lab.job.latency.buckets())["0.25"] == decisions > 0


VISIT = "0 web page_viewed /shop page=/shop customer=anon:1"


def test_a_journey_that_is_forgotten_gets_a_tombstone_and_a_second_tick_changes_nothing() -> None:
    """Mutants: an empty journey written in its place; a tick that is not for the timer changes a state."""
    lab = Lab()
    lab.tell(story(VISIT))
    lab.commit()
    assert lab.states[b"anon:1"]
    due = START + offset("90d")
    lab.steer(Tick(customer="anon:1", due=due), key=b"anon:1")
    assert lab.commit() == []
    assert lab.states == {b"anon:1": None}
    lab.states.clear()
    lab.steer(Tick(customer="anon:1", due=due), key=b"anon:1")
    lab.commit()
    assert (lab.states, lab.shared().forgotten, lab.outcomes()) == ({}, 1, {"applied": 1, "tick": 2})


def test_a_control_record_that_lets_the_time_pass_forgets_too() -> None:
    """The unlink comes behind the moment and finds nothing to part. Mutant: it leaves an empty journey."""
    lab = Lab()
    lab.tell(story(VISIT))
    lab.steer(JourneyUnlinked(customer="anon:1", to="c1", at=START + offset("91d"), why="a test"), key=b"anon:1")
    lab.commit()
    assert lab.states == {b"anon:1": None}


def test_a_visitor_who_comes_back_before_the_commit_has_a_new_journey() -> None:
    """Mutant: the tombstone of the journey before goes over the new one."""
    lab, back = Lab(), Replay().run(story(f"{VISIT}\n91d web page_viewed /shop page=/help customer=anon:1"))
    lab.tell(story(f"{VISIT}\n91d web page_viewed /shop page=/help customer=anon:1"))
    lab.commit()
    assert lab.states == {b"anon:1": back.states()["anon:1"]}
    assert lab.shared().forgotten == back.partition.forgotten == 1


def test_a_journey_that_was_stored_before_the_rule_is_forgotten_after_its_next_touchpoint() -> None:
    """Mutant: a state that lacks the last fields is refused."""
    codec, journey = Rules().codec, Replay(Rules(Blueprint(forget_anonymous_days=0))).run(story(VISIT)).journeys["anon:1"]
    given = {name: getattr(journey, name) for name in FLAT_FIELDS} | {
        "rings": [getattr(journey.rings, name) for name in codec.layout.kinds]
    }
    fields = [given[name] for name in FLAT_FIELDS[: FLAT_FIELDS.index("forget_due")]]
    assert journey.forget_due == 0
    old = HEADER.pack(FLAT, codec.layout_id, 0) + msgspec.msgpack.encode(fields)
    lab = Lab(held=Held({b"anon:1": old}, 0, "topic-id"))
    lab.tell(story("1d web page_viewed /shop page=/help id=e9 customer=anon:1"))
    lab.steer(Tick(customer="anon:1", due=START + offset("91d")), key=b"anon:1")
    lab.commit()
    assert lab.states == {b"anon:1": None}
