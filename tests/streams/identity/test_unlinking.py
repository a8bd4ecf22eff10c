"""An operator unlinks two ids: nothing more goes from the one to the other, and what was handed over stays."""

from __future__ import annotations

import pytest

from schemas.control import JourneyUnlinked, TouchpointForwarded
from schemas.outputs.transitions import JourneysMerged, JourneysUnlinked
from streams.replay import Replay
from streams.state import Journey
from streams.story import START, offset, story

APART = JourneyUnlinked(customer="c50", to="b50", at=START + offset("5m"), why="a wrong alias")
JOINED = """
0  web page_viewed /a page=/a customer=c50
1m web identity_linked customer=c50 other=b50
2m web page_viewed /b page=/b customer=c50
"""
LATER = "9m web page_viewed /c page=/c customer=c50 id=later"


def memory(journey: Journey) -> int:
    """How many touchpoints it remembers, without the links."""
    return sum(count for kind, count in journey.kinds.items() if kind == "page_viewed")


def test_nothing_more_is_forwarded_and_what_was_handed_over_stays() -> None:
    """Mutants: the record is ignored; the address goes, and the next link brings it back; what was handed over is taken back."""
    replay = Replay().run([*story(JOINED), APART, *story(LATER)])
    assert (memory(replay.journeys["b50"]), memory(replay.journeys["c50"])) == (2, 1)
    [told] = [each for each in replay.emissions if isinstance(each, JourneysUnlinked)]
    assert (told.customer, told.other, told.why, told.topic) == ("c50", "b50", "a wrong alias", "journey.transitions.v1")
    assert sum(isinstance(each, TouchpointForwarded) for each in replay.sent) == 1


@pytest.mark.parametrize("link", ["customer=c50 other=b50", "customer=b50 other=c50", "customer=c50 other=a1"])
def test_no_later_link_joins_it_to_anybody(link: str) -> None:
    """Whoever said so before would say so again. Mutant: the address is empty, and takes the next one."""
    again = f"10m web identity_linked {link} id=again\n11m web page_viewed page=/d customer=c50 id=last"
    replay = Replay().run([*story(JOINED), APART, *story(f"{LATER}\n{again}")])
    assert memory(replay.journeys["c50"]) == 2
    assert sum(isinstance(each, JourneysMerged) for each in replay.emissions) == 1


@pytest.mark.parametrize("other", ["b51", "", "c50"])
def test_an_id_that_goes_elsewhere_or_nowhere_is_left_as_it_is(other: str) -> None:
    """Mutant: any unlink ends any forwarding."""
    wrong = JourneyUnlinked(customer="c50", to=other, at=APART.at)
    replay = Replay().run([*story(JOINED), wrong, *story(LATER)])
    assert (memory(replay.journeys["b50"]), replay.counts()["JourneysUnlinked"]) == (3, 0)
    assert Replay().apply(APART) == []


def test_a_second_copy_changes_nothing() -> None:
    replay = Replay().run([*story(JOINED), APART])
    before = replay.states()
    assert replay.apply(APART) == []
    assert replay.states() == before


def test_a_device_that_was_unlinked_is_nobody_s() -> None:
    """A wrong sign-in on a device. Mutant: only known ids are unlinked."""
    text = "0 web page_viewed page=/a customer=anon:1\n1m web signed_in customer=c7 anonymous=anon:1"
    replay = Replay().run([*story(text), JourneyUnlinked(customer="anon:1", to="c7", at=START + offset("2m"))])
    replay.run(story("3m web page_viewed page=/b customer=anon:1 id=later\n3h web signed_in customer=c7 anonymous=anon:1 id=again"))
    assert (memory(replay.journeys["c7"]), memory(replay.journeys["anon:1"])) == (1, 1)
