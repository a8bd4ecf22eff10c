"""Signs of silence and decline: every limit and every guard is needed, holidays are no decline, and who comes back is no longer fallen."""

# ruff: noqa: E501 - a story reads best on one line

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import msgspec
import pytest

from schemas.outputs.signals import ChurnSignalRaised
from schemas.touchpoints.commerce import OrderPlaced
from streams.detectors.shared import declines, silence
from streams.replay import Replay, signals_of
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import START, offset, story
from tests.streams.churn.courses import Strengths, noticed
from tests.streams.churn.waning import PAID, SEEN, VISITS, daily, seats, through, told, until, weeks
from tests.streams.detectors.test_declaring import ROWS
from tests.streams.friction.mutants import Mutant

LOOKS = weeks([7] * 30, SEEN)
DAY = 86_400_000

STRENGTHS = (
    Strengths("core_use_fell", "by 40, then by 60, then by 90 %", weeks([50] * 9 + [30, 30, 10, 5, 5]), through(14), [0.5, 0.75, 1.0]),
    Strengths("weekly_decline", "three to six falls", weeks([50] * 6 + [42, 35, 28, 21, 15, 10]), through(12), [0.5, 0.5 + 1 / 6, 0.5 + 2 / 6, 0.5 + 3 / 6]),
    Strengths("stopped_doing", "2, 4, 8 and 12 weeks", told(LOOKS, weeks([1] * 10)), through(30), [0.25, 0.5, 0.75, 1.0]),
    Strengths("downgraded", "refused, then smaller", PAID + "9d web expansion_refused subscription=a\n60d web subscription_downgraded subscription=a value=9", "70d", [0.4, 1.0]),
    Strengths("breadth_lost", "by 40, then by 60 %", told(VISITS, seats([10, 10, 6, 4])), "40d", [0.5, 0.75]),
)  # fmt: skip

MUTANTS = (
    Mutant("quiet_week", ' and busy_days(journey) < limits["busy"]', " and False"),
    Mutant("quiet_week", 'longest_gap(journey.cadence, limits["chance"]) is None and ', ""),
    Mutant("quiet_week", "        return Later(due)\n", "        pass\n"),
    Mutant("trial_ended_unconverted", "        closing(SubscriptionStarted),\n"),
    Mutant("trial_ended_unconverted", "        closing(SubscriptionUpgraded),\n"),
    Mutant("trial_ended_unconverted", "        closing(SubscriptionRenewed),\n"),
    Mutant("trial_ended_unconverted", "        closing(AccountDeleted),\n"),
    Mutant("trial_ended_unconverted", ' and ref in ("", ended.trial)'),
    Mutant("trial_ended_unconverted", "ended.converted and ref in", "False and ref in"),
    Mutant("trial_ended_unconverted", "ended.converted or any(", "any("),
    Mutant("trial_ended_unconverted", " or any(plan.at >= since for plan in journey.rings.subscription_started)"),
    Mutant("trial_ended_unconverted", "any(plan.at >= since for", "any(True for"),
    Mutant("trial_ended_unconverted", "begun[-1] if begun else ", ""),
    Mutant("trial_ended_unconverted", 'limits["trial_days"] * DAY', "0"),
    Mutant("trial_ended_unconverted", 'trial.ends + round(limits["days"] * DAY)', "trial.ends"),
    Mutant("trial_ended_unconverted", 'ended.at + round(limits["days"] * DAY)', "ended.at + 2 * DAY"),
    Mutant("downgraded", "comparable and 0 < journey.plan_price <= less.value", "False"),
    Mutant("downgraded", "and 0 < journey.plan_price", "and journey.plan_price"),
    Mutant("downgraded", "and comparable and", "and"),
    Mutant("downgraded", "on=(SubscriptionDowngraded, ExpansionRefused)", "on=SubscriptionDowngraded"),
    Mutant("core_use_fell", "not declines.are_comparable(journey, weeks, *SPAN)", "False"),
    Mutant("core_use_fell", "declines.busiest(weeks, USE, *SPAN)", "USE[0]"),
    Mutant("all_use_fell", "not declines.are_comparable(journey, weeks, *SPAN)", "False"),
    Mutant("all_use_fell", "declines.judge_decline(journey, weeks, USE,", "declines.judge_decline(journey, weeks, (USE[2],),"),
    Mutant("all_use_fell", "declines.judge_decline(journey, weeks, USE,", "declines.judge_decline(journey, weeks, range(8),"),
    Mutant("weekly_decline", 'len(usual) < limits["norm_weeks"] or ', ""),
    Mutant("weekly_decline", " or not declines.are_comparable(journey, weeks, max(1, falls), len(usual))"),
    Mutant("weekly_decline", 'falls < limits["falls"] or ', ""),
    Mutant("weekly_decline", ' or fallen.deviations < limits["deviations"]'),
    Mutant("weekly_decline", "before * (1 - step)", "before"),
    Mutant("weekly_decline", " and before > 0"),
    Mutant("stopped_doing", "not declines.are_comparable(journey, weeks, first, SEEN)", "False"),
    Mutant("stopped_doing", "if slot in weeks.lately:", "if False:"),
    Mutant("stopped_doing", ">= share * len(usual)", "> 0"),
    Mutant("stopped_doing", "if len(usual) >= SEEN", "if usual"),
    Mutant("stopped_doing", "_silent(weeks, slot) for slot in USE}", "_silent(weeks, slot) for slot in range(8)}"),
    Mutant("stopped_doing", ' and "stopped_doing" in journey.contributions and _ever', " and _ever"),
    Mutant("stopped_doing", "if declines.has_moved(weeks, first, min(USUAL, weeks.known - first))", "if False"),
    Mutant("breadth_lost", "if was_paused_since(journey, weeks.at - REST)", "if False"),
    Mutant("breadth_lost", ' if one.usual >= limits["least"]]', "]"),
    Mutant("breadth_lost", "if one > begun]", "]"),
    Mutant("breadth_lost", " if len(ring) < FEATURES else min(counts)"),
    Mutant("breadth_lost", " and counts[running - 1] else None", " else None"),
    Mutant("breadth_lost", "if len(before) > 1 else", "if before else"),
    Mutant("breadth_lost", 'if lost < limits["share"]:', "if lost <= 0:"),
    Mutant("checkout_ratio_fell", 'latest[0] < weeks.at - limits["days"] * DAY or ', ""),
    Mutant("checkout_ratio_fell", " or was_paused_since(journey, latest[0])"),
    Mutant("checkout_ratio_fell", 'checkouts < limits["known_from"] or ', ""),
    Mutant("checkout_ratio_fell", 'limits["hours"] * HOUR', "0"),
    Mutant("checkout_ratio_fell", 'now <= usual * (1 - limits["share"])', "now < usual"),
    Mutant("checkout_ratio_fell", ' and usual - now >= limits["deviations"] * _deviation(usual, checkouts, begun)'),
)  # fmt: skip


class Shared(NamedTuple):
    """What is taken out of a file in `streams.detectors.shared`, and a detector of which a story must notice."""

    old: str
    new: str
    detector: str = "core_use_fell"


SHARED = (
    Shared("weeks.known < recent + before or ", ""),
    Shared(" or not here or ", " or "),
    Shared(" or was_paused_since(journey, weeks.at - (recent + before + 1) * WEEK)", ""),
    Shared("        if has_moved(weeks, *span):\n", "        if False:\n"),
    Shared("sum(counts[:recent]) > recent:", "False:"),
    Shared("one.deviations <= -MOVED", "False"),
    Shared("one.deviations <= -MOVED", "one.deviations < 0", "all_use_fell"),
    Shared("(before - 1), usual)", "(before - 1), usual / 100)"),
    Shared("(sum(count * count for count in then) - whole * usual)", "0"),
    Shared('fallen.share >= limits["share"] and ', ""),
    Shared(' and fallen.deviations >= limits["deviations"]', ""),
    Shared("max(slots, key", "min(slots, key"),
)

SILENCES = (
    Shared('(limits["days"] if own is None else max(own, limits[floor]))', 'limits["days"]', "quiet_week"),
    Shared(' or journey.acts < limits["acts"]', "", "quiet_week"),
    *(
        Shared('max(journey.acted_at, pause_end(journey, limits["pause_days"] * DAY))', "journey.acted_at", detector)
        for detector in ("quiet_week", "quiet_month", "dormant")
    ),
)


@pytest.mark.parametrize("case", STRENGTHS, ids=lambda case: f"{case.detector}: {case.why}")
def test_the_strength_is_that_of_what_was_lost(case: Strengths) -> None:
    """Each is said once, and again only where it has grown. Mutant caught: the same said every Monday."""
    assert case.heard() == pytest.approx(case.wanted)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.detector} {mutant.old.strip()}")
def test_every_limit_and_guard_is_missed_by_a_story(mutant: Mutant) -> None:
    assert noticed(mutant, STRENGTHS)


def without(module: ModuleType, shared: Shared, patch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
    """Put functions of these names, made from the module's source with that taken out, in place of the module's own."""
    source = Path(str(module.__file__)).read_text()
    assert source.count(shared.old) == 1, shared.old
    room: dict[str, Any] = {"__name__": module.__name__}
    exec(compile(source.replace(shared.old, shared.new), module.__name__, "exec", dont_inherit=True), room)
    for name in names:
        patch.setattr(module, name, room[name])


@pytest.mark.parametrize("shared", SHARED, ids=lambda shared: f"{shared.detector} {shared.old.strip()}")
def test_every_shared_guard_is_missed_by_a_story(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    without(declines, shared, monkeypatch, ("fall", "are_comparable", "has_moved", "judge_decline", "busiest"))
    rules = Rules(detectors=[d for d in Rules().all_detectors if d.name == shared.detector])
    rows = [row for row in ROWS if row.detector == shared.detector]
    assert [row.why for row in rows if (row.detector in signals_of(row.story, row.until, rules)) != row.fires]


def made_again(detector: str) -> Mutant:
    """Return a mutant whose source is not changed: it takes up the functions that stand in the shared files now."""
    return Mutant(detector, f"def {detector}(", f"def {detector}(")


@pytest.mark.parametrize("shared", SILENCES, ids=lambda shared: f"{shared.detector} {shared.old.strip()}")
def test_every_guard_of_a_timed_silence_is_missed_by_a_story(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    assert noticed(made_again(shared.detector), STRENGTHS) == []
    without(silence, shared, monkeypatch, ("long_silence", "SilenceAfter", "too_long_at"))
    assert noticed(made_again(shared.detector), STRENGTHS)


@pytest.mark.parametrize(("days_off", "fires"), [((), True), (("2026-03-11", "2026-03-12"), False), (("2026-01-21", "2026-01-22"), True)])
def test_a_fortnight_of_holidays_is_no_decline(days_off: tuple[str, ...], fires: bool) -> None:
    """Weeks 9 and 10 begin on 9 March. Mutant caught: the company's days off not asked for."""
    rules = Rules(Blueprint(days_off=days_off))
    assert ("core_use_fell" in signals_of(weeks([30] * 9 + [18, 18]), through(11), rules)) == fires


@pytest.mark.parametrize(
    ("detector", "fallen", "back"),
    [
        ("core_use_fell", [30] * 9 + [12, 12], [30] * 3),
        ("all_use_fell", [20] * 9 + [8] * 4, [20] * 5),
        ("weekly_decline", [30] * 6 + [22, 15, 9], [30] * 3),
    ],
)
def test_who_comes_as_often_as_before_has_not_fallen_any_more(detector: str, fallen: list[int], back: list[int]) -> None:
    """Mutant caught: a decline that only fades."""
    gone = Replay().run(story(weeks(fallen)), until(through(len(fallen))))
    assert detector in gone.journeys["c1"].contributions
    both = [*fallen, *back]
    again = Replay().run(story(weeks(both)), until(through(len(both))))
    assert detector not in again.journeys["c1"].contributions


def test_who_does_it_again_has_not_stopped() -> None:
    looks, uses = weeks([7] * 15, SEEN), weeks([1] * 10 + [0] * 3 + [1])
    replay = Replay().run(story(told(looks, uses)), until(through(14)))
    assert [e.detector for e in replay.emissions if isinstance(e, ChurnSignalRaised)] == ["stopped_doing"]
    assert "stopped_doing" not in replay.journeys["c1"].contributions


@pytest.mark.parametrize("detector", ["quiet_week", "quiet_month"])
def test_who_is_back_is_not_quiet(detector: str) -> None:
    """Mutant caught: `closed_by` left out."""
    silent = Replay().run(story(VISITS), until("20d"))
    assert detector in silent.journeys["c1"].contributions
    back = Replay().run(story(VISITS + "25d web page_viewed page=/"), until("25d"))
    assert detector not in back.journeys["c1"].contributions


def test_a_plan_takes_the_end_of_the_trial_and_the_smaller_plan_away() -> None:
    trial = f"0 web trial_started trial=t ends={until('10d')}\n20d web subscription_started subscription=a"
    smaller = PAID + "9d web subscription_downgraded subscription=a\n20d web subscription_upgraded subscription=a"
    for text in (trial, smaller):
        replay = Replay().run(story(text), until("21d"))
        assert sum(isinstance(e, ChurnSignalRaised) for e in replay.emissions) == 1
        assert not replay.journeys["c1"].contributions


def ordered(categories: list[tuple[str, ...]]) -> list[OrderPlaced]:
    """An order every three days, of these categories."""
    return [
        OrderPlaced(id=f"o{n}", customer="c1", at=START + 3 * n * DAY, order=f"o{n}", categories=names)
        for n, names in enumerate(categories)
    ]


@pytest.mark.parametrize(
    ("before", "now", "fires"),
    [(12, 7, True), (12, 8, False), (9, 5, False), (12, 12, False)],
    ids=["five fewer, 42 %", "a third fewer", "four fewer, 44 %", "as many"],
)
def test_fewer_categories_in_as_many_orders(before: int, now: int, fires: bool) -> None:
    """Names like no others' prints. Mutants caught: `categories` fewer; 40 %."""
    pairs = [tuple(f"{2 * n + k}" for k in (0, 1) if 2 * n + k < before) for n in range(6)]
    later = [tuple(f"{2 * n + k}" for k in (0, 1) if 2 * n + k < now) or ("0",) for n in range(6)]
    replay = Replay().run(ordered([*pairs, *later]), until("40d"))
    found = [e.words for e in replay.emissions if isinstance(e, ChurnSignalRaised) and e.detector == "breadth_lost"]
    assert found == ([f"{now} categories instead of {before}.0"] if fires else [])


def test_a_merged_ring_counts_a_feature_once() -> None:
    """Another device told of the same features, in the first eight weeks. Mutant caught: what both told is kept twice."""
    used = told(*(f"{7 + 28 * four + n}d app feature_used feature=f{n}" for four in range(3) for n in range(6)))
    twice = [msgspec.structs.replace(each, id=f"{each.id}-anon", customer="anon:1") for each in story(used) if each.at < until("63d")]
    link = story("92d web identity_linked id=l1 other=anon:1\n93d web page_viewed id=l2 page=/")
    replay = Replay().run([*story(used), *twice, *link], until("100d"))
    assert len(replay.journeys["c1"].rings.feature_used) == 18
    assert "breadth_lost" not in replay.journeys["c1"].contributions


def test_of_each_feature_one_mark_in_four_weeks_is_kept() -> None:
    """However often it is used: else a busy customer's memory of features would end with this week. Mutant caught: every use kept."""
    used = story(told(*(f"{7 + day}d app feature_used feature=f{n} id={day}.{n}" for day in range(84) for n in range(5))))
    ring = Replay().run(used).journeys["c1"].rings.feature_used
    assert [((mark.at - START) // (28 * DAY), mark.feature) for mark in ring] == [(four, f"f{n}") for four in range(3) for n in range(5)]


def test_daily_visits_are_what_they_seem() -> None:
    """The helper's own story: one touchpoint a day, from the first."""
    assert [(each.at - START) // offset("1d") for each in story(daily(3))] == [0, 1, 2]
