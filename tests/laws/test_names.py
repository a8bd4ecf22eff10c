"""Which names a partition keeps apart: those in use, whoever came first. Totals never change, and a restart decides as before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.durations import HOUR, WEEK, week_of
from schemas.touchpoints.base import Touchpoint
from streams.replay import Replay
from streams.state.aggregates import OTHER, Aggregates
from streams.story import story

ROOM = {"place": 4, "channel": 3, "path": 4, "norm": 4}
MONDAY = 1_767_571_200_000
NAMES = st.lists(st.integers(0, 30).map(lambda number: number if number < 6 else number % 7), max_size=200)
WEEKS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), max_size=150)


def count(aggregates: Aggregates, name: str, week: int = 2923) -> None:
    """Count one touchpoint of a channel at a place, as `streams.insights.counting` does, with a friction and a visitor."""
    hour = (7 * week - 3) * 24
    aggregates.rate_row(hour, f"c{name}", seen=True).count("browsing")
    aggregates.row(("place", str(week), f"c{name}", "using", f"/{name}"), seen=True).count("volume")
    aggregates.row(("truth", f"c{name}", f"/{name}")).count("visitors")
    aggregates.row(("place", str(week), f"c{name}", "using", f"/{name}")).count("friction:dead_click")
    aggregates.row(("path", "place", str(week), f"c{name}", f"/{name}>/"), seen=True).add_value("seconds", 1.0)
    aggregates.add_norm_value("long_handling", name, 5.0)


def totals(aggregates: Aggregates) -> dict[str, int]:
    """What is counted in all rows of each sort together."""
    found: Counter[str] = Counter()
    for key, row in aggregates.rows.items():
        if key[0] not in ("names", "waiting", "credit"):
            found[key[0]] += sum(row.counts.values()) + sum(histogram.count for histogram in row.histograms.values())
    return dict(found)


def kept(aggregates: Aggregates, sort: str) -> set[str]:
    """The names that have rows of their own."""
    at = {"place": 4, "rate": 2, "path": 4, "norm": 2}[sort]
    return {key[at] for key in aggregates.rows if key[0] == sort} - {OTHER}


@given(NAMES)
@example([0, 1, 2, 3, 5, 5, 4, 4, 4, 4])
@example([*range(6)] * 3 + [6] * 8)
@example([0, 1, 2, 3] * 3 + [5] * 4 + [0] * 2)
def test_a_name_with_more_than_its_share_is_kept_and_no_total_changes(names: list[int]) -> None:
    """Mutants: the first names stay for ever; a waiting name is forgotten when the counters are full, with no loss for the others; the name
    pushed out forgets its count; rows of a name pushed out are dropped."""
    aggregates = Aggregates(room=ROOM)
    for name in names:
        count(aggregates, str(name))
    often = Counter(names)
    assert totals(aggregates) == (
        {"rate": len(names), "place": 2 * len(names), "truth": len(names), "path": len(names), "norm": len(names)} if names else {}
    )
    for sort, form, room in (("place", "/{}", 4), ("rate", "c{}", 3), ("path", "/{}>/", 4), ("norm", "{}", 4)):
        must = {form.format(name) for name, times in often.items() if times * room > len(names)}
        assert must <= kept(aggregates, sort)
        assert len(kept(aggregates, sort)) <= room


def test_a_name_that_was_just_kept_stays() -> None:
    """Mutant: only rows are weighed, without what the name was counted while it waited. The next name pushes it out again."""
    aggregates = Aggregates(room=ROOM)
    for name in ["0", "1", "2", "3"] * 10 + ["new"] * 11 + ["next"] * 11:
        count(aggregates, name)
    assert kept(aggregates, "place") == {"/2", "/3", "/new", "/next"}
    assert aggregates.rows["credit", "place"].counts == {"/new": 10, "/next": 10}


@given(WEEKS, st.integers(0, 150))
def test_a_worker_that_begins_again_keeps_the_same_names(sightings: list[tuple[int, int]], at: int) -> None:
    """Mutants: `credit` not stored; no tombstone for a row that went to `other`; counts halved again at the start; the weights at hand
    decide.
    """
    sightings = sorted((week, name) for name, week in sightings)
    through, again, stored = Aggregates(room=ROOM), Aggregates(room=ROOM), dict[bytes, bytes | None]()
    for number, (week, name) in enumerate(sightings):
        stored |= again.take_changes()
        if number == at:
            again = Aggregates({key: row for key, row in stored.items() if row is not None}, ROOM)
        for aggregates in (through, again):
            if (now := MONDAY + week * WEEK) >= aggregates.due:
                aggregates.forget_old(now)
            count(aggregates, str(name), week_of(now // (24 * HOUR)))
    stored |= again.take_changes()
    assert through.encoded_rows() == again.encoded_rows() == {key: row for key, row in stored.items() if row is not None}


def test_what_was_used_long_ago_makes_room_for_what_is_used_now() -> None:
    """Mutant: all kept weeks count as recent."""
    aggregates = Aggregates(room=ROOM)
    aggregates.forget_old(MONDAY)
    for name in range(4):
        for _ in range(100):
            count(aggregates, str(name))
    aggregates.forget_old(MONDAY + 8 * WEEK)
    for _ in range(3):
        count(aggregates, "new", 2931)
    assert "/new" in kept(aggregates, "place")


def test_what_waits_counts_for_half_each_week() -> None:
    """Mutant: waiting counts are never halved. A name seen once a day would in the end push out one that is seen every hour."""
    aggregates = Aggregates(room=ROOM)
    aggregates.forget_old(MONDAY)
    for name in "0123":
        for _ in range(100):
            count(aggregates, name)
    for _ in range(40):
        count(aggregates, "slow")
    waiting = aggregates.rows["waiting", "place"].counts
    assert waiting == {"/slow": 40}
    for week, left in ((1, 20), (3, 5), (4, 2)):
        aggregates.forget_old(MONDAY + week * WEEK)
        assert waiting == {"/slow": left}
    aggregates.forget_old(MONDAY + 7 * WEEK)
    assert waiting == {}


def views(who: str, customers: int, spots: Sequence[tuple[str, str]], begin: int) -> list[Touchpoint]:
    """A page view each second at the next of these spots (channel, place), by one customer after the other."""
    lines: dict[str, list[str]] = {}
    for number, (channel, place) in enumerate(spots):
        lines.setdefault(f"{who}{number % customers}", []).append(f"{begin + number}s {channel} page_viewed {place} page={place}")
    return sorted((each for customer, told in lines.items() for each in story("\n".join(told), customer)), key=lambda each: each.at)


def test_invented_names_do_not_hide_a_new_channel() -> None:
    """What a stranger tried: 2,400 page views with 60 invented channels and 2,400 invented places, then 60 customers of a new app."""
    invented = views("stranger", 40, [(f"x{number % 60}", f"/x{number}") for number in range(2_400)], 0)
    honest = views("c", 60, [("newapp", "/checkout2")] * 300, 3_000)
    replay = Replay().run([*invented, *honest])
    rows = replay.partition.aggregates.rows
    place = sum(row.counts["volume"] for key, row in rows.items() if key[0] == "place" and (key[2], key[4]) == ("newapp", "/checkout2"))
    assert place > 50  # the channel is kept once it was seen more than one of the invented ones
    assert "newapp" in kept(replay.partition.aggregates, "rate")
    everywhere = sum(row.counts.get("volume", 0) for key, row in rows.items() if key[0] == "place")
    assert everywhere == 2_700
    told = dict(replay.partition.aggregates.groups.told())
    assert told["place"]["pushed_out"] >= 1
    assert told["channel"]["other"] > 1_000
