"""Blocked steps, circles and error pages in a journey: every guard is needed, what ends them, and what is counted of a step."""

from __future__ import annotations

import pytest

from schemas.control import BaselinePublished, Norm
from schemas.outputs.signals import FrictionClosed, FrictionOpened, FrictionRepeated
from streams.insights.blocked.steps import steps_of
from streams.replay import Replay
from streams.story import START, offset, story
from tests.streams.friction.moving import AT_PAY, BLOCKED, rounds
from tests.streams.friction.mutants import Mutant

MUTANTS = (
    Mutant("went_in_circles", "at >= since", "at > since"),
    Mutant("went_in_circles", "len(set(circle)) > 1 and "),
    Mutant("went_in_circles", " and circle[length:] == circle[:-length]"),
    Mutant("went_in_circles", "LONGEST = 4", "LONGEST = 3"),
    Mutant("went_in_circles", "range(2, LONGEST + 1)", "range(3, LONGEST + 1)"),
    Mutant("dead_end", " and not attempt.done"),
    Mutant("dead_end", 'BUYING = ("cart", "checkout")', 'BUYING = ("cart",)'),
    Mutant("dead_end", "attempt.at >= since", "attempt.at > since"),
    Mutant("dead_end", "    if not is_error(view):\n        return None\n"),
    Mutant("dead_end", "any(at >= since for at, _ in moves(journey.trail))", "False"),
    Mutant("stopped_here", 'limits={"minutes": 30}', 'limits={"minutes": 29}'),
    Mutant("stopped_here", "closed_by=(closing(OrderPlaced), closing(PurchaseMade)),"),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.detector} {mutant.old.strip()}")
def test_every_guard_and_limit_is_missed_by_a_story(mutant: Mutant) -> None:
    assert mutant.noticed_by()


def lived(text: str, until: str = "3h", blocked: bool = True) -> Replay:
    replay = Replay()
    if blocked:
        norms = {spot: Norm(*norm) for spot, norm in BLOCKED["stopped_here"].items()}
        replay.apply(BaselinePublished(detector="stopped_here", version=1, norms=norms))
    return replay.run(story(text), START + offset(until))


@pytest.mark.parametrize("places", [("/cart", "/pay"), ("/cart", "/pay", "/login", "/address")], ids=len)
def test_a_circle_is_told_once_however_long_it_goes_on(places: tuple[str, ...]) -> None:
    """Mutant caught: each further step is a circle of its own, at the next place."""
    said = lived(rounds(5 * len(places), places, "30000ms"), blocked=False).emissions
    assert [each.place for each in said if isinstance(each, FrictionOpened) and each.detector == "went_in_circles"] == [places[-1]]
    assert not [each for each in said if isinstance(each, FrictionRepeated) and each.detector == "went_in_circles"]


@pytest.mark.parametrize(
    ("then", "ended"),
    [
        ("50m web page_viewed /done page=/done", True),  # they stayed, and got on at last
        ("40m web order_placed order=o1", True),
        ("40m web page_viewed /cart page=/cart", False),
        ("40m web page_viewed /help page=/help", False),
        ("100m web page_viewed /done page=/done", False),  # another episode: nothing shows that they got on from there
    ],
)
def test_who_gets_on_late_is_no_longer_stopped(then: str, ended: bool) -> None:
    """Mutants caught: any new place ends it (`ctx.passed` not asked); nothing but a purchase does."""
    stay = "25m web clicked /pay target=pay\n"
    closed = [each.because for each in lived(f"{AT_PAY}{stay}{then}").emissions if isinstance(each, FrictionClosed)]
    assert closed == ["resolved"] * ended


def test_it_opens_where_the_step_is_and_only_while_it_is_blocked() -> None:
    (opened,) = (each for each in lived(AT_PAY).emissions if isinstance(each, FrictionOpened))
    assert (opened.detector, opened.channel, opened.place, opened.evidence) == ("stopped_here", "web", "/pay", ("e2",))
    assert not [each for each in lived(AT_PAY, blocked=False).emissions if isinstance(each, FrictionOpened)]


def counted(text: str) -> dict[str, tuple[tuple[int, int], tuple[int, int], int]]:
    """Per place: new and known customers who came, the same who got on, and contacts."""
    totals = Replay().run(story(text)).partition.aggregates.rows
    return {step.place: tuple(next(iter(step.days.values()))[24]) for step in steps_of(totals)}  # type: ignore[misc]


def test_a_customer_counts_once_an_episode_where_they_came_from_elsewhere() -> None:
    """Mutants caught: going back counts as getting on; a place where the episode begins is counted; a help page is a step."""
    back = "2m web page_viewed /cart page=/cart\n3m web page_viewed /pay page=/pay\n4m web page_viewed /help page=/help\n"
    assert counted(AT_PAY + back) == {"/pay": ((1, 0), (0, 0), 0)}
    assert counted(f"{AT_PAY}{back}5m web page_viewed /done page=/done") == {"/pay": ((1, 0), (1, 0), 0), "/done": ((1, 0), (0, 0), 0)}
    assert counted(AT_PAY + "1h web page_viewed /done page=/done")["/pay"][1] == (0, 0)


def test_a_purchase_without_a_place_and_a_contact_are_told_of_the_step() -> None:
    """Mutants caught: the purchase counts again at the page after it; a contact moves the customer on."""
    assert counted(AT_PAY + "2m web order_placed order=o1")["/pay"] == ((1, 0), (1, 0), 0)
    assert counted(AT_PAY + "2m web order_placed order=o1\n3m web page_viewed /done page=/done")["/pay"] == ((1, 0), (1, 0), 0)
    assert counted(AT_PAY + "2m call contact_opened line contact=h1 intent=pay")["/pay"] == ((1, 0), (0, 0), 1)


def test_a_call_in_the_same_minute_does_not_get_on_for_the_page() -> None:
    """Mutant caught: the place that they came to is looked up by its minute."""
    called = "90s call contact_opened line contact=h1 intent=pay\n3m web page_viewed /done page=/done"
    assert counted(AT_PAY + called)["/pay"] == ((1, 0), (1, 0), 1)
    assert "line" not in counted(AT_PAY + called)


def test_who_signs_in_gets_on_from_the_page_of_signing_in() -> None:
    """They came as a cookie and go on as a customer. Mutant caught: the uncounted arrival of their sign-in hides the counted one."""
    came = "0 web page_viewed / page=/ customer=anon:1\n1m web page_viewed /in page=/in customer=anon:1\n"
    signed = "2m web signed_in /in anonymous=anon:1\n3m web page_viewed /pay page=/pay\n"
    assert counted(came + signed)["/in"] == ((1, 0), (1, 0), 0)


def test_known_customers_are_told_apart() -> None:
    later = AT_PAY.replace("0 web", "5h web").replace("1m web", "301m web")
    assert counted(AT_PAY + later)["/pay"] == ((1, 1), (0, 0), 0)
