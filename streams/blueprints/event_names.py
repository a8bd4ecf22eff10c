"""The check of a blueprint's `[[names]]` rows: what each names must exist, and each row must be reachable."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from schemas.conventions import Name
from schemas.foreign import NAMES
from schemas.foreign.building import names_of
from schemas.foreign.event import Foreign, normalize_name
from schemas.foreign.own import ENVELOPE, OWN, own_row
from schemas.problems import Problem
from schemas.touchpoints import BY_KIND
from streams.blueprints.lines import Path
from streams.rules.blueprint import Blueprint
from streams.rules.suggest import suggestion


def check_event_names(blueprint: Blueprint, where: Callable[[str, int], Path]) -> Iterator[Problem[Path]]:
    """Yield every fault of the rows. `where` gives the path of a row in the file.

    >>> rows = (Name(name="Plan Picked", kind="subscription_startd"),)
    >>> [str(fault.fix) for fault in check_event_names(Blueprint(names=rows), lambda field, number: (field, number))]
    ["did you mean 'subscription_started'?"]
    """
    for number, row in enumerate(blueprint.names):
        path = where("names", number)
        if not normalize_name(row.name):
            yield Problem((*path, "name"), f"{row.name!r} has no letter or digit, so no event can have this name")
        if row.kind in BY_KIND:
            yield from _check_fields(row, path)
        else:
            yield Problem((*path, "kind"), f"no touchpoint kind is called {row.kind!r}", suggestion(row.kind, BY_KIND))
        yield from _check_reach(row, blueprint.names[:number], path)


def _check_fields(row: Name, path: Path) -> Iterator[Problem[Path]]:
    """Check that the kind has each field, and that each field it needs has a property of its own."""
    there = msgspec.structs.fields(BY_KIND[row.kind])
    known = [field.name for field in there if field.name not in ENVELOPE]
    for field, theirs in row.fields.items():
        if field in ENVELOPE:
            yield Problem((*path, "fields", field), f"{field} comes with the event itself, whatever its name is", "remove this line")
        elif field not in known:
            yield Problem((*path, "fields", field), f"{row.kind} has no field {field!r}", suggestion(field, known))
        elif not normalize_name(theirs):
            yield Problem((*path, "fields", field), f"{theirs!r} is no property", "name the property that holds it")
    yield from _check_needed(row, [each.name for each in there if each.required and each.name in known], path)


def _check_needed(row: Name, needed: list[str], path: Path) -> Iterator[Problem[Path]]:
    """Check that each field which the kind needs is read from a property of its own, and that the row says from which."""
    taken = {normalize_name(theirs): field for field, theirs in row.fields.items()}
    for field in (each for each in needed if each in taken and each not in row.fields):
        yield Problem(
            (*path, "fields"),
            f"{row.kind} needs {field}, and the property {field} is read as {taken[field]}",
            f'say which property holds it: {field} = "..."',
        )
    if told := [field for field in needed if field not in row.fields and field not in taken and not is_filled(row, field)]:
        which = "it" if len(told) == 1 else "each"
        lines = ", ".join(f'{field} = "..."' for field in told)
        yield Problem(
            (*path, "fields"),
            f"{row.kind} needs {' and '.join(told)}, and this row does not say which property holds {which}",
            f'write fields = {{{lines}}} with the name of the property, also if that is "{told[0]}"',
        )


def is_filled(row: Name, field: str) -> bool:
    """Return whether some reader fills this field although the row does not name it.

    It does so where it knows the page or the screen anyway, and where the name is a specification's that has such a property.

    >>> is_filled(Name(name="Shop Seen", kind="page_viewed"), "page"), is_filled(Name(name="Order Completed", kind="order_placed"), "order")
    (True, True)
    >>> is_filled(Name(name="Plan Picked", kind="subscription_started"), "subscription")
    False
    """
    pick = own_row(BY_KIND[row.kind], row.name, major=True).fields[field]
    if pick(Foreign("", "", "", "", 0, page="/")) is not None:
        return True
    name = normalize_name(row.name)
    specified = NAMES.get(name) or OWN.get(name)
    theirs = () if specified is None else specified.fields.values()
    return not {name for each in theirs for name in names_of(each)}.isdisjoint(names_of(pick))


def _check_reach(row: Name, before: tuple[Name, ...], path: Path) -> Iterator[Problem[Path]]:
    """Check that no row before this one takes all of its events."""
    conditions = _conditions(row)
    for number, other in enumerate(before, 1):
        if normalize_name(other.name) == normalize_name(row.name) and _conditions(other).items() <= conditions.items():
            taken = f"row {number} of names takes every event {row.name!r} that this row means"
            yield Problem(path, taken, "put this row before it, or give the other one a condition that this one does not meet")
            return


def _conditions(row: Name) -> dict[str, str]:
    return {normalize_name(name): text for name, text in row.when.items()}
