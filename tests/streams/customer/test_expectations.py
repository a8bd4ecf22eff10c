"""What was expected against what was perceived, what was wanted against what was settled for, and promises against what came."""

from __future__ import annotations

import pytest

from schemas.outputs.transitions import GapMeasured, SacrificeMeasured
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import DELIGHTS, Blueprint
from streams.state import Journey
from streams.state.journey.profile import DIMENSIONS, PROMISES, RATINGS
from streams.story import START, story

HOUR = 3_600_000
RULES = Rules()


def lived(text: str, rules: Rules = RULES) -> Replay:
    return Replay(rules).run(story(text))


def journey(text: str) -> Journey:
    return lived(text).journeys["c1"]


def gaps(text: str, rules: Rules = RULES) -> list[tuple[str, str, float, str, tuple[str, ...]]]:
    found = (e for e in lived(text, rules).emissions if isinstance(e, GapMeasured))
    return [(e.dimension, e.sort, e.gap, e.basis, e.evidence) for e in found]


def sacrifices(text: str) -> list[tuple[str, float, tuple[str, ...]]]:
    return [(e.dimension, e.gap, e.evidence) for e in lived(text).emissions if isinstance(e, SacrificeMeasured)]


def csat(when: str, score: float, rest: str = "") -> str:
    return f"{when} email survey_answered s metric=csat low=1 high=5 score={score} {rest}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (csat("0", 2, "expected=4 dimension=billing"), [("billing", "hygiene", -0.5, "stated", ("e1",))]),
        (csat("0", 5, "expected=3 dimension=staff"), [("staff", "delight", 0.5, "stated", ("e1",))]),
        (csat("0", 4, "expected=4 dimension=staff"), []),
        (csat("0", 2), []),  # nobody said what they expected, and nothing is known yet
        (csat("0", 5) + csat("1d", 1), [("overall", "hygiene", -1.0, "experienced", ("e2",))]),
        (csat("0", 9, "expected=1 dimension=staff"), [("staff", "delight", 1.0, "stated", ("e1",))]),  # beyond its scale
        ("0 web survey_answered s metric=csat score=3 low=5 high=5 expected=5", []),  # no scale
        (
            "0 web expectation_set s dimension=product expected=5 low=1 high=5\n1d web review_posted r review=v1 stars=1",
            [("product", "hygiene", -0.8, "stated", ("e1", "e2"))],
        ),
        (
            "0 web expectation_set s dimension=parking expected=1 low=1 high=5 hygiene=false\n" + csat("1d", 5, "dimension=parking"),
            [("parking", "delight", 1.0, "stated", ("e1", "e2"))],
        ),
    ],
)
def test_a_gap_is_what_was_perceived_less_what_was_expected(text: str, found: list[object]) -> None:
    """Mutants: the sign turned; a scale taken for 0..1; small gaps published; the customer's own word on hygiene ignored."""
    assert gaps(text) == found


def test_delight_that_comes_every_time_is_one_no_more() -> None:
    """Mutant: expectations that never move: the tenth surprise would surprise as much as the first."""
    text = "0 web expectation_set s dimension=surprise expected=1 low=1 high=5\n" + "".join(
        csat(f"{day}d", 5, "dimension=surprise") for day in range(1, 6)
    )
    assert [gap for _, _, gap, _, _ in gaps(text)] == [1.0, 0.5, 0.25]
    side = journey(text).dimensions["surprise"]
    assert (side.gaps, side.gap) == (5, 0.0625)


def test_a_blueprint_names_its_own_delights() -> None:
    own = Rules(Blueprint(delights=("billing",)))
    assert gaps(csat("0", 5, "expected=3 dimension=billing"), own)[0][1] == "delight"
    assert gaps(csat("0", 5, "expected=3 dimension=staff"), own)[0][1] == "hygiene"
    assert "delivery" not in DELIGHTS


def delivered(days: float, promised: float = 4, more: str = "") -> str:
    by = START + round(promised * 24 * HOUR)
    return f"0 web delivery_promised north order=o1 by={by}\n{more}\n{days}d post order_delivered north order=o1"


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        (delivered(3), 0.0),
        (delivered(4), 0.0),
        (delivered(6), -0.5),
        (delivered(60), -1.0),
        (delivered(2, promised=0), -1.0),
        (delivered(0.75, promised=0.5), -0.25),  # promised for today: measured by the day
        (delivered(6, more=f"1d post delivery_rescheduled north order=o1 by={START + 7 * 24 * HOUR}"), -0.5),  # theirs, not ours
        (delivered(6, more=f"1d web delivery_rescheduled north order=o1 by={START + 7 * 24 * HOUR} by_customer=true"), 0.0),
        (delivered(6, more=f"1d web delivery_promised north order=o1 by={START + 8 * 24 * HOUR} accepted_by_customer=true"), 0.0),
        (delivered(6, more=f"1d web delivery_promised north order=o1 by={START + 8 * 24 * HOUR}"), -0.5),
        (delivered(6, more=f"1d web delivery_promised north order=o1 by={START + 2 * 24 * HOUR}"), -1.0),  # sooner: binds us
        (delivered(6, more="5d post order_delivered north order=o1 complete=false"), -0.5),
    ],
)
def test_a_delivery_is_held_against_the_promise_that_binds(text: str, gap: float) -> None:
    """Mutants: any later promise replaces the first; a part of the order counts as all; early counts as better than promised."""
    found = journey(text)
    assert (found.dimensions["delivery"].gap, found.dimensions["delivery"].gaps, found.promises) == (gap, 1, {})


def test_an_order_nobody_promised_or_that_was_cancelled_measures_nothing() -> None:
    assert journey("0 web order_placed x order=o1\n9d post order_delivered n order=o1").dimensions == {}
    cancelled = journey(delivered(9, more="1d web order_cancelled x order=o1"))
    assert (cancelled.dimensions, cancelled.promises) == ({}, {})


@pytest.mark.parametrize(
    ("text", "dimension", "gap"),
    [
        (f"0 post item_returned n order=o1 refund_due={START + 48 * HOUR}\n3d - order_refunded - order=o1", "refund", -0.5),
        (
            f"0 post item_returned n order=o1 refund_due={START + 48 * HOUR}\n"
            "1d - order_refunded - order=o1 whole=false\n3d - order_refunded - order=o1",
            "refund",
            -0.5,
        ),
        (f"0 call complaint_opened s complaint=b due={START + 96 * HOUR}\n5d call complaint_resolved s complaint=b", "complaint", -0.25),
        ("0 call contact_abandoned q contact=k waited_ms=30000 service_level_ms=20000", "waiting", -0.5),
        ("0 web order_placed x order=o1\n1d - order_cancelled x order=o1 by_customer=false", "availability", -1.0),
    ],
)
def test_other_promises_are_held_as_well(text: str, dimension: str, gap: float) -> None:
    """Mutant: a row of the table of promises left out."""
    assert journey(text).dimensions[dimension].gap == gap


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0 web order_placed x order=o1 items=4 substituted=1", [("availability", 0.25, ("e1",))]),
        ("0 web order_placed x order=o1 items=10 substituted=1", []),  # a tenth is tolerated
        ("0 till purchase_made x receipt=r1 substituted=2", [("availability", 1.0, ("e1",))]),
        ("0 web order_placed x order=o1 items=4", []),
        (
            delivered(6, more=f"1d web delivery_promised n order=o1 by={START + 6 * 24 * HOUR} accepted_by_customer=true"),
            [("delivery", 0.5, ("e1", "e2"))],
        ),
        (
            "0 web subscription_started / subscription=a value=2000\n9d web subscription_downgraded / subscription=a value=500",
            [("plan", 0.75, ("e2",))],
        ),
        ("0 web subscription_downgraded / subscription=a value=500", []),  # what they paid before is not known
        (csat("0", 2, "wanted=5 dimension=staff"), [("staff", 0.75, ("e1",))]),
        (csat("0", 5, "wanted=3 dimension=staff"), []),
        (
            "0 web expectation_set s dimension=staff expected=3 wanted=5 low=1 high=5\n" + csat("1d", 3, "dimension=staff"),
            [("staff", 0.5, ("e1", "e2"))],
        ),
    ],
)
def test_a_sacrifice_is_what_was_wanted_less_what_they_settled_for(text: str, found: list[object]) -> None:
    """A satisfied answer hides it. Mutants: getting more than wanted counted; the share of the basket taken of the wrong base."""
    assert sacrifices(text) == found


def test_getting_more_than_wanted_is_no_sacrifice() -> None:
    """Mutant: counted with a negative sign."""
    assert journey(csat("0", 5, "wanted=3 dimension=staff")).dimensions["staff"].sacrifices == 0


def test_a_late_word_changes_nothing_that_is_known() -> None:
    """It counts, but a later answer stands. Mutants: a late answer, or a late expectation, taken for the latest."""
    side = journey(csat("9d", 5) + csat("1d", 1)).dimensions["overall"]
    assert (side.perceived, side.expected, side.gaps, side.gap) == (0.0, 1.0, 1, -1.0)
    late = "9d web page_viewed / page=/\n0 web expectation_set s dimension=staff expected=5 low=1 high=5"
    assert journey(late).dimensions == {}


def test_a_wish_is_answered_once() -> None:
    """Mutant: the wish kept after it was measured, so that every later answer is a sacrifice again."""
    text = "0 web expectation_set s dimension=staff expected=3 wanted=5 low=1 high=5\n" + csat("1d", 3, "dimension=staff")
    assert len(sacrifices(text + csat("2d", 3, "dimension=staff"))) == 1


def test_what_bots_and_our_own_people_say_measures_nothing() -> None:
    replay = Replay(Rules(Blueprint(staff=("c1",)))).run(story(csat("0", 1, "expected=5")))
    assert (replay.counts()["GapMeasured"], replay.journeys["c1"].dimensions, replay.partition.aggregates.rows) == (0, {}, {})


def test_gaps_are_counted_where_they_were_felt() -> None:
    """Mutant: the measure not told, or told for small gaps only."""
    replay = lived(csat("0", 4, "expected=5 wanted=5 dimension=staff"))
    spreads = {name for cell in replay.partition.aggregates.rows.values() for name in cell.histograms}
    assert {"expectation_gap", "sacrifice_gap"} <= spreads


def test_the_oldest_makes_room() -> None:
    many = "".join(csat(f"{n}h", 3, f"dimension=d{n}") for n in range(DIMENSIONS + 3))
    assert sorted(journey(many).dimensions) == sorted(f"d{n}" for n in range(3, DIMENSIONS + 3))
    promised = "".join(f"{n}h - delivery_promised n order=o{n} by={START + n * HOUR}\n" for n in range(PROMISES + 2))
    assert len(journey(promised).promises) == PROMISES
    assert "delivery:o0" not in journey(promised).promises
    rated = "".join(f"{n}h - employee_feedback_given n touchpoint=t{n} score=3\n" for n in range(RATINGS + 2))
    assert sorted(journey(rated).ratings) == sorted(f"t{n}" for n in range(2, RATINGS + 2))


def test_what_our_own_people_say_is_kept_per_place() -> None:
    """Mutant: the scale ignored; a late remark taken for the latest."""
    text = """
    1d - employee_feedback_given n touchpoint=queue/orders score=5 remark_kind=tool
    2d - employee_feedback_given n touchpoint=queue/orders score=1 remark_kind=workload
    1h - employee_feedback_given n touchpoint=queue/orders score=3 remark_kind=procedure
    3d - employee_feedback_given n touchpoint=till score=7 low=0 high=10
    4d - employee_feedback_given n touchpoint=till score=3 low=3 high=3
    """
    ratings = journey(text).ratings
    assert {place: (r.count, r.mean, r.remark) for place, r in ratings.items()} == {
        "queue/orders": (3, 0.5, "workload"),
        "till": (1, 0.7, ""),
    }
