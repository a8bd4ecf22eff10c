"""What is counted of a place, and what the counts amount to: told stories with figures worked out by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from schemas.outputs.insights import PathTaken, PlaceMeasured, TargetMissed
from streams.insights.harm.names import STEP_NAMES
from streams.insights.measures import DEFINITIONS, MEASURES, SHARES, figure
from streams.insights.targets import missed_targets
from streams.replay import Replay
from streams.rules.blueprint import Blueprint, Target
from streams.state.aggregates import MAX_CHANNELS, MAX_NAMES, OTHER, RATE_WEEKS_KEPT, WEEKS_KEPT, Aggregate, Aggregates, Key
from streams.story import START, offset, story
from streams.totals import all_insights, sum_rows

WEEK = 7 * 86_400_000
ROUND = """
0    web  page_viewed      /shop  page=/shop
30s  web  clicked          /shop  target=more
1m   web  product_viewed   /tent  product=p1
3m   web  cart_updated     /cart  cart=k1 items=1
5m   web  checkout_started /pay   cart=k1
6m   web  payment_failed   /pay   payment=z1
8m   web  order_placed     /pay   order=o1 cart=k1 value=5000
10m  call contact_opened   orders contact=h1 order=o1
2h   web  page_viewed      /shop  page=/shop
"""


def cells(text: str, until: str | None = None) -> dict[Key, Aggregate]:
    return Replay().run(story(text), None if until is None else START + offset(until)).partition.aggregates.rows


def places(text: str, until: str | None = None, **blueprint: Blueprint) -> dict[tuple[str, str], PlaceMeasured]:
    """What was measured, by stage and place."""
    return {(one.stage, one.place): one for one in all_insights(cells(text, until)) if isinstance(one, PlaceMeasured)}


def test_a_step_counts_where_it_was_taken_and_the_next_one_follows_it() -> None:
    """Mutants caught: a step laid to the place of the next one; the same cart counted at each change; another cart's order; a late one."""
    again = "3h web cart_updated /cart cart=k2 items=1\n9d web order_placed /pay order=o2 cart=k2"
    found = [each for each in all_insights(cells(ROUND + again)) if isinstance(each, PlaceMeasured)]
    counted = Counter[str]()
    for one in found:
        for name, share in one.steps.items():
            counted.update({f"{one.place} {name}": share.of, f"{one.place} {name} went": share.count})
    assert +counted == {
        "/tent product>cart": 1, "/tent product>cart went": 1, "/cart cart>checkout": 2, "/cart cart>checkout went": 1,
        "/pay checkout>order": 1, "/pay checkout>order went": 1,
    }  # fmt: skip
    assert [one.shares["conversion"].of for one in found if "conversion" in one.shares] == [1]


def test_every_rate_is_defined_where_it_is_made() -> None:
    """Mutant caught: a new rate without a word on what it is of."""
    assert {*SHARES, *STEP_NAMES} == DEFINITIONS.keys()


def test_dwell_is_the_time_until_the_next_place_of_the_episode() -> None:
    """A parcel that is scanned takes the customer nowhere. Mutants caught: measured to the last touchpoint there; over a silence."""
    scanned = ROUND.replace("8m   web  order", "7m   post parcel_scanned    hub    parcel=r0\n8m   web  order")
    found = [(one.place, one.dwell.mean) for one in all_insights(cells(scanned)) if isinstance(one, PlaceMeasured) and one.dwell]
    assert sorted(found) == [("/cart", 120.0), ("/pay", 300.0), ("/shop", 60.0), ("/tent", 120.0)]


def test_a_friction_is_recovered_or_not() -> None:
    """Mutant caught: what expired counted as recovered."""
    resolved = places("0 web payment_failed /pay payment=z1\n1m web order_placed /pay order=o1")
    expired = places("0 web payment_failed /pay payment=z1", until="8d")
    recovery = [one.shares["recovery_rate"] for found in (resolved, expired) for one in found.values() if "recovery_rate" in one.shares]
    assert [(rate.count, rate.of) for rate in recovery] == [(1, 1), (0, 1)]


def test_answers_count_for_the_place_they_are_about() -> None:
    """A survey that names no place is about the one the customer was at last. Mutants caught: e-mail rated in place of the shop."""
    found = places("""
    0    store page_viewed     till-4 page=/
    1m   email survey_answered        metric=csat score=4 low=1 high=5
    2m   email survey_answered        metric=csat score=2 low=1 high=5
    3m   email survey_answered        metric=nps  score=9 low=0 high=10
    4m   email survey_answered        metric=nps  score=3 low=0 high=10
    5m   email survey_answered        metric=nps  score=10 low=0 high=10
    6m   email survey_answered        metric=ces  score=6 low=1 high=7
    7m   call  complaint_opened       complaint=b1
    8m   call  employee_feedback_given desk touchpoint=till-4 score=2
    """)
    till = next(one for (stage, place), one in found.items() if place == "till-4" and one.channel == "store" and "csat" in one.shares)
    assert (till.shares["csat"].count, till.shares["csat"].of) == (1, 2)
    assert (round(till.means["nps"].mean, 1), till.means["nps"].count) == (33.3, 3)
    assert till.means["ces"].mean == pytest.approx(6.0)
    assert sum(one.shares["complaint_rate"].count for one in found.values() if one.channel == "store" and one.customers) == 1
    said = next(one for one in found.values() if "employee_score" in one.means)
    assert (said.place, said.means["employee_score"].mean) == ("till-4", 0.25)


def test_paths_are_steps_within_an_episode_with_the_time_between() -> None:
    """Mutants caught: a step over two hours of silence; a click at the same place as a step; the channel left out where it changes."""
    taken = [one for one in all_insights(cells(ROUND)) if isinstance(one, PathTaken)]
    steps = {(one.channel, one.start, one.end): one.times.mean for one in taken if one.sort == "place"}
    assert steps == {
        ("web", "/shop", "/tent"): 60.0, ("web", "/tent", "/cart"): 120.0, ("web", "/cart", "/pay"): 120.0,
        ("call", "web:/pay", "orders"): 300.0,
    }  # fmt: skip
    stages = {(one.start, one.end): one.times.mean for one in taken if one.sort == "stage"}
    assert stages["considering", "buying"] == 120.0
    assert stages["buying", "awaiting"] == 300.0


def test_paths_are_bounded_and_the_rest_is_other() -> None:
    """Mutant caught: every pair kept. What is too much is counted, under no names."""
    totals = Aggregates()
    for number in range(MAX_NAMES + 30):
        totals.row(("path", "place", "2923", "web", f"/{number}>/end")).add_value("seconds", 1.0)
    totals.row(("path", "stage", "2923", "web", "buying>awaiting")).add_value("seconds", 1.0)
    assert totals.rows["path", "place", "2923", "web", OTHER].histograms["seconds"].count == 30
    assert ("path", "stage", "2923", "web", "buying>awaiting") in totals.rows
    unnamed = [one for one in all_insights(totals.rows) if isinstance(one, PathTaken) and not one.start]
    assert [(one.end, one.times.count) for one in unnamed] == [("", 30)]


def test_channels_are_bounded_too() -> None:
    """Mutant caught: a hostile sender's channels multiply every place."""
    totals = Aggregates()
    for number in range(3 * MAX_CHANNELS):
        totals.rate_row(1, f"channel-{number}").count("browsing")
        totals.row(("place", "2923", f"channel-{number}", "using", "/")).count("volume")
    assert len(totals.rows) == 2 * (MAX_CHANNELS + 1)
    assert totals.rows["rate", "1", OTHER].counts == {"browsing": 2 * MAX_CHANNELS}


def test_the_names_of_channels_are_not_kept_without_end() -> None:
    """Mutant caught: the `rate` rows of an hour are cached under every name that a sender gives its channel."""
    totals = Aggregates()
    for number in range(100 * MAX_CHANNELS):
        totals.rate_row(1, f"channel-{number}").count("browsing")
    assert len(totals.rate_rows) <= 10 * MAX_CHANNELS
    assert totals.rows["rate", "1", OTHER].counts == {"browsing": 99 * MAX_CHANNELS}


def test_what_is_long_past_is_forgotten_with_a_tombstone_and_stays_forgotten() -> None:
    """Also by a worker that begins again. Mutants caught: no tombstone; a late touchpoint that raises the dead; the cell at hand."""
    now, week = 1_767_600_000_000, 2923
    totals = Aggregates()
    totals.row(("truth", "web", "/")).count("visitors")
    for back in (0, WEEKS_KEPT, WEEKS_KEPT + 1):
        totals.row(("place", str(week - back), "web", "using", "/")).count("volume")
    hour = now // 3_600_000 - 168 * (RATE_WEEKS_KEPT + 1)
    totals.rate_row(hour, "web").count("browsing")
    totals.take_changes()
    totals.forget_old(now)
    gone = totals.take_changes()
    assert list(gone.values()) == [None, None]
    for again in (totals, Aggregates(totals.encoded_rows())):
        again.forget_old(now)
        again.rate_row(hour, "web").count("browsing")
        again.row(("place", str(week - WEEKS_KEPT - 1), "web", "using", "/")).count("volume")
        assert again.take_changes() == {}
        assert len(again.rows) == 3
    assert (
        sum_rows([(0, key, value) for key, value in [*Aggregates(totals.encoded_rows()).encoded_rows().items(), *gone.items()]]).keys()
        == totals.rows.keys()
    )


def test_time_forgets_in_a_replay_as_in_a_worker() -> None:
    """The partition's event time moves when three customers have passed it; then old weeks go. Mutant caught: forgotten by one bad date."""
    replay = Replay().run(story("0 web page_viewed / page=/", "old"))
    later = START + (WEEKS_KEPT + 2) * WEEK
    for number, customer in enumerate(("a", "b", "c")):
        replay.run(story("0 web page_viewed / page=/", customer, later + number * 10_000))
        assert any(key[:2] == ("place", "2923") for key in replay.partition.aggregates.rows) is (number < 2)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_a_figure(measure: str) -> None:
    """Mutant caught: a name in the list that no cell can answer."""
    text = (
        ROUND.replace("10m ", "9m")
        + """
    130m web survey_answered /shop metric=csat score=4 low=1 high=5 expected=5 wanted=5 dimension=price
    131m web survey_answered /shop metric=nps score=9 low=0 high=10
    132m web survey_answered /shop metric=ces score=6 low=1 high=7
    133m web employee_feedback_given - touchpoint=/shop score=2
    134m web page_viewed /tent page=/tent
    """
    )
    total = Aggregate()
    for key, cell in cells(text.replace(" - ", " ")).items():
        if key[0] == "place":
            total.merge(cell)
    assert figure(measure, total) is not None


def _weeks() -> dict[Key, Aggregate]:
    return {
        ("place", "2923", "web", "buying", "/pay"): Aggregate({"visits": 100, "visits_with:any": 30}),
        ("place", "2923", "app", "buying", "/pay"): Aggregate({"visits": 100, "visits_with:any": 2}),
        ("place", "2924", "web", "buying", "/pay"): Aggregate({"visits": 20, "visits_with:any": 20}),
    }


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Target(measure="friction_rate", at_most=0.1, place="/pay"), [("2026-01-05", 0.06, 200, True, "payments")]),
        (Target(measure="friction_rate", at_most=0.1, channel="web", owner="web team"), [("2026-01-05", 0.2, 100, True, "web team")]),
        (Target(measure="friction_rate", at_most=0.1, channel="app"), []),
        (Target(measure="friction_rate", at_least=0.17), [("2026-01-05", 0.01, 200, False, "everybody")]),
        (Target(measure="volume", at_least=150), [("2026-01-05", 0.0, 0, False, "")][:0]),
        (Target(measure="csat", at_least=0.8), []),
    ],
)
def test_a_missed_target_says_by_how_much_and_who_answers(target: Target, expected: list[tuple[str, float, int, bool, str]]) -> None:
    """A week of 20 touchpoints misses nothing. Mutants caught: `*` read as each place alone; sign of a miss; the owner of the place."""
    blueprint = Blueprint(targets=(target,), owners={"/pay": "payments", "*": "everybody"})
    found = [one for one in all_insights(_weeks(), blueprint) if isinstance(one, TargetMissed)]
    assert [(one.week, round(one.by, 4), one.count, one.surely, one.owner) for one in found] == expected


def test_only_the_weeks_that_are_asked_about_are_judged() -> None:
    blueprint = Blueprint(targets=(Target(measure="friction_rate", at_most=0.1),))
    assert [one.week for one in missed_targets(_weeks(), blueprint, {2923})] == ["2026-01-05"]
    assert list(missed_targets(_weeks(), blueprint, {2924})) == []
