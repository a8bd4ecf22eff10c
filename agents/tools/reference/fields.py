"""The fields of a record as its source declares them: name, type, default, and the comment that says what it holds.

A comment is no part of a running program, so the source is read again: the comment behind a field, or the lines above it.
"""

from __future__ import annotations

import ast
import inspect
import io
import textwrap
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import msgspec
from msgspec import inspect as kinds

from agents.tools.reference.markdown import table


class Field(NamedTuple):
    """One field. `default` is empty where the field must be given."""

    name: str
    type: str
    default: str
    says: str


@cache
def fields(kind: type[msgspec.Struct], *, own: bool = False) -> tuple[Field, ...]:
    """Every field of this struct, inherited ones first; with `own` those that the class itself declares.

    >>> from schemas.signals import FrictionClosed
    >>> fields(FrictionClosed, own=True)[1]
    Field(name='signal', type='str', default='', says='id of the FrictionOpened')
    >>> fields(FrictionClosed, own=True)[2].type
    "'crowded_out' | 'expired' | 'resolved'"
    """
    classes = (
        [kind] if own else [base for base in reversed(kind.__mro__) if issubclass(base, msgspec.Struct) and base is not msgspec.Struct]
    )
    found = {field.name: field for base in classes for field in _declared(base)}
    described = kinds.type_info(kind)
    assert isinstance(described, kinds.StructType)
    wire = {each.name: each for each in described.fields}
    return tuple(
        field._replace(name=wire[name].encode_name, type=_values(wire[name].type) or field.type)
        for name, field in found.items()
        if name in wire
    )


def _values(kind: kinds.Type) -> str:
    """The texts a field may hold, where they are a closed set; else nothing."""
    choices = kind.types if isinstance(kind, kinds.UnionType) else (kind,)
    values = [repr(value) for choice in choices if isinstance(choice, kinds.LiteralType) for value in choice.values]
    return " | ".join(sorted(values))


def _declared(kind: type[msgspec.Struct]) -> Iterator[Field]:
    source = textwrap.dedent(inspect.getsource(kind))
    remarks, body = _remarks(source), ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and "ClassVar" not in ast.unparse(node.annotation):
            default = "" if node.value is None else _default(node.value)
            yield Field(node.target.id, ast.unparse(node.annotation), default, _says(remarks, node))


def _default(node: ast.expr) -> str:
    """The default as it is written; of a factory what it makes, and nothing where only another name on the wire is given.

    >>> [_default(ast.parse(text, mode="eval").body) for text in ("5_000", "field(default_factory=lambda: {'': 5})", "field(name='from')")]
    ['5000', "{'': 5}", '']
    """
    if isinstance(node, ast.Call):
        given = next((word.value for word in node.keywords if word.arg in ("default", "default_factory")), None)
        return ast.unparse(given.body if isinstance(given, ast.Lambda) else given) if given else ""
    return ast.unparse(node)


def _remarks(source: str) -> dict[int, tuple[str, bool]]:
    """Comments by their line; whether each has the line to itself."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: (token.string.lstrip("# "), token.line[: token.start[1]].strip() == "")
        for token in tokens
        if token.type == tokenize.COMMENT and "noqa" not in token.string and "fmt:" not in token.string
    }


def _says(remarks: dict[int, tuple[str, bool]], node: ast.AnnAssign) -> str:
    if (behind := remarks.get(node.end_lineno or 0)) and not behind[1]:
        return behind[0]
    above, line = list[str](), node.lineno - 1
    while (remark := remarks.get(line)) and remark[1]:
        above.append(remark[0])
        line -= 1
    return " ".join(reversed(above))


def field_table(found: Iterable[Field]) -> str:
    """Fields as a table; a field without a default must be given."""
    rows = [(f"`{each.name}`", f"`{each.type}`", f"`{each.default}`" if each.default else "must be given", each.says) for each in found]
    return table(("field", "type", "default", "holds"), rows)
