"""Consent: what the customer allows, per purpose and channel. Unknown means no. The newest statement counts; of two, the refusal.

A journey keeps the statements under keys. The key "purpose/channel" is about one channel, "purpose" about all channels, and "*" about
everything. The key "/channel" says whether the channel reaches the customer: an address is known, or it is closed. ERASED says that
the customer is to be forgotten. Producers cannot write the last two, because a purpose has no slash.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.browsing import AppOpened, ScreenViewed
from schemas.touchpoints.consent import ConsentChanged, ErasureRequested
from schemas.touchpoints.identity import ProfileChanged
from schemas.touchpoints.loyalty import AppUninstalled, LoyaltyLeft
from schemas.touchpoints.membership import AccountDeleted
from schemas.touchpoints.messaging import MarkedAsSpam, MessageBounced, PushDisabled, Unsubscribed
from schemas.touchpoints.outcomes import OfferRefusedByChannel
from streams.context import Context
from streams.offers.passage import Grounds, Removed
from streams.rules.offer_rows import Offer
from streams.state import CHANNELS, CONSENTS, Consent, Journey

EVERYTHING, ERASED = "*", "//"
STOPS = (AccountDeleted, LoyaltyLeft)
RETURNS = (AppOpened, ScreenViewed)  # they show that the app is there again
GONE = ("no_address", "suppressed")  # refusals by a channel that are permanent
KINDS: frozenset[type[Touchpoint]] = frozenset(
    {
        ConsentChanged,
        Unsubscribed,
        MarkedAsSpam,
        PushDisabled,
        AppUninstalled,
        MessageBounced,
        OfferRefusedByChannel,
        ErasureRequested,
        ProfileChanged,
        *STOPS,
    }
)  # kinds that `note_consent` reads


def note_consent(journey: Journey, touchpoint: Touchpoint) -> None:
    """Note in the journey what this touchpoint says about consent. A repeated or late statement never replaces a newer one."""
    for key, granted in _statements(touchpoint):
        _write(journey, key, granted, touchpoint.at)


def note_app_back(journey: Journey, touchpoint: Touchpoint) -> None:
    """Open the channel `app` again if it was closed: the customer uses the app, so it is installed."""
    closed = journey.consents.get("/app")
    if closed is not None and not closed.granted:
        note_consent(journey, touchpoint)


def is_closed(journey: Journey, channel: str) -> bool:
    """Return whether this channel does not reach the customer any more.

    >>> from streams.state import journey_of
    >>> is_closed(journey_of(consents={"/email": Consent(False, 5)}), "email"), is_closed(Journey(), "email")
    (True, False)
    """
    said = journey.consents.get(f"/{channel}")
    return said is not None and not said.granted


def _statements(touchpoint: Touchpoint) -> Iterator[tuple[str, bool]]:
    channel = _key_part(touchpoint.channel)
    if isinstance(touchpoint, ConsentChanged):
        yield from _consent_changes(touchpoint)
    elif isinstance(touchpoint, Unsubscribed | MarkedAsSpam):  # leaving one list refuses all marketing there: the stricter reading
        yield (f"marketing/{channel}" if channel else "marketing"), False
    elif isinstance(touchpoint, ErasureRequested):
        yield ERASED, False
    elif isinstance(touchpoint, STOPS):
        yield EVERYTHING, False
    else:
        yield from ((f"/{each}", reaches) for each, reaches in _channels(touchpoint, channel) if each)


def _channels(touchpoint: Touchpoint, channel: str) -> Iterator[tuple[str, bool]]:
    """Yield the channels about which this touchpoint says whether they reach the customer."""
    if isinstance(touchpoint, PushDisabled):
        yield "push", False
    elif isinstance(touchpoint, AppUninstalled):
        yield from (("push", False), ("app", False))
    elif isinstance(touchpoint, RETURNS):
        yield "app", True
    elif isinstance(touchpoint, ProfileChanged):
        yield from ((_key_part(each), True) for each in touchpoint.reached_by[:CHANNELS])
    elif touchpoint.hard if isinstance(touchpoint, MessageBounced) else getattr(touchpoint, "reason", "") in GONE:
        yield channel, False


def _consent_changes(said: ConsentChanged) -> Iterator[tuple[str, bool]]:
    purpose, channel, granted = _key_part(said.purpose) or EVERYTHING, _key_part(said.for_channel), said.state == "granted"
    yield (f"{purpose}/{channel}" if channel else purpose), granted
    if granted and channel:  # a grant for one channel opens it again
        yield f"/{channel}", True


def _key_part(text: str) -> str:
    return text.strip().lower().replace("/", "_")


def _write(journey: Journey, key: str, granted: bool, at: int) -> None:
    known = journey.consents.get(key)
    if known is not None and (known.at > at or (known.at == at and not known.granted)):
        return
    if known is None and len(journey.consents) >= CONSENTS:
        _make_room(journey)
    journey.consents[key] = Consent(granted, at)


def _make_room(journey: Journey) -> None:
    """Remove the oldest grant first: a forgotten refusal would turn into a grant. Statements that stop everything are never removed."""
    droppable = [key for key in journey.consents if key not in (EVERYTHING, ERASED)]
    del journey.consents[min(droppable, key=lambda key: (not journey.consents[key].granted, journey.consents[key].at, key))]
    journey.dropped += 1


def consent(ctx: Context, found: Grounds, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer that the customer has not allowed on this channel."""
    if found.consents:
        return refusal(ctx, found.consents, offer, channel)
    return Removed("unknown_consent", f"nothing is known about {offer.purposes[0]}") if offer.purposes else None


def refusal(ctx: Context, consents: dict[str, Consent], offer: Offer, channel: str) -> Removed | None:
    """Return why these statements do not allow this offer on this channel, or None."""
    if ERASED in consents:
        return Removed("erased", "the customer asked to be forgotten")
    closed = consents.get(f"/{channel}")
    if closed is not None and not closed.granted:
        return Removed("channel_closed", f"{channel} does not reach the customer since {ctx.when(closed.at)}")
    if not offer.purposes:
        return _check_ended(ctx)
    for purpose in offer.purposes:
        if (removed := _check_purpose(ctx, purpose, channel)) is not None:
            return removed
    return None


def _check_ended(ctx: Context) -> Removed | None:
    """Remove service too for a customer who ended the relationship, until they allow something again. Other service needs no consent."""
    stop = ctx.journey.consents.get(EVERYTHING)
    if stop is None or stop.granted or any(c.granted and c.at > stop.at for key, c in ctx.journey.consents.items() if key[0] != "/"):
        return None
    return Removed("no_consent", f"the customer ended the relationship at {ctx.when(stop.at)}")


def _check_purpose(ctx: Context, purpose: str, channel: str) -> Removed | None:
    """Remove the offer unless the newest statement about exactly this, the purpose, or everything allows it.

    Of statements with the same time, the refusal counts.
    """
    consents, newest = ctx.journey.consents, None
    for key in (f"{purpose}/{channel}", purpose, f"{EVERYTHING}/{channel}", EVERYTHING):
        said = consents.get(key)
        if said is not None and (newest is None or said.at > newest.at or (said.at == newest.at and not said.granted)):
            newest = said
    if newest is None:
        return Removed("unknown_consent", f"nothing is known about {purpose} by {channel}")
    return None if newest.granted else Removed("no_consent", f"{purpose} by {channel} was refused at {ctx.when(newest.at)}")
