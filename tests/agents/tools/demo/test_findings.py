"""What was found is counted once, in any order, and adds up."""

from __future__ import annotations

from collections import Counter

from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import ChurnSignalRaised, RiskChanged
from tests.agents.tools.demo.replayed import Replayed, findings_of


def test_every_record_is_counted(few: Replayed) -> None:
    figures = few.found.figures(few.sent.customers)
    assert figures["published"] == dict(sorted(Counter(type(each).__name__ for each in few.outputs).items()))
    assert figures["churn_signals"] == dict(Counter(e.detector for e in few.outputs if isinstance(e, ChurnSignalRaised)).most_common())
    assert few.found.offers == Counter(each.offer for each in few.outputs if isinstance(each, OfferMade))
    assert few.found.outcomes == Counter(each.outcome for each in few.outputs if isinstance(each, DecisionMade))


def test_where_customers_stand_adds_up_to_all_customers(few: Replayed) -> None:
    figures = few.found.figures(few.sent.customers)
    for scale in ("stages", "rungs", "phases", "bands"):
        counts = figures[scale]
        assert isinstance(counts, dict)
        assert sum(counts.values()) == few.sent.customers == 40


def test_the_last_band_is_the_one_that_counts(few: Replayed) -> None:
    last = {each.customer: each.band for each in few.outputs if isinstance(each, RiskChanged)}
    assert {customer: band for customer, (_, band) in few.found.standing["band"].items()} == last


def test_partitions_may_be_read_in_any_order(few: Replayed) -> None:
    """Customers in another order, each one's own records in theirs: the figures, digest included, are the same."""
    by_customer = sorted(few.outputs, key=lambda each: each.customer)
    assert findings_of(by_customer).figures(40) == few.found.figures(40)


def test_a_record_lost_doubled_or_changed_shows_in_the_digest(few: Replayed) -> None:
    whole = few.found.figures(40)["digest"]
    assert findings_of(few.outputs[1:]).figures(40)["digest"] != whole
    assert findings_of([*few.outputs, few.outputs[0]]).figures(40)["digest"] != whole
    assert findings_of([*few.outputs[1:], few.outputs[1]]).figures(40)["digest"] != whole
