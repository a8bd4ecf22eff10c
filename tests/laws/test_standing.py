"""Where a customer stands, and who they are to us: laws over generated journeys."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings

from schemas.outputs import Output
from schemas.outputs.decisions import OutcomeUnmatched
from schemas.outputs.signals import ChurnSignalRaised
from schemas.outputs.transitions import GapMeasured, MotiveInferred, PersonaEntered, PersonaLeft, SacrificeMeasured, StageEntered
from schemas.touchpoints import BY_KIND, Touchpoint
from schemas.vocabulary import STAGES
from schemas.writing import from_rfc3339
from streams.identity import profiles
from streams.identity.merging import absorb
from streams.offers.history import OUTCOME
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint, Persona
from streams.rules.stage_rows import cue_of
from streams.state.journey.profile import CITED, DIMENSIONS, PERIODS, PROMISES, RATINGS, Dimension, Rating
from streams.story import START, story
from tests.laws.strategies import DAY, journeys

PERSONAS = (
    Persona(name="explorers", rule="stage in ('exploring', 'considering')"),
    Persona(name="bargain_hunters", rule="motive == 'bargain' or coupon_share > 0.5"),
    Persona(name="disappointed", rule="worst_gap < -0.2 or sacrifice_gap > 0.5"),
    Persona(name="fresh", rule="days_known < 3"),
)
RULES = Rules(Blueprint(personas=PERSONAS))
MOVING = tuple(BY_KIND[name] for name in BY_KIND if any(cue == name for _, cue in RULES.moves.to))
SHOWING = tuple(
    BY_KIND[name]
    for name in (
        "product_viewed", "products_searched", "content_viewed", "order_placed", "purchase_made", "survey_answered", "expectation_set",
        "review_posted", "delivery_promised", "order_delivered", "complaint_opened", "complaint_resolved", "subscription_started",
        "subscription_downgraded", "order_cancelled", "employee_feedback_given",
    )
)  # fmt: skip


def lived(touchpoints: list[Touchpoint]) -> Replay:
    """The journey replayed, then 100 days of silence."""
    return Replay(RULES).run(touchpoints, max((t.at for t in touchpoints), default=0) + 100 * DAY)


def of(replay: Replay, *kinds: type[Output]) -> list[Output]:
    """What was published of these types, in order."""
    return [e for e in replay.emissions if isinstance(e, kinds)]


@settings(max_examples=60)
@given(journeys(MOVING))
def test_stages_follow_one_another(touchpoints: list[Touchpoint]) -> None:
    """Each move leaves where the last one led. Mutants: a move not remembered; one published that leads nowhere."""
    replay = lived(touchpoints)
    entered = [e for e in of(replay, StageEntered) if isinstance(e, StageEntered)]
    assert [e.left for e in entered] == ["unaware", *(e.stage for e in entered)][: len(entered)]
    assert all(e.stage in STAGES and e.stage != e.left for e in entered)
    if touchpoints:
        first = "unaware" if replay.journeys["c1"].kinds else ""  # reports about offers that nobody made begin nothing
        assert replay.journeys["c1"].stage.name == (entered[-1].stage if entered else first)


@settings(max_examples=60)
@given(journeys(MOVING))
def test_no_stage_changes_without_an_event(touchpoints: list[Touchpoint]) -> None:
    """Each move has its cue, heard in that very moment. Mutants: a stage that time alone changes; a late touchpoint that moves one."""
    replay, known = lived(touchpoints), {t.id: t for t in touchpoints}
    said: set[tuple[str, str, str]] = set()
    for e in replay.emissions:
        if isinstance(e, ChurnSignalRaised):
            said.add((e.caused_by, e.at, e.detector))
        if isinstance(e, StageEntered):
            cues = {detector for cause, at, detector in said if (cause, at) == (e.caused_by, e.at)}
            cues |= {cue_of(known[e.caused_by])} if e.caused_by in known else set()
            assert any((e.left, cue) in RULES.moves.to for cue in cues)


@settings(max_examples=60)
@given(journeys(MOVING))
@example(list(story("0 email offer_accepted offer=a name=b\n10m web app_opened")))
@example(list(story("0 email offer_accepted offer=a name=b\n5m email offer_accepted offer=a name=b\n10m web app_opened")))
def test_dwell_adds_up_to_the_time_that_passed(touchpoints: list[Touchpoint]) -> None:
    """No stage begins with a report about an offer that was never made.

    Mutants: dwell since the latest touchpoint instead of since the stage; a stage that began before its cause.
    """
    replay = lived(touchpoints)
    entered = [e for e in of(replay, StageEntered) if isinstance(e, StageEntered)]
    times = [from_rfc3339(e.at) for e in entered]
    assert all(a <= b for a, b in pairwise(times))
    if entered:
        unmatched = {e.offer for e in replay.emissions if isinstance(e, OutcomeUnmatched)}  # an offer's first report is told, no further
        passed = times[-1] - next(t.at for t in touchpoints if type(t) not in OUTCOME or getattr(t, "offer", "") not in unmatched)
        assert 0 <= passed / 1000 - sum(e.dwell_s for e in entered) < len(entered)
        assert replay.journeys["c1"].stage.since == times[-1]


@settings(max_examples=60)
@given(journeys(SHOWING))
def test_personas_are_entered_and_left_in_turn(touchpoints: list[Touchpoint]) -> None:
    """Mutants: entered again while still one; left without having been one; still kept when the blueprint has it no longer."""
    replay, now = lived(touchpoints), set[str]()
    for e in of(replay, PersonaEntered, PersonaLeft):
        if isinstance(e, PersonaEntered):
            assert e.persona not in now
            now.add(e.persona)
        elif isinstance(e, PersonaLeft):
            now.remove(e.persona)
            assert e.dwell_s >= 0
    for journey in replay.journeys.values():
        assert set(journey.personas) == now


@settings(max_examples=60)
@given(journeys(SHOWING))
def test_a_motive_cites_touchpoints_that_happened(touchpoints: list[Touchpoint]) -> None:
    """Each change leaves the motive before. Mutants: an inferred motive without evidence; ids of another journey; a change to the same."""
    replay, left = lived(touchpoints), ""
    for e in of(replay, MotiveInferred):
        assert isinstance(e, MotiveInferred)
        before = [t.id for t in touchpoints]
        assert 0 < len(e.evidence) <= CITED
        assert set(e.evidence) <= set(before[: before.index(e.caused_by) + 1])
        assert (e.left, 0 <= e.share <= 1) == (left, True)
        assert e.motive != e.left
        left = e.motive


@settings(max_examples=60)
@given(journeys(SHOWING))
def test_gaps_lie_on_their_scales_and_cite_what_happened(touchpoints: list[Touchpoint]) -> None:
    """Mutants: a score beyond its scale not clamped; wanted less settled turned round; evidence left empty."""
    ids = {t.id for t in touchpoints}
    for e in of(lived(touchpoints), GapMeasured, SacrificeMeasured):
        assert isinstance(e, GapMeasured | SacrificeMeasured)
        reached, held = (e.perceived, e.expected) if isinstance(e, GapMeasured) else (e.settled, e.wanted)
        assert 0 <= reached <= 1
        assert 0 <= held <= 1
        assert e.gap == pytest.approx(reached - held if isinstance(e, GapMeasured) else held - reached, abs=1e-3)
        assert e.evidence
        assert set(e.evidence) <= ids


@settings(max_examples=40)
@given(journeys(SHOWING, max_size=60))
def test_a_portrait_is_bounded(touchpoints: list[Touchpoint]) -> None:
    """Mutant: room not made for a new dimension, promise or place."""
    for journey in lived(touchpoints).journeys.values():
        sizes = (len(journey.dimensions), len(journey.promises), len(journey.ratings), len(journey.periods))
        assert all(size <= most for size, most in zip(sizes, (DIMENSIONS, PROMISES, RATINGS, PERIODS), strict=True))


@settings(max_examples=40)
@given(journeys(SHOWING), journeys(SHOWING, customer="c2"))
def test_two_portraits_become_one_in_either_order(one: list[Touchpoint], other: list[Touchpoint]) -> None:
    """Mutants: counts of one kept instead of added; the first word counted instead of the later one."""
    if not one or not other:
        return

    def both(first: str, second: str) -> dict[str, object]:
        replay = lived([*one, *other])
        absorb(replay.journeys[first], replay.journeys[second], RULES)
        return {name: getattr(replay.journeys[first], name) for name in profiles.PROFILE_RULES}

    assert both("c1", "c2") == both("c2", "c1")


def test_of_two_portraits_counts_add_and_the_later_word_counts() -> None:
    """Mutants: counts of one kept; ties decided by who came first."""
    one, other = Replay(RULES).journey("a"), Replay(RULES).journey("b")
    one.dimensions, other.dimensions = (
        {"staff": Dimension(at=5, gap=0.5, gaps=2)},
        {"staff": Dimension(at=5, gap=-0.5, gaps=3, sacrifices=1)},
    )
    one.ratings, other.ratings = {"till": Rating(1, 1.0, 5, "tool")}, {"till": Rating(3, 0.0, 7, "workload")}
    one.periods, other.periods = {731: 500}, {731: 100}
    there, back = ({name: rule(*pair, RULES) for name, rule in profiles.PROFILE_RULES.items()} for pair in ((one, other), (other, one)))
    assert there == back
    assert (there["dimensions"]["staff"].gaps, there["dimensions"]["staff"].sacrifices) == (5, 1)
    assert there["ratings"] == {"till": Rating(4, 0.25, 7, "workload")}
    assert there["periods"] == {731: 600}


def test_what_an_episode_is_handed_over_with_is_not_kept_as_well() -> None:
    """Mutants: looks that stay behind at the sign-in; spend counted twice."""
    text = """
    0    web  purchase_made  x receipt=r0 value=500
    1d   web  delivery_promised n order=o1 by=1767859200000
    1d   web  product_viewed /p product=p
    1.1d web  purchase_made  x receipt=r1 value=100
    1.1d web  product_viewed /p product=q
    """
    journey = Replay(RULES).run(story(text)).journeys["c1"]
    piece = RULES.codec.new()
    piece.value.spend = 100
    profiles.divide_profile(journey, piece, START + DAY)
    assert journey.motives is not None
    assert piece.motives is not None
    assert (journey.motives.looks, piece.motives.looks, piece.motives.purchases) == (0, 1, 0)
    assert (set(journey.promises), set(piece.promises)) == (set(), {"delivery:o1"})
    assert (list(journey.periods.values()), list(piece.periods.values())) == ([500], [100])
