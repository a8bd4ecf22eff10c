"""The operands of a comparison in an audience rule: a fact, a count, a constant, or a list of constants."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NamedTuple

from streams.rules.audience.facts import COUNTABLE, FACTS, count_fact
from streams.rules.suggest import suggestion
from streams.state import Journey

Take = Callable[[Journey, int], Any]


class AudienceError(ValueError):
    """An audience rule that cannot be parsed. The message names the column and, for an unknown name, the nearest known one."""


class Operand(NamedTuple):
    """One side of a comparison: a fact or a count, or else a constant or a list of constants."""

    node: ast.expr
    is_text: bool
    take: Take | None = None
    constant: float | str | tuple[float | str, ...] = ()
    values: tuple[str, ...] = ()  # the values that a text fact can have

    @property
    def is_list(self) -> bool:
        """Whether it is a list, which stands after `in`."""
        return self.take is None and isinstance(self.constant, tuple)


def parse_operand(node: ast.expr) -> Operand:
    """Return the operand of a node: a number, a text, or a list of constants."""
    if isinstance(node, ast.Name):
        if (fact := FACTS.get(node.id)) is None:
            raise unknown_name(node, node.id, tuple(FACTS))
        return Operand(node, bool(fact.values), fact.take, values=fact.values)
    if isinstance(node, ast.Call):
        return Operand(node, False, _parse_count(node))
    if isinstance(node, ast.Tuple | ast.List) and node.elts:
        return _parse_list([parse_constant(element) for element in node.elts], node)
    value = parse_constant(node)
    return Operand(node, isinstance(value, str), constant=value)


def _parse_list(values: list[float | str], node: ast.expr) -> Operand:
    texts = [value for value in values if isinstance(value, str)]
    if texts and len(texts) != len(values):
        raise fault_at(node, "a list is all texts or all numbers")
    return Operand(node, bool(texts), constant=tuple(values))


def parse_constant(node: ast.expr) -> float | str:
    """Return a number or a text that is written in the rule itself."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_parse_number(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return _parse_number(node)


def _parse_number(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    raise fault_at(node, "here a fact, a number, a text or count(...) is expected")


def _parse_count(node: ast.Call) -> Take:
    if not isinstance(node.func, ast.Name) or node.func.id != "count" or len(node.args) != 1 or any(k.arg != "days" for k in node.keywords):
        raise fault_at(node, "the only call is count(activity, days=30) or count(kind)")
    what = node.args[0]
    name = what.id if isinstance(what, ast.Name) else parse_constant(what)
    if name not in COUNTABLE:
        raise unknown_name(what, str(name), COUNTABLE)
    try:
        return count_fact(str(name), _parse_number(node.keywords[0].value) if node.keywords else None)
    except ValueError as error:
        raise error if isinstance(error, AudienceError) else fault_at(node, str(error)) from error


def fault_at(node: ast.expr, text: str) -> AudienceError:
    """Return the error at this column."""
    return AudienceError(f"column {node.col_offset + 1}: {text}")


def unknown_name(node: ast.expr, name: str, known: tuple[str, ...]) -> AudienceError:
    """Return the error for an unknown name, with the nearest known one."""
    return fault_at(node, f"{name!r} is unknown; {suggestion(name, known)}".removesuffix("; "))
