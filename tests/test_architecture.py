"""The house rules that no other tool checks."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from streams.detectors.registry import registry

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("schemas", "streams", "agents")
SOURCES = tuple(sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")))
PURE = tuple(path for path in SOURCES if path.relative_to(ROOT).parts[0] != "agents")
CARRIER = ROOT / "agents" / "carrier"
FORBIDDEN_NAMES = ("user", "data", "info", "manager", "helper", "utils", "process", "handle", "v2")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, the docstring apart."""
    doc = ast.get_docstring(function, clean=False)
    return (function.end_lineno or 0) - function.lineno + 1 - (doc.count("\n") + 1 if doc else 0)


@pytest.mark.parametrize("room", ROOMS)
def test_each_package_is_ours(room: str) -> None:
    """The names are generic: an installed stranger must not shadow them."""
    assert ROOT in Path(str(importlib.import_module(room).__file__)).resolve().parents


def test_every_test_folder_is_a_package() -> None:
    """Without `__init__.py`, `tests/agents` would shadow `agents`."""
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").exists()]


def test_modules_have_one_idea() -> None:
    """A module over 200 lines, or a function over 30, has two ideas in it."""
    long = [f"{path.relative_to(ROOT)}: {n}" for path in SOURCES if (n := path.read_text().count("\n")) > 200]
    trees = {path: ast.parse(path.read_text()) for path in SOURCES}
    long += [f"{path.relative_to(ROOT)}:{f.lineno} {f.name}" for path, tree in trees.items() for f in functions(tree) if lines_of(f) > 30]
    assert not long


def test_no_folder_holds_a_single_file() -> None:
    folders = {path.parent for path in SOURCES}
    lonely = [
        str(f.relative_to(ROOT))
        for f in folders
        if len(list(f.glob("*.py"))) < 2 and not any(d.is_dir() and d.name != "__pycache__" for d in f.iterdir())
    ]
    assert not lonely


def test_names_are_the_words_of_the_field() -> None:
    """Definitions and modules avoid the words that say nothing."""
    wrong = []
    for path in SOURCES:
        names = [
            path.stem,
            *(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.ClassDef)),
        ]
        wrong += [f"{path.relative_to(ROOT)}: {name}" for name in names if set(name.lower().split("_")) & set(FORBIDDEN_NAMES)]
    assert not wrong


def test_meaning_has_no_clock_and_no_salt() -> None:
    """`schemas` and `streams` never ask what time it is, never draw a number and never use Python's salted hash()."""
    wrong = []
    for path in PURE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called == "hash" or called.endswith((".now", ".utcnow", ".today")):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {called}()")
    assert not wrong


def test_one_line_reads_the_environment() -> None:
    """Addresses, sizes and secrets come through `Settings`; one module hands it the environment. (Servers pass theirs on to children.)"""
    rest = [path for path in SOURCES if "embedded" not in path.parts]
    readers = [
        str(p.relative_to(ROOT))
        for p in rest
        for n in ast.walk(ast.parse(p.read_text()))
        if isinstance(n, ast.Attribute) and ast.unparse(n) == "os.environ"
    ]
    assert len(readers) <= 1, readers


def modules() -> dict[str, Path]:
    """Return every module of ours by its dotted name."""
    return {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in SOURCES}


def imported(path: Path, known: Iterable[str]) -> set[str]:
    """Return the modules of ours that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {name if (name := f"{node.module}.{each.name}") in known else node.module for each in node.names}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    return found & set(known)


def circles(edges: Mapping[str, set[str]]) -> list[str]:
    """Return the names that can reach themselves.

    >>> circles({"a": {"b"}, "b": {"c"}, "c": {"b"}})
    ['b', 'c']
    """

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(edges[start])
        while waiting:
            if (one := waiting.pop()) not in seen:
                seen.add(one)
                waiting += edges.get(one, ())
        return seen

    return sorted(name for name in edges if name in reached(name))


def test_no_file_imports_itself_over_others() -> None:
    """Mutant caught: `streams/context/moment.py` importing `streams.decide` inside a function."""
    known = modules()
    assert not circles({name: imported(path, known) - {name} for name, path in known.items()})


def test_nothing_is_imported_for_types_alone() -> None:
    """`TYPE_CHECKING` hides a circle from the reader. In the tools it may keep heavy optional packages out, in the core it may not."""
    core = [path for path in SOURCES if path in PURE or CARRIER in path.parents]
    assert not [str(path.relative_to(ROOT)) for path in core if "TYPE_CHECKING" in path.read_text()]


def test_the_scan_meets_detectors_only() -> None:
    """Every file of `friction` and `churn` declares detectors: machinery there would be drawn into every import of the registry."""
    found = {detector.module for detector in registry()}
    rooms = (ROOT / "streams" / "friction", ROOT / "streams" / "churn")
    files = {f"streams.{room.name}.{path.stem}" for room in rooms for path in room.glob("*.py") if path.stem != "__init__"}
    assert files == found


TERMINAL = ROOT / "agents" / "tools" / "reports" / "terminal.py"
HARMLESS = frozenset(
    {"rich.progress", "rich.padding", "rich.cells"}
)  # no text that is given to them is markup but a TextColumn's, which is constant
WRITERS = {  # who writes to an output without a Terminal, and why it is text
    "agents/carrier/exits.py": "print",  # makes it visible itself
    "agents/cli/rejections.py": "typer.echo",  # --raw: the original bytes and nothing else
    "agents/cli/terminal/output.py": "typer.echo",  # escapes it itself
    "agents/tools/reference/pages.py": "print",  # names of our own pages
}


def at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but those that are there for types alone."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from at_run_time(node)


def against_the_terminal(path: Path) -> Iterator[str]:
    """Yield the lines of a file that could print a text as markup, or as it is."""
    name = str(path.relative_to(ROOT))
    for node in at_run_time(ast.parse(path.read_text())):
        place = f"{name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            asked = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            yield from (f"{place} imports {each}" for each in asked if each.split(".")[0] == "rich" and each not in HARMLESS)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("print", "typer.echo", "typer.secho", "sys.stdout.write", "sys.stderr.write") and WRITERS.get(name) != called:
                yield f"{place} {called}()"
            if any(isinstance(each, ast.Name) and each.id == "print" for each in node.args):
                yield f"{place} gives print() away"
            if called == "TextColumn" and not all(isinstance(each, ast.Constant) for each in node.args):
                yield f"{place} a column of a text that is not constant"
            if called.endswith(("from_markup", "markup.render")) or any(each.arg == "markup" for each in node.keywords):
                yield f"{place} {called} with markup"


def test_what_people_see_is_text() -> None:
    """Only one module has rich's consoles, texts and tables, so no text of a stranger can be printed as markup.

    Mutants caught: `rich.text.Text` in `follow.py`; `print(words)` in `send.py`; an f-string in a TextColumn.
    """
    assert not [line for path in SOURCES if path != TERMINAL for line in against_the_terminal(path)]


def test_headers_of_records_are_read_by_our_own_reader() -> None:
    """confluent-kafka's `Message.headers()` ends the process where a header's name is not UTF-8, and strangers write such records.

    Mutant caught: `message.headers()` in `agents/tools/demo/grocer/listening.py`. `agents.kafka.records.RecordReader` reads headers.
    """
    found = [(path, node) for path in SOURCES for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    called = [(path, node) for path, node in found if isinstance(node.func, ast.Attribute) and node.func.attr == "headers"]
    assert not [f"{path.relative_to(ROOT)}:{node.lineno}" for path, node in called]
