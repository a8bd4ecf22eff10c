"""The benchmark runs, and its figures are sane; how fast it is, `make bench` says on a quiet machine."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from schemas.inputs import read
from schemas.reading import Read
from streams.engine.size_limit import SIZE_LIMIT
from tests.bench import doors, lap_of_doors
from tests.bench.__main__ import QUICK, run
from tests.bench.age import Age
from tests.bench.events import Events
from tests.bench.report import Figures
from tests.bench.scoring import WEIGHS, Scoring
from tests.bench.start import Start
from tests.bench.steps import ROOT, STEPS


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
    places = [place.partition(":") for step in STEPS.values() for place in step]
    missing = [path for path, _, _ in places if not (ROOT / path).exists()]
    missing += [f"{path}:{name}" for path, _, name in places if name and f"def {name}(" not in (ROOT / path).read_text()]
    missing += [path for path in WEIGHS if not Path(path).exists()]
    assert not missing


LIVE = [f"p99 from event to decision at {rate} inf ms" for rate in ("1000 events/s", "10000 events/s", "50 % of its own rate")]


def test_a_bound_that_is_missed_is_named() -> None:
    figures = Figures(events=10, event_bytes=300, stock=1_000, bare=39_000, whole=5_000, plain=200_000)
    assert [said.split(",")[0] for said in figures.missed()] == [
        "bare job 39.0x stock Faust",
        "bare job 0.20 of plain",
        *LIVE,
    ]
    aged = Figures(events=10, event_bytes=300, stock=1_000, bare=41_000, plain=100_000, age=Age(10, 100, 70_000, 10.0, 12.0))
    assert aged.missed() == [
        "an old journey's touchpoint costs 1.20 of a young one's, at most 1.1",
        "an old journey takes 70,000 bytes, at most 65,536",
        *(f"{said}, must be under {bound}" for said, bound in zip(LIVE, (150, 500, 300), strict=True)),
    ]
    scored = Figures(events=10, event_bytes=300, stock=1_000, bare=41_000, plain=100_000, scoring=Scoring(10, 2.0, 0.1, 60.0))
    assert scored.missed()[:1] == ["scoring adds 2.00 us to an event, at most 1.5"]
    slow = Figures(events=10, event_bytes=300, stock=1_000, bare=41_000, plain=100_000, start=Start(6.1, 6.2, 9.0, 0.4))
    assert slow.missed()[3:] == ["seconds until all roles are ready: 6.1, at most 6.0"]


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
    assert figures.real.steps["asks the detectors"] > 0
    assert {"commits", "librdkafka"} <= figures.real.threads.keys()
    assert min(figures.stock, figures.bare, figures.whole, figures.plain) > 0  # how fast is for `make bench`, on a quiet machine
    assert msgspec.json.encode(figures.line())
    assert len(said) == 7
    assert figures.age is not None
    assert 0 < figures.age.young_bytes < SIZE_LIMIT
    assert figures.scoring is not None
    assert figures.scoring.job_us > 0  # what scoring adds is a difference, and on a busy machine it may be below 0
    assert figures.profile is not None
    assert sum(figures.profile.steps.values()) == pytest.approx(figures.profile.us, rel=0.02)
    assert figures.profile.steps["asks the detectors"] > 0
    assert figures.age_in_words().startswith("one customer, all kinds")
    assert figures.start is not None
    assert 0 < figures.start.ready_s <= figures.start.at_work_s
    assert figures.start.help_s > 0


def test_every_row_of_the_doors_is_read_by_this_tree() -> None:
    """Mutant caught: a row whose record is refused, and which would be measured as a refusal."""
    assert [row["name"] for row in doors.rows() if not lap_of_doors.made_ready(row)()] == []
