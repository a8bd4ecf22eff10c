"""What stands on either side of a comparison in an audience rule: a fact, a count, a constant, a list of constants."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NamedTuple

from streams.rules.audience.facts import COUNTABLE, FACTS, counting
from streams.rules.suggest import meant
from streams.state import Journey

Take = Callable[[Journey, int], Any]


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


def operand(node: ast.expr) -> Operand:
    """A node that stands for a number, a text, or a list of constants."""
    if isinstance(node, ast.Name):
        if (fact := FACTS.get(node.id)) is None:
            raise unknown(node, node.id, tuple(FACTS))
        return Operand(node, bool(fact.values), fact.take, values=fact.values)
    if isinstance(node, ast.Call):
        return Operand(node, False, _count(node))
    if isinstance(node, ast.Tuple | ast.List) and node.elts:
        return _list([constant_of(element) for element in node.elts], node)
    value = constant_of(node)
    return Operand(node, isinstance(value, str), constant=value)


def _list(values: list[float | str], node: ast.expr) -> Operand:
    texts = [value for value in values if isinstance(value, str)]
    if texts and len(texts) != len(values):
        raise fault(node, "a list is all texts or all numbers")
    return Operand(node, bool(texts), constant=tuple(values))


def constant_of(node: ast.expr) -> float | str:
    """A number or a text that stands in the rule itself."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return _number(node)


def _number(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    raise fault(node, "here a fact, a number, a text or count(...) is expected")


def _count(node: ast.Call) -> Take:
    if not isinstance(node.func, ast.Name) or node.func.id != "count" or len(node.args) != 1 or any(k.arg != "days" for k in node.keywords):
        raise fault(node, "the only call is count(activity, days=30) or count(kind)")
    what = node.args[0]
    name = what.id if isinstance(what, ast.Name) else constant_of(what)
    if name not in COUNTABLE:
        raise unknown(what, str(name), COUNTABLE)
    try:
        return counting(str(name), _number(node.keywords[0].value) if node.keywords else None)
    except ValueError as error:
        raise error if isinstance(error, AudienceError) else fault(node, str(error)) from error


def fault(node: ast.expr, text: str) -> AudienceError:
    """The error at this column."""
    return AudienceError(f"column {node.col_offset + 1}: {text}")


def unknown(node: ast.expr, name: str, known: tuple[str, ...]) -> AudienceError:
    """The error for a name there is not, with the nearest there is."""
    return fault(node, f"{name!r} is unknown; {meant(name, known)}".removesuffix("; "))
