"""Pieces of a journey that are about offers, about who it is, and where it has been; see `streams.state`."""

from __future__ import annotations

from typing import Any

import msgspec


class Part(msgspec.Struct, array_like=True):
    """A piece of a journey. Encoded as an array: append fields, never insert or reorder them."""


class Consent(Part):
    """The customer's word on one purpose and channel; the last by its own time counts, ties go to the stricter."""

    granted: bool
    at: int  # ms UTC


class MadeOffer(Part):
    """An offer we made, or (control) would have made: the books of caps, cooldowns and habituation are kept on both alike."""

    id: str
    offer: str
    family: str
    channel: str
    at: int  # ms UTC
    valid_until: int  # ms UTC
    outcome: str = ""  # "", delivered, seen, accepted, declined, expired, refused, withdrawn
    shadow: bool = False  # control arm: never sent
    signals: list[str] = []  # ids of the signals it rests on
    settled: int = 0  # ms UTC of its latest outcome
    deadlines: list[str] = []  # what a service recovery is about: order numbers, places


class Deferred(Part):
    """A decision that waits for the end of quiet hours."""

    decision: str
    due: int  # ms UTC
    triggers: list[str]
    cause: str


class Address(Part):
    """A forwarding address.

    Until the same customer has signed in on the device in two episodes, only the episode of the first sign-in is theirs: touchpoints
    from `started` to `last` (ms UTC), and those that continue it.
    """

    to: str  # whose journey it is; empty: nobody's alone
    whole: bool = False  # all of it is theirs, whatever comes
    started: int = 0
    last: int = 0
    shared: bool = False  # several customers have signed in: nothing is passed on any more


class Earlier(Part):
    """An anonymous journey's counters as they stood when its current episode began."""

    kinds: dict[str, int]
    channels: dict[str, int]
    day: int
    days: dict[int, bytearray]
    weeks: dict[int, bytearray]
    cadence: tuple[Any, ...]  # the fields of a Cadence, numbers as they are: an int that came back as a float would be no count
    value: tuple[int, ...]  # the fields of a Value
    acts: int
    late: int
    dropped: int


class Visit(Part):
    """When the customer was last at a place, and whether it hurt there: a lapse is later laid to the places it followed."""

    day: int  # days since 1970-01-01 of the latest visit
    hurt: int = 0  # the day of the first friction there; 0: none
    lapsed: int = 0  # the day of the lapse that was laid to it; 0: none. Who comes back begins anew
    stage: int = 0  # the customer's at the latest visit: its place in schemas.vocabulary.STAGES
