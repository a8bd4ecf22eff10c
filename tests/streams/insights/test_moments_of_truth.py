"""Moments of truth: a place that matters is ranked first, a lapse is laid once, and nothing is said of what too few have met."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from streams.insights.moments_of_truth import LEAST, rank_places
from streams.replay import Replay
from streams.state import PLACES
from streams.state.aggregates import Aggregate, Key
from streams.story import START, story

DAY = 86_400_000
LEFT = """
0     web page_viewed            /shop page=/shop
1m    web payment_failed         /pay  payment=z1
2m    web page_viewed            /shop page=/shop
1d    web subscription_started   /plan subscription=s1
2d    web subscription_cancelled /plan subscription=s1
"""


def truths(text: str) -> dict[str, dict[str, int]]:
    """What was counted of each place."""
    cells = Replay().run(story(text)).partition.aggregates.rows
    return {key[2]: {name: count for name, count in cell.counts.items() if count} for key, cell in cells.items() if key[0] == "truth"}


def test_a_lapse_is_laid_once_to_each_place() -> None:
    """Mutants caught: a visitor per visit; laid to the places that hurt only."""
    assert truths(LEFT) == {
        "/shop": {"visitors": 1, "lapsed": 1},
        "/pay": {"visitors": 1, "hurt": 1, "lapsed": 1, "lapsed_hurt": 1},
        "/plan": {"visitors": 1, "lapsed": 1},
    }


def test_who_comes_back_begins_anew() -> None:
    """Mutants caught: the second lapse laid to places of the first course; what hurt then held against the return."""
    back = """
    3d web page_viewed            /pay  page=/pay
    4d web subscription_started   /shop subscription=s2
    5d web page_viewed            /pay  page=/pay
    6d web subscription_cancelled /shop subscription=s2
    """
    assert truths(LEFT + back) == {
        "/shop": {"visitors": 2, "lapsed": 2},
        "/pay": {"visitors": 2, "hurt": 1, "lapsed": 2, "lapsed_hurt": 1},
        "/plan": {"visitors": 1, "lapsed": 1},
    }


def test_an_account_deleted_is_no_visit_by_one_who_came_back() -> None:
    """The touchpoint that is the lapse happens at a place. Mutant caught: it counted as the first of another course."""
    assert truths("0 web page_viewed /account page=/\n1m web account_deleted /account") == {"/account": {"visitors": 1, "lapsed": 1}}


def test_a_lapse_is_laid_to_the_last_places_only() -> None:
    lines = [f"{number}m web page_viewed /p{number} page=/p{number}" for number in range(PLACES + 8)]
    counted = truths("\n".join([*lines, "2h web account_deleted"]))
    assert sum("lapsed" in counts for counts in counted.values()) == PLACES
    assert counted["/p0"] == {"visitors": 1}


def planted(seed: int) -> tuple[dict[Key, Aggregate], Counter[tuple[bool, bool]]]:
    """Cells, and of /pay how many were (hurt, gone). 2,000 customers at three places: /pay hurts a fifth and sends many of them away,
    /shop hurts as many and nobody minds, /help hurts few."""
    dice, replay, told = Random(seed), Replay(), Counter[tuple[bool, bool]]()
    for number in range(2_000):
        customer, lines, leaves = f"c{number}", ["0 web order_placed /pay order=o0 value=8000"], 0.05
        for place, hurts, matters in (("/pay", 0.2, 0.3), ("/shop", 0.2, 0.0), ("/help", 0.01, 0.3)):
            if dice.random() < hurts:
                lines.append(f"{len(lines)}m web coupon_denied {place} code=k1")
                leaves += matters
            else:
                lines.append(f"{len(lines)}m web page_viewed {place} page={place}")
        if gone := dice.random() < leaves:
            lines.append("1d web account_deleted")
        told["denied" in lines[1], gone] += 1
        replay.run(story("\n".join(lines), customer, START + number * 60_000))
    return replay.partition.aggregates.rows, told


@pytest.mark.parametrize("seed", range(5))
def test_the_place_that_matters_is_ranked_first_and_alone_is_clear(seed: int) -> None:
    """With the figures that were planted. Mutants caught: ranked by how often it hurts; without less with; customers with several places
    counted once."""
    cells, told = planted(seed)
    found = rank_places(cells)
    assert [one.place for one in found if one.clear] == ["/pay"]
    first = found[0]
    assert (first.rank, first.place, first.basis) == (1, "/pay", "association")
    assert (first.lapse_with.count, first.lapse_with.of) == (told[True, True], told[True, True] + told[True, False])
    assert (first.lapse_without.count, first.lapse_without.of) == (told[False, True], told[False, True] + told[False, False])
    assert first.low < first.difference < first.high
    assert first.value == 8_000
    assert first.at_stake == pytest.approx(first.friction.count * first.difference * 8_000)
    assert "/help" not in {one.place for one in found}, f"fewer than {LEAST} were hurt there"
