"""The insights role over a replay: it publishes what the role publishes, at the end of each day, and forgets nothing of long files."""

from __future__ import annotations

from typing import Any

from agents.insights.replayed import ReplayedInsights, rounds
from agents.insights.totals import Insights
from schemas.durations import DAY
from schemas.outputs.insights import BaselineSettled, Insight, SurgeRaised
from schemas.outputs.signals import FrictionOpened
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.browsing import PageViewed
from schemas.touchpoints.commerce import CartUpdated, PaymentFailed
from schemas.touchpoints.service import ContactClosed, ContactOpened
from streams.insights.naming import date_of
from streams.replay import Replay
from streams.totals import all_insights
from tests.agents.insights.test_role import FakeAnnouncer, give
from tests.agents.tools.reports.overview.broken import BEGUN, planted

FAILING, DAYS = 44, 134  # payments fail on this day of so many


def paying() -> list[Touchpoint]:
    """Fifty customers a day look at the page where one pays. One payment a day fails, and forty on one day. One cart is left at once."""
    found = list[Touchpoint]([CartUpdated(id="a", customer="away", at=BEGUN, channel="web", place="/cart", cart="k1", items=1)])
    for day in range(DAYS):
        for number in range(50):
            seen: dict[str, Any] = {"customer": f"c{number}", "at": BEGUN + day * DAY + number * 600_000, "channel": "web", "place": "/pay"}
            found.append(PageViewed(id=f"v{day}-{number}", page="/pay", **seen))
            if number < (40 if day == FAILING else 1):
                found.append(PaymentFailed(id=f"f{day}-{number}", payment=f"p{day}-{number}", **seen))
    return found


def calling() -> list[Touchpoint]:
    """Eighty calls about refunds in twenty days. Each takes ten minutes, the last ones two hours."""
    found = list[Touchpoint]()
    for number in range(80):
        told: dict[str, Any] = {"customer": f"c{number}", "channel": "call", "contact": f"k{number}", "intent": "refund"}
        begun, took = BEGUN + number * DAY // 4, 7_200_000 if number > 75 else 600_000 + 1_000 * (number % 7)
        found.append(ContactOpened(id=f"o{number}", at=begun, **told))
        found.append(ContactClosed(id=f"e{number}", at=begun + took, handled_ms=took, **told))
    return found


def told_live(touchpoints: list[Touchpoint], end: int, every: int) -> tuple[dict[str, Insight], dict[str, bytes]]:
    """What the role has published in the end, and the journeys, if a round comes after so many touchpoints."""
    replay, announcer = Replay(), FakeAnnouncer()
    role = Insights(announcer, lambda _: replay.rules.blueprint)
    for number, each in enumerate(touchpoints):
        replay.pass_time(each.at)
        replay.apply(each)
        if number % every == 0:
            give(role, replay.partition.aggregates)
            role.round()
    replay.pass_time(end)
    give(role, replay.partition.aggregates)
    role.round()
    return without_norms(announcer.said()), replay.states()


def told_by_day(touchpoints: list[Touchpoint], end: int) -> tuple[dict[str, Insight], dict[str, bytes]]:
    """The same of a replay with its own rounds."""
    replay = Replay()
    role = ReplayedInsights(replay)
    for each in touchpoints:
        role.advance(each.at)
        replay.apply(each)
    role.finish(end)
    return without_norms(role.newest), replay.states()


def without_norms(told: dict[str, Insight]) -> dict[str, Insight]:
    """All but the norms, whose version says on how many values they rested when they were published."""
    return {name: each for name, each in told.items() if not isinstance(each, BaselineSettled)}


def test_a_replay_publishes_what_the_role_publishes() -> None:
    """Mutants caught: changes not taken; a withdrawn insight that stays; no round at the end; time that passes only at the end."""
    for touchpoints, every in ((list(planted().touchpoints()), 200), (paying(), 25)):
        end = touchpoints[-1].at + 1
        assert told_by_day(touchpoints, end) == told_live(touchpoints, end, every)


def test_a_surge_of_long_ago_is_told_though_its_hours_are_forgotten() -> None:
    """Mutant caught: surges looked for at the end alone."""
    replay = Replay()
    surges = [each for each in rounds(replay, paying()) if isinstance(each, SurgeRaised)]
    assert {(each.of, each.channel, each.scale, each.day) for each in surges} == {
        ("payment_failed", "web", "day", date_of(BEGUN // DAY + FAILING)),
        ("payment_failed", "web", "week", date_of(BEGUN // DAY + FAILING // 7 * 7)),
    }
    assert not [each for each in all_insights(replay.partition.aggregates.rows) if isinstance(each, SurgeRaised)]


def test_a_silence_is_noticed_on_its_day() -> None:
    """The cart is left on the first day; nobody touches it again. Mutant caught: time that passes only at the end."""
    replay, seen = Replay(), 0
    role = ReplayedInsights(replay)
    for each in paying():
        role.advance(each.at)
        seen += any(isinstance(one, FrictionOpened) and one.customer == "away" for one in replay.emissions[-200:])
        if seen:
            break
        replay.apply(each)
    assert each.at // DAY == BEGUN // DAY + 1


def test_norms_go_back_to_the_journeys() -> None:
    """Without one, no call is long. Mutant caught: `tell` that does nothing."""
    replay, alone = Replay(), Replay()
    told = list(rounds(replay, calling()))
    alone.run(calling(), BEGUN + 20 * DAY)
    assert "long_handling" in {each.detector for each in told if isinstance(each, BaselineSettled)}
    assert "long_handling" in {each.detector for each in replay.emissions if isinstance(each, FrictionOpened)}
    assert "long_handling" not in {each.detector for each in alone.emissions if isinstance(each, FrictionOpened)}
