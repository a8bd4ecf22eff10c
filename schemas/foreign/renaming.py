"""A company's own event names: `[[names]]` rows of its blueprint, made ready for the readers.

They are made ready once for each published set of rows. A reader without such rows does not come here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from schemas.conventions import Name
from schemas.foreign.building import Ready, made_ready
from schemas.foreign.event import Foreign, normalize_name
from schemas.foreign.own import ENVELOPE, own_row, pick_for
from schemas.foreign.picks import Row
from schemas.touchpoints import BY_KIND

MOST_HELD = 8  # sets of rows that are held ready: the one in force, and those of tests


class Renamed(NamedTuple):
    """One row, made ready: when it is meant, and how it is read."""

    when: tuple[tuple[str, str], ...]  # property, under its normal name, and the text that it must have
    ready: Ready


_Table = dict[str, tuple[Renamed, ...]]
_HELD: dict[tuple[int, bool], tuple[tuple[Name, ...], _Table]] = {}


def find_renamed(event: Foreign, names: tuple[Name, ...], *, major: bool) -> Ready | None:
    """Return how a company's own rows read this event; None if they do not name it. `major`: amounts come in the major unit.

    >>> names = (Name(name="Plan Picked", kind="subscription_started", when={"paid": "true"}, fields={"subscription": "contract_no"}),)
    >>> find_renamed(Foreign("segment", "plan_picked", "m1", "c7", 0, {"paid": True}), names, major=True).name
    'subscription_started'
    """
    for row in _table(names, major=major).get(event.name, ()):
        if all(text_of(event.properties.get(name)) == text for name, text in row.when):
            return row.ready
    return None


def text_of(value: Any) -> str:
    """Return a value as a condition compares it: text without blanks around it, a number as it is written, `true`, `false`.

    >>> text_of(True), text_of(7), text_of(" paid "), text_of(None)
    ('true', '7', 'paid', '')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _table(names: tuple[Name, ...], *, major: bool) -> _Table:
    held = _HELD.get((id(names), major))
    if held is None or held[0] is not names:
        if len(_HELD) >= MOST_HELD:
            _HELD.clear()
        held = _HELD[id(names), major] = (names, _compile(names, major=major))  # holding the rows keeps their id theirs
    return held[1]


def _compile(names: tuple[Name, ...], *, major: bool) -> _Table:
    table: _Table = {}
    for row in names:
        if row.kind in BY_KIND:
            theirs = normalize_name(row.name)
            table[theirs] = (*table.get(theirs, ()), _renamed(row, major=major))
    return table


def _renamed(row: Name, *, major: bool) -> Renamed:
    kind = BY_KIND[row.kind]
    fields = dict(own_row(kind, row.name, major=major).fields)
    for field, theirs in row.fields.items():
        if field in kind.__struct_fields__ and field not in ENVELOPE:
            fields[field] = pick_for(kind, field, (normalize_name(theirs),), major=major)
    when = tuple((normalize_name(name), text) for name, text in row.when.items())
    return Renamed(when, made_ready(Row(row.kind, (normalize_name(row.name),), fields)))
