"""When a rule of a mapping holds: what the cells of a row must be."""

from __future__ import annotations

import re
from collections.abc import Callable

from agents.tools.mapping.values import Seen, Value, column, number, written

Condition = Callable[[Seen], bool]

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
