"""Where a customer can be reached: a law over generated courses, and the channels that ring at night."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from schemas.touchpoints.consent import ConsentChanged
from schemas.touchpoints.identity import ProfileChanged
from streams.replay import Replay
from streams.story import START, story
from tests.streams.offers.cases import HOUR, decisions, gift, offers_of, repair, told
from tests.streams.offers.courses import Act, acts, play, rules


@settings(max_examples=60)
@given(acts(causes=True))
def test_no_offer_goes_where_the_customer_was_never_reached(course: list[Act]) -> None:
    """The channels are read from the touchpoints alone. Mutant caught: the step `reachable` left out of the funnel."""
    shown: set[str] = set()
    for touchpoint, emitted in play(Replay(rules()), course, reached_by=(), channel="web"):
        before = set(shown)
        shown |= {touchpoint.channel} | ({touchpoint.for_channel} if isinstance(touchpoint, ConsentChanged) else set())
        for offer in offers_of(emitted):
            assert offer.channel in (before if offer.caused_by == "wake" else shown)


@pytest.mark.parametrize(
    ("told_by", "channel"),
    [
        ("0 sms message_delivered message=m1", "sms"),
        ("0 - consent_changed purpose=marketing state=granted for_channel=sms", "sms"),
        ("0 web page_viewed page=/", "web"),
    ],
)
def test_the_channel_that_something_shows_is_taken(told_by: str, channel: str) -> None:
    """A web customer without the app gets no apology by `app`. Mutant caught: a consent that names nothing opens every channel."""
    text = f"{told_by}\n1h - payment_failed payment=z1"
    [made] = offers_of(told(text, offers=(repair(channels=("app", "call", "sms", "web")),), reached_by=()).emissions)
    assert made.channel == channel


def test_without_any_channel_the_reason_is_told() -> None:
    """Nobody knows where to reach them."""
    last = decisions(told("0 - payment_failed payment=z1", offers=(repair(),), reached_by=()))[-1]
    assert (last.outcome, last.reason) == ("withheld", "unreachable")


def test_a_profile_opens_a_channel_again() -> None:
    """The address was gone; a later profile names a new one. Mutant caught: the profile is not among `consent.KINDS`."""
    gone = "0 email message_bounced message=m1 hard=true \n 1h web payment_failed payment=z1"
    assert decisions(told(gone, offers=(repair(),)))[-1].reason == "channel_closed"
    profile = ProfileChanged(id="p1", customer="c1", at=START + HOUR // 2, reached_by=("email",))
    [bounce, payment] = story(gone)
    replay = Replay(told("0 web page_viewed page=/", offers=(repair(),)).rules).run([bounce, profile, payment])
    assert [offer.channel for offer in offers_of(replay.emissions)] == ["email"]


@pytest.mark.parametrize(("visited", "reason"), [(("web", "store", "till"), "quiet_hours_deferred"), (("web", "app"), None)])
def test_the_app_rings_unless_the_blueprint_says_otherwise(visited: tuple[str, ...], reason: str | None) -> None:
    """22:00: an app offer may be a push. Mutant caught: `app` among the default `visited` channels."""
    text = "13h app app_opened \n 14h web payment_failed /pay payment=z1"
    last = decisions(told(text, offers=(repair(channels=("app",)),), visited=visited))[-1]
    assert last.reason == reason


def test_a_refusal_is_told_before_what_nobody_asked() -> None:
    """They refused email; nobody asked about sms, which stands first. Mutant caught: `_furthest` without `WEIGHT`."""
    text = """
    0  web consent_changed purpose=marketing state=denied for_channel=email
    1m web payment_failed /pay payment=z1
    2m web order_placed order=o1
    """
    last = decisions(told(text, offers=(gift(channels=("sms", "email")),)))[-1]
    assert [c.reason for c in last.candidates if c.offer == "gift"] == ["unknown_consent", "no_consent"]
    assert last.reason == "no_consent"
