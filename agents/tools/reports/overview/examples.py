"""Customers to look at: for each friction at each place, those who met it last. `sojourn explain` tells their whole story."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agents.kafka.reader import LogReader
from agents.settings import Settings
from schemas.outputs.signals import FrictionOpened
from schemas.topics import FRICTIONS

EACH = 3  # customers of each friction
_decode = msgspec.json.Decoder(FrictionOpened).decode


def newest_examples(opened: Iterable[FrictionOpened]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return (detector, place) -> the customers who met it last, the newest first. `opened` is in the order of time.

    >>> from streams.replay import Replay
    >>> from streams.story import story
    >>> replay = Replay().run(story("0 web payment_failed /pay payment=z1"))
    >>> newest_examples(each for each in replay.emissions if isinstance(each, FrictionOpened))
    {('payment_failed', '/pay'): ('c1',)}
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for each in opened:
        at = each.detector, each.place
        found[at] = (each.customer, *(known for known in found.get(at, ()) if known != each.customer))[:EACH]
    return found


def examples(settings: Settings) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the same of the frictions that the workers have published; empty if there is no such topic."""
    with LogReader(settings, FRICTIONS, beginning=True) as reader:
        values = [message.value() for message in reader.until_end()] if reader.partitions() else []
    opened = [made for value in values if isinstance(value, bytes) and b'"friction_opened"' in value and (made := _decode(value))]
    return newest_examples(sorted(opened, key=lambda each: each.at))
