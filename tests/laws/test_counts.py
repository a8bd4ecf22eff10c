"""What is counted over customers, on generated journeys: totals are those of what happened, and no part is more than its whole."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.tools.reports.overview.harm import DEFINITIONS as EXPOSURES
from schemas.outputs.insights import PlaceMeasured
from schemas.outputs.signals import FrictionClosed, FrictionOpened
from schemas.touchpoints import Touchpoint
from streams.insights.harm.names import CARTS, EXPOSED, FRICTION, KEPT, MISSED, STEP_NAMES, TOOK, WENT, WITH
from streams.insights.measures import DEFINITIONS
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state.aggregates import Aggregate
from streams.story import START, story
from streams.totals import all_insights
from tests.laws.strategies import journeys

STEPS = (
    "web page_viewed /pay page=/pay", "web page_viewed /shop page=/shop", "web product_viewed product=p1",
    "web cart_updated /cart cart=k1 items=1 value=2000", "web cart_updated cart=k2 items=2 value=500",
    "web checkout_started /pay cart=k1 value=2500", "web payment_failed /pay payment=z{n}", "web coupon_denied code=c{n}",
    "web order_placed /pay order=o{n} cart=k1 value=2500", "web order_placed order=o{n} value=500", "call contact_opened contact=h{n}",
)  # fmt: skip
GAPS = (1, 20, 20, 45, 1_440, 4_320)  # minutes
SUNDAY = START - 520 * 60_000  # 23:20, so that an episode may go on into the next week


def shopped(steps: list[tuple[str, int]]) -> list[Touchpoint]:
    """Return these steps as touchpoints, each a gap after the one before."""
    lines, minute = [], 0
    for number, (step, gap) in enumerate(steps):
        minute += gap
        lines.append(f"{minute}m {step.format(n=number)}")
    return story("\n".join(lines), start=SUNDAY)


SHOPPED = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(GAPS)), max_size=25).map(shopped)
LIVED = st.one_of(SHOPPED, SHOPPED, journeys(max_size=50))
RULES = Rules(Blueprint(currency="EUR"))


def rows(replay: Replay) -> list[Aggregate]:
    """The rows of all places."""
    return [row for key, row in replay.partition.aggregates.rows.items() if key[0] == "place"]


def summed(replay: Replay) -> Counter[str]:
    """What all rows of places count together."""
    found = Counter[str]()
    for row in rows(replay):
        found.update(row.counts)
    return found


@settings(max_examples=150)
@given(LIVED)
def test_totals_are_those_of_what_happened(touchpoints: list[Touchpoint]) -> None:
    """Mutants: `count_friction` leaves out what names no place; `count_closing` counts in no row where the stage has changed."""
    replay = Replay(RULES).run(touchpoints)
    counted, opened = summed(replay), Counter(each.detector for each in replay.emissions if isinstance(each, FrictionOpened))
    assert {name[len(FRICTION) :]: count for name, count in counted.items() if name.startswith(FRICTION)} == opened
    closed = Counter(each.because for each in replay.emissions if isinstance(each, FrictionClosed))
    assert {name: counted[name] for name in ("resolved", "expired", "crowded_out") if counted[name]} == closed
    still = sum(len(journey.open) for journey in replay.journeys.values())
    assert opened.total() == closed.total() + counted["retracted"] + still


@settings(max_examples=150)
@given(LIVED)
def test_no_part_is_more_than_its_whole(touchpoints: list[Touchpoint]) -> None:
    """Mutants: a visit is hurt in the row of the stage in which the friction opened; any friction of a visit counts as its first; a cart
    that was ordered is taken off twice; a step is followed twice; what is due is not counted when it is opened."""
    replay = Replay(RULES).run(touchpoints)
    for row in rows(replay):
        counts = row.counts
        hurt = [count for name, count in counts.items() if name.startswith(WITH)]
        assert max(hurt, default=0) == counts.get(f"{WITH}any", 0) <= counts.get("visits", 0) <= counts.get("volume", 0)
        assert counts.get("customers", 0) <= counts.get("visits", 0)
        assert all(counts.get(f"{WENT}{name}", 0) <= counts.get(f"{TOOK}{name}", 0) for name in STEP_NAMES)
        kept = {name[len(KEPT) :]: count for name, count in counts.items() if name.startswith(KEPT)}
        assert all(count <= counts.get(f"{CARTS}{name}", 0) for name, count in kept.items())
    counted = summed(replay)
    for name in (name[len(MISSED) :] for name in counted if name.startswith(MISSED)):
        assert counted[f"{MISSED}{name}"] <= counted[f"{EXPOSED}{name}"], name


@settings(max_examples=150)
@given(LIVED)
def test_every_amount_has_a_currency_and_every_rate_its_definition(touchpoints: list[Touchpoint]) -> None:
    """Where the company has a currency, what is left in carts has one. Mutants: `currency_of` takes the event's word alone; a share
    that DEFINITIONS does not name; a cart that was ordered is taken off twice."""
    for one in all_insights(Replay(RULES).run(touchpoints).partition.aggregates.rows):
        if isinstance(one, PlaceMeasured):
            assert {*one.shares, *one.steps} <= DEFINITIONS.keys()
            for counted in one.frictions.values():
                assert counted.of_what in EXPOSURES
                assert "" not in counted.left
                assert all(amount >= 0 for amount in counted.left.values())
