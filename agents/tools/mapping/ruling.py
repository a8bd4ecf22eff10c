"""Parses one `[[touchpoint]]` of a mapping: its conditions, and the fields of its kind that it fills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.tools.mapping.declared import Condition, Rule
from agents.tools.mapping.desk import Desk
from agents.tools.mapping.numbers import PLAIN, Style, number
from agents.tools.mapping.specs import hints_of, required, value_of
from agents.tools.mapping.values import Seen, Value, column, written
from schemas.masking.patterns import compiled, misfit_of, repeats_of
from schemas.touchpoints import BY_KIND, Touchpoint
from streams.blueprints.lines import Path
from streams.rules.suggest import suggestion

WORDS = ("kind", "when", "after", "first", "leave_out")  # keys that are no fields

LOOKED_AT = (4096, 1024, 256, 128)  # characters, by repeats of open length: a tenth of a second at worst

Test = Callable[[object], bool]


def equal(words: list[str]) -> Test:
    """Return a test: the cell is one of these texts."""
    known = frozenset(words)
    return lambda content: content is not None and written(content) in known


def other_than(words: list[str]) -> Test:
    """Return a test: the cell is none of these texts. An empty cell passes."""
    one = equal(words)
    return lambda content: not one(content)


def begins(start: str) -> Test:
    """Return a test: the text begins with `start`."""
    return lambda content: content is not None and written(content).startswith(start)


def matches(pattern: str) -> Test:
    """Return a test: the text contains a match of the pattern. Raises ValueError for a pattern that cannot be used.

    Patterns are those of `schemas.masking.patterns`, so none is slow. Of a long text the beginning is looked at: LOOKED_AT characters, by
    the pattern's repeats of open length.

    >>> matches("^buy|refund")("a refund"), matches("a*b")("x" * 2_000 + "b")
    (True, False)
    """
    (found,), end = compiled([pattern]), LOOKED_AT[repeats_of(pattern)]
    return lambda content: content is not None and found.search(written(content), 0, end) is not None


def empty(wanted: bool) -> Test:
    """Return a test: the cell is empty; with `wanted` false, the cell is not empty."""
    return lambda content: (content is None) == wanted


def above(bound: float, style: Style = PLAIN) -> Test:
    """Return a test: the number is greater than the bound. An empty cell fails. The test raises ValueError if the cell is no number."""
    limit = number(bound)
    return lambda content: content is not None and number(content, style) > limit


def below(bound: float, style: Style = PLAIN) -> Test:
    """Return a test: the number is smaller than the bound. An empty cell fails. The test raises ValueError if the cell is no number."""
    limit = number(bound)
    return lambda content: content is not None and number(content, style) < limit


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
    """Return True: the condition of a rule that takes every row."""
    return True


def all_of(tests: dict[str, list[Test]]) -> Condition:
    """Return a condition: every column passes all of its tests. Without tests it is `always`.

    >>> first = Seen({"page": "Help", "n": "3"}, 1, "", frozenset({""}))
    >>> all_of({"page": [equal(["Help", "About"])], "n": [above(2)]})(first), all_of({"page": [begins("A")]})(first)
    (True, False)
    """
    if not tests:
        return always
    asked: list[tuple[Value, list[Test]]] = [(column(name), wanted) for name, wanted in tests.items()]
    return lambda seen: all(test(value(seen)) for value, wanted in asked for test in wanted)


def rule_of(desk: Desk, path: Path, table: dict[str, Any], common: dict[str, Any], threaded: bool, asked: dict[str, None]) -> Rule:
    """Return the rule that this table declares. Add the columns of its conditions to `asked`, and its problems to `desk`."""
    holds = _parse_condition(desk, (*path, "when"), table.get("when", {}), asked)
    after = _parse_condition(desk, (*path, "after"), table["after"], asked) if "after" in table else None
    first = table.get("first", False)
    if not isinstance(first, bool):
        desk.wrong((*path, "first"), "`first` should be true or false")
    if (first or after) and not threaded:
        desk.wrong((*path, "first" if first else "after"), "`first` and `after` need a thread", 'as [file] thread = "{ticket}"')
    left = desk.text(path, table, "leave_out")
    if left and "kind" in table:
        desk.wrong((*path, "leave_out"), "a row is a touchpoint or left out, not both", "take away `kind` or `leave_out`")
    kind = None if left else _find_kind(desk, path, table)
    fields = _parse_fields(desk, path, kind, table, common) if kind else {}
    return Rule(desk.lines.line_of(*path), kind, holds, after, bool(first), left, fields)


def _find_kind(desk: Desk, path: Path, table: dict[str, Any]) -> type[Touchpoint] | None:
    if "kind" not in table:
        desk.wrong(path, "a [[touchpoint]] needs a `kind`", 'rows that are none: leave_out = "why"')
        return None
    name = desk.text(path, table, "kind")
    if name not in BY_KIND:
        desk.wrong((*path, "kind"), f"there is no kind `{name}`", suggestion(name, BY_KIND))
    return BY_KIND.get(name)


def _parse_fields(desk: Desk, path: Path, kind: type[Touchpoint], table: dict[str, Any], common: dict[str, Any]) -> dict[str, Value]:
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


def _parse_condition(desk: Desk, path: Path, found: Any, asked: dict[str, None]) -> Condition:
    tests: dict[str, list[Test]] = {}
    for name, wanted in desk.table(path, found).items():
        asked[name] = None
        desk.named((*path, name), name)
        tests[name] = _parse_tests(desk, (*path, name), wanted)
    return all_of(tests)


def _parse_tests(desk: Desk, path: Path, wanted: Any) -> list[Test]:
    if not isinstance(wanted, dict):
        return [TESTS["is"](_as_texts(wanted))]
    desk.known(path, wanted, TESTS, "a condition")
    return [test for key, operand in wanted.items() if key in TESTS and (test := _parse_test(desk, (*path, key), key, operand))]


def _parse_test(desk: Desk, path: Path, key: str, operand: Any) -> Test | None:
    if key in ("is", "is_not"):
        return TESTS[key](_as_texts(operand))
    wanted = {"empty": bool, "above": (int, float), "below": (int, float)}.get(key, str)
    if not isinstance(operand, wanted) or (key in ("above", "below") and isinstance(operand, bool)):  # type: ignore[arg-type]
        desk.wrong(path, f"`{key}` cannot be {operand!r}")
        return None
    try:
        return TESTS[key](operand, desk.style) if key in ("above", "below") else TESTS[key](operand)
    except ValueError:
        misfit = misfit_of(operand)
        desk.wrong(path, f"`matches`: {misfit.what}" if misfit else f"`{key}` cannot be {operand!r}", misfit.fix if misfit else "")
        return None


def _as_texts(wanted: Any) -> list[str]:
    return [written(word) for word in (wanted if isinstance(wanted, list) else [wanted])]
