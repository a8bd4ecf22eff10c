"""One `[[touchpoint]]` of a mapping: when it holds, and which fields of its kind it fills."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from agents.tools.mapping.declared import Condition, Rule
from agents.tools.mapping.desk import Desk
from agents.tools.mapping.specs import hints_of, required, value_of
from agents.tools.mapping.values import Seen, Value, column, number, written
from schemas.touchpoints import BY_KIND, Touchpoint
from streams.blueprints.lines import Path
from streams.rules.suggest import suggestion

WORDS = ("kind", "when", "after", "first", "leave_out")

Test = Callable[[object], bool]


def equal(words: list[str]) -> Test:
    """One of these texts."""
    known = frozenset(words)
    return lambda content: content is not None and written(content) in known


def other_than(words: list[str]) -> Test:
    """None of these texts; an empty cell is none of them."""
    one = equal(words)
    return lambda content: not one(content)


def begins(start: str) -> Test:
    """A text that begins so."""
    return lambda content: content is not None and written(content).startswith(start)


def matches(pattern: str) -> Test:
    """A text in which the pattern (Python's) is found."""
    compiled = re.compile(pattern)
    return lambda content: content is not None and compiled.search(written(content)) is not None


def empty(wanted: bool) -> Test:
    """A cell that says nothing; with `false`, one that says something."""
    return lambda content: (content is None) == wanted


def above(bound: float) -> Test:
    """A number greater than the bound."""
    limit = number(bound)
    return lambda content: content is not None and number(content) > limit


def below(bound: float) -> Test:
    """A number smaller than the bound."""
    limit = number(bound)
    return lambda content: content is not None and number(content) < limit


TESTS: dict[str, Callable[..., Test]] = {
    "is": equal,
    "is_not": other_than,
    "begins": begins,
    "matches": matches,
    "empty": empty,
    "above": above,
    "below": below,
}


def always(_: Seen) -> bool:
    """Every row."""
    return True


def all_of(tests: dict[str, list[Test]]) -> Condition:
    """Every column passes all of its tests; without any, always.

    >>> first = Seen({"page": "Help", "n": "3"}, 1, "", frozenset({""}))
    >>> all_of({"page": [equal(["Help", "About"])], "n": [above(2)]})(first), all_of({"page": [begins("A")]})(first)
    (True, False)
    """
    if not tests:
        return always
    asked: list[tuple[Value, list[Test]]] = [(column(name), wanted) for name, wanted in tests.items()]
    return lambda seen: all(test(value(seen)) for value, wanted in asked for test in wanted)


def rule_of(desk: Desk, path: Path, table: dict[str, Any], common: dict[str, Any], threaded: bool, asked: dict[str, None]) -> Rule:
    """The rule that this table declares; the columns its conditions look at are added to `asked`."""
    holds = _condition(desk, (*path, "when"), table.get("when", {}), asked)
    after = _condition(desk, (*path, "after"), table["after"], asked) if "after" in table else None
    first = table.get("first", False)
    if not isinstance(first, bool):
        desk.wrong((*path, "first"), "`first` should be true or false")
    if (first or after) and not threaded:
        desk.wrong((*path, "first" if first else "after"), "`first` and `after` need a thread", 'as [file] thread = "{ticket}"')
    left = desk.text(path, table, "leave_out")
    if left and "kind" in table:
        desk.wrong((*path, "leave_out"), "a row is a touchpoint or left out, not both", "take away `kind` or `leave_out`")
    kind = None if left else _kind(desk, path, table)
    fields = _fields(desk, path, kind, table, common) if kind else {}
    return Rule(desk.lines.line_of(*path), kind, holds, after, bool(first), left, fields)


def _kind(desk: Desk, path: Path, table: dict[str, Any]) -> type[Touchpoint] | None:
    if "kind" not in table:
        desk.wrong(path, "a [[touchpoint]] needs a `kind`", 'rows that are none: leave_out = "why"')
        return None
    name = desk.text(path, table, "kind")
    if name not in BY_KIND:
        desk.wrong((*path, "kind"), f"there is no kind `{name}`", suggestion(name, BY_KIND))
    return BY_KIND.get(name)


def _fields(desk: Desk, path: Path, kind: type[Touchpoint], table: dict[str, Any], common: dict[str, Any]) -> dict[str, Value]:
    name, hints = table["kind"], hints_of(kind)
    given: dict[str, tuple[Path, Any]] = {key: (("fields", key), spec) for key, spec in common.items()}
    given |= {key: ((*path, key), spec) for key, spec in table.items() if key not in WORDS}
    values = {}
    for key, (place, spec) in given.items():
        if key not in hints:
            desk.wrong(place, f"{name} has no field `{key}`", suggestion(key, {*hints, *WORDS}))
        elif key == "at" and place[0] != "fields":
            desk.wrong(place, "`at` belongs in [fields]: rows are put in order by it")
        elif key != "at":
            values[key] = value_of(desk, place, spec, hints[key])
    for key in required(kind):
        if key not in given and key != "at":
            desk.wrong(path, f"{name} needs `{key}`", f"say it here{', or for all kinds in [fields]' if key in _BASE else ''}")
    return values


_BASE = Touchpoint.__struct_fields__


def _condition(desk: Desk, path: Path, found: Any, asked: dict[str, None]) -> Condition:
    tests: dict[str, list[Test]] = {}
    for name, wanted in desk.table(path, found).items():
        asked[name] = None
        desk.named((*path, name), name)
        tests[name] = _tests(desk, (*path, name), wanted)
    return all_of(tests)


def _tests(desk: Desk, path: Path, wanted: Any) -> list[Test]:
    if not isinstance(wanted, dict):
        return [TESTS["is"](_words(wanted))]
    desk.known(path, wanted, TESTS, "a condition")
    return [test for key, operand in wanted.items() if key in TESTS and (test := _test(desk, (*path, key), key, operand))]


def _test(desk: Desk, path: Path, key: str, operand: Any) -> Test | None:
    if key in ("is", "is_not"):
        return TESTS[key](_words(operand))
    wanted = {"empty": bool, "above": (int, float), "below": (int, float)}.get(key, str)
    if not isinstance(operand, wanted) or (key in ("above", "below") and isinstance(operand, bool)):  # type: ignore[arg-type]
        desk.wrong(path, f"`{key}` cannot be {operand!r}")
        return None
    try:
        return TESTS[key](operand)
    except re.error as error:
        desk.wrong(path, f"`matches` is no pattern: {error}")
        return None


def _words(wanted: Any) -> list[str]:
    return [written(word) for word in (wanted if isinstance(wanted, list) else [wanted])]
