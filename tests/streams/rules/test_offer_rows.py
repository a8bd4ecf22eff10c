"""Rows are checked when they are made, and the default ones cover what the design asks for."""

from __future__ import annotations

import pytest

from schemas.vocabulary import PHASES
from streams.detectors.registry import registry
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import CATALOGUE, POLICIES, Policy
from streams.state import OFFERS_KEPT
from streams.story import START, story
from tests.streams.offers.cases import DAY, gift, offers_of, repair


def test_the_default_catalogue_has_all_families_and_levers() -> None:
    """Three families (change the basket, repair, incentive), three levers, at least one experience, and names that are unique."""
    assert len(CATALOGUE) >= 8
    assert {o.family for o in CATALOGUE} == {"basket_change", "service_recovery", "incentive"}
    assert {o.lever for o in CATALOGUE} == {"financial", "social", "structural"}
    assert any(o.realm for o in CATALOGUE)
    assert len({o.name for o in CATALOGUE}) == len(CATALOGUE)
    assert all(set(o.phases) <= set(PHASES) for o in CATALOGUE)


def test_a_regular_who_falls_silent_is_given_a_reason_to_stay() -> None:
    """Told with all defaults but the holdout: weekly purchases, a yes to marketing, then nothing. The first
    offer is not the dearest."""
    weekly = "\n".join(f"{7 * week}d store purchase_made till-4 receipt=r{week} value=4000" for week in range(6))
    told = story(f"0 web consent_changed purpose=marketing state=granted for_channel=app \n {weekly}")
    made, *later = offers_of(Replay(Rules(Blueprint(holdout=0.0))).run(told, START + 120 * DAY).emissions)
    assert (made.offer, made.family) == ("own_brand_basket", "basket_change")
    assert made.evidence
    assert all(offer.at > made.valid_until for offer in later)  # the silence grew
    assert made.reasons[0] == "dormant raises the risk of leaving"  # one silence is told once, by the heaviest of its signals


def test_no_promotion_goes_without_consent() -> None:
    """Everything that sells needs a consent to marketing."""
    assert all("marketing" in o.purposes for o in CATALOGUE if o.family != "service_recovery")


def test_repairs_answer_frictions_that_exist() -> None:
    """Most detectors named are there already; a misspelt one would never be answered."""
    known = {detector.name for detector in registry()}
    coming = {"complaint_opened", "delivery_failed", "failed_request", "negative_review", "payment_retries", "queue_abandoned",
              "repeated_information", "scan_gap", "transferred", "where_is_my_order"}  # fmt: skip
    assert {name for o in CATALOGUE for name in o.resolves} <= known | coming


def test_the_default_policies_are_one_mail_one_text_and_two_in_all_a_week() -> None:
    """Those the design names, and repairs are held back by no advertisement."""
    rows = {(p.limit, p.days, p.scope, p.only): p for p in POLICIES}
    assert {(1, 7, "channel", "email"), (1, 7, "channel", "sms"), (2, 7, "all", "")} <= set(rows)
    assert rows[(2, 7, "all", "")].spares == ("service_recovery",)


@pytest.mark.parametrize(
    ("fault", "row"),
    [
        ("channels", {"channels": ()}),
        ("channels", {"channels": ("email", "email")}),
        ("resolves", {"resolves": ("rage_click",)}),
        ("purpose", {"purposes": ()}),
        ("propensity", {"propensity": 0}),
        ("value", {"value": 1, "cost": 1}),
        ("durations", {"valid_hours": 0}),
        ("habituation", {"habituation": 1.5}),
        ("habituation", {"least_freshness": float("nan")}),
        ("value", {"value": float("nan")}),
    ],
)
def test_a_row_that_could_not_work_is_refused(fault: str, row: dict[str, object]) -> None:
    """The message names the offer and the fault."""
    with pytest.raises(ValueError, match=f"offer 'odd'.*{fault}"):
        gift("odd", **row)


def test_all_faults_are_named_at_once() -> None:
    """A blueprint is mended in one go."""
    with pytest.raises(ValueError, match=r"resolves; propensity.*; value"):
        repair(resolves=(), propensity=2, value=0)


@pytest.mark.parametrize("row", [{"limit": -1}, {"limit": OFFERS_KEPT + 1}, {"days": 0}, {"only": "email"}])
def test_a_policy_that_memory_cannot_keep_is_refused(row: dict[str, object]) -> None:
    """Mutant caught: the upper bound left out (17 offers cannot be counted by a journey that remembers 16)."""
    with pytest.raises(ValueError, match="policy"):
        Policy(**{"limit": 1, "days": 7, "scope": "all", **row})  # type: ignore[arg-type]
