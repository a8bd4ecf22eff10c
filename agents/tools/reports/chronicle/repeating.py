"""Finds the touchpoints that tell again what a journey was told before. The journey's own functions judge, so both agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.engine import remember, things
from streams.state import Journey


def repeats(touchpoints: Iterable[Touchpoint]) -> Iterator[bool]:
    """Yield for each touchpoint of one customer, in the order of the log, whether the journey skips it as a duplicate.

    A duplicate has the (source, id) of an earlier touchpoint, or tells of the same thing under another id.

    >>> from streams.story import story
    >>> list(repeats(story("0 web order_placed order=o1\\n1m web order_placed order=o1\\n2m web order_placed order=o2")))
    [False, True, False]
    """
    memory = Journey()
    for touchpoint in touchpoints:
        thing = things.told_of(memory, touchpoint)
        if thing is None or not remember.record_id(memory, touchpoint):
            yield True
            continue
        things.record_thing(memory, touchpoint, thing)
        if isinstance(touchpoint, OrderPlaced | PurchaseMade):
            things.record_sale(memory, touchpoint, thing)
        yield False
