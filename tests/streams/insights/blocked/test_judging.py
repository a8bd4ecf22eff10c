"""F45 on planted counts: six ordinary weeks, then something happens. The limits are the defaults, for every story and seed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from schemas.outputs.alarms import StepBlocked
from streams.insights.alarms import alarms
from streams.insights.blocked.days import blocked_steps
from streams.insights.blocked.looks import Blocked
from streams.insights.blocked.standing import blocked_now
from streams.rules.blueprint import Blueprint
from tests.seeds import seeds
from tests.streams.insights.blocked.planted import MONDAY, WEEKS, Odds, Plan, step, usual

FIRST = 7 * WEEKS  # the day on which it happens, a Monday
each_seed = pytest.mark.parametrize("seed", seeds((1, 2, 3, 4, 5), usual=2))


def found(seed: int, plan: Plan, days: int = FIRST + 1) -> list[Blocked]:
    return [each for each in blocked_steps(step(seed, plan, days), newest_days=2) if each.day >= MONDAY + FIRST]


def from_then(odds: Odds, lasts: int = 99) -> Plan:
    return lambda day, _hour: odds if FIRST <= day < FIRST + lasts else Odds()


STOPS = Odds(on_known=0.3, on_new=0.28)


@each_seed
def test_ordinary_weeks_raise_nothing(seed: int) -> None:
    """Every day after the third week is judged. Mutants caught: a look at one hour alone; no season (all weekdays alike)."""
    assert list(blocked_steps(step(seed, usual, FIRST + 14))) == []


@each_seed
def test_a_step_that_stops_is_found_on_its_first_day(seed: int) -> None:
    """Mutants caught: one look is enough (`held` never false); the running hour counts."""
    (blocked,) = found(seed, from_then(STOPS))
    assert (blocked.day, blocked.first, blocked.look.segment, blocked.stands) == (MONDAY + FIRST, MONDAY + FIRST, "", True)
    assert blocked.since - 24 * blocked.day <= 20
    assert blocked.look.expected - blocked.look.got_on >= 20


@each_seed
def test_a_small_shop_sees_it_after_some_days(seed: int) -> None:
    """Twelve customers a day: no single day can show it. Mutant caught: no longer looks."""
    few = Odds(known=6, new=6)
    plan: Plan = lambda day, _hour: few._replace(on_known=0.2, on_new=0.2) if day >= FIRST else few  # noqa: E731
    raised = [each for last in range(1, 8) for each in found(seed, plan, FIRST + last)]
    assert raised
    assert raised[0].first >= MONDAY + FIRST - 3
    assert raised[0].day < MONDAY + FIRST + 6


CROWDS = {
    "three times the customers": Odds(known=180, new=180),
    "a crowd of newcomers": Odds(new=600),
    "newcomers who look around": Odds(new=300, on_new=0.72),
    "readers of an article": Odds(new=300, on_new=0.15),
    "readers of an article, few known": Odds(known=30, new=300, on_new=0.15),
    "a quiet day": Odds(known=8, new=8, on_known=0.7, on_new=0.7),
    "a little worse": Odds(on_known=0.78, on_new=0.72),
}


@each_seed
@pytest.mark.parametrize("crowd", CROWDS.values(), ids=list(CROWDS))
def test_what_is_no_blocked_step_raises_nothing(seed: int, crowd: Odds) -> None:
    """Mutants caught: all customers as one segment; counts in place of shares; no smallest fall; a crowd of one segment is not excused."""
    assert found(seed, from_then(crowd)) == []


@each_seed
def test_a_step_that_stops_for_new_customers_says_so(seed: int) -> None:
    (blocked,) = found(seed, from_then(Odds(on_new=0.2)))
    assert blocked.look.segment == "new"


@each_seed
def test_a_step_that_stops_while_a_crowd_comes_is_found(seed: int) -> None:
    """Known customers do not get on either. Mutant caught: a crowd excuses everything."""
    assert found(seed, from_then(Odds(new=300, on_new=0.2, on_known=0.25)))


@each_seed
def test_a_step_that_stops_while_the_company_grows_is_found(seed: int) -> None:
    """Hardly any customer is known yet. Mutant caught: known customers alone tell, and are too few."""
    few = Odds(known=20, on_new=0.9)
    grown: Plan = lambda day, _hour: few._replace(new=300, on_new=0.2, on_known=0.2) if day >= FIRST else few  # noqa: E731
    assert found(seed, grown)


@each_seed
def test_a_fault_of_weeks_stays_blocked_and_then_recovers(seed: int) -> None:
    """Mutant caught: blocked days become the usual."""
    lasting = found(seed, from_then(STOPS), FIRST + 21)
    assert [each.day for each in lasting] == [MONDAY + FIRST + 19, MONDAY + FIRST + 20]
    assert {each.first for each in lasting} == {MONDAY + FIRST}
    over = found(seed, from_then(STOPS, lasts=20), FIRST + 21)
    assert [(each.day, each.stands) for each in over] == [(MONDAY + FIRST + 19, False)]


@each_seed
def test_in_the_first_hours_of_a_day_the_day_before_shows_that_it_is_over(seed: int) -> None:
    """Hardly anybody came yet today, and of the last seven days four were blocked.

    Mutant caught: only today may show that it has recovered.
    """
    rows = step(seed, from_then(STOPS, lasts=4), FIRST + 6, now=9)
    assert [each.day for each in blocked_steps(rows, newest_days=1)] == []


@each_seed
def test_a_crowd_where_many_leave_anyway_is_not_judged(seed: int) -> None:
    """A list of products: half go on, and a crowd from an article looks around. Mutant caught: `crowd` is not asked."""
    browsing = Odds(on_known=0.62, on_new=0.6)
    plan: Plan = lambda day, _hour: browsing._replace(new=400, on_new=0.2) if day >= FIRST else browsing  # noqa: E731
    assert found(seed, plan) == []
    stops: Plan = lambda day, _hour: browsing._replace(on_known=0.2, on_new=0.2) if day >= FIRST else browsing  # noqa: E731
    assert found(seed, stops)


@each_seed
def test_a_place_with_two_kinds_of_work_is_no_step_when_their_hours_change(seed: int) -> None:
    """Post is booked in the morning and ends the matter; calls go out later, and few do. One Monday the calls begin in the morning.

    Mutant caught: the part `usual` is asked of the hours so far alone.
    """

    def work(day: int, hour: int) -> Odds:
        post, calls, both = (
            Odds(known=130, new=0, on_known=0.9),
            Odds(known=300, new=0, on_known=0.12),
            Odds(known=330, new=0, on_known=0.4),
        )
        return calls if hour >= 13 else both if day >= FIRST else post

    assert found(seed, work) == []


def test_it_is_told_with_its_owner_and_the_journeys_are_told_the_place() -> None:
    rows = step(1, from_then(STOPS._replace(asks=0.2)), FIRST + 1)
    blueprint = Blueprint(owners={"/checkout/payment": "payments-team"})
    (told,) = (each for each in alarms(rows, blueprint, 2) if isinstance(each, StepBlocked))
    assert (told.place, told.channel, told.owner, told.day, told.stands) == (
        "/checkout/payment",
        "web",
        "payments-team",
        "2026-02-16",
        True,
    )
    assert told.words.startswith("/checkout/payment on web: ")
    assert "contacts, where" in told.words
    assert set(blocked_now([told])) == {"web\t/checkout/payment"}
    assert blocked_now([replace(told, stands=False)]) == {}
    assert not list(alarms(rows, Blueprint(silent=("step_blocked",)), 2))
    assert not list(alarms(rows, Blueprint(limits={"step_blocked": {"fewer": 1_000}}), 2))
