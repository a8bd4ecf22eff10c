"""What calls a pending offer back: every cause of the table as a story, and as laws over generated courses."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import example, given, settings

from schemas.outputs.offers import OfferMade, OfferWithdrawn
from schemas.outputs.signals import FrictionClosed, FrictionOpened
from schemas.touchpoints.commerce import OrderPlaced
from schemas.touchpoints.consent import ConsentChanged
from schemas.touchpoints.loyalty import AppUninstalled
from schemas.touchpoints.messaging import MessageBounced
from schemas.writing import from_rfc3339
from streams.offers import history
from streams.replay import Replay
from streams.rules.offer_rows import POLICIES, Offer, Policy
from tests.streams.offers.cases import NOON, decisions, gift, offers_of, repair, told
from tests.streams.offers.courses import Act, acts, play, rules

OPENING = """
0   web   consent_changed purpose=marketing state=granted
1s  email message_opened  message=m0
2s  push  page_viewed     page=/
3s  app   app_opened
1m  web   payment_failed  /pay payment=z1
10m web   order_placed    /pay order=o0
"""


class Row(NamedTuple):
    """What happens an hour after an offer by `channel`, and the cause that is told."""

    because: str
    text: str
    channel: str = "email"
    offer: Offer | None = None


ROWS = (
    Row("complaint_opened", "1h web complaint_opened desk complaint=b1"),
    Row("friction_opened", "1h web payment_failed /pay payment=z2"),
    Row("purchase_made", "1h web order_placed order=o1"),
    Row("purchase_made", "1h store purchase_made till receipt=r1"),
    Row("channel_closed", "1h email message_bounced message=m1 hard=true"),
    Row("channel_closed", "1h app app_uninstalled", "app"),
    Row("channel_closed", "1h app push_disabled", "push"),
    Row("consent_withdrawn", "1h web consent_changed purpose=marketing state=withdrawn"),
    Row("goal_reached", "1h web account_paused", "email", gift(channels=("email",), goals=("account_paused",))),
)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.because}-{i}" for i, row in enumerate(ROWS)])
def test_a_pending_promotion_is_called_back(row: Row) -> None:
    """Mutant caught, one a row: the row of `CAUSES`, or the branch of `withdraw_reached`, left out."""
    offer = row.offer or gift(channels=(row.channel,))
    replay = told(OPENING + row.text, offers=(offer,), detectors=("payment_failed", "complaint_opened"))
    [made] = offers_of(replay.emissions)
    [withdrawn] = [e for e in replay.emissions if isinstance(e, OfferWithdrawn)]
    assert (withdrawn.made, withdrawn.because) == (made.id, row.because)


def test_what_does_not_touch_an_offer_leaves_it() -> None:
    """A mild friction, a purchase that is older than the latest known one, and the end of another channel."""
    text = "1h sms message_bounced message=m1 hard=true \n 2h web coupon_denied code=k1"
    replay = told(OPENING + text, offers=(gift(),), detectors=("payment_failed", "coupon_denied"))
    assert len(offers_of(replay.emissions)) == 1
    assert not [e for e in replay.emissions if isinstance(e, OfferWithdrawn)]


def test_a_delivered_offer_is_not_called_back() -> None:
    """It is with the customer; a withdrawal would come too late."""
    [made] = offers_of(told(OPENING, offers=(gift(),)).emissions)
    text = OPENING + f"1h email offer_delivered offer={made.id} \n 2h web order_placed order=o1"
    assert not [e for e in told(text, offers=(gift(),)).emissions if isinstance(e, OfferWithdrawn)]


def test_a_withdrawn_repair_does_not_bar_help_with_the_next_failure() -> None:
    """They paid after five minutes, so no help was sent. Three days later the payment fails again. Mutant: withdrawn offers count."""
    text = "0 web payment_failed /pay payment=z1 \n 5m web order_placed order=o1 \n 3d web payment_failed /again payment=z2"
    cap = (Policy(limit=1, days=14, scope="offer"),)
    assert [d.outcome for d in decisions(told(text, offers=(repair(),), policies=cap)) if d.outcome == "offered"] == ["offered"] * 2
    [first, _] = offers_of(told(text, offers=(repair(),), policies=cap).emissions)
    sent = text.replace("\n 3d", f"\n 1h email offer_delivered offer={first.id} \n 3d")
    assert decisions(told(sent, offers=(repair(),), policies=cap))[-1].reason == "frequency_cap"


def test_advertising_holds_no_service_back() -> None:
    """A promotional email went out; the help by email goes out as well. Mutant: `spares` left off the caps by channel."""
    text = OPENING + "1h web payment_failed /pay payment=z2"
    sold = told(OPENING, offers=(gift(), repair("help", resolves=("payment_failed",))), policies=POLICIES)
    promotions = [o for o in offers_of(sold.emissions) if o.offer == "gift"]
    assert promotions
    text = OPENING + f"30m email offer_delivered offer={promotions[0].id} \n 3d web payment_failed /pay payment=z2"
    last = decisions(told(text, offers=(gift(), repair("help", resolves=("payment_failed",))), policies=POLICIES))[-1]
    assert (last.outcome, last.offer_name) == ("offered", "help")


class Watched:
    """The offers that are pending and the frictions that are open, by the records alone."""

    def __init__(self) -> None:
        self.pending: dict[str, OfferMade] = {}
        self.serious: dict[str, bool] = {}  # open friction -> whether it is serious

    def note(self, emission: object) -> None:
        """Note what one record says."""
        match emission:
            case OfferMade():
                self.pending[emission.id] = emission
            case OfferWithdrawn():
                self.pending.pop(emission.made)
            case FrictionOpened():
                self.serious[emission.id] = emission.severity >= 3
            case FrictionClosed():
                self.serious.pop(emission.signal)


@settings(max_examples=60)
@given(acts(causes=True))
@example([Act("friction", 0), Act("order", 0), Act("friction", 3 * 86_400_000), Act("order", 0, late=3_600_000)])
def test_no_offer_is_pending_after_one_of_its_causes(course: list[Act]) -> None:
    """The causes are read from the records alone, whatever their order. Mutant caught: `withdraw_overtaken` not called by `conclude`."""
    watched, bought, opened, now = Watched(), 0, NOON, 0  # a channel is closed by what is newer than the word that opened it
    for touchpoint, emitted in play(Replay(rules()), course):
        for emission in emitted:
            watched.note(emission)
        new = {each.id for each in offers_of(emitted)}
        now = max(now, touchpoint.at)  # what comes late does not withdraw an offer that is over
        left = [o for o in watched.pending.values() if o.id not in new and from_rfc3339(o.valid_until) > now]
        promotions = [o for o in left if o.family != "service_recovery"]
        if isinstance(touchpoint, OrderPlaced) and touchpoint.at >= bought:
            bought = touchpoint.at
            assert not promotions
        assert not (promotions and any(watched.serious.values()))
        opened = max(opened, touchpoint.at) if isinstance(touchpoint, ConsentChanged) else opened
        if isinstance(touchpoint, MessageBounced) and touchpoint.at > opened:
            assert all(o.channel != touchpoint.channel for o in left)
        elif isinstance(touchpoint, AppUninstalled) and touchpoint.at > opened:
            assert all(o.channel not in ("app", "push") for o in left)
        if type(touchpoint) in history.OUTCOME:
            watched.pending.pop(touchpoint.offer, None)  # type: ignore[attr-defined]
