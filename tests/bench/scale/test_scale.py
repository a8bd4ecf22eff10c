"""Every axis has its points, and the page shows each of them. How much an event costs is for `make bench-scale`, on a quiet machine."""

from __future__ import annotations

import math
from itertools import islice, pairwise

import msgspec
import pytest

from schemas.writing import encode
from streams.detectors.registry import registry
from tests.bench.core.age import endless
from tests.bench.scale import axes, lives
from tests.bench.scale.axes import Sizes, chosen
from tests.bench.scale.course import Course
from tests.bench.scale.page import page
from tests.bench.scale.worker import Worker

SMALL = Sizes((20, 200), (10, 40), (5, 20), (1, 4), crowd=100, commit=200, commits=1, laps=1, block=80, turns=1)


@pytest.fixture(scope="module")
def courses() -> list[Course]:
    return list(axes.measured(SMALL, lambda _words: None))


def test_every_axis_has_its_points(courses: list[Course]) -> None:
    """Mutant caught: an axis whose workers are measured in one size only."""
    sizes = {each.name: tuple(point.size for point in each.points) for each in courses}
    assert sizes == {
        "customers": SMALL.customers,
        "touchpoints": SMALL.touchpoints,
        "detectors": SMALL.detectors,
        "partitions": SMALL.partitions,
    }
    assert all(0 < figure < math.inf for each in courses for point in each.points for figure in point)


def test_bytecodes_have_no_noise_and_see_what_is_asked(courses: list[Course]) -> None:
    """Mutant caught: all detectors are asked whatever their number. Another worker of the same size takes the same steps."""
    again = axes.detectors(SMALL, lambda _words: None)
    [before] = [each for each in courses if each.name == "detectors"]
    assert [each.bytecodes for each in again.points] == pytest.approx([each.bytecodes for each in before.points], rel=0.001)
    assert again.points[0].bytecodes < again.points[-1].bytecodes


def test_the_page_shows_each_plot_with_its_values(courses: list[Course]) -> None:
    """Mutant caught: a plot without its dots, a table without its rows."""
    shown = page(courses)
    for each in courses:
        begun = shown.index(f'<figure id="picture-{each.name}"')
        section = shown[begun : shown.index("</section>", begun)]
        assert section.count("<circle") == 2 * len(each.points)
        assert section.count(f"({each.unit}: {each.points[0].size})") == 2
        assert section.count("<tr>") == 1 + len(each.points)
        assert section.count(f"{each.unit}, logarithmic") == 2
    assert "<script" not in shown
    assert "http://" not in shown.replace("http://www.w3.org", "")
    assert "https://" not in shown


def test_every_customer_has_a_journey_in_the_right_partition() -> None:
    """Mutant caught: events that are rejected as misplaced, or journeys that begin anew, which would be measured instead."""
    worker = Worker(100, 4, commit=200)
    before = {key for partition in worker.partitions for key in partition.states}
    worker.apply(worker.fetched())
    assert len(before) == 100
    assert {key for partition in worker.partitions for key in partition.states} == before
    assert sum(partition.position > 0 for partition in worker.partitions) == 4
    assert not sum(partition.refused for partition in worker.partitions)


def test_no_age_is_given_what_it_lived_through() -> None:
    """Mutant caught: the block is a part of the lives. A third of it was then passed by as known at some ages, and in others nothing."""
    block, lived = lives.block_of(2_500), list(islice(endless(), 5_000))
    assert not {each.id for each in block} & {each.id for each in lived}
    contents = {encode(msgspec.structs.replace(each, id="", at=1)) for each in lived}
    known = [each for each in block if encode(msgspec.structs.replace(each, id="", at=1)) in contents]
    assert len(known) < 0.25 * len(block)  # an eighth is alike by chance


def test_a_larger_choice_of_detectors_holds_every_smaller_one() -> None:
    """Mutant caught: the first ones by name. Every choice is spread over the whole registry."""
    names = [each.name for each in registry()]
    for fewer, more in ((10, 20), (20, 40), (40, len(names))):
        some = [each.name for each in chosen(fewer)]
        places = [-1, *map(names.index, some), len(names)]
        assert set(some) < {each.name for each in chosen(more)}
        assert max(after - before for before, after in pairwise(places)) < 4 * len(names) / fewer
    assert chosen(len(names)) == registry()
