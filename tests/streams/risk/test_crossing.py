"""The search for the next band, where some parts fade and others rise. What it is held against is the band itself, hour by hour."""

from __future__ import annotations

from bisect import bisect_right

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.control.models import BASIS, CadenceModel, LearntWeights, Models
from streams.detectors import DAY
from streams.risk import score
from streams.risk.crossing import GRAIN
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.risk_terms import FEATURES
from streams.state import DAYS, WEEKS, Cadence, Contribution, Journey

NOW = 1_767_600_000_000
HOUR = DAY // 24
MODEL = CadenceModel(family="mbg_nbd", parameters=(1.5, 10.0, 0.8, 8.0), customers=900, purchases=9000, log_likelihood=-3e4)
DECLARED = Rules(detectors=())


def rows(keep: int) -> st.SearchStrategy[dict[int, bytearray]]:
    """Counts per activity, newest first."""
    row = st.lists(st.integers(0, 9), min_size=1, max_size=keep).map(lambda counts: bytearray(b"".join(bytes((n, 0)) for n in counts)))
    return st.dictionaries(st.integers(0, 7), row, max_size=3)


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """Bought for a while, came for other things, and has signals of both sorts; then silence from NOW on."""
    gaps, every = draw(st.integers(0, 40)), draw(st.integers(1, 40))
    last = NOW - draw(st.integers(0, 60)) * DAY
    cadence = Cadence(gaps + 1, last - gaps * every * DAY, last, gaps, float(every))
    signals = {
        f"s{number}": Contribution(1, family, weight, 1.0, round(days * DAY), NOW - round(age * DAY), ["e1"], "s")
        for number, (family, weight, days, age) in enumerate(
            draw(
                st.lists(
                    st.tuples(st.sampled_from(["silence", "service", "money"]), st.floats(0, 4), st.floats(1, 90), st.floats(0, 100)),
                    max_size=4,
                )
            )
        )
    }
    days, weeks = draw(rows(DAYS)), draw(rows(WEEKS))
    return Journey(
        newest=NOW, acted_at=NOW, acted_id="e1", day=NOW // DAY, cadence=cadence, contributions=signals, days=days, weeks=weeks
    )  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    """Priors or learnt weights, of the signs that are allowed; with a model of cadence."""
    learnt = None
    if draw(st.booleans()):
        named = draw(st.dictionaries(st.sampled_from([*FEATURES, "s0", "s1"]), st.floats(0, 2), max_size=6))
        weights = {name: -weight if name in FEATURES and FEATURES[name].family == "decline" else weight for name, weight in named.items()}
        bias, off = draw(st.floats(-4, 1)), draw(st.floats(-4, 1))
        learnt = LearntWeights(bias=bias, weights=weights, horizon_days=60, examples=1, basis=BASIS, known_bias=off)
    declared = Rules(Blueprint(two_families=draw(st.booleans())), detectors=())
    return declared.with_models(Models(draw(st.sampled_from([MODEL, None])), learnt, 1))


@settings(max_examples=60)
@given(journeys(), rules())
def test_following_the_looks_finds_every_crossing_up_and_down(journey: Journey, judged: Rules) -> None:
    """Mutants caught: bounds taken at the left end alone; the later half searched first; a look ahead that forgets what rises."""
    moments, bands, at = [NOW], [score.band(journey, NOW, judged)[0]], NOW
    while at := score.next_crossing(journey, at, judged):
        moments.append(at)
        bands.append(score.band(journey, at, judged)[0])
    for hours in range(0, 500 * 24, 5):
        ctx = NOW + hours * HOUR
        known = bisect_right(moments, ctx) - 1
        near = known + 1 < len(moments) and moments[known + 1] - ctx <= GRAIN
        assert score.band(journey, ctx, judged)[0] == bands[known] or near


@given(journeys(), rules())
def test_a_silence_costs_few_looks(journey: Journey, judged: Rules) -> None:
    """Mutant caught: a look every eight days, however long the silence has been."""
    looks, at = 0, NOW
    while at := score.next_crossing(journey, at, judged):
        looks += 1
        assert looks < 60


@given(journeys())
def test_a_standing_term_moves_one_way_only_while_nothing_happens(journey: Journey) -> None:
    """The search rests on it. Mutant caught: weeks that have passed counted modulo a fortnight."""
    judged = DECLARED.with_models(Models(MODEL, None, 1))
    for term in FEATURES.values():
        strengths = [
            term.strength(journey, judged.models, judged.horizon_days, NOW + days * DAY)
            for days in (0, 1, 2, 6, 7, 8, 13, 14, 15, 40, 91, 92, 400)
        ]
        assert strengths == sorted(strengths, reverse=term.family == "decline"), term.name


@given(journeys(), rules(), st.integers(0, 400 * DAY))
def test_the_published_parts_add_up_whoever_weighed_them(journey: Journey, judged: Rules, later: int) -> None:
    """Mutant caught: a standing term published by its prior where another weight was learnt."""
    parts = score.published_contributions(journey, NOW + later, judged)
    total = judged.basis_of(journey).borders.bias + sum(part.value for part in parts)
    assert abs(total - score.log_odds(journey, NOW + later, judged)) < 1e-9
    assert all(abs(part.value) <= abs(part.weight * part.strength) + 1e-12 for part in parts)


def test_one_silence_counts_once() -> None:
    """Mutants caught: the signal of a silence counted beside the cadence that tells the same; two signals of one silence added up."""
    dormant = Contribution(1, "silence", 2.5, 1.0, 90 * DAY, NOW, ["e1"], "s")
    journey = Journey(newest=NOW, acted_at=NOW, cadence=Cadence(9, NOW - 56 * DAY, NOW, 8, 7.0), contributions={"dormant": dormant})
    known, unknown = DECLARED.with_models(Models(MODEL, None, 1)), DECLARED
    lighter = LearntWeights(bias=-2, weights={"dormant": 0.3}, horizon_days=60, examples=1, basis=BASIS)
    learnt = DECLARED.with_models(Models(MODEL, lighter, 1))
    assert [[weight for _, _, weight in score.weighted_signals(journey, each)] for each in (known, unknown, learnt)] == [[], [2.5], []]
    never_bought = Journey(newest=NOW, acted_at=NOW, contributions={"dormant": dormant})
    assert [[weight for _, _, weight in score.weighted_signals(never_bought, each)] for each in (known, unknown, learnt)] == [
        [2.5],
        [2.5],
        [0.3],
    ]
    quiet = Contribution(1, "silence", 0.6, 1.0, 30 * DAY, NOW, ["e1"], "s")
    complaint = Contribution(1, "service", 1.0, 1.0, 30 * DAY, NOW, ["e1"], "s")
    both = Journey(newest=NOW, acted_at=NOW, contributions={"quiet": quiet, "dormant": dormant, "complaint": complaint})
    assert {name: weight for name, _, weight in score.weighted_signals(both, unknown)} == {"dormant": 2.5, "complaint": 1.0}
    assert {name for name, *_ in score.weighted_signals(both, learnt)} == {"quiet", "complaint"}  # 0.6 weighs more than the learnt 0.3
