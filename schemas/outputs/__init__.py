"""What every published record about a customer carries."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from schemas.touchpoints.base import snake_case


class Output(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """One record that Sojourn publishes about one customer. Its class name in snake_case is its `type` on the wire.

    Every field of the contract is on the wire, also where it holds its default. `id` is a hash of what caused the record, so a replay of
    the log yields the same id. Times are RFC 3339 text in UTC with milliseconds.
    """

    topic: ClassVar[str]  # where it is published
    examples: ClassVar[tuple[str, ...]] = ()  # JSON texts, each one whole record of this type

    id: str  # a hash of what caused it: the same again in every replay
    customer: str  # whose journey
    at: str  # when it became true: event time, RFC 3339
    caused_by: str = ""  # id of the touchpoint that caused it, or the name of the timer
    rules: str = ""  # fingerprint of the rules it was judged by
