"""The recipes of docs/how-to, followed to the letter: a churn signal and an input format are one file each, with nothing else touched.

(The friction detector's is in `tests/laws/test_dropped_in.py`, the offer's in `test_code.py`.) The trees are copied, so that the
repository stays as it is while a real interpreter imports the new files.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.docs.written import DOCS, blocks, prose

PAGES = {name: DOCS / "how-to" / f"{name}.md" for name in ("add-a-friction-detector", "add-a-churn-signal", "add-an-input-format")}
SIGNALS = "from streams.replay import signals_of; print(signals_of('0 web account_paused\\n90d web account_paused'))"
FORMATS = """
from schemas.inputs import read
found = read(b'{"event_type":"Signed In","insert_id":"a1","user_id":"c7","time":1761555660000}', logged_at=1761555661000)
print(found.touchpoint.customer, type(found.touchpoint).__name__)
"""
REFERENCE = """
from agents.tools.reference.pages import PAGES
print(PAGES["churn-signals.md"](), PAGES["formats.md"]())
"""


STORIES = """
from streams.replay import signals_of
from tests.streams.detectors.test_declaring import Row
print([(row.detector in signals_of(row.story)) == row.fires for row in ({rows})])
"""


def file_of(page: Path) -> str:
    """Where the page says that its file belongs."""
    [path] = re.findall(r"Put this into `([^`]+)`", prose(page))
    return str(path)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository's packages with the recipes' files in it."""
    copy = tmp_path_factory.mktemp("tree")
    for package in ("schemas", "streams", "agents", "tests"):
        shutil.copytree(REPOSITORY / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "conftest.py"))
    shutil.copy(REPOSITORY / "tests" / "conftest.py", copy / "tests")
    for page in PAGES.values():
        (copy / file_of(page)).write_text(blocks(page, "python")[0].text)
    return copy


def run(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *words], cwd=tree, env=environment, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(("program", "said"), [(SIGNALS, "['paused_again']"), (FORMATS, "c7 SignedIn")], ids=["signal", "format"])
def test_a_recipes_file_is_found_by_itself(tree: Path, program: str, said: str) -> None:
    """Mutants: a registry that must be told; a reader that another format's comes before."""
    done = run(tree, "-c", program)
    assert (done.stdout.strip(), done.stderr) == (said, "")


def test_the_stories_on_the_pages_hold(tree: Path) -> None:
    """Mutant: a row for the table of stories that is wrong, or of another form than the table's."""
    rows = [line for page in PAGES.values() for block in blocks(page, "") for line in block.text.splitlines() if line.startswith("Row(")]
    assert len(rows) == 2
    assert run(tree, "-c", STORIES.format(rows="".join(rows))).stdout == "[True, True]\n"


def test_the_reference_has_them_without_a_word_from_anybody(tree: Path) -> None:
    """Mutant: a page that wants a number or a row for whatever is new."""
    done = run(tree, "-c", REFERENCE)
    assert "| - | [`paused_again`](#paused_again) | The customer paused the account a second time within half a year |" in done.stdout
    assert "| `amplitude` | Amplitude: events of the HTTP API, one a message or several under `events` |" in done.stdout


@pytest.mark.parametrize("page", [page for name, page in PAGES.items() if name != "add-a-friction-detector"], ids=lambda page: page.stem)
def test_the_pages_own_test_command_passes(tree: Path, page: Path) -> None:
    """Mutant: a recipe that its own laws, or the tests of every format, refuse."""
    [line] = [line for block in blocks(page, "") for line in block.text.splitlines() if "-m pytest" in line]
    options = ("--import-mode=importlib", "--doctest-modules", "-p", "no:cacheprovider")
    done = run(tree, *shlex.split(line)[1:], *options)
    assert done.returncode == 0, done.stdout
    assert re.search(r"[1-9]\d* passed", done.stdout)


def test_recipes_are_in_the_house_style(tree: Path) -> None:
    """ruff as the project has it: whoever copies a recipe starts clean."""
    files = [str(tree / file_of(page)) for page in PAGES.values()]
    ruff, config = Path(sys.executable).with_name("ruff"), str(REPOSITORY / "pyproject.toml")
    for words in (("check",), ("format", "--check")):
        done = subprocess.run([str(ruff), *words, "--config", config, *files], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
