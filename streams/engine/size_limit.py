"""The size limit: no journey grows over 64 KiB, whatever it is sent.

Every memory is bounded in number, so an ordinary journey stays far below. Only long names can make one large. So the size is checked
now and then, sooner if much was received. Over three eighths of the limit the journey forgets entries: first of rings, then evidence,
places and the rest. What was forgotten is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from streams.context import Context
from streams.signals.closing import close_friction
from streams.state import Journey
from streams.state.marks import NO_ENTRIES

SIZE_LIMIT = 64 * 1024  # bytes of an encoded journey
EVICT_FROM = SIZE_LIMIT * 3 // 8  # above this size entries are forgotten: between two checks a journey cannot gain the rest
CHECK_EVERY = 4096  # bytes between two checks: an ordinary touchpoint counts UNIT, one with more text than ORDINARY its length
UNIT, ORDINARY = 64, 256  # bytes
WIDEST = 4  # bytes per character, at most


def enforce_size_limit(ctx: Context, texts: tuple[str, ...]) -> None:
    """Check the size of the journey if enough bytes were received since the last check. Evict entries if it is too large.

    `texts` are those of the touchpoint that a journey may keep.
    """
    journey, text = ctx.journey, "".join(texts)
    size = len(text) if text.isascii() else WIDEST * len(text)
    journey.bytes_since_check += size if size > ORDINARY else UNIT
    if journey.bytes_since_check >= CHECK_EVERY:
        journey.bytes_since_check = 0
        if _too_large(ctx):
            evict(ctx)


def _too_large(ctx: Context) -> bool:
    return len(ctx.rules.codec.encode(ctx.journey)) > EVICT_FROM


def evict(ctx: Context) -> None:
    """Forget entries, the least important first, until the journey is small enough."""
    ctx.dirty = True
    for forget in (
        _drop_entries,
        _drop_evidence,
        _drop_places,
        _drop_profile,
        _drop_offer_grounds,
        _drop_deadline,
        _drop_grants,
        _drop_channels,
    ):
        while _too_large(ctx) and (dropped := forget(ctx.journey)):
            ctx.journey.dropped += dropped
    while _too_large(ctx) and ctx.journey.open:
        ctx.journey.dropped += 1
        close_friction(ctx, ctx.journey.open[0], "crowded_out")


def _drop_entries(journey: Journey) -> int:
    """Forget the older half of the longest ring."""
    rings: dict[str, Sequence[Any]] = {name: getattr(journey.rings, name) for name in journey.rings.__struct_fields__}
    longest = max(rings, key=lambda name: len(rings[name]), default="")
    half = (len(rings.get(longest, ())) + 1) // 2
    if half:
        setattr(journey.rings, longest, rings[longest][half:] or NO_ENTRIES)
    return half


def _drop_evidence(journey: Journey) -> int:
    """Keep only the latest evidence of each open friction and each contribution."""
    kept = [*(signal.evidence for signal in journey.open), *(part.evidence for part in journey.contributions.values())]
    long = [evidence for evidence in kept if len(evidence) > 1]
    for evidence in long:
        del evidence[:-1]
    return len(long)


def _drop_places(journey: Journey) -> int:
    """Forget the half of the places that was visited longest ago."""
    half = sorted(journey.places, key=lambda name: (journey.places[name].day, name))[: (len(journey.places) + 1) // 2]
    for name in half:
        del journey.places[name]
    return len(half)


def _drop_profile(journey: Journey) -> int:
    """Forget expectations, promises and ratings. The motive stays, without its evidence."""
    gone = len(journey.dimensions) + len(journey.promises) + len(journey.ratings)
    journey.dimensions, journey.promises, journey.ratings = {}, {}, {}
    if journey.motives and journey.motives.cited:
        gone += len(journey.motives.cited)
        journey.motives.cited = {}
    return gone


def _drop_offer_grounds(journey: Journey) -> int:
    """Forget the grounds of the offers made. The offers themselves stay, for the caps."""
    long = [made for made in journey.made if made.signals or made.subjects]
    for made in long:
        made.signals, made.subjects = [], []
    return len(long)


def _drop_deadline(journey: Journey) -> int:
    """Forget the deadline that was opened first. This may be one that times a silence."""
    deadlines = journey.deadlines
    first = sorted(deadlines, key=lambda key: (deadlines[key].opened, key))[:1]
    for key in first:
        del deadlines[key]
    return len(first)


def _drop_grants(journey: Journey) -> int:
    """Forget what the customer allowed. What they refused must stay."""
    granted = [what for what, consent in journey.consents.items() if consent.granted]
    for what in granted:
        del journey.consents[what]
    return len(granted)


def _drop_channels(journey: Journey) -> int:
    """Keep only the latest channel of this episode."""
    gone = journey.episode.channels[:-1]
    del journey.episode.channels[:-1]
    return len(gone)
