"""A detector is one file: dropped into its folder it is registered, bound by every law, and heard in a story, with nothing else touched.

The trees are copied, so that the repository stays as it is while a real interpreter imports the new file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "slow_checkout"
FILE = f"streams/friction/{NAME}.py"
PAGE = REPOSITORY / "docs/how-to/add-a-friction-detector.md"
SOURCE = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]  # the page's recipe, to the letter
STORY = "0 web checkout_started /pay cart=k1\n20m web order_placed /pay order=o1 cart=k1"
DOCUMENTED = f"""
from agents.tools.reference.detectors import friction_page
from agents.tools.reference.numbering import frictions
from tests.docs.evidence import held_by
print(friction_page())
print([held_by(detector) for detector in frictions() if detector.name == {NAME!r}])
"""
MEASURED = f"""
from agents.journey.counters import booked
from streams.replay import Replay
from streams.story import story
print([line for line in map(booked, Replay().run(story({STORY!r})).emissions) if line[0] == "signal"])
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for package in ("schemas", "streams", "agents"):
        shutil.copytree(REPOSITORY / package, tmp_path / package)
    shutil.copytree(REPOSITORY / "tests", tmp_path / "tests")  # conftest.py too: without its profile a law fails where the machine is slow
    return tmp_path


def run(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *words], cwd=tree, env=environment, capture_output=True, text=True, timeout=120, check=False)


def laws_on(tree: Path, name: str) -> subprocess.CompletedProcess[str]:
    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--doctest-modules", "-k", name)
    return run(tree, "-m", "pytest", *options, "tests/laws/test_detectors.py", f"streams/friction/{name}.py")


def test_a_new_file_is_registered_heard_and_bound_by_every_law(tree: Path) -> None:
    (tree / FILE).write_text(SOURCE)
    program = f"from streams.replay import signals_of; print(signals_of({STORY!r}))"
    assert run(tree, "-c", program).stdout == f"['{NAME}']\n"
    judged = laws_on(tree, NAME)
    assert judged.returncode == 0, judged.stdout
    assert "7 passed" in judged.stdout  # its doctest, four laws of itself, the laws of a journey, and that it speaks


def test_a_new_file_is_measured_and_documented(tree: Path) -> None:
    """Its metric has its label, and the reference its row and section, with nothing else touched."""
    (tree / FILE).write_text(SOURCE)
    assert run(tree, "-c", MEASURED).stdout == f"[('signal', 'friction', '{NAME}')]\n"
    documented = run(tree, "-c", DOCUMENTED)
    told = "The customer needed long from checkout to order | order_placed | minutes 15 | [ours] | 2 | 30 min"
    assert f"| - | [`{NAME}`](#{NAME}) | {told} |" in documented.stdout
    assert f"\n## {NAME}\n" in documented.stdout
    assert "['2 examples, 9 laws']" in documented.stdout


def test_a_new_file_without_its_guard_is_refused(tree: Path) -> None:
    (tree / FILE).write_text(SOURCE.replace("**Guard**", "Guard"))
    judged = laws_on(tree, NAME)
    assert "is_documented" in judged.stdout
    assert judged.returncode == 1


def test_a_name_used_twice_ends_the_program(tree: Path) -> None:
    (tree / FILE).write_text(SOURCE.replace(f'"{NAME}"', '"rage_click"'))
    judged = run(tree, "-c", "from streams.detectors.registry import registry; registry()")
    assert "two detectors are called rage_click" in judged.stderr
