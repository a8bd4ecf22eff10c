"""The two builds of the core: the Python sources, and the same modules compiled (`make fast`). Both must decide alike."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from agents.running.build import BUILD, build_of

ROOT = Path(__file__).resolve().parent.parent
DIGEST = ROOT / "tests" / "bench" / "core" / "digest.py"
FAST = ROOT / ".sojourn" / "fast"


def hot_modules() -> list[str]:
    """Return the files that the compiled build compiles, as pyproject.toml names them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: list[str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["mypyc"]["include"]
    return found


def test_the_run_tests_the_build_it_was_asked_for() -> None:
    """All hot modules are of one build. `make test` asks for the pure one, `make test-fast` for the compiled one.

    Mutants caught: the checkout stands before the compiled copy on the path; a module that was named and not compiled.
    """
    asked = os.environ.get("SOJOURN_TEST_BUILD", "pure")
    builds = {name: build_of(name.removesuffix(".py").replace("/", ".")) for name in hot_modules()}
    assert {name: build for name, build in builds.items() if build != asked} == {}
    assert asked == BUILD
    started = [sys.executable, "-c", "from agents.running.build import BUILD; print(BUILD)"]  # as the suite starts workers
    assert subprocess.run(started, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == asked


@pytest.mark.parametrize("name", hot_modules())
def test_a_compiled_module_is_plain_code(name: str) -> None:
    """A compiled module defines no Struct: the compiler drops the keywords of its class, and the bytes of a state would change.

    It sets no attribute on a function and reads no docstring: a compiled function has none. Mutant caught: `frozen=True` on a class.
    """
    tree = ast.parse((ROOT / name).read_text())
    assert [each.name for each in ast.walk(tree) if isinstance(each, ast.ClassDef) and (each.keywords or _is_struct(each))] == []
    assert [each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute) and each.attr in {"__doc__", "__annotations__"}] == []


def _is_struct(made: ast.ClassDef) -> bool:
    return any("Struct" in ast.unparse(base) for base in made.bases)


@pytest.mark.compiled
def test_both_builds_decide_alike() -> None:
    """The same stream gives the same outputs, aggregates and journeys, whichever build applies it (`tests.bench.core.digest`).

    Mutant caught: a whole number where a float is declared, which the compiled build writes as `30.0`.
    """
    assert BUILD == "compiled"
    both = [_digest(ROOT), _digest(FAST, ROOT)]
    pure, compiled = (each.communicate()[0] for each in both)
    assert [each.returncode for each in both] == [0, 0]
    assert pure
    assert compiled == pure


def _digest(*path: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(map(str, path))}
    return subprocess.Popen([sys.executable, str(DIGEST)], env=environment, stdout=subprocess.PIPE, text=True)
