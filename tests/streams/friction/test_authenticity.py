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


SUSPECT = (  # story, norms, doubts, how far it is believed
    (f"0 {BAD}", BURST, ("unverified", "burst", "no_history"), "8%"),
    (f"0 {BAD}", CALM, ("unverified", "no_history"), "30%"),
    (f"0 web page_viewed page=/\n23h {BAD}", CALM, ("unverified", "no_history"), "30%"),
    (f"0 web review_posted review=u stars=5 text_print=t\n25h {BAD} text_print=t", CALM, ("unverified", "copied"), "30%"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "norms", "doubts", "believed"), SUSPECT)
def test_an_unverified_review_with_a_second_doubt_is_suspect_and_nothing_else(
    text: str, norms: dict[str, dict[str, tuple[int, float, float]]], doubts: tuple[str, ...], believed: str
) -> None:
    """No friction, no offer, no decision, no count at the place. Mutants caught: a suspicion that opens a friction as well; only what is
    believed by less than a fifth is suspect, so the first ten bought reviews of an origin are frictions."""
    replay = told(text, norms)
    suspected = [e for e in replay.emissions if isinstance(e, ReviewSuspected)]
    assert [(e.review, e.doubts, e.place) for e in suspected] == [("v", doubts, "/t")]
    assert f"believed by {believed}" in suspected[0].words
    assert not {"FrictionOpened", "DecisionMade", "OfferMade", "ChurnSignalRaised"} & set(replay.counts())
    assert replay.journey("c1").open == []
    assert not any(name.startswith("friction") for cell in replay.partition.aggregates.rows.values() for name in cell.counts)


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


def test_a_company_that_sends_nothing_but_reviews_says_so_in_the_blueprint() -> None:
    """As the detector's text tells it. Mutant caught: the limit is not read."""
    rules = Rules(Blueprint(limits={"negative_review": {"no_history_share": 1}}))
    assert [e.severity for e in told(f"0 {BAD}", CALM, rules).emissions if isinstance(e, FrictionOpened)] == [2]


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
    (suspected,) = (e for e in told(f"{offset('2h') // 1000}s {BAD}", norms).emissions if isinstance(e, ReviewSuspected))
    assert "burst" in suspected.doubts
