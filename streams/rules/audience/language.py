"""The language of audience rules: a subset of Python expressions. A rule is parsed once at load and never executed as Python.

    band in ('high', 'critical') and purchases >= 3 and not count(asking, days=30) > 2

A rule may use comparisons, `and`, `or`, `not`, parentheses, numbers, texts, and lists of constants after `in`. It may use the facts
of `streams.rules.audience.facts`, `count(activity, days=30)` or `count(kind)`, and `persona(name)`.

A fact may be unknown: days_since_purchase before any purchase. Its comparison is then false.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable
from typing import Any

from streams.rules.audience.operands import AudienceError, Operand, fault_at, parse_constant, parse_operand, unknown_name
from streams.state import Journey

Audience = Callable[[Journey, int], bool]  # (journey, now in ms UTC) -> whether the rule holds
__all__ = ["Audience", "AudienceError", "parse_audience"]
MAX_CHARS = 1_000  # characters of a rule
SAME, AMONG = (ast.Eq, ast.NotEq), (ast.In, ast.NotIn)
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many, ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip


def parse_audience(rule: str) -> Audience:
    """Return the predicate of a rule. Raises AudienceError.

    >>> parse_audience("purchases == 0 and not open_frictions > 0")(Journey(), 0)
    True
    >>> parse_audience("purchses > 3")
    Traceback (most recent call last):
    streams.rules.audience.operands.AudienceError: column 1: 'purchses' is unknown; did you mean 'purchases'?
    """
    if len(rule) > MAX_CHARS:
        raise AudienceError(f"column {MAX_CHARS}: a rule has at most {MAX_CHARS} characters, this has {len(rule)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Python only warns of "1and 2": here it is an error, because its meaning would be a guess
            tree = ast.parse(rule.strip(), mode="eval")
        return _parse_condition(tree.body)
    except SyntaxError as error:
        raise AudienceError(f"column {error.offset or len(rule) + 1}: {error.msg}") from error  # no offset: the rule ends too soon
    except (ValueError, RecursionError, MemoryError) as error:
        raise error if isinstance(error, AudienceError) else AudienceError(f"column 1: {error}") from error


def _parse_condition(node: ast.expr) -> Audience:
    """Return the predicate of a node that is true or false."""
    if isinstance(node, ast.BoolOp):
        return _all_or_any(isinstance(node.op, ast.And), [_parse_condition(value) for value in node.values])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _parse_condition(node.operand)
        return lambda journey, at: not inner(journey, at)
    if isinstance(node, ast.Compare):
        return _parse_comparison(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "persona":
        return _parse_persona(node)
    if isinstance(node, ast.Name) and node.id.lower() in ("true", "false"):
        constant = node.id.lower() == "true"
        return lambda journey, at: constant
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return _parse_condition(ast.copy_location(ast.Name(str(node.value)), node))
    raise fault_at(node, "here a comparison is expected, as `purchases > 3`")


def _parse_persona(node: ast.Call) -> Audience:
    """Return whether the customer is in this persona. The blueprint's checks find personas that do not exist."""
    if len(node.args) != 1 or node.keywords:
        raise fault_at(node, "name one persona, as persona(savers)")
    what = node.args[0]
    name = what.id if isinstance(what, ast.Name) else parse_constant(what)
    return lambda journey, at: name in journey.personas


def _all_or_any(every: bool, parts: list[Audience]) -> Audience:
    """Return the parts joined by `and` (every) or `or`. Most customers fail at the first part, so no loop is begun for it."""
    first, *others = parts
    if not others:
        return first
    rest = _all_or_any(every, others)
    if every:
        return lambda journey, at: first(journey, at) and rest(journey, at)
    return lambda journey, at: first(journey, at) or rest(journey, at)


def _parse_comparison(node: ast.Compare) -> Audience:
    sides = [parse_operand(side) for side in (node.left, *node.comparators)]
    parts = [_pair(node.comparators[i], op, sides[i], sides[i + 1]) for i, op in enumerate(node.ops)]
    return _all_or_any(True, parts)


def _pair(node: ast.expr, op: ast.cmpop, left: Operand, right: Operand) -> Audience:
    compare = COMPARE.get(type(op))
    if compare is None or left.is_list or right.is_list != isinstance(op, AMONG):
        raise fault_at(node, "compare with ==, !=, <, <=, >, >=; or with `in` and a list, as `band in ('high', 'critical')`")
    if left.is_text != right.is_text:
        raise fault_at(node, "a text and a number never compare")
    if left.is_text and not isinstance(op, SAME + AMONG):
        raise fault_at(node, "texts are the same or not; they have no order")
    _check_values(left, right)
    _check_values(right, left)
    return _build_comparison(node, compare, left, right)


def _check_values(fact: Operand, other: Operand) -> None:
    """Raise AudienceError for a text that the fact can never have: it is misspelt."""
    texts = other.constant if isinstance(other.constant, tuple) else (other.constant,)
    for text in texts if fact.values and other.take is None else ():
        if text not in fact.values:
            raise unknown_name(other.node, str(text), fact.values)


def _build_comparison(node: ast.expr, compare: Callable[[Any, Any], bool], left: Operand, right: Operand) -> Audience:
    first, second = left.take, right.take
    if first is not None and second is not None:
        return lambda journey, at: compare(first(journey, at), second(journey, at))
    if first is not None:
        constant = right.constant
        return lambda journey, at: compare(first(journey, at), constant)
    if second is not None:
        constant = left.constant
        return lambda journey, at: compare(constant, second(journey, at))
    raise fault_at(node, "two constants say nothing about the customer")
