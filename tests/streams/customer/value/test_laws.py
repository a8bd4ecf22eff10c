"""Laws of worth: however customers buy and turn out to be one, each is counted once; and nothing depends on how they were divided."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outputs.insights import TiersSettled
from schemas.outputs.transitions import MotiveInferred, RungEntered
from schemas.writing import from_rfc3339
from streams.customer.value import thresholds
from streams.customer.value.cohorts import FOLLOWED, LOYAL, OUTCOMES, quarter_of
from streams.customer.value.past import past_value
from streams.customer.value.scale import EDGES, MOST, least_of, step_of
from streams.customer.value.tiers import CUSTOMERS, KEY, PAST, TIERS, row_of, tier_of
from streams.replay import Replay
from streams.state.aggregates import Aggregate, Key
from streams.state.priced import priced_days
from streams.totals import all_insights, sum_rows
from tests.streams.customer.value.courses import RULES, Act, acts, apart, counted, in_partitions, standings, told, uncounted


def counts(replay: Replay, key: Key, prefix: str = "") -> Counter[str]:
    """What a cell says under names with this prefix, without what has come to nothing."""
    cell = replay.partition.aggregates.rows.get(key, Aggregate())
    return Counter({name[len(prefix) :]: count for name, count in cell.counts.items() if count and name.startswith(prefix)})


@given(st.one_of(st.integers(-5, 2_000), st.integers(-MOST, MOST)))
def test_a_worth_lies_on_its_step(worth: int) -> None:
    """Mutant caught: an edge that belongs to the step below it."""
    step = step_of(worth)
    assert least_of(step) <= worth < least_of(step + 1)
    assert 1 <= step <= len(EDGES) + 1


@settings(max_examples=300)
@given(acts)
def test_the_cells_say_what_the_journeys_are(course: list[Act]) -> None:
    """Sign-ins, links, kiosks, bots, refunds and receipts of orders: whatever happened, each known customer stands on one step, their own.

    Mutants caught: a customer left on the old step; both ids of one customer counted; anonymous purchases counted twice; a bot counted; a
    receipt of an order counted as a second day; refunds that move nobody.
    """
    replay = Replay(RULES).run(told(course))
    assert counted(replay.partition.aggregates.rows) == standings(replay.journeys)
    assert all((journey.value.step > 0) == (priced_days(journey) > 0) for name, journey in replay.journeys.items() if not uncounted(name))


@settings(max_examples=100)
@given(acts, st.integers(2, 4))
def test_ids_of_one_customer_may_lie_in_different_partitions(course: list[Act], of: int) -> None:
    """What was added in one partition is taken back in another: the sums are exact, though a partition's own may fall below nothing.

    Mutants caught: taken back only where it was added; what a hand-over brings counted by both.
    """
    parts = in_partitions(told(course), of)
    rows = [(number, *row) for number, part in enumerate(parts) for row in part.partition.aggregates.take_changes().items()]
    totals = sum_rows(rows)
    journeys = {name: journey for part in parts for name, journey in part.journeys.items()}
    assert counted(totals) == standings(journeys)
    followed = sum(len(journey.motives.cohorts) for journey in journeys.values() if journey.motives)
    assert sum(cell.counts["customers"] for key, cell in totals.items() if key[0] == "motive") == followed


@settings(max_examples=300)
@given(acts)
def test_who_is_followed_is_counted_once(course: list[Act]) -> None:
    """Mutants caught: of a customer known by two ids both cohorts counted; the later quarter kept; anonymous journeys followed."""
    replay = Replay(RULES).run(told(course))
    expected: dict[Key, Counter[str]] = {}
    for name, journey in replay.journeys.items():
        assert not uncounted(name) or not journey.motives or not journey.motives.cohorts
        for place, cohort in (journey.motives.cohorts if journey.motives else {}).items():
            expected.setdefault(("motive", str(cohort.quarter), FOLLOWED[place]), Counter()).update(
                ["customers", *filter(None, [OUTCOMES[cohort.outcome]])]
            )
    assert {key: found for key in replay.partition.aggregates.rows if key[0] == "motive" and (found := counts(replay, key))} == expected


@settings(max_examples=100)
@given(apart)
def test_who_was_won_is_what_the_transitions_tell(course: list[Act]) -> None:
    """Brute force over what was published: the first time of each motive, the rung then, and the first time on the loyal rung after it.

    Mutants caught: counted again when the motive comes back; won again after a slip; won before the motive; the quarter of the winning.
    """
    replay = Replay(RULES).run(told(course))
    rung: dict[str, str] = {}
    since: dict[tuple[str, str], tuple[int, str]] = {}  # (customer, motive) -> quarter, outcome
    for each in replay.emissions:
        if isinstance(each, RungEntered):
            rung[each.customer] = each.rung
            if each.rung in LOYAL:
                since |= {who: (quarter, how or "won") for who, (quarter, how) in since.items() if who[0] == each.customer}
        elif isinstance(each, MotiveInferred) and each.motive in FOLLOWED:
            how = "already" if rung.get(each.customer) in LOYAL else ""
            since.setdefault((each.customer, each.motive), (quarter_of(from_rfc3339(each.at)), how))
    expected: dict[Key, Counter[str]] = {}
    for (_, motive), (quarter, how) in since.items():
        expected.setdefault(("motive", str(quarter), motive), Counter()).update(["customers", *filter(None, [how])])
    assert {key: counts(replay, key) for key in replay.partition.aggregates.rows if key[0] == "motive"} == expected


@settings(max_examples=60)
@given(acts, st.integers(0, 2**32))
def test_tiers_are_the_same_however_customers_are_divided_and_added_up(course: list[Act], dice: int) -> None:
    """Customers apart in three partitions, their cells taken in any order, some of them early ones again: totals, tiers, insights.

    Mutants caught: totals that depend on the order; a tier that is told of a mean of partitions; a border off the scale.
    """
    touchpoints = [each for each in told([act for act in course if act[0] not in ("sign", "link")]) if not uncounted(each.customer)]
    whole = Replay(RULES).run(touchpoints)
    rows: list[tuple[int, bytes, bytes | None]] = []
    for number in range(3):
        part = Replay(RULES)
        mine = [each for each in touchpoints if int(each.customer[1:]) % 3 == number]
        rows += [(number, *row) for row in part.run(mine[: len(mine) // 2]).partition.aggregates.take_changes().items()]
        rows += [(number, *row) for row in part.run(mine[len(mine) // 2 :]).partition.aggregates.take_changes().items()]
    order = list(range(len(rows)))
    Random(dice).shuffle(order)
    newest = {row[:2]: place for place, row in enumerate(rows)}
    kept = [rows[place] for place in order if newest[rows[place][:2]] == place]
    assert counted(sum_rows(rows)) == counted(sum_rows(kept)) == counted(whole.partition.aggregates.rows)
    assert list(thresholds.describe_tiers(sum_rows(kept))) == list(thresholds.describe_tiers(whole.partition.aggregates.rows))


@settings(max_examples=60)
@given(st.lists(st.integers(-2_000, 10**9), min_size=thresholds.LEAST, max_size=200))
def test_tiers_hold_whom_they_say(worths: list[int]) -> None:
    """Each customer belongs to the tier they are counted in, and no other edge comes nearer to a fifth, or to a half.

    Mutants caught: the edge above in place of the nearest; who stands on the border left below; the middle without the top.
    """
    cell = Aggregate({"days": len(worths), "moves": 1})
    totals: dict[Key, Aggregate] = {KEY: cell}
    for each in worths:
        cell.count(f"{CUSTOMERS}{step_of(each)}")
        cell.count(f"{PAST}{step_of(each)}", each)
    known = thresholds.measure_worth(totals)
    assert known is not None
    (told_,) = thresholds.describe_tiers(totals)
    counted = Counter(tier_of(each, known) for each in worths)
    assert {name: told_.tiers[name].customers.count for name in TIERS} == {name: counted[name] for name in TIERS}
    assert {name: told_.tiers[name].past for name in TIERS} == {
        name: sum(each for each in worths if tier_of(each, known) == name) for name in TIERS
    }
    for least, share in ((known.top, thresholds.TOP), (known.middle, thresholds.MIDDLE)):
        off = [
            abs(sum(each >= edge for each in worths) / len(worths) - share) for edge in (least, *map(least_of, range(1, len(EDGES) + 3)))
        ]
        assert off[0] == min(off)


@settings(max_examples=40)
@given(acts)
def test_equity_adds_up(course: list[Act]) -> None:
    """What all customers of a currency brought is what each of them did. Mutants caught: refunds taken twice; currencies added up."""
    replay, known = Replay(RULES).run(told(course)), Counter[str]()
    for name, journey in replay.journeys.items():
        known[journey.value.currency] += past_value(journey) if priced_days(journey) and not uncounted(name) else 0
    assert all(sum(counts(replay, row_of(code), PAST).values()) == brought for code, brought in known.items())
    assert not any(
        isinstance(one, TiersSettled) for one in all_insights(replay.partition.aggregates.rows)
    )  # they are fewer than there must be
