"""The clock agent: whoever waits gets one tick, when its time has come by the clock that counts, and again where it did not count."""

from __future__ import annotations

import asyncio
from random import Random

import msgspec

from agents.carrier.membership import Assignment, Held
from agents.journey.clock import LONGEST, OUTSTANDING, QUIET, Clock, Mode
from agents.journey.job import JourneyJob
from agents.journey.timer_queue import TimerQueue
from schemas.control import HistoryEnded, Tick
from schemas.control.signing import verdict
from schemas.outputs import Output
from streams.replay import Replay
from streams.rules import Rules
from streams.story import START, offset, story
from tests.agents.carrier.fakes import FakeRecord, fail
from tests.agents.lab import KEY, LATER, PLACE, FakeSender, Lab, record_of

CART = "0 web cart_updated /cart cart=k1 items=2"
LATENESS = 5_000


class Hands:
    """A clock whose hands are moved."""

    def __init__(self, at: int, mode: Mode = "wall") -> None:
        self.at = at
        self.sender = FakeSender()
        self.clock = Clock(self.sender, KEY, mode, now=lambda: self.at)


def due_of(text: str = CART) -> int:
    return Replay().run(story(text)).journeys["c1"].next_wake


def test_a_wake_is_sent_when_its_lateness_has_passed_and_once() -> None:
    """Mutant: ticks sent at the due time, lateness forgotten. Mutant: a wake put back after it was sent."""
    lab, hands, due = Lab(), Hands(0), due_of()
    lab.tell(story(CART))
    hands.at = due + LATENESS - 1
    hands.clock.round(lab.ledger)
    assert hands.sender.taken() == []
    hands.at += 1
    assert hands.clock.round(lab.ledger)
    ((number, key, value, signature, _),) = hands.sender.taken()
    assert (number, key) == (0, b"c1")
    assert msgspec.json.decode(value, type=Tick) == Tick(customer="c1", due=due)
    assert verdict([KEY], PLACE, value, [("sojourn-signature", signature)]) == "signed"
    hands.at += 10_000_000
    hands.clock.round(lab.ledger)
    assert hands.sender.taken() == []


def test_the_queue_is_built_from_the_states_that_were_recovered() -> None:
    before, hands = Lab(), Hands(LATER + QUIET)
    before.tell(story(CART))
    before.commit()
    states = {key: value for key, value in before.states.items() if value is not None}
    lab = Lab(held=Held(states, 1, "topic-id", before.records[0].body))
    hands.clock.round(lab.ledger)
    assert [key for _, key, *_ in hands.sender.taken()] == [b"c1"]
    assert all(isinstance(state, bytes) for state in lab.partition().states.values())


def test_time_passes_as_the_oracle_says() -> None:
    lab, hands = Lab(job=JourneyJob(Rules(), [KEY], fail, by_event_time=True)), Hands(START + offset("200d"))
    replay = Replay().run(story(CART), START + offset("200d") - LATENESS)
    lab.tell(story(CART))
    ticks = lab.tick_until_quiet(hands.clock, hands.sender)
    lab.commit()
    assert ticks > 1
    assert lab.states[b"c1"] == replay.states()["c1"]
    assert [out.value for out in lab.committed] == [msgspec.json.encode(e) for e in replay.emissions if isinstance(e, Output)]


def test_while_a_history_is_read_its_timers_wait_and_those_of_the_present_do_not() -> None:
    """Mutants: ticks up to today overtake what is still to come of the same history; timers of today wait as well."""
    lab, now = Lab(), START + offset("200d")
    hands = Hands(now)
    begun = now - (due_of() - START) - offset("10m")  # so that the second customer's timer was due ten minutes ago
    lab.tell(story(CART), logged_at=now)
    lab.tell(story(CART, "c2", begun), logged_at=now)
    hands.clock.round(lab.ledger)
    assert [key for _, key, *_ in hands.sender.taken()] == [b"c2"]
    hands.at += QUIET - 1
    hands.clock.round(lab.ledger)
    assert hands.sender.taken() == []
    hands.at += 1
    hands.clock.round(lab.ledger)
    assert [key for _, key, *_ in hands.sender.taken()] == [b"c1"]


def test_where_some_history_comes_all_the_time_timers_fire_nevertheless() -> None:
    """Mutant: a timer held for ever."""
    lab, begun = Lab(), START + offset("200d")
    hands = Hands(begun)
    for number in range(LONGEST // (QUIET - 1) + 2):
        lab.tell(story(CART, f"late-{number}"), logged_at=hands.at)
        hands.clock.round(lab.ledger)
        assert bool(hands.sender.taken()) == (hands.at - begun >= LONGEST)
        hands.at += QUIET - 1


def test_in_events_mode_time_is_what_several_customers_have_passed() -> None:
    lab, hands = Lab(), Hands(LATER, "events")
    lab.tell(story(CART))
    behind = START + offset("30d")
    for customer in ("c2", "c3"):
        lab.tell(story("0 web page_viewed /shop page=/shop", customer, behind))
    hands.clock.round(lab.ledger)
    assert hands.sender.taken() == []
    lab.tell(story("0 web page_viewed /shop page=/shop", "c4", behind))
    hands.clock.round(lab.ledger)
    assert [key for _, key, *_ in hands.sender.taken()] == [b"c1"]


def test_the_end_of_a_history_lets_the_rest_of_time_pass() -> None:
    lab, hands = Lab(), Hands(LATER, "events")
    lab.tell(story(CART))
    lab.steer(HistoryEnded(until=START + offset("200d")))
    assert lab.tick_until_quiet(hands.clock, hands.sender) > 1


def test_in_events_mode_no_tick_is_sent_before_its_time_by_the_log() -> None:
    """An end of history in the future would otherwise make ticks that do not count, over and over."""
    lab, hands = Lab(), Hands(due_of() - 1, "events")
    lab.tell(story(CART), logged_at=START)
    lab.steer(HistoryEnded(until=LATER))
    assert not hands.clock.round(lab.ledger)


def test_a_clock_that_runs_ahead_of_the_log_learns_it_and_tries_again() -> None:
    """Mutant: a tick that did not count is forgotten: the absence would never fire."""
    lab, hands, due = Lab(), Hands(0), due_of()
    lab.tell(story(CART))
    hands.at = due + LATENESS
    ahead = LATENESS + 60_000  # the log is so far behind our clock
    hands.clock.round(lab.ledger)
    ((_, key, value, signature, _),) = hands.sender.taken()
    lab.feed(FakeRecord(0, key, value, timestamp=hands.at - ahead, headers=[("sojourn-signature", signature)]))
    assert not hands.clock.round(lab.ledger)
    hands.at += 59_999
    assert not hands.clock.round(lab.ledger)
    hands.at += 1
    assert hands.clock.round(lab.ledger)


def test_a_tick_that_did_not_arrive_is_sent_again() -> None:
    lab, hands = Lab(), Hands(LATER + QUIET)
    lab.tell(story(CART))
    hands.clock.round(lab.ledger)
    ((*_, failed),) = hands.sender.taken()
    failed()
    hands.clock.round(lab.ledger)
    assert len(hands.sender.taken()) == 1


def test_nothing_is_sent_while_a_partition_is_given_back_or_read() -> None:
    lab, hands = Lab(), Hands(LATER + QUIET)
    lab.tell(story(CART))
    lab.ledger.close_gates()
    hands.clock.round(lab.ledger)
    lab.ledger.revoke()
    lab.ledger.assign(Assignment(2, "member-1", frozenset({0})))
    hands.clock.round(lab.ledger)
    assert hands.sender.taken() == []


def test_ticks_under_way_are_limited_and_go_on_when_they_come_back() -> None:
    lab, hands = Lab(), Hands(LATER + QUIET)
    customers = OUTSTANDING + 7
    for number in range(customers):
        lab.feed(record_of(story(CART, f"c{number}")[0]))
    for _ in range(10):
        hands.clock.round(lab.ledger)
    under_way = hands.sender.taken()
    assert len(under_way) == OUTSTANDING
    first = [FakeRecord(0, key, value, timestamp=LATER, headers=[("sojourn-signature", s)]) for _, key, value, s, _ in under_way[:7]]
    lab.feed(*first)
    hands.clock.round(lab.ledger)
    assert len(hands.sender.taken()) == 7


def test_a_wake_that_moves_away_and_back_while_its_tick_is_under_way_gets_no_second() -> None:
    """Mutant: what is under way forgotten when the same moment is asked for again."""
    truth = {b"c1": 50}
    wakes = TimerQueue(truth.get)
    wakes.build([(50, b"c1")])
    assert len(wakes.take(60, 10)) == 1
    wakes.move(b"c1", 50)
    assert wakes.take(60, 10) == []


def test_a_round_follows_each_commit() -> None:
    async def watch() -> int:
        lab, hands = Lab(), Hands(LATER + QUIET)
        running = asyncio.ensure_future(hands.clock.run(lab.ledger))
        while not lab.ledger.after_commit:
            await asyncio.sleep(0)
        lab.tell(story(CART))
        lab.commit()
        async with asyncio.timeout(0.9):  # a round a second comes anyway
            while not hands.sender.waiting:
                await asyncio.sleep(0.001)
        running.cancel()
        return len(hands.sender.taken())

    assert asyncio.run(watch()) == 1


def test_the_queue_keeps_what_the_journeys_say_whatever_moves() -> None:
    """A model: at any time, what is taken is exactly who is due, once; and the heap stays about as long as who waits."""
    dice, truth = Random(7), dict[bytes, int]()
    wakes = TimerQueue(lambda key: truth.get(key, 0))
    taken: dict[tuple[bytes, int], int] = {}
    for now in range(0, 20_000, 10):
        key = b"c%d" % dice.randrange(50)
        truth[key] = dice.choice((0, now + dice.randrange(1, 3_000)))
        wakes.move(key, truth[key])
        for due, due_key in wakes.take(now, 100):
            assert truth[due_key] == due <= now
            taken[due_key, due] = taken.get((due_key, due), 0) + 1
            truth[due_key] = dice.choice((0, now + dice.randrange(1, 3_000)))
            wakes.move(due_key, truth[due_key])
            wakes.came_back(due_key, due, now)
        assert not [key for key, due in truth.items() if 0 < due <= now]
        assert len(wakes) <= 50
    assert len(taken) > 100
    assert set(taken.values()) == {1}
