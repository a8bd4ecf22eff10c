"""The check of a blueprint's `[[names]]` rows: what each names must exist, and each row must be reachable."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from schemas.conventions import Name
from schemas.foreign.event import normalize_name
from schemas.foreign.own import ENVELOPE
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
    taken = {normalize_name(theirs): field for field, theirs in row.fields.items()}
    for field in (each.name for each in there if each.required and each.name in known and each.name not in row.fields):
        if field in taken:
            yield Problem(
                (*path, "fields"),
                f"{row.kind} needs {field}, and the property {field} is read as {taken[field]}",
                f'say which property holds it: {field} = "..."',
            )


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
