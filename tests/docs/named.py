"""Commands that our messages name: taken from every text of the source code that people may see, docstrings apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import REPOSITORY

ROOMS = ("schemas", "streams", "agents")
SOURCES = [path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py"))]
PLACE = "PLACE"  # stands for what is put in at run time
_SPAN = re.compile(r"`(sojourn [^`]+)`")
_WHOLE = re.compile(r"sojourn [a-z-]+( [\w<>.-]+)*\Z")
_DEFINED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Named(NamedTuple):
    """A command in a text: the file, and the command as written."""

    file: str
    command: str


def named_in_messages() -> set[Named]:
    """Return each command that a text of the code names, outside of docstrings."""
    return {Named(str(path.relative_to(REPOSITORY)), command) for path in SOURCES for text in _texts(path) for command in commands_in(text)}


def named_in_docstrings() -> set[Named]:
    """Return each command that a docstring names."""
    return {Named(str(path.relative_to(REPOSITORY)), command) for path in SOURCES for text in _docs(path) for command in commands_in(text)}


def commands_in(text: str) -> list[str]:
    """Return the commands in a text: those in backticks, and the text itself if it is one.

    >>> commands_in("run `sojourn topics create`"), commands_in("sojourn topics create"), commands_in("sojourn worker gives up: it")
    (['sojourn topics create'], ['sojourn topics create'], [])
    """
    found = [" ".join(span.split()) for span in _SPAN.findall(text)]
    return found or ([text] if _WHOLE.match(text) else [])


def _texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    docs = {id(node) for node in _doc_nodes(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else PLACE for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in within | docs:
            yield node.value


def _docs(path: Path) -> Iterator[str]:
    return (str(node.value) for node in _doc_nodes(ast.parse(path.read_text())))


def _doc_nodes(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, _DEFINED) and node.body and isinstance(node.body[0], ast.Expr):
            value = node.body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value
