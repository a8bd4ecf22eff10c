"""The page of exit codes, and of every refusal of a worker with its fix. Refusals are read from the source code."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import agents
from agents.carrier.exits import CRASHED, REFUSED, Refusal
from agents.tools.reference.commands import LINE
from agents.tools.reference.markdown import page, table

INTRO = """
A command or a worker ends with one of these codes. A refusal says the cause and the fix in one line. To act on one, see [read a
refusal](../how-to/read-a-refusal.md).
"""
ERRORS = importlib.import_module(f"{LINE}.terminal.errors")
CODES = (
    (0, "any command", "It did what was asked."),
    (0, "a worker", "It was told to stop (SIGTERM or Ctrl-C). Everything it applied is committed."),
    (ERRORS.PROBLEMS_FOUND, "any command", "It ran and found problems: rejected events, a wrong blueprint, a difference."),
    (ERRORS.CANNOT, "any command", "It was used wrongly, or could not reach something. Standard error says what to do."),
    (
        REFUSED,
        "a worker",
        "It refuses to run like this. A restart cannot help: change first what its line names. Of journey or ingest, all roles stop.",
    ),
    (CRASHED, "a worker", "It was in doubt and gave up. Nothing is lost. Start it again; `sojourn worker` does so itself."),
)


def exits_page() -> str:
    """Return the page: the codes, then every refusal."""
    codes = table(("code", "who", "means"), [(str(code), who, means) for code, who, means in CODES])
    found = table(("cause", "fix"), sorted(set(refusals())))
    return page("Exit codes and refusals", INTRO, codes, "## Refusals of a worker (2)", "`...` stands for what differs.", found)


def refusals() -> Iterator[tuple[str, str]]:
    """Yield cause and fix of every `Refusal(cause, fix)` in our code. A name is looked up in its module, or where it is given a value."""
    root = Path(str(agents.__file__)).parent
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_refusal(node.func) and len(node.args) == 2]
        module = ".".join(path.relative_to(root.parent).with_suffix("").parts)
        given = {
            each.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for each in node.targets
            if isinstance(each, ast.Name)
        }
        for call in calls:
            yield _text(call.args[0], module, given), _text(call.args[1], module, given)


def _is_refusal(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == Refusal.__name__


def _text(node: ast.expr, module: str, given: Mapping[str, ast.expr]) -> str:
    """Return a text as it is written in the source. Parts that are put in at run time become `...`, within a command `...` without marks.

    >>> _text(ast.parse('f"topic {name} does not exist: run `make {name}`"', mode="eval").body, "", {})
    'topic `...` does not exist: run `make ...`'
    """
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        found = ""
        for part in node.values:
            found += str(part.value) if isinstance(part, ast.Constant) else "..." if found.count("`") % 2 else "`...`"
        return found
    if isinstance(node, ast.Name) and node.id in given:
        return _text(given[node.id], module, given)
    if isinstance(node, ast.Name):
        return str(getattr(importlib.import_module(module), node.id))
    return "`...`"
