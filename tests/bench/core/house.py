"""The house in figures: rooms, edges between them, circles, lines, and what one event walks through (`python -m tests.bench.core.house`).

Calls and files of an event are counted inside `decide`, by Python's profiler hook: Python functions only, the warm-up left out.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from streams.decide import decide
from streams.rules import Rules
from streams.state import Partition
from streams.story import story

ROOT = Path(__file__).resolve().parents[3]
STORIES = {
    "page_viewed, nothing found": ("0 web page_viewed /shop page=/shop\n1m web page_viewed /shop/a page=/shop/a", 1),
    "payment_failed -> friction, decision, offer": (
        "0 web page_viewed /shop page=/shop\n1m web payment_failed /pay payment=p1 order=o1 amount=8900",
        1,
    ),
}


def sources(room: str = "") -> list[Path]:
    """Return our files, or those of one package."""
    rooms = (room,) if room else ("schemas", "streams", "agents")
    return sorted(path for each in rooms for path in (ROOT / each).rglob("*.py"))


def module(path: Path) -> str:
    """Return the dotted name of a file's module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(package: str) -> dict[str, set[str]]:
    """Return what each module of a package imports from the same package."""
    known = {module(path): path for path in sources(package)}
    found: dict[str, set[str]] = {}
    for name, path in known.items():
        nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom) and node.module]
        wanted = {(node.module, each.name) for node in nodes for each in node.names}
        found[name] = {full if (full := f"{of}.{what}") in known else str(of) for of, what in wanted} & known.keys() - {name}
    return found


def room(name: str) -> str:
    """Return the room a module lies in: the second part of its name."""
    return ".".join(name.split(".")[:2])


def between(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return which rooms each room imports."""
    found: dict[str, set[str]] = {}
    for name, others in edges.items():
        found.setdefault(room(name), set()).update(room(other) for other in others if room(other) != room(name))
    return found


def knot(edges: dict[str, set[str]]) -> int:
    """Return how many names can reach themselves.

    >>> knot({"a": {"b"}, "b": {"a"}, "c": {"a"}})
    2
    """

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(edges.get(start, ()))
        while waiting:
            if (one := waiting.pop()) not in seen:
                seen.add(one)
                waiting += edges.get(one, ())
        return seen

    return sum(name in reach(name) for name in edges)


def walked(text: str, which: int) -> tuple[int, int, int]:
    """Return Python calls, files, and returns to a file already left, of one touchpoint of a story inside `decide`."""
    rules, partition = Rules(), Partition()
    journey, files, calls = rules.codec.new(), list[str](), 0

    def note(frame: FrameType, what: str, _arg: Any) -> None:
        nonlocal calls
        if what == "call" and frame.f_code.co_filename.startswith(str(ROOT)):
            calls += 1
            files.append(frame.f_code.co_filename)

    for number, touchpoint in enumerate(story(text)):
        if number == which:
            sys.setprofile(note)
        decide(journey, partition, touchpoint, rules, touchpoint.at)
        sys.setprofile(None)
    entered = [name for before, name in zip(["", *files], files, strict=False) if name != before]
    return calls, len(set(files)), len(entered) - len(set(entered))


def table(rows: Iterable[tuple[str, object]], show: Callable[[str], None] = print) -> None:
    """Print name and figure, one a line."""
    for name, figure in rows:
        show(f"{name:<60} {figure}")


def main() -> None:
    """Print the house in figures."""
    for package in ("streams", "agents"):
        edges = imports(package)
        rooms = between(edges)
        sizes = {name: sum(room(each) == name for each in edges) for name in sorted(rooms)}
        table([(f"{package}: files per room", ", ".join(f"{n.partition('.')[2] or n} {k}" for n, k in sizes.items()))])
        table([(f"{package}: edges between rooms", sum(map(len, rooms.values()))), (f"{package}: rooms in a circle", knot(rooms))])
        table([(f"{package}: files in a circle", knot(edges))])
    for name, (text, which) in STORIES.items():
        calls, files, returns = walked(text, which)
        table([(name, f"{calls} calls, {files} files, {returns} returns to a file already left")])
    table([("lines of schemas, streams, agents", sum(path.read_text().count("\n") for path in sources()))])
    table([("bytes of README.md", len((ROOT / "README.md").read_bytes()))])


if __name__ == "__main__":
    main()
