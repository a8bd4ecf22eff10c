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
    "control_character",
    "bad_time",
    "unread_amount",
    "unsigned_control",
    "copied_control",
    "unknown_rules",
    "unreadable_rules",
    "wrong_key",
    "wrong_partition",
    "failed",
]

REASONS: dict[Reason, str] = {
    "empty": "The record has no value: nothing happened, or it is a tombstone.",
    "too_large": "The record is larger than 512 KiB.",
    "not_utf8": "The message, or a header we read, is not UTF-8.",
    "too_deep": "Objects and arrays of an event lie inside each other more than 16 levels deep.",
    "too_many_keys": "An event holds more than 1024 keys.",
    "too_long_text": "A text is longer than its field allows, and the event cannot do without it.",
    "unreadable_json": "The message is not JSON.",
    "not_finite": "A number is NaN, infinite, or too large for any reader.",
    "unsupported_format": "The bytes are of a form that we know and do not read: compressed, a form, another encoding or version.",
    "unknown_kind": "No touchpoint kind has this name: a newer sender, or a misspelling.",
    "missing_field": "A field that this kind cannot do without is absent.",
    "wrong_type": "A field holds another type of value than its kind declares.",
    "out_of_range": "A number lies outside what its field can mean.",
    "no_customer": "Nobody is named whose journey this belongs to.",
    "blocked_customer": "A customer's id is a placeholder, such as null or zeros: it would melt strangers into one journey.",
    "control_character": "An id or a name holds a control character, which pages, keys and other systems cannot show.",
    "bad_time": "The time cannot be read, or lies outside of 1990 to 2200.",
    "unread_amount": "An amount is there and cannot be read, so it counts as unknown: no number, or a text that can mean two amounts.",
    "unsigned_control": "A control record came without the workers' signature, or with one of another key.",
    "copied_control": "A control record was signed for another topic, cluster or partition, and was copied here.",
    "unknown_rules": "A blueprint was put in force, and its body is not in journey.blueprints.v1. The rules before it stay in force.",
    "unreadable_rules": "A blueprint was put in force that this version cannot read. The rules before it stay in force.",
    "wrong_key": "On the touchpoint topic the key is not the customer: it would reach a journey that is not theirs.",
    "wrong_partition": "On the touchpoint topic it lies in another partition than its key's: one customer would get several journeys.",
    "failed": "Our own code failed on it: a defect of ours, with the input kept to show it.",
}
REMEDIES: dict[Reason, str] = {
    "empty": "Send no record without a value.",
    "too_large": "Send smaller batches: set flushAt, maxEventsInBatch or max_batch_size of the SDK.",
    "not_utf8": "Write the text as UTF-8.",
    "too_deep": "Send the fields that matter, without the objects around them.",
    "too_many_keys": "Send the fields that matter.",
    "too_long_text": "Send a number or a name, not a text.",
    "unreadable_json": "Send one JSON object, or a list of them.",
    "not_finite": "Leave the field out if there is no number.",
    "unsupported_format": "Send plain JSON in UTF-8.",
    "unknown_kind": "Correct the name, or say in the table `names` of the blueprint what it means.",
    "missing_field": "Add the field that is named.",
    "wrong_type": "Send the field that is named as its kind declares it.",
    "out_of_range": "Correct the number; send a long one as text.",
    "no_customer": "Add the customer's id, or the device's as an anonymous id.",
    "blocked_customer": "Send the event without the id while nobody is known.",
    "control_character": "Remove the character at the sender.",
    "bad_time": "Send milliseconds since 1970, or a time as 2025-10-27T09:01:00Z.",
    "unread_amount": "Send the amount as a number, as 1299.00.",
    "unsigned_control": "Only workers and operators send control records: use the workers' control key, or send a touchpoint kind.",
    "copied_control": "Leave control records out of a copy of a topic; run the command that publishes them again.",
    "unknown_rules": "Publish that blueprint again with `sojourn blueprint publish`.",
    "unreadable_rules": "Run `sojourn blueprint check` of this version, correct the file, and publish it again.",
    "wrong_key": "Send to interactions.v1, where any key is right.",
    "wrong_partition": "Set partitioner=murmur2_random (librdkafka), or send to interactions.v1, where any partition is right.",
    "failed": "Report it with the original bytes.",
}


class Rejected(msgspec.Struct, frozen=True, gc=False, repr_omit_defaults=True):
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

    @property
    def remedy(self) -> str:
        """What the sender can do about it.

        >>> Rejected("empty").remedy
        'Send no record without a value.'
        """
        return REMEDIES[self.reason]


class Passed(msgspec.Struct, frozen=True, gc=False):
    """An input that a sender's own format knows, and that holds nothing for a journey. It is counted by name, and is no fault."""

    name: str  # as the format writes it, for example `group` or `$feature_flag_called`


class Read(msgspec.Struct, frozen=True, gc=False):
    """An input that could be read."""

    touchpoint: Touchpoint  # as it was read
    clamped: bool = False  # its time lay too far ahead of its arrival and was set to it; the caller counts it
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
