"""The benchmark runs, and its figures are sane; how fast it is, `make bench` says on a quiet machine."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from schemas.inputs import read
from schemas.reading import Batch, Read, Rejected
from streams.engine.size_limit import SIZE_LIMIT
from tests.bench.__main__ import QUICK, run
from tests.bench.core.age import Age
from tests.bench.core.costs import Core, Load
from tests.bench.core.scoring import WEIGHS, Scoring
from tests.bench.edges import front, offering
from tests.bench.edges.figures import Edges
from tests.bench.edges.front import Front
from tests.bench.edges.offering import Offering
from tests.bench.edges.serving import Serving
from tests.bench.events import Events
from tests.bench.report import Figures
from tests.bench.start import Start
from tests.bench.steps import ROOT, STEPS, Profile
from tests.bench.turns import doors, lap_of_doors

PROFILE = Profile(10, 300, 28.0, {})


def test_every_event_is_a_touchpoint_of_its_customer() -> None:
    events, now = Events(customers=50), 1_767_600_000_000
    for number in range(500):
        key, value = events.one(f"e{number}", now)
        found = read(value, logged_at=now)
        assert isinstance(found, Read)
        assert (found.touchpoint.id, found.touchpoint.customer.encode(), found.touchpoint.at) == (f"e{number}", key, now)
        assert 250 < len(value) < 350


def test_every_step_of_the_profile_is_in_the_code() -> None:
    """A step whose function was renamed would silently be counted as something else (mutant: `remember.py:seen_before`)."""
    places = [place.partition(":") for step in STEPS.values() for place in step.places]
    missing = [path for path, _, _ in places if not (ROOT / path).exists()]
    missing += [f"{path}:{name}" for path, _, name in places if name and f"def {name}(" not in (ROOT / path).read_text()]
    missing += [path for path in WEIGHS if not Path(path).exists()]
    assert not missing


LIVE = [f"p99 from event to decision at {rate} inf ms" for rate in ("1000 events/s", "10000 events/s", "50 % of its own rate")]


def test_a_bound_that_is_missed_is_named() -> None:
    figures = Figures(events=10, event_bytes=300, stock=1_000, bare=39_000, whole=4_000, plain=200_000)
    assert [said.split(",")[0] for said in figures.missed()] == [
        "bare job 39.0x stock Faust",
        "bare job 0.20 of plain",
        "whole job 0.103 of the bare one",
        *LIVE,
    ]
    aged = Figures(events=10, event_bytes=300, stock=1_000, bare=41_000, whole=5_200, plain=100_000, age=Age(10, 100, 70_000, 10.0, 12.0))
    assert aged.missed() == [
        "an old journey's touchpoint costs 1.20 of a young one's, at most 1.1",
        "an old journey takes 70,000 bytes, at most 65,536",
        *(f"{said}, must be under {bound}" for said, bound in zip(LIVE, (150, 500, 300), strict=True)),
    ]
    scored = Figures(events=10, event_bytes=300, stock=1_000, bare=41_000, whole=5_200, plain=100_000, scoring=Scoring(10, 2.0, 0.1, 60.0))
    assert scored.missed()[:1] == ["scoring adds 2.00 us to an event, at most 1.5"]
    loads = (Load(300, 28.1, 30.0, 40.0, 40.0, 0.0, 300.0), Load(20_000, 41.9, 45.0, 40.0, 40.0, 50.0, 800.0))
    costly = Figures(
        events=10, event_bytes=300, stock=1_000, bare=41_000, whole=5_200, plain=100_000, core=Core(loads, 5_100, (PROFILE, PROFILE))
    )
    assert costly.missed()[3:] == ["an event of 300 customers costs 28.1 us, at most 28", "a live journey takes 5,100 bytes, at most 5,000"]
    slow = Figures(events=10, event_bytes=300, stock=1_000, bare=41_000, whole=5_200, plain=100_000, start=Start(6.1, 6.2, 9.0, 0.4))
    assert slow.missed()[3:] == ["seconds until all roles are ready: 6.1, at most 6.0"]
    edges = Edges(Front(12.1, 24.9, 25.1, 1, 1, 1), Offering(40.1, 300), Serving(900.0, 40.0, 1_000.0))
    around = Figures(events=10, event_bytes=300, stock=1_000, bare=41_000, whole=5_200, plain=100_000, edges=edges)
    assert [said.split(",")[0] for said in around.missed()[3:]] == [
        "an event of the native form costs 12.1 us at the front door",
        "an event of Segment in a batch costs 25.1 us at the front door",
        "an offer decision costs 40.1 us",
        "serving keeps up with 900 changed journeys a second",
    ]


def test_every_event_at_the_front_door_is_read_or_passed_by() -> None:
    """Mutant caught: records that are refused, whose refusal would be measured. A consent banner that says nothing is passed by."""
    for records in (front.native(), front.alone(), front.batches()):
        found = [read(each.value, logged_at=front.LOGGED_AT) for each in records]
        events = [len(each.reads) + len(each.passed) if isinstance(each, Batch) else 1 for each in found]
        assert not [each for each in found if isinstance(each, Rejected) or (isinstance(each, Batch) and each.refused)]
        assert sum(events) >= sum(each.events for each in records) > 0  # an alias call is two touchpoints


def test_an_offer_decision_is_made_for_each_failed_payment() -> None:
    """Mutant caught: no friction opens, and nothing is timed."""
    found = offering.measured(1)
    assert found.decisions == offering.CUSTOMERS
    assert found.us > 0


@pytest.mark.kafka
@pytest.mark.faults
def test_a_quick_run_measures_every_job(tmp_path: Path) -> None:
    said: list[str] = []
    figures = run(QUICK, tmp_path, said.append)
    [live] = figures.latency
    assert live.decisions >= 100
    assert 0 < live.p50_ms <= live.p99_ms <= live.p999_ms
    assert 0 < live.commit_share < 1
    assert figures.real is not None
    assert figures.real.steps["friction detectors"] > 0
    assert {"commits", "librdkafka"} <= figures.real.threads.keys()
    assert min(figures.stock, figures.bare, figures.whole, figures.plain) > 0  # how fast is for `make bench`, on a quiet machine
    assert msgspec.json.encode(figures.line())
    assert len(said) == 7
    assert figures.age is not None
    assert 0 < figures.age.young_bytes < SIZE_LIMIT
    assert figures.scoring is not None
    assert figures.scoring.job_us > 0  # what scoring adds is a difference, and on a busy machine it may be below 0
    assert figures.core is not None
    for profile in figures.core.profiles:
        assert sum(profile.steps.values()) == pytest.approx(profile.us, rel=0.02)
        assert profile.steps["friction detectors"] > 0
    assert all(min(each.us, each.python_calls, each.c_calls, each.encoded) > 0 for each in figures.core.loads)
    assert figures.core.live_bytes > 0
    assert figures.age_in_words().startswith("one customer, all kinds")
    assert figures.edges is not None
    assert min(figures.edges.front) > 0
    assert min(figures.edges.serving) > 0
    assert figures.start is not None
    assert 0 < figures.start.ready_s <= figures.start.at_work_s
    assert figures.start.help_s > 0


def test_every_row_of_the_doors_is_read_by_this_tree() -> None:
    """Mutant caught: a row whose record is refused, and which would be measured as a refusal."""
    assert [row["name"] for row in doors.rows() if not lap_of_doors.made_ready(row)()] == []
