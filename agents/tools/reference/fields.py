"""The fields of a record as its source declares them: name, type, default, and the comment that says what the field holds.

A running program has no comments, so the source is parsed again. The comment is the one behind a field, or the lines above it.
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
    """One field. `default` is empty if the field must be given. `says` is its comment."""

    name: str
    type: str
    default: str
    says: str


@cache
def fields(kind: type[msgspec.Struct], *, own: bool = False) -> tuple[Field, ...]:
    """Return every field of this struct, inherited ones first. With `own`, return only those that the class itself declares.

    >>> from schemas.outputs.signals import FrictionClosed
    >>> fields(FrictionClosed, own=True)[1]
    Field(name='signal', type='str', default='', says='id of the FrictionOpened')
    >>> fields(FrictionClosed, own=True)[2].type
    "'crowded_out' | 'expired' | 'resolved'"
    """
    classes = (
        [kind] if own else [base for base in reversed(kind.__mro__) if issubclass(base, msgspec.Struct) and base is not msgspec.Struct]
    )
    found = {field.name: field for base in classes for field in _iter_declared(base)}
    described = kinds.type_info(kind)
    assert isinstance(described, kinds.StructType)
    wire = {each.name: each for each in described.fields}
    return tuple(
        field._replace(name=wire[name].encode_name, type=_values(wire[name].type) or field.type)
        for name, field in found.items()
        if name in wire
    )


def _values(kind: kinds.Type) -> str:
    """Return the texts that a field may hold, if they are a closed set; otherwise an empty text."""
    choices = kind.types if isinstance(kind, kinds.UnionType) else (kind,)
    values = [repr(value) for choice in choices if isinstance(choice, kinds.LiteralType) for value in choice.values]
    return " | ".join(sorted(values))


def _iter_declared(kind: type[msgspec.Struct]) -> Iterator[Field]:
    source = textwrap.dedent(inspect.getsource(kind))
    remarks, body = _remarks(source), ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and "ClassVar" not in ast.unparse(node.annotation):
            default = "" if node.value is None else _default(node.value)
            yield Field(node.target.id, ast.unparse(node.annotation), default, _says(remarks, node))


def _default(node: ast.expr) -> str:
    """Return the default as it is written. Of a factory, return what it makes; of a field with only another name on the wire, nothing.

    >>> [_default(ast.parse(text, mode="eval").body) for text in ("5_000", "field(default_factory=lambda: {'': 5})", "field(name='from')")]
    ['5000', "{'': 5}", '']
    """
    if isinstance(node, ast.Call):
        given = next((word.value for word in node.keywords if word.arg in ("default", "default_factory")), None)
        return ast.unparse(given.body if isinstance(given, ast.Lambda) else given) if given else ""
    return ast.unparse(node)


def _remarks(source: str) -> dict[int, tuple[str, bool]]:
    """Return the comments by line number, each with whether it has the line to itself."""
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
    """Return the fields as a table. A field without a default must be given."""
    rows = [(f"`{each.name}`", f"`{each.type}`", f"`{each.default}`" if each.default else "must be given", each.says) for each in found]
    return table(("field", "type", "default", "holds"), rows)
