"""What a journey remembers is bounded, and a late touchpoint finds its place."""

from __future__ import annotations

from itertools import pairwise

from streams.replay import Replay
from streams.state import CHANNELS, DEADLINES, RECENT_IDS, REFERENCES
from streams.state.counters import recent_count
from streams.state.journey.profile import PERIODS
from streams.story import story


def lived(text: str) -> Replay:
    return Replay().run(story(text))


def test_a_repeated_id_is_a_duplicate_and_changes_nothing() -> None:
    once = lived("0 web page_viewed /a page=/a id=x")
    twice = lived("0 web page_viewed /a page=/a id=x\n0 web page_viewed /a page=/a id=x")
    assert twice.states() == once.states()
    assert twice.partition.outcomes == {"applied": 1, "duplicate": 1}


def test_the_same_id_from_another_source_is_another_touchpoint() -> None:
    assert lived("0 web page_viewed /a page=/a id=x source=s1\n1s web page_viewed /a page=/a id=x source=s2").partition.outcomes == {
        "applied": 2
    }


def test_an_order_and_its_receipt_are_one_purchase() -> None:
    journey = lived("0 web order_placed /x order=o1 value=500\n1d store purchase_made till receipt=r1 order=o1 value=500").journeys["c1"]
    assert (journey.cadence.count, journey.value.spend) == (1, 500)


def test_cadence_is_the_mean_and_variance_of_the_gaps() -> None:
    days = [0, 3, 10, 12, 30]
    cadence = lived("\n".join(f"{d}d store purchase_made till receipt=r{d} value=1" for d in days)).journeys["c1"].cadence
    gaps = [b - a for a, b in pairwise(days)]
    mean = sum(gaps) / len(gaps)
    assert (cadence.count, cadence.gaps) == (5, 4)
    assert abs(cadence.mean_days - mean) < 1e-9
    assert abs(cadence.squares - sum((g - mean) ** 2 for g in gaps)) < 1e-9


def test_two_receipts_of_a_day_are_one_visit_of_the_rhythm() -> None:
    """Mutant: gaps of hours counted, so that two tills in one day halve the rhythm."""
    cadence = lived("".join(f"{d}h store purchase_made till receipt=r{d} value=1\n" for d in (0, 1, 24, 26, 48))).journeys["c1"].cadence
    assert (cadence.count, cadence.gaps, cadence.mean_days) == (5, 2, 1.0)


def test_a_silence_begins_a_new_episode() -> None:
    episode = lived("0 web page_viewed /a page=/a\n29m app page_viewed /b page=/b\n60m web page_viewed /c page=/c").journeys["c1"].episode
    assert (episode.count, episode.channels, episode.place) == (1, ["web"], "/c")


def test_late_touchpoints_count_and_leave_the_clock_alone() -> None:
    replay = lived("10m web clicked /a target=x\n0 web clicked /a target=y\n5m web clicked /a target=z")
    journey = replay.journeys["c1"]
    assert replay.partition.outcomes == {"applied": 1, "late": 2}
    assert journey.kinds == {"clicked": 3}
    assert [m.target for m in journey.rings.clicked] == ["y", "z", "x"]
    assert journey.newest == story("10m web clicked /a target=x")[0].at
    assert journey.first_seen == story("0 web clicked /a target=x")[0].at


def test_days_and_weeks_shift() -> None:
    journey = lived("0 web page_viewed /a page=/a\n1d web page_viewed /a page=/a\n8d web page_viewed /a page=/a").journeys["c1"]
    assert [recent_count(journey.days, 0, n) for n in (1, 7, 8, 9, 14)] == [1, 1, 2, 3, 3]
    assert [recent_count(journey.weeks, 0, n) for n in (1, 2, 13)] == [1, 3, 3]
    assert (len(journey.days[0]), len(journey.weeks[0])) == (17, 3)  # as far back as something was counted
    later = lived("0 web page_viewed /a page=/a\n100d web order_placed /a order=o1").journeys["c1"]
    assert (list(later.days), list(later.weeks)) == ([1], [1])


def test_every_memory_has_a_limit() -> None:
    """A customer who does everything, everywhere, for a long time. Mutant: a `del` of the oldest removed."""
    lines = []
    for i in range(600):
        lines.append(f"{i}h ch{i} cart_updated /place{i} cart=k{i} items=1")
        lines.append(f"{i}h ch{i} order_placed /place{i} order=o{i} value=1")
        lines.append(f"{i}h web delivery_promised carrier order=o{i} by={1767600000000 + (i + 1) * 3600000}")
        lines.append(f"{i}h web survey_answered /s{i} metric=csat score=1 low=1 high=5")
    replay = lived("\n".join(lines))
    journey = replay.journeys["c1"]
    assert len(journey.deadlines) <= DEADLINES
    assert len(journey.recent_ids) == 6 * RECENT_IDS
    assert len(journey.references) == 6 * REFERENCES
    assert len(journey.channels) <= CHANNELS + 1
    assert journey.dropped > 0
    assert len(replay.states()["c1"]) < 16_384


def test_what_a_customer_is_worth_is_kept_by_period() -> None:
    """Refunds and margins too. Mutants: an unknown margin counted as none; periods that are never forgotten."""
    lines = [f"{28 * i}d store purchase_made till receipt=r{i} value=100" + " margin=30" * (i < 2) for i in range(PERIODS + 3)]
    journey = lived("\n".join([*lines, "900d - order_refunded - order=o1 value=40"])).journeys["c1"]
    assert (journey.value.margin, journey.value.margins, journey.value.refunded) == (60, 2, 40)
    assert list(journey.periods.values()) == [100] * PERIODS
    assert journey.value.spend == 100 * (PERIODS + 3)


def test_realms_of_experience_are_counted() -> None:
    """The touchpoint's own word before its kind's. Mutant: the kind's realm alone."""
    views = ("a content=a", "b content=b experience=escape", "c content=c experience=x")
    told = "".join(f"{n}m web content_viewed /{view}\n" for n, view in enumerate(views))
    assert lived(told).journeys["c1"].realms == {"education": 2, "escape": 1}
