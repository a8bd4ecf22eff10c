"""How far a review is believed, and what becomes of one that is not: said, and nothing else."""

from __future__ import annotations

import pytest

from schemas.control import BaselinePublished, Norm
from schemas.outputs.signals import FrictionOpened, ReviewSuspected
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import START, offset, story
from tests.streams.detectors.test_declaring import usual

TODAY = START / 86_400_000
BURST = usual("negative_review", "n", 10, TODAY, 1)
CALM = usual("negative_review", "n", 10, TODAY, 30)
BAD = "web review_posted /t review=v stars=1 origin=n"


def told(text: str, norms: dict[str, dict[str, tuple[int, float, float]]] | None = None, rules: Rules | None = None) -> Replay:
    """The story replayed where these norms hold."""
    replay = Replay(rules)
    for detector, usual_ones in (norms or {}).items():
        replay.apply(BaselinePublished(detector=detector, version=1, norms={key: Norm(*norm) for key, norm in usual_ones.items()}))
    return replay.run(story(text))


OWN = "".join(f"{n}h web review_posted review=u{n} stars=5 text_print=t{n}\n" for n in range(3))
WEIGHED = (  # story, norms, severity and doubts as they are said to a person
    (f"0 {BAD} verified=true", CALM, 4, ""),
    (f"0 web order_placed order=o\n9d {BAD} order=o", CALM, 4, ""),
    (f"0 store purchase_made receipt=r order=o\n9d {BAD} order=o", CALM, 4, ""),
    (f"0 web order_placed order=o\n9d {BAD} order=q", CALM, 2, "unverified"),
    (f"0 web page_viewed page=/\n23h {BAD}", CALM, 1, "unverified, no history"),
    (f"0 web page_viewed page=/\n24h {BAD}", CALM, 2, "unverified"),
    (f"0 {BAD} verified=true", BURST, 1, "burst"),
    (f"0 web review_posted review=u stars=5 text_print=t\n1h {BAD} text_print=t verified=true", CALM, 2, "copied"),
    (f"0 web review_posted review=u stars=5\n1h {BAD} verified=true", CALM, 4, ""),
    (f"{OWN}24h {BAD} verified=true", CALM, 1, "burst"),
    (f"{OWN}24.1h {BAD} verified=true", CALM, 4, ""),
)  # fmt: skip


@pytest.mark.parametrize(("text", "norms", "severity", "doubts"), WEIGHED)
def test_each_doubt_makes_a_review_lighter(
    text: str, norms: dict[str, dict[str, tuple[int, float, float]]], severity: int, doubts: str
) -> None:
    """Mutants caught: any order of theirs counts as this one; a new account with a purchase is a stranger; empty prints are equal."""
    opened = next(e for e in told(text, norms).emissions if isinstance(e, FrictionOpened))
    assert (opened.severity, opened.words) == (severity, "A review of 1 of 5 stars" + (f" ({doubts})" if doubts else ""))


def test_an_unverified_burst_is_suspect_and_nothing_else() -> None:
    """No friction, no offer, no decision, no count at the place. Mutant caught: a suspicion that opens a friction as well."""
    replay = told(f"0 {BAD}", BURST)
    suspected = [e for e in replay.emissions if isinstance(e, ReviewSuspected)]
    assert [(e.review, e.doubts, e.place, e.evidence) for e in suspected] == [("v", ("unverified", "burst", "no_history"), "/t", ("e1",))]
    assert "believed by 8%" in suspected[0].words
    assert not {"FrictionOpened", "DecisionMade", "OfferMade", "ChurnSignalRaised"} & set(replay.counts())
    assert replay.journey("c1").open == []
    assert not any(name.startswith("friction") for cell in replay.partition.aggregates.rows.values() for name in cell.counts)


@pytest.mark.parametrize(("told_of", "counts"), [("0", 0), ("0 web page_viewed page=/\n25h", 1)], ids=["stranger", "seen before"])
def test_a_review_that_is_hardly_believed_makes_no_surge(told_of: str, counts: int) -> None:
    """Its friction opens and ends, but counts nowhere. Mutants caught: `counts` is not asked; what was not counted is counted as ended."""
    replay = told(f"{told_of} {BAD}\n40d web page_viewed page=/", CALM)
    (opened,) = (each for each in replay.emissions if isinstance(each, FrictionOpened))
    rows = replay.partition.aggregates.rows.values()
    assert opened.detector == "negative_review"
    assert sum(row.counts.get("friction:negative_review", 0) > 0 for row in rows) == 2 * counts, "at its place, and in its hour"
    assert sum(row.counts.get("expired", 0) for row in rows) == counts


def test_a_suspicion_that_the_seller_verifies_becomes_a_friction() -> None:
    """Verified later, under the same number: told once as a suspicion, once as a friction."""
    replay = told(f"0 {BAD}\n1h {BAD} verified=true", BURST)
    kinds = [type(e).__name__ for e in replay.emissions if getattr(e, "detector", "") == "negative_review"]
    assert kinds == ["ReviewSuspected", "FrictionOpened"]


def test_whoever_trusts_strangers_says_so_in_the_blueprint() -> None:
    rules = Rules(
        Blueprint(limits={"negative_review": {"suspect_below": 0, "unverified_share": 1, "burst_share": 1, "no_history_share": 1}})
    )
    assert [e.severity for e in told(f"0 {BAD}", BURST, rules).emissions if isinstance(e, FrictionOpened)] == [4]


def test_a_burst_over_customers_is_seen_by_when_its_origin_writes() -> None:
    """Ten customers within an hour are one burst: what is counted of them, published back, makes the eleventh suspect.

    The deviation is of days, computed from counts over years: it must not drown in rounding. Mutant caught: values in ms since 1970.
    """
    replay = Replay()
    for number in range(10):
        text = f"{6 * number}m web review_posted review=v{number} stars=1 origin=n id=e{number}"
        replay.run(story(text, customer=f"c{number}"))
    spread = replay.partition.aggregates.rows["norm", "negative_review", "n"].histograms["value"]
    mean = spread.total / spread.count
    deviation = max(0.0, spread.squares / spread.count - mean * mean) ** 0.5
    assert spread.count == 10
    assert deviation * 24 * 60 == pytest.approx(17.2, abs=0.5)
    norms = usual("negative_review", "n", spread.count, mean, deviation)
    assert told(f"{offset('2h') // 1000}s {BAD}", norms).counts()["ReviewSuspected"] == 1
