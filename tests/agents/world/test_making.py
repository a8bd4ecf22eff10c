"""Laws of the invented company: the same bytes again, every kind, nothing of the truth in the events, incidents that do what they say."""

from __future__ import annotations

import copy
import functools
import itertools
from collections import Counter
from typing import Any

import orjson
import pytest

from agents.world.answers import Answer
from agents.world.day import Day, begin, play_day
from agents.world.incidents import ROWS, rows_on
from agents.world.people import Person
from agents.world.telling import opening
from schemas.inputs import read
from schemas.reading import Read
from schemas.touchpoints import BY_KIND

CUSTOMERS, DAYS = 400, 91


def _offers(people: list[Person]) -> list[Answer]:
    families = ("basket_change", "service_recovery", "incentive")
    return [Answer(f"f{one.index}", one.id, "an_offer", families[one.index % 3], "email") for one in people if one.index % 4 == 0]


@functools.cache
def played(seed: int = 5) -> tuple[Day, ...]:
    """A quarter of a small world. On day 30 a quarter of the customers gets an offer."""
    state = begin(seed, DAYS, CUSTOMERS)
    return tuple(play_day(state, _offers(state.people) if day == 30 else ()) for day in range(DAYS))


@functools.cache
def events() -> tuple[dict[str, Any], ...]:
    """All events of the small world."""
    return tuple(orjson.loads(line) for day in played() for _, line in day.lines)


def _frictions(by: str) -> list[dict[str, Any]]:
    return [one for day in played() for one in day.truths if one["truth"] == "friction" and one["by"] == by]


def test_the_same_arguments_make_the_same_bytes_and_another_seed_others() -> None:
    """Mutant: `hash(person.id)` in the key of a day's chances."""
    first, again, other = (begin(seed, 5, 60) for seed in (7, 7, 8))
    made = [[play_day(state) for _ in range(5)] for state in (first, again, other)]
    assert made[0] == made[1]
    assert made[0] != made[2]


def test_every_kind_of_touchpoint_occurs() -> None:
    assert set(BY_KIND) - {one["kind"] for one in events()} == set()


def test_every_event_is_read_to_the_letter() -> None:
    """Mutant: a field with a name of no kind, or a text for a number."""
    for day in played()[::30]:
        for arrives, line in day.lines:
            found = read(line, logged_at=arrives)
            assert isinstance(found, Read), line
            assert (found.unread, found.clamped, found.masked) == ((), False, ()), line
            known = {*BY_KIND[orjson.loads(line)["kind"]].__struct_fields__, "kind"}
            assert set(orjson.loads(line)) <= known, line


def test_events_come_in_the_order_of_their_arrival_and_not_in_that_of_their_time() -> None:
    arrivals = [arrives for day in played() for arrives, _ in day.lines]
    assert arrivals == sorted(arrivals)
    times = [one["at"] for one in events()]
    assert sum(before > after for before, after in itertools.pairwise(times)) > len(times) // 100


def test_senders_send_some_events_twice_and_no_two_events_with_one_id() -> None:
    lines = Counter(line for day in played() for _, line in day.lines)
    assert 0.001 < sum(count > 1 for count in lines.values()) / len(lines) < 0.01
    ids = Counter((one["source"], one["id"]) for one in map(orjson.loads, lines))
    assert max(ids.values()) == 1


def test_nothing_of_the_truth_is_in_the_events() -> None:
    """Mutant: an event id that begins with the name of the incident."""
    secret = {row.name for row in ROWS} | {"persuadable", "sure_thing", "lost_cause", "sleeping_dog", "satisfaction", "hazard", "planted"}
    text = b"\n".join(line for day in played() for _, line in day.lines).decode()
    assert [word for word in secret if word in text] == []


def test_a_day_is_made_without_the_events_of_the_days_before() -> None:
    """The state is all that goes from day to day. Mutant: a module's global that counts orders."""
    state = begin(5, 20, 80)
    for _ in range(10):
        play_day(state)
    kept = copy.deepcopy(state)
    for _ in range(3):
        play_day(begin(6, 20, 80))  # another world in the same process changes nothing
    assert [play_day(state) for _ in range(5)] == [play_day(kept) for _ in range(5)]


def test_who_is_offered_nothing_lives_as_they_would_have_lived() -> None:
    """Mutant: one chance for all customers of a day."""
    alone, offered = begin(4, 40, 100), begin(4, 40, 100)
    treated = {one.id for one in offered.people if one.index % 4 == 0}
    for day in range(40):
        play_day(alone)
        play_day(offered, _offers(offered.people) if day == 10 else ())
    for before, after in zip(alone.people, offered.people, strict=True):
        if before.id not in treated:
            assert before == after
    changed = [sum(one.spared_by.values()) for one in offered.people if one.id in treated]
    assert any(changed)


@pytest.mark.parametrize("row", [row for row in ROWS if row.sort == "incident" and not row.silent], ids=lambda row: row.name)
def test_an_incident_hurts_customers_while_it_lasts_and_nobody_before(row: Any) -> None:
    """Mutant for each: the share of its row is 0."""
    start = begin(3, 1, 1).start
    hurt = [one["at"] for one in _frictions(row.name)]
    begins = start + row.first * 86_400_000 + row.hour * 3_600_000
    assert hurt
    assert min(hurt) >= begins


@pytest.mark.parametrize("row", [row for row in ROWS if row.sort == "trap"], ids=lambda row: row.name)
def test_a_trap_hurts_nobody(row: Any) -> None:
    assert _frictions(row.name) == []


def test_no_incident_begins_before_it_is_known_what_is_usual_and_the_table_repeats() -> None:
    assert all(not rows_on(day) for day in range(35))
    assert rows_on(38) == rows_on(38 + 91)


def test_the_truth_names_each_row_that_takes_place() -> None:
    told = Counter(one["truth"] for one in opening(begin(1, 182, 5)))
    assert told == {
        "world": 1,
        "incident": 2 * sum(row.sort == "incident" for row in ROWS),
        "trap": 2 * sum(row.sort == "trap" for row in ROWS),
    }


def test_disappointed_customers_leave_more_often() -> None:
    """Mutant: a hazard that does not look at satisfaction."""
    state = begin(9, 91, 400)
    for _ in range(91):
        play_day(state)
    order = sorted(state.people, key=lambda one: one.base)
    low, high = order[: len(order) // 3], order[-len(order) // 3 :]
    assert sum(one.left >= 0 for one in low) > 1.5 * sum(one.left >= 0 for one in high)
