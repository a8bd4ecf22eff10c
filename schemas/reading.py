"""The result of reading an input: a touchpoint, an event that holds nothing for a journey, or a rejection with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from schemas.touchpoints.base import Touchpoint

Headers: TypeAlias = Sequence[tuple[str, bytes | None]]  # as Kafka's clients give them

Reason = Literal[
    "empty",
    "too_large",
    "not_utf8",
    "too_deep",
    "too_many_keys",
    "too_long_text",
    "unreadable_json",
    "not_finite",
    "unsupported_format",
    "unknown_kind",
    "missing_field",
    "wrong_type",
    "out_of_range",
    "no_customer",
    "blocked_customer",
    "bad_time",
    "unsigned_control",
    "wrong_key",
    "failed",
]

REASONS: dict[Reason, str] = {
    "empty": "The record has no value: nothing happened, or it is a tombstone.",
    "too_large": "The message is larger than 64 KiB.",
    "not_utf8": "The message, or a header we read, is not UTF-8; compressed values end here, they are never unpacked.",
    "too_deep": "Objects and arrays lie inside each other more than 16 levels deep.",
    "too_many_keys": "The message holds more than 256 keys.",
    "too_long_text": "A text is longer than its field allows, or longer than 8 KiB.",
    "unreadable_json": "The message is not JSON.",
    "not_finite": "A number is NaN, infinite, or too large for any reader.",
    "unsupported_format": "The envelope is one we know by name and do not read: a batch, another version, content that is not JSON.",
    "unknown_kind": "No touchpoint kind has this name: a newer sender, or a misspelling.",
    "missing_field": "A field that this kind cannot do without is absent.",
    "wrong_type": "A field holds another type of value than its kind declares.",
    "out_of_range": "A number lies outside what its field can mean.",
    "no_customer": "Nobody is named whose journey this belongs to.",
    "blocked_customer": "The customer id is a placeholder, such as null or zeros: it would melt strangers into one journey.",
    "bad_time": "The time is no integer of milliseconds between 1990 and 2200.",
    "unsigned_control": "A control record came without the workers' signature.",
    "wrong_key": "On the touchpoint topic the key is not the customer: it would reach a journey that is not theirs.",
    "failed": "Our own code failed on it: a defect of ours, with the input kept to show it.",
}


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """An input that could not be read, and why."""

    reason: Reason  # from the closed set
    detail: str = ""  # short text for people; of the input's own content it holds names only
    by_reason: tuple[tuple[Reason, int], ...] = ()  # of a batch: how many of its events were refused, by reason; () for one event

    @property
    def sentence(self) -> str:
        """The reason in words.

        >>> Rejected("empty").sentence
        'The record has no value: nothing happened, or it is a tombstone.'
        """
        return REASONS[self.reason]


class Passed(msgspec.Struct, frozen=True, gc=False):
    """An input that a sender's own format knows, and that holds nothing for a journey. It is counted by name, and is no fault."""

    name: str  # as the format writes it, for example `group` or `$feature_flag_called`


class Read(msgspec.Struct, frozen=True, gc=False):
    """An input that could be read."""

    touchpoint: Touchpoint  # as it was read
    clamped: bool = False  # its time lay too far ahead of its arrival and was set back; the caller counts it
    ahead: int = 0  # ms by which a time that was set back lay ahead of its arrival
    unread: tuple[Rejected, ...] = ()  # parts of it that are there and could not be read, for example an amount
    masked: tuple[str, ...] = ()  # the rules that hid something in it (schemas.masking), one entry for each place hidden


class Batch(msgspec.Struct, frozen=True, gc=False):
    """Several touchpoints that came in one record, as SDKs send them.

    What could be read is forwarded. `refused` names by index (from 0) what could not, and the record is kept with it. Nothing is lost.
    Nothing is doubled either when the record comes again, because each touchpoint has the id that its sender gave it.
    """

    reads: tuple[Read, ...]  # in the order of the record
    refused: Rejected | None = None  # None: all of it could be read
    passed: tuple[str, ...] = ()  # names of the events that hold nothing for a journey


Found: TypeAlias = Touchpoint | Read | Passed | Rejected  # what a format makes of one event; a Read: with remarks of the reader
