"""Offers of a backlog and of a loaded history: quiet hours, caps and validity look at the log's time if it is later than the event's."""

from __future__ import annotations

import msgspec
import pytest

from schemas.inputs import read
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.reading import Batch, Read
from schemas.touchpoints import Touchpoint
from streams.offers.steps.caps import free_place
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import START, story
from tests.streams.offers.cases import DAY, HOUR, ctx, gift, ruled

EVENING = 12 * HOUR + 30 * 60_000  # from START (08:00 UTC) to 20:30 UTC
FAILED = """0 web consent_changed /p purpose=service state=granted for_channel=email zone=UTC
750m web payment_failed /pay payment=p1 order=o1 amount=8900"""
MAILS = Rules(Blueprint(holdout=0.0, market_zones=("UTC",)))


def decided(arrives: int) -> tuple[list[DecisionMade], list[OfferMade], Replay]:
    """Return what follows if the payment of 20:30 reaches the log at this time (ms UTC)."""
    consent, failed = story(FAILED)
    replay = Replay(MAILS)
    replay.apply(consent)
    said = replay.apply(failed, arrives)
    return [e for e in said if isinstance(e, DecisionMade)], [e for e in said if isinstance(e, OfferMade)], replay


def test_a_payment_of_the_evening_that_arrives_at_night_disturbs_nobody() -> None:
    """Only channels in which the customer comes to us remain. Mutant: quiet hours look at the event's time."""
    _, [punctual], _ = decided(START + EVENING)
    decisions, offers, _ = decided(START + EVENING + 3 * HOUR)
    assert punctual.valid_from == punctual.at
    removed = [each.reason for decision in decisions for each in decision.candidates if each.channel in ("email", "sms", "push", "call")]
    assert set(removed) >= {"quiet_hours_deferred"}
    assert all(offer.channel in ("web", "app") for offer in offers)


def test_what_arrives_at_night_waits_for_the_morning_of_its_arrival() -> None:
    """The offers go by mail alone. Mutant: the quiet hours are looked up at the event's time."""
    blueprint = Blueprint()
    by_mail = tuple(msgspec.structs.replace(offer, channels=("email",)) for offer in blueprint.offers)
    replay = Replay(Rules(msgspec.structs.replace(blueprint, offers=by_mail, holdout=0.0)))
    consent, failed = story(FAILED)
    replay.apply(consent)
    [decision] = [e for e in replay.apply(failed, START + EVENING + 3 * HOUR) if isinstance(e, DecisionMade)]
    assert (decision.outcome, decision.reason) == ("withheld", "quiet_hours_deferred")
    assert decision.deferred_until[:13] == "2026-01-06T08"


def test_an_offer_of_last_year_is_not_published_and_uses_no_cap() -> None:
    """Mutants: the step `valid` is missing; the offer is reserved all the same."""
    decisions, offers, replay = decided(START + 270 * DAY)
    assert offers == []
    assert replay.journeys["c1"].made == []
    assert decisions
    assert {each.reason for each in decisions[0].candidates} >= {"expired"}


def test_an_offer_counts_from_when_it_was_made() -> None:
    """A backlog of two days: the cap's window begins with the contact. Mutant: the offer counts from the event's time."""
    rules = ruled(gift(valid_hours=200.0))
    replay = Replay(MAILS)
    consent, failed = story(FAILED)
    replay.apply(consent)
    replay.apply(failed, START + EVENING + 14 * HOUR)
    [made] = replay.journeys["c1"].made
    assert made.at == START + EVENING + 14 * HOUR
    assert free_place(ctx(rules, replay.journeys["c1"])) is not None


@pytest.mark.parametrize(("zone", "quiet"), [("UTC", False), ("Asia/Tokyo", True)])
def test_a_customer_s_own_zone_can_be_told(zone: str, quiet: bool) -> None:
    """12:30 UTC is 21:30 in Tokyo. Mutant: no touchpoint writes the zone."""
    opening = f"0 web page_viewed /a page=/a zone={zone}\n1m sms message_delivered message=m1\n"
    text = f"{opening}270m web payment_failed /pay payment=p1 order=o1 amount=8900"
    replay = Replay(MAILS).run(story(text))
    assert replay.journeys["c1"].zone == zone
    [decision] = [e for e in replay.emissions if isinstance(e, DecisionMade)][:1]
    assert ("quiet_hours_deferred" in {each.reason for each in decision.candidates}) == quiet


def test_a_late_touchpoint_does_not_change_the_zone() -> None:
    """Mutant: any touchpoint writes the zone."""
    events: list[Touchpoint] = story("9h web page_viewed /a page=/a zone=UTC\n0 web page_viewed /b page=/b zone=Asia/Tokyo")
    assert Replay(MAILS).run(events).journeys["c1"].zone == "UTC"


def test_what_is_no_zone_changes_nothing() -> None:
    """RudderStack's SDK sends `GMT+0100`. Mutant: any text is taken for a zone."""
    events = story("0 web page_viewed /a page=/a zone=Europe/Berlin\n1h web page_viewed /b page=/b zone=GMT+0100")
    assert Replay(MAILS).run(events).journeys["c1"].zone == "Europe/Berlin"


@pytest.mark.parametrize(
    "record",
    [
        b'{"type":"page","messageId":"m1","userId":"c1","timestamp":"2026-01-05T08:00:00Z","context":{"timezone":"Asia/Tokyo","page":{"path":"/a"}}}',
        b'{"event":"$pageview","uuid":"u1","distinct_id":"c1","timestamp":"2026-01-05T08:00:00Z","properties":{"$timezone":"Asia/Tokyo","$pathname":"/a"}}',
        b'{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":[{"e":"pv","eid":"e1","p":"web","uid":"c1",'
        b'"dtm":"1767600000000","url":"https://shop.example/a","tz":"Asia/Tokyo"}]}',
        b'{"kind":"profile_changed","id":"e1","customer":"c1","at":1767600000000,"zone":"Asia/Tokyo"}',
    ],
    ids=["segment", "posthog", "snowplow", "native"],
)
def test_sdks_and_a_profile_tell_the_zone(record: bytes) -> None:
    """Mutant: a reader that does not look at the device's zone."""
    found = read(record, logged_at=START)
    assert isinstance(found, Read | Batch)
    touchpoint = found.touchpoint if isinstance(found, Read) else found.reads[0].touchpoint
    assert Replay(MAILS).run([touchpoint]).journeys["c1"].zone == "Asia/Tokyo"
