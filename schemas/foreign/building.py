"""The touchpoint of a foreign event, or why there is none.

An optional field that does not fit is left out, and the reader says so. A required field that is absent or does not fit refuses the event.
The reason names the sender's word and ours.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from schemas.foreign.amounts import Unread
from schemas.foreign.event import Foreign
from schemas.foreign.picks import Pick, Row
from schemas.reading import Found, Passed, Read, Rejected
from schemas.reading.diagnosis import diagnose
from schemas.touchpoints import BY_KIND, Touchpoint

_AT = re.compile(r" - at `\$\.?([a-z_]*)[^`]*`\Z")
_MISSING = re.compile(r"missing required field `([a-z_]+)`")
MOST_NAMES = 5  # names of a missing property that a message lists
_SALES = ("order_placed", "purchase_made")  # kinds whose value cannot be less than nothing: a refund is a kind of its own

# What the envelope of each format calls these fields.
_WORDS: dict[str, dict[str, str]] = {
    "segment": {"id": "messageId", "customer": "userId or anonymousId", "at": "timestamp"},
    "posthog": {"id": "uuid", "customer": "distinct_id", "at": "timestamp"},
    "snowplow": {"id": "event_id (eid)", "customer": "user_id (uid)", "at": "the time (dtm)"},
}


class Ready(NamedTuple):
    """A row of a table, made ready for many events."""

    kind: type[Touchpoint]
    name: str  # the kind's name
    fields: tuple[tuple[str, Pick], ...]
    empty: Pick | None


class Properties(dict[str, Any]):
    """An event's properties, none of them there, that note which ones were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def get(self, name: str, default: Any = None) -> Any:
        """Note the name, and return the default."""
        self.names[name] = None
        return default


def made_ready(row: Row) -> Ready:
    """Return the row with its kind looked up."""
    return Ready(BY_KIND[row.kind], row.kind, tuple(row.fields.items()), row.empty)


@functools.lru_cache(maxsize=4096)
def names_of(pick: Pick) -> tuple[str, ...]:
    """Return the properties that a pick looks at, in this order. They are found by letting it look at an event that holds nothing.

    >>> from schemas.foreign.picks import either, ref
    >>> names_of(either(ref("order_id", "order"), ref("transaction_id")))
    ('order_id', 'order', 'transaction_id')
    """
    properties = Properties()
    pick(Foreign("", "", "", "", 0, properties))
    return tuple(properties.names)


def build(event: Foreign, row: Ready) -> Found:
    """Return the touchpoint that this event is when it is read by this row."""
    fields: dict[str, Any] = {"kind": row.name, "id": event.id, "customer": event.customer, "at": event.at, "source": event.source}
    if event.channel:
        fields["channel"] = event.channel
    if event.page:
        fields["place"] = event.page
    if event.zone:
        fields["zone"] = event.zone
    if row.empty is not None and row.empty(event):
        return Passed(event.name)
    for name, pick in row.fields:
        if (found := pick(event)) is not None:
            fields[name] = found
    try:
        touchpoint: Touchpoint = msgspec.convert(fields, row.kind)
    except msgspec.ValidationError:
        return _mend(event, row, {name: value for name, value in fields.items() if value is not None})
    return _refuse_negative(event, row, fields) or touchpoint if row.name in _SALES else touchpoint


def _refuse_negative(event: Foreign, row: Ready, fields: Mapping[str, Any]) -> Rejected | None:
    value = fields.get("value")
    if row.name not in _SALES or not isinstance(value, int) or value >= 0:
        return None
    return Rejected("out_of_range", f"{_word(event, row, 'value')} is below 0: money that goes back is a refund, order_refunded")


def _mend(event: Foreign, row: Ready, fields: dict[str, Any]) -> Found:
    """Return the touchpoint without the fields that do not fit, and say which these are. Refuse it if it needs one of them."""
    unread = {name: value for name, value in fields.items() if isinstance(value, Unread)}
    fields = {name: value for name, value in fields.items() if name not in unread}
    if (refused := _refuse_negative(event, row, fields)) is not None:
        return refused
    remarks = [Rejected(each.reason, _sentence(each)) for each in unread.values()]
    needed = (*_required(row.kind), "source", "kind")
    while True:
        try:
            touchpoint: Touchpoint = msgspec.convert(fields, row.kind)
        except msgspec.ValidationError as error:
            field = _field_of(error)
            if field in unread:
                return Rejected(unread[field].reason, _sentence(unread[field]))
            refused = _in_their_words(event, row, field, error)
            if field in needed or field not in fields:
                return refused
            remarks.append(refused)
            del fields[field]
        else:
            return Read(touchpoint, unread=tuple(remarks)) if remarks else touchpoint


def _sentence(unread: Unread) -> str:
    return f"{unread.name}{':' if unread.reason == 'unread_amount' else ' is'} {unread.why}"


def _field_of(error: msgspec.ValidationError) -> str:
    found = _MISSING.search(str(error)) or _AT.search(str(error))
    return found[1] if found else ""


@functools.cache
def _required(kind: type[Touchpoint]) -> tuple[str, ...]:
    return tuple(each.name for each in msgspec.structs.fields(kind) if each.required)


def _in_their_words(event: Foreign, row: Ready, field: str, error: msgspec.ValidationError) -> Rejected:
    """Return the rejection, with the sender's name of the field beside ours."""
    found = diagnose(error, b"")
    if not field:
        return found
    word = _word(event, row, field)
    if not _MISSING.search(str(error)):
        return Rejected(found.reason, f"{word}: {_AT.sub('', str(error))}")
    others = names_of(dict(row.fields)[field])[1:MOST_NAMES] if field in dict(row.fields) else ()
    return Rejected(found.reason, f"{word}; also read: {', '.join(others)}" if others else word)


def _word(event: Foreign, row: Ready, field: str) -> str:
    """Return the sender's name of a field and ours: the property that is there, else the first that is read."""
    pick = dict(row.fields).get(field)
    names = names_of(pick) if pick is not None else ()
    there = next((name for name in names if event.properties.get(name) is not None), names[0] if names else "")
    theirs = there or _WORDS.get(event.source, {}).get(field, "")
    return f"{theirs} (our {field})" if theirs and theirs != field else field
