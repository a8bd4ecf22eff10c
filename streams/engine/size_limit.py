"""The ceiling: no journey grows over 64 KiB, whatever it is sent.

Every memory is bounded in number, so an honest journey stays far below. Only long names can make one large: a journey is weighed now and
then, the sooner the longer what it was sent, and over half the ceiling it forgets: marks first, then evidence, places and matters.
What went is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.signals.closing import close
from streams.state import Journey

SIZE_LIMIT = 64 * 1024  # bytes of an encoded journey
EVICT_FROM = SIZE_LIMIT * 3 // 8  # above this it forgets: between two weighings it can gain no more than is left
CHECK_EVERY = 4096  # after so many bytes it is weighed: an ordinary touchpoint counts UNIT, one with more text than that its length
UNIT, ORDINARY = 64, 256  # bytes
WIDEST = 4  # bytes a character can take


def enforce_size_limit(ctx: Context, touchpoint: Touchpoint) -> None:
    """The journey has taken this touchpoint in; it is weighed when enough has come since it last was."""
    journey, text = ctx.journey, "".join(_texts(type(touchpoint))(touchpoint))
    size = len(text) if text.isascii() else WIDEST * len(text)
    journey.bytes_since_check += size if size > ORDINARY else UNIT
    if journey.bytes_since_check >= CHECK_EVERY:
        journey.bytes_since_check = 0
        if _too_large(ctx):
            evict(ctx)


def _too_large(ctx: Context) -> bool:
    return len(ctx.rules.codec.encode(ctx.journey)) > EVICT_FROM


def evict(ctx: Context) -> None:
    """It forgets, the least important first, until it weighs little enough."""
    ctx.dirty = True
    for forget in (_marks, _evidence, _places, _portrait, _offers, _matters, _grants, _channels):
        while _too_large(ctx) and (dropped := forget(ctx.journey)):
            ctx.journey.dropped += dropped
    while _too_large(ctx) and ctx.journey.open:
        ctx.journey.dropped += 1
        close(ctx, ctx.journey.open[0], "crowded_out")


def _marks(journey: Journey) -> int:
    """The older half of the longest ring goes."""
    rings: list[list[Any]] = [getattr(journey.rings, name) for name in journey.rings.__struct_fields__]
    longest = max(rings, key=len, default=[])
    half = (len(longest) + 1) // 2
    del longest[:half]
    return half


def _evidence(journey: Journey) -> int:
    """Of each open friction and each sign of leaving the latest evidence is enough."""
    kept = [*(signal.evidence for signal in journey.open), *(part.evidence for part in journey.contributions.values())]
    long = [evidence for evidence in kept if len(evidence) > 1]
    for evidence in long:
        del evidence[:-1]
    return len(long)


def _places(journey: Journey) -> int:
    """The places visited longest ago go."""
    half = sorted(journey.places, key=lambda name: (journey.places[name].day, name))[: (len(journey.places) + 1) // 2]
    for name in half:
        del journey.places[name]
    return len(half)


def _portrait(journey: Journey) -> int:
    """What was expected, promised and said of us may be forgotten; the motive stays, without what showed it."""
    gone = len(journey.dimensions) + len(journey.promises) + len(journey.ratings)
    journey.dimensions, journey.promises, journey.ratings = {}, {}, {}
    if journey.motives and journey.motives.cited:
        gone += len(journey.motives.cited)
        journey.motives.cited = {}
    return gone


def _offers(journey: Journey) -> int:
    """What an offer rested on goes; that it was made stays, for the caps."""
    long = [made for made in journey.made if made.signals or made.subjects]
    for made in long:
        made.signals, made.subjects = [], []
    return len(long)


def _matters(journey: Journey) -> int:
    """The matter opened first goes, a silence that is timed among them."""
    matters = journey.deadlines
    first = sorted(matters, key=lambda key: (matters[key].opened, key))[:1]
    for key in first:
        del matters[key]
    return len(first)


def _grants(journey: Journey) -> int:
    """What the customer allowed may be forgotten; what they forbade may not."""
    granted = [what for what, consent in journey.consents.items() if consent.granted]
    for what in granted:
        del journey.consents[what]
    return len(granted)


def _channels(journey: Journey) -> int:
    """Of the channels of this episode the latest is enough."""
    gone = journey.episode.channels[:-1]
    del journey.episode.channels[:-1]
    return len(gone)


@cache
def _texts(kind: type[Touchpoint]) -> Callable[[Touchpoint], tuple[str, ...]]:
    """Takes the texts of a touchpoint of this kind that a journey may keep."""
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)
    names = [field.name for field in info.fields if isinstance(field.type, msgspec.inspect.StrType) and field.name != "customer"]
    take: Callable[[Touchpoint], tuple[str, ...]] = attrgetter(*names)
    return take
