"""Time is a record: wakes happen at their own time, once, whoever delivers the news."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from schemas.control import HistoryEnded, Tick
from schemas.outputs import Output
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferWithdrawn
from schemas.outputs.signals import FrictionClosed, FrictionOpened, SignalRetracted
from schemas.touchpoints.base import Touchpoint
from streams.engine.watermark import WATERMARK_QUORUM, advance_watermark
from streams.replay import Replay
from streams.rules import Rules
from streams.state import Partition
from streams.story import START, offset, story

RULES = Rules()
CART = "0 web cart_updated /cart cart=k1 items=1"
HOUR = 3_600_000


def ticked(touchpoints: list[Touchpoint], step: int, until: int) -> Replay:
    """Time passes in steps between the touchpoints, as a clock agent would send it, and a nervous clock repeats itself."""
    replay, now = Replay(RULES), START
    for touchpoint in touchpoints:
        while now < touchpoint.at:
            replay.pass_time(min(now, touchpoint.at - 1))
            now += step
        replay.apply(touchpoint)
        for customer, journey in replay.journeys.items():
            replay.apply(Tick(customer=customer, due=journey.next_wake + 1))
    replay.pass_time(until)
    return replay


@pytest.mark.parametrize("step", [60_000, HOUR, 24 * HOUR, 300 * 24 * HOUR])
def test_when_ticks_come_changes_nothing(step: int, shopping: list[Touchpoint]) -> None:
    """The law behind replays at any speed. Mutant: wakes stamped with the tick's or the event's time in place of their own."""
    until = shopping[-1].at + 100 * 24 * HOUR
    plain, stepped = Replay(RULES).run(shopping, until), ticked(shopping, step, until)
    assert stepped.states() == plain.states()
    assert sorted(str(e) for e in stepped.emissions) == sorted(str(e) for e in plain.emissions)


@pytest.fixture
def shopping() -> list[Touchpoint]:
    return story("""
    0    web  consent_changed  -  purpose=marketing state=granted
    1m   web  cart_updated     /cart  cart=k1 items=1
    2h   web  order_placed     /x order=o1 cart=k1 value=100
    3h   -    delivery_promised c order=o1 by=1767859200000
    5d   call contact_opened   s  contact=k1 intent=delivery order=o1
    6d   -    order_delivered  c  order=o1
    9d   web  survey_answered  s  metric=nps score=2 low=0 high=10
    60d  web  page_viewed      /  page=/
    """)


def test_an_absence_fires_at_its_due_time() -> None:
    replay = Replay(RULES).run(story(CART), START + 3 * HOUR)
    opened = [e for e in replay.emissions if isinstance(e, FrictionOpened)]
    assert [(e.detector, e.at, e.caused_by) for e in opened] == [("cart_abandoned", "2026-01-05T09:00:00.000Z", "wake")]


def test_an_event_fires_what_was_due_before_it() -> None:
    by_event = Replay(RULES).run(story(CART + "\n5h web page_viewed / page=/"))
    by_tick = Replay(RULES).run(story(CART), START + 4 * HOUR).run(story(CART + "\n5h web page_viewed / page=/")[1:])
    assert by_event.states() == by_tick.states()
    assert [e.id for e in by_event.emissions] == [e.id for e in by_tick.emissions]  # type: ignore[union-attr]


def test_a_repeated_tick_is_silence() -> None:
    """Mutant: the comparison with the journey's wake removed."""
    replay = Replay(RULES).run(story(CART), START + HOUR)
    before = replay.states(), len(replay.emissions)
    assert replay.apply(Tick(customer="c1", due=START + HOUR)) == []
    assert (replay.states(), len(replay.emissions)) == before
    assert replay.partition.outcomes == {"applied": 1, "tick": 2}


def test_a_tick_ahead_of_the_log_does_not_count() -> None:
    """A worker's clock that runs ahead cannot raise an absence early. Mutant: `tick.due <= logged_at` removed."""
    replay = Replay(RULES).run(story(CART))
    due = replay.journeys["c1"].next_wake
    assert replay.apply(Tick(customer="c1", due=due), logged_at=due - 1) == []
    assert isinstance(replay.apply(Tick(customer="c1", due=due), logged_at=due)[0], FrictionOpened)


def test_a_late_fact_withdraws_the_absence_and_its_offer() -> None:
    """Mutant: `<= signal.due` turned round."""
    told = """
    0    web consent_changed -  purpose=marketing state=granted for_channel=email
    1m   web order_placed    /x order=o1 value=100
    2m   -   delivery_promised c order=o1 by=1767859200000
    76h  web page_viewed     /  page=/
    2d   -   order_delivered c  order=o1
    """
    made = Replay(RULES).run(story(told)).emissions
    late = next(e for e in made if isinstance(e, FrictionOpened))
    assert late.detector == "delivery_late"
    retracted = [e.signal for e in made if isinstance(e, SignalRetracted)]
    assert late.id in retracted
    assert not [e for e in made if isinstance(e, FrictionClosed)]
    assert [e.because for e in made if isinstance(e, OfferWithdrawn)] == ["signal_retracted"]


def test_a_fact_after_the_due_time_resolves_it() -> None:
    told = "1m web order_placed /x order=o1 value=100\n2m - delivery_promised c order=o1 by=1767859200000\n5d - order_delivered c order=o1"
    made = Replay(RULES).run(story(told)).emissions
    assert [(e.detector, e.because) for e in made if isinstance(e, FrictionClosed)] == [("delivery_late", "resolved")]


def test_one_decision_a_moment_lists_all_its_triggers() -> None:
    replay = Replay(RULES).run(story("0 call contact_opened x contact=h1 intent=cancel"))
    last = [e for e in replay.emissions if isinstance(e, DecisionMade)][-1]
    assert set(last.triggers) == {"churn_signal:cancel_intent", "risk_rose:watch"}


def test_event_time_is_what_several_customers_have_passed() -> None:
    """One event ten years ahead moves nobody. Mutant: the newest time of all taken."""
    partition = Partition()
    advance_watermark(partition, "far", START + offset("3650d"))
    for at, customer in enumerate("abc"):
        advance_watermark(partition, customer, START + 1_000 * at)
    assert partition.event_time == START + 1_000
    assert len(partition.leaders) == WATERMARK_QUORUM
    advance_watermark(partition, "c", START + 50_000)
    advance_watermark(partition, "b", START + 40_000)
    assert partition.event_time == START + 40_000
    advance_watermark(partition, "a", START + 40_999)  # not a second further
    assert partition.event_time == START + 40_000


def test_history_ended_lets_time_pass() -> None:
    replay = Replay(RULES).run(story(CART))
    replay.apply(HistoryEnded(until=START + 9 * HOUR))
    assert replay.partition.event_time == START + 9 * HOUR
    assert replay.partition.outcomes == {"applied": 1, "control": 1}


def test_a_failing_detector_silences_itself_alone(failing: Callable[..., Rules]) -> None:
    replay = Replay(failing("rage_click")).run(story("0 web clicked /x target=a\n1s web payment_failed /x payment=p"))
    names = [getattr(e, "detector", "") for e in replay.emissions if type(e).__name__ in ("DetectorFailed", "FrictionOpened")]
    assert names == ["rage_click", "payment_failed"]
    assert replay.journeys["c1"].kinds == {"clicked": 1, "payment_failed": 1}


@pytest.fixture
def failing() -> Callable[..., Rules]:
    def rules(broken: str) -> Rules:
        def ask(*_: object) -> None:
            raise RuntimeError("broken on purpose")

        return Rules(detectors=[msgspec.structs.replace(d, ask=ask) if d.name == broken else d for d in Rules().detectors.values()])

    return rules


def test_time_moves_forward_only() -> None:
    """A touchpoint from before a wake brings nothing back to life: no id twice. Mutant: `journey.woken` left out of `now`."""
    told = "0 web survey_answered /s metric=nps score=0 low=0 high=10\n1m web payment_failed /x payment=p"
    replay = Replay(RULES).run(story(told), START + offset("300d"))
    for step in range(1, 60):
        late = story(f"{step * 5}d web page_viewed /{step} page=/ id=late{step}")
        replay.run(late, START + offset("300d"))
    ids = [(e.id, getattr(e, "revision", 0)) for e in replay.emissions if isinstance(e, Output)]
    assert len(ids) == len(set(ids)) > 10
    assert replay.partition.outcomes["late"] >= 50
