"""A chronicle tells a thing once: repetitions are marked and counted nowhere, a wrong clock is told, a joined id says where it goes on."""

from __future__ import annotations

from io import StringIO
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agents.tools.reports.chronicle.entries import Entry, Told, chronicle
from agents.tools.reports.chronicle.folding import condensed, folded, summary
from agents.tools.reports.chronicle.printing import standing, tell
from agents.tools.reports.chronicle.repeating import repeats
from agents.tools.reports.terminal import Terminal
from schemas.control import JourneyLinked
from schemas.touchpoints import KINDS, Touchpoint, kind_of
from streams.replay import Replay
from streams.story import START, story

ORDERS = "\n".join(f"{minute}m web order_placed order={order} value=4000 currency=EUR" for minute, order in enumerate(("s10",) * 3))


def shown(entries: list[Entry], *, every: bool = False, customer: str = "c1") -> str:
    """What a person sees of these entries."""
    page = StringIO()
    tell(Terminal(file=page, width=120), customer, entries, whole=True, every=every)
    return page.getvalue()


def examples_of(kind: type[Touchpoint]) -> Touchpoint:
    found: Touchpoint = msgspec.json.decode(kind.examples[0], type=kind)
    return msgspec.structs.replace(found, customer="c1", at=START)


TOLD = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), max_size=30)
FREED = {name for kind in KINDS for name in kind.frees}
FREEING = [kind for kind in KINDS if kind.frees or kind_of(kind) in FREED]
THINGS = st.lists(st.tuples(st.sampled_from(FREEING), st.integers(0, 99)), max_size=30)  # things that may be told anew


@given(TOLD | THINGS)
def test_what_is_marked_as_told_again_is_what_the_journey_skips(told: list[tuple[type[Touchpoint], int]]) -> None:
    """Over all kinds. Mutants: only ids compared; a thing that was freed still marked; the memory never asked for the source."""
    touchpoints = [msgspec.structs.replace(examples_of(kind), id=f"e{number}") for kind, number in told]
    replay = Replay()
    skipped = []
    for each in touchpoints:
        before = replay.partition.outcomes.get("duplicate", 0)
        replay.apply(each, START)
        skipped.append(replay.partition.outcomes.get("duplicate", 0) > before)
    assert list(repeats(touchpoints)) == skipped


@given(TOLD)
def test_no_total_counts_a_repetition(told: list[tuple[type[Touchpoint], int]]) -> None:
    """Mutant: a run counts every record of the log."""
    once = chronicle((msgspec.structs.replace(examples_of(kind), id=f"e{number}") for kind, number in told), [])
    for run in (part for part in (*folded(once), *condensed(once)) if isinstance(part, list)):
        counted = [each for each in run if not each.again]
        words = summary(run)
        if not counted:
            assert words.startswith("again: ")
            continue
        assert ("told again" in words) == (len(counted) < len(run))
        assert len(counted) < 2 or words == summary(counted) + (f", and {len(run) - len(counted)} told again" if counted != run else "")


def test_one_order_on_a_page_that_was_reloaded_twice() -> None:
    """Golden. Mutant: `3 × order placed, 120.00 EUR together`."""
    assert shown(chronicle(story(ORDERS), [])).splitlines() == [
        "c1: bought for 40.00 EUR (times are UTC)",
        "2026-01-05 08:00  · order placed (web): order s10, value 40.00 EUR, and 2 told again",
    ]


def test_a_file_that_was_sent_twice() -> None:
    """Golden: the second copy of a touchpoint is marked."""
    (order,) = story("0 web order_placed order=s24 value=900 currency=EUR")
    assert shown(chronicle([order, order], [])).splitlines()[1:] == [
        "2026-01-05 08:00  · order placed (web): order s24, value 9.00 EUR",
        "2026-01-05 08:00  · again: order placed (web): order s24, value 9.00 EUR",
    ]
    views = story("\n".join(f"{minute}m web page_viewed page=/{minute}" for minute in range(4)))
    (run,) = folded(chronicle([*views, *views], []))
    assert isinstance(run, list)
    assert summary(run) == "4 × page viewed, until 08:03, and 4 told again"


def test_programs_are_told_what_is_told_again() -> None:
    first, second = chronicle([*story("0 web order_placed order=o1"), *story("1m web order_placed order=o1")], [])
    assert (first.document()["again"], second.document()["again"]) == (False, True)


def test_a_time_that_was_set_back_is_marked() -> None:
    """Golden. Mutant: the time that was set back stands there like any other."""
    (view,) = story("0 web page_viewed page=/shop")
    assert shown(chronicle([Told(view, 5 * 365 * 86_400_000)], [])).splitlines()[1] == (
        "2026-01-05 08:00  · page viewed at /shop (web) (time set back to its arrival; it was 1825 days ahead)"
    )


def test_times_that_were_set_back_are_counted_in_a_run() -> None:
    views = story("\n".join(f"{minute}m web page_viewed page=/{minute}" for minute in range(4)))
    (run,) = folded(chronicle([Told(each, 600_000 * (number % 2)) for number, each in enumerate(views)], []))
    assert isinstance(run, list)
    assert summary(run) == "4 × page viewed, until 08:03, 2 with their time set back to their arrival"


def test_control_characters_are_shown() -> None:
    """Golden. Mutants: a NUL printed as a blank; the customer's name taken as markup."""
    (view,) = story("0 web page_viewed page=/p")
    text = shown(chronicle([msgspec.structs.replace(view, page="/p-\x009\x1b[31m")], []), customer="[bold]\x07")
    assert text.splitlines()[0].startswith("[bold]\\x07: ")
    assert "page /p-\\x009\\x1b[31m" in text


def test_an_id_that_was_joined_says_where_its_journey_goes_on() -> None:
    """Golden. Mutant: the story just stops."""
    link = JourneyLinked(customer="s-21b", to="s-21a", at=START + 60_000, cause="e1", whole=True)
    told = shown(chronicle(story("0 web page_viewed page=/", customer="s-21b"), [], [link]), customer="s-21b")
    assert told.splitlines() == [
        "s-21b: goes on as s-21a since 2026-01-05: `sojourn explain s-21a` (times are UTC)",
        "2026-01-05 08:00  · page viewed at / (web)",
        "2026-01-05 08:01  → goes on as s-21a: `sojourn explain s-21a` follows it",
        "                    handed over is all of its history",
    ]


def test_a_device_that_two_customers_used_is_said_to_be_shared() -> None:
    links = [JourneyLinked(customer="anon:s21", to=to, at=START + minute * 60_000, cause="e1") for minute, to in enumerate(("c1", "c2"))]
    (words,) = standing(chronicle([], [], links))
    assert words == "is shared by c1 and c2: nothing more of it goes to anybody"
    entries = chronicle([], [], links)
    assert all(before.at <= after.at for before, after in pairwise(entries))


def test_the_heading_says_once_that_times_are_utc() -> None:
    """A time without a zone is read as the reader's own. Mutants: not said, or said at each line."""
    first, *lines = shown(chronicle(story(ORDERS), [])).splitlines()
    assert first.endswith("(times are UTC)")
    assert lines
    assert not any("UTC" in line for line in lines)
