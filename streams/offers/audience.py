"""A small, safe language for audience rules, parsed once at load: nothing of it is ever executed as Python.

    band in ('high', 'critical') and purchases >= 3 and not count(asking, days=30) > 2

Comparisons, `and`, `or`, `not`, parentheses, numbers, texts, lists of constants after `in`, the facts of `streams.offers.facts`, and
`count(activity, days=30)` or `count(kind)`. A fact that is not known (no purchase yet: days_since_purchase) makes its comparison false.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, NamedTuple

from streams.offers.facts import COUNTABLE, FACTS, counting
from streams.state import Journey

Audience = Callable[[Journey, int], bool]  # (journey, now in ms UTC) -> is it for them?
Take = Callable[[Journey, int], Any]
LONGEST = 1_000  # characters of a rule
SAME, AMONG = (ast.Eq, ast.NotEq), (ast.In, ast.NotIn)
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many, ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip


class AudienceError(ValueError):
    """A rule that cannot be understood; the message names the column, and the nearest known name for one that is unknown."""


class Operand(NamedTuple):
    """One side of a comparison: a fact or a count, or else a constant or a list of constants."""

    node: ast.expr
    is_text: bool
    take: Take | None = None
    constant: float | str | tuple[float | str, ...] = ()
    values: tuple[str, ...] = ()  # of a text fact: those it can have

    @property
    def is_list(self) -> bool:
        """Whether it stands after `in`."""
        return self.take is None and isinstance(self.constant, tuple)


def audience(rule: str) -> Audience:
    """The predicate a rule stands for. Raises AudienceError.

    >>> audience("purchases == 0 and not open_frictions > 0")(Journey(), 0)
    True
    >>> audience("purchses > 3")
    Traceback (most recent call last):
    streams.offers.audience.AudienceError: column 1: 'purchses' is unknown; did you mean 'purchases'?
    """
    if len(rule) > LONGEST:
        raise AudienceError(f"column {LONGEST}: a rule has at most {LONGEST} characters, this has {len(rule)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Python only warns of "1and 2"; a rule that needs guessing is a wrong rule
            tree = ast.parse(rule.strip(), mode="eval")
        return _truth(tree.body)
    except SyntaxError as error:
        raise AudienceError(f"column {error.offset or len(rule) + 1}: {error.msg}") from error  # no offset: it ends too soon
    except (ValueError, RecursionError, MemoryError) as error:
        raise error if isinstance(error, AudienceError) else AudienceError(f"column 1: {error}") from error


def _truth(node: ast.expr) -> Audience:
    """A node that stands for yes or no."""
    if isinstance(node, ast.BoolOp):
        return _all_or_any(isinstance(node.op, ast.And), [_truth(value) for value in node.values])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _truth(node.operand)
        return lambda journey, at: not inner(journey, at)
    if isinstance(node, ast.Compare):
        return _comparison(node)
    if isinstance(node, ast.Name) and node.id.lower() in ("true", "false"):
        constant = node.id.lower() == "true"
        return lambda journey, at: constant
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return _truth(ast.copy_location(ast.Name(str(node.value)), node))
    raise _error(node, "here a comparison is expected, as `purchases > 3`")


def _all_or_any(every: bool, parts: list[Audience]) -> Audience:
    def holds(journey: Journey, at: int) -> bool:
        for part in parts:  # a loop, not all(): a generator would cost more than the parts
            if part(journey, at) is not every:
                return not every
        return every

    return holds


def _comparison(node: ast.Compare) -> Audience:
    sides = [_operand(side) for side in (node.left, *node.comparators)]
    parts = [_pair(node.comparators[i], op, sides[i], sides[i + 1]) for i, op in enumerate(node.ops)]
    return parts[0] if len(parts) == 1 else _all_or_any(True, parts)


def _pair(node: ast.expr, op: ast.cmpop, left: Operand, right: Operand) -> Audience:
    compare = COMPARE.get(type(op))
    if compare is None or left.is_list or right.is_list != isinstance(op, AMONG):
        raise _error(node, "compare with ==, !=, <, <=, >, >=; or with `in` and a list, as `band in ('high', 'critical')`")
    if left.is_text != right.is_text:
        raise _error(node, "a text and a number never compare")
    if left.is_text and not isinstance(op, SAME + AMONG):
        raise _error(node, "texts are the same or not; they have no order")
    _check_values(left, right)
    _check_values(right, left)
    return _compiled(node, compare, left, right)


def _check_values(fact: Operand, other: Operand) -> None:
    """A text that the fact can never have is a misspelling."""
    texts = other.constant if isinstance(other.constant, tuple) else (other.constant,)
    for text in texts if fact.values and other.take is None else ():
        if text not in fact.values:
            raise _unknown(other.node, str(text), fact.values)


def _compiled(node: ast.expr, compare: Callable[[Any, Any], bool], left: Operand, right: Operand) -> Audience:
    first, second = left.take, right.take
    if first is not None and second is not None:
        return lambda journey, at: compare(first(journey, at), second(journey, at))
    if first is not None:
        constant = right.constant
        return lambda journey, at: compare(first(journey, at), constant)
    if second is not None:
        constant = left.constant
        return lambda journey, at: compare(constant, second(journey, at))
    raise _error(node, "two constants say nothing about the customer")


def _operand(node: ast.expr) -> Operand:
    """A node that stands for a number, a text, or a list of constants."""
    if isinstance(node, ast.Name):
        if (fact := FACTS.get(node.id)) is None:
            raise _unknown(node, node.id, tuple(FACTS))
        return Operand(node, bool(fact.values), fact.take, values=fact.values)
    if isinstance(node, ast.Call):
        return Operand(node, False, _count(node))
    if isinstance(node, ast.Tuple | ast.List) and node.elts:
        return _list([_constant(element) for element in node.elts], node)
    value = _constant(node)
    return Operand(node, isinstance(value, str), constant=value)


def _list(values: list[float | str], node: ast.expr) -> Operand:
    texts = [value for value in values if isinstance(value, str)]
    if texts and len(texts) != len(values):
        raise _error(node, "a list is all texts or all numbers")
    return Operand(node, bool(texts), constant=tuple(values))


def _constant(node: ast.expr) -> float | str:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return _number(node)


def _number(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    raise _error(node, "here a fact, a number, a text or count(...) is expected")


def _count(node: ast.Call) -> Take:
    if not isinstance(node.func, ast.Name) or node.func.id != "count" or len(node.args) != 1 or any(k.arg != "days" for k in node.keywords):
        raise _error(node, "the only call is count(activity, days=30) or count(kind)")
    what = node.args[0]
    name = what.id if isinstance(what, ast.Name) else _constant(what)
    if name not in COUNTABLE:
        raise _unknown(what, str(name), COUNTABLE)
    try:
        return counting(str(name), _number(node.keywords[0].value) if node.keywords else None)
    except ValueError as error:
        raise error if isinstance(error, AudienceError) else _error(node, str(error)) from error


def _error(node: ast.expr, text: str) -> AudienceError:
    return AudienceError(f"column {node.col_offset + 1}: {text}")


def _unknown(node: ast.expr, name: str, known: tuple[str, ...]) -> AudienceError:
    nearest = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"known are {', '.join(known[:12])}"
    return _error(node, f"{name!r} is unknown; {hint}")
