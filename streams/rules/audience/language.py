"""A small, safe language for audience rules, parsed once at load: nothing of it is ever executed as Python.

    band in ('high', 'critical') and purchases >= 3 and not count(asking, days=30) > 2

Comparisons, `and`, `or`, `not`, parentheses, numbers, texts, lists of constants after `in`, the facts of `streams.rules.audience.facts`,
`count(activity, days=30)` or `count(kind)`, and `persona(name)`. A fact that is not known (no purchase yet: days_since_purchase) makes its
comparison false.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable
from typing import Any

from streams.rules.audience.operands import AudienceError, Operand, constant_of, fault, operand, unknown
from streams.state import Journey

Audience = Callable[[Journey, int], bool]  # (journey, now in ms UTC) -> is it for them?
__all__ = ["Audience", "AudienceError", "audience"]
LONGEST = 1_000  # characters of a rule
SAME, AMONG = (ast.Eq, ast.NotEq), (ast.In, ast.NotIn)
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many, ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip


def audience(rule: str) -> Audience:
    """The predicate a rule stands for. Raises AudienceError.

    >>> audience("purchases == 0 and not open_frictions > 0")(Journey(), 0)
    True
    >>> audience("purchses > 3")
    Traceback (most recent call last):
    streams.rules.audience.operands.AudienceError: column 1: 'purchses' is unknown; did you mean 'purchases'?
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
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "persona":
        return _persona(node)
    if isinstance(node, ast.Name) and node.id.lower() in ("true", "false"):
        constant = node.id.lower() == "true"
        return lambda journey, at: constant
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return _truth(ast.copy_location(ast.Name(str(node.value)), node))
    raise fault(node, "here a comparison is expected, as `purchases > 3`")


def _persona(node: ast.Call) -> Audience:
    """Whether the customer is one of this persona; whether there is such a persona is the blueprint's business."""
    if len(node.args) != 1 or node.keywords:
        raise fault(node, "name one persona, as persona(savers)")
    what = node.args[0]
    name = what.id if isinstance(what, ast.Name) else constant_of(what)
    return lambda journey, at: name in journey.personas


def _all_or_any(every: bool, parts: list[Audience]) -> Audience:
    def holds(journey: Journey, at: int) -> bool:
        for part in parts:  # a loop, not all(): a generator would cost more than the parts
            if part(journey, at) is not every:
                return not every
        return every

    return holds


def _comparison(node: ast.Compare) -> Audience:
    sides = [operand(side) for side in (node.left, *node.comparators)]
    parts = [_pair(node.comparators[i], op, sides[i], sides[i + 1]) for i, op in enumerate(node.ops)]
    return parts[0] if len(parts) == 1 else _all_or_any(True, parts)


def _pair(node: ast.expr, op: ast.cmpop, left: Operand, right: Operand) -> Audience:
    compare = COMPARE.get(type(op))
    if compare is None or left.is_list or right.is_list != isinstance(op, AMONG):
        raise fault(node, "compare with ==, !=, <, <=, >, >=; or with `in` and a list, as `band in ('high', 'critical')`")
    if left.is_text != right.is_text:
        raise fault(node, "a text and a number never compare")
    if left.is_text and not isinstance(op, SAME + AMONG):
        raise fault(node, "texts are the same or not; they have no order")
    _check_values(left, right)
    _check_values(right, left)
    return _compiled(node, compare, left, right)


def _check_values(fact: Operand, other: Operand) -> None:
    """A text that the fact can never have is a misspelling."""
    texts = other.constant if isinstance(other.constant, tuple) else (other.constant,)
    for text in texts if fact.values and other.take is None else ():
        if text not in fact.values:
            raise unknown(other.node, str(text), fact.values)


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
    raise fault(node, "two constants say nothing about the customer")
