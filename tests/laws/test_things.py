"""Things told twice, over every kind that names its thing: told again under other ids is told once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.touchpoints import BY_KIND, KINDS, Touchpoint, kind_of
from streams.engine.things import NAMED, name_thing
from streams.replay import Replay
from streams.state import THINGS
from streams.state.ids import SHORT_HASH
from streams.story import START, story
from tests.laws.strategies import DAY, HOUR, journeys

NAMES = tuple(sorted(kind_of(kind) for kind in NAMED))
FREEING = tuple(sorted((kind_of(kind), freed) for kind in KINDS for freed in kind.frees))


def named(kind: type[Touchpoint], at: int) -> Touchpoint:
    """Return one of this kind that names a thing nobody else names."""
    given_: Any = msgspec.json.decode(kind.examples[0], type=kind)
    field = kind.thing[0][0]
    return msgspec.structs.replace(given_, id="first", customer="c1", at=at, **{field: "the-thing"})  # type: ignore[no-any-return]


def again(first: Touchpoint, number: int, after: int) -> Touchpoint:
    """Return the same thing under another id; later, unless its time is part of its name."""
    later = first.at if any("at" in row for row in first.thing) else first.at + after
    return msgspec.structs.replace(first, id=f"again{number}", at=later, channel="other", source="retry")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10)
@given(
    before=journeys(max_size=8), after=journeys(max_size=8), gaps=st.lists(st.sampled_from((0, 1, HOUR, 3 * DAY)), min_size=2, max_size=3)
)
def test_told_again_is_told_once(name: str, before: list[Touchpoint], after: list[Touchpoint], gaps: list[int]) -> None:
    """The journey's bytes and what is published are the same. Only the count of duplicates differs.

    Mutants: the id is recorded before the thing is looked up; the thing is not recorded; the source is part of the thing.
    """
    at = max((each.at for each in before), default=START) + HOUR
    first = named(BY_KIND[name], at)
    late = [msgspec.structs.replace(each, id=f"after-{each.id}", at=each.at + 20 * DAY) for each in after]
    copies = [again(first, number, sum(gaps[: number + 1])) for number in range(len(gaps))]
    once = Replay().run([*before, first, *late], at + 100 * DAY)
    repeated = Replay().run([*before, first, *copies, *late], at + 100 * DAY)
    assert repeated.states() == once.states()
    assert repeated.emissions == once.emissions
    assert repeated.partition.outcomes["duplicate"] == once.partition.outcomes.get("duplicate", 0) + len(copies)


@pytest.mark.parametrize(("name", "freed"), FREEING)
def test_what_ended_may_begin_again(name: str, freed: str) -> None:
    """A closed ticket is opened again, and that is no repetition. Mutant: `frees` is ignored."""
    begins = named(BY_KIND[freed], START)
    ends = msgspec.structs.replace(named(BY_KIND[name], START + HOUR), id="end")
    anew = msgspec.structs.replace(begins, id="anew", at=START + 2 * HOUR)
    assert Replay().run([begins, ends, anew]).journeys["c1"].kinds[freed] == 2
    assert Replay().run([begins, anew]).journeys["c1"].kinds[freed] == 1


def test_every_field_that_names_a_thing_exists() -> None:
    """A misspelt field would raise at the first touchpoint. Mutant: `thing = (("ordre",),)`."""
    for kind in KINDS:
        assert all(name in kind.__struct_fields__ for row in kind.thing for name in row), kind
        assert all(freed in BY_KIND and BY_KIND[freed].thing for freed in kind.frees), kind


def test_two_kinds_of_one_message_are_two_things() -> None:
    """A message is sent, delivered and opened: three touchpoints. Mutant: the kind is not part of the thing."""
    text = "0 email message_sent - message=m1\n1m email message_delivered - message=m1\n2m email message_opened - message=m1"
    assert Replay().run(story(text)).journeys["c1"].kinds == {"message_sent": 1, "message_delivered": 1, "message_opened": 1}


def test_a_touchpoint_without_a_number_is_always_counted() -> None:
    """Mutant: the empty thing is recorded."""
    text = "0 email unsubscribed - list=news\n1d email unsubscribed - list=sales"
    first, second = story(text)
    assert name_thing(first) == name_thing(second) == ""
    assert Replay().run([first, second]).journeys["c1"].kinds == {"unsubscribed": 2}


def test_the_memory_of_things_is_bounded() -> None:
    """Mutant: the ring is never cut."""
    text = "\n".join(f"{number}m email message_sent - message=m{number}" for number in range(3 * THINGS))
    assert len(Replay().run(story(text)).journeys["c1"].things) == THINGS * SHORT_HASH


@pytest.mark.parametrize("days", [31, 61])
def test_an_order_on_a_page_that_is_reloaded_changes_no_risk(days: int) -> None:
    """One order, tracked three times: no `dormant`, no change of risk, no decision. Mutant: each copy is an act."""
    once = story("0 web order_placed /thanks order=s10 value=4000 currency=EUR")
    twice = [msgspec.structs.replace(once[0], id=f"s10-{number}", at=START + number * 60_000) for number in (1, 2)]
    alone, repeated = (Replay().run(events, START + days * DAY) for events in (once, [*once, *twice]))
    assert repeated.emissions == alone.emissions
    mine = repeated.journeys["c1"]
    assert (mine.acts, mine.value.spend, mine.kinds, mine.band) == (1, 4000, {"order_placed": 1}, "calm")


def test_a_mail_opened_once_and_delivered_three_times_by_the_provider_is_one_act() -> None:
    """With an unsubscribe after it, the risk was high. Mutant: `message_opened` names no thing."""
    opened = story("0 email message_opened - message=mail-1 campaign=c-1")[0]
    retries = [msgspec.structs.replace(opened, id=f"s11-{number}") for number in (2, 3)]
    left = msgspec.structs.replace(story("1h email unsubscribed - list=news")[0], id="left")
    alone, repeated = (Replay().run(events, START + 61 * DAY) for events in ([opened, left], [opened, *retries, left]))
    assert repeated.emissions == alone.emissions
    assert repeated.states() == alone.states()
