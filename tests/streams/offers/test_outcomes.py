"""What a reported outcome changes, and what one about an unknown offer does not."""

from __future__ import annotations

from schemas.outputs.decisions import OutcomeUnmatched
from streams.replay import Replay
from streams.story import START, story
from tests.streams.offers.cases import DAY, decisions, offers_of, repair, told

SILENT = "".join(f"{10 * n}d web order_placed order=o{n} value=4000\n" for n in range(5))


def test_an_outcome_for_an_unknown_offer_is_told_and_ends_no_silence() -> None:
    """They have been silent for 100 days. Mutant caught: `is_unmatched` always false (the risk falls, as if they had come back)."""
    report = "150d web offer_accepted offer=doesnotexist id=report"
    replay = Replay().run(story(SILENT), START + 149 * DAY)
    journey = replay.journeys["c1"]
    before = (journey.band, journey.acts, journey.acted_at, set(journey.contributions))
    said = replay.apply(story(report)[0])
    [unmatched] = [e for e in said if isinstance(e, OutcomeUnmatched)]
    assert (unmatched.offer, unmatched.outcome, unmatched.reason) == ("doesnotexist", "offer_accepted", "unknown_offer")
    assert before[0] != "calm"
    assert (journey.band, journey.acts, journey.acted_at, set(journey.contributions)) == before


def test_what_an_unknown_report_says_of_the_channel_still_counts() -> None:
    """The address is gone, whoever's offer it was. Mutant caught: `note_consent` left out of `report_unmatched`."""
    text = "0 email offer_refused_by_channel offer=other reason=no_address\n1m web payment_failed /pay payment=z1"
    assert decisions(told(text, offers=(repair(),)))[-1].reason == "channel_closed"


def test_after_a_refusal_the_next_channel_is_tried_while_the_cause_stands() -> None:
    """Mutants caught: no trigger after a refusal; a trigger also where the payment has gone through."""
    rows = (repair(channels=("sms", "email")),)
    text = "0 web payment_failed /pay payment=z1 order=o1"
    [first] = offers_of(told(text, offers=rows).emissions)
    refused = f"1h sms offer_refused_by_channel offer={first.id} reason=quota"
    assert [o.channel for o in offers_of(told(f"{text}\n{refused}", offers=rows).emissions)] == ["sms", "email"]
    paid = told(f"{text}\n1m web order_placed order=o1\n{refused}", offers=rows)
    assert "offer_refused:repair" not in {trigger for d in decisions(paid) for trigger in d.triggers}
    long = (repair(channels=("sms", "email"), valid_hours=300),)
    over = told(f"{text}\n{refused.replace('1h', '8d')}", offers=long)  # the friction was over after seven days
    assert "offer_refused:repair" not in {trigger for d in decisions(over) for trigger in d.triggers}


def test_a_closed_channel_lets_the_next_one_be_tried() -> None:
    """The number is gone while the payment is still open. Mutant caught: no trigger when a channel closes."""
    rows = (repair(channels=("sms", "email")),)
    text = "0 web payment_failed /pay payment=z1\n1h sms message_bounced message=m1 hard=true"
    assert [o.channel for o in offers_of(told(text, offers=rows).emissions)] == ["sms", "email"]
