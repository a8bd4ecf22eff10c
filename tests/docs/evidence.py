"""Which tests hold a friction detector: stories, examples, laws, golden replays, and test files that name it."""

from __future__ import annotations

import ast
import doctest
from functools import cache
from pathlib import Path

from streams.detectors import Detector
from streams.detectors.registry import registry
from streams.insights.alarms import OVER_ALL_CUSTOMERS
from tests.laws import laws
from tests.streams.detectors import test_declaring as stories

TESTS = Path(__file__).parent.parent


def held_by(detector: Detector) -> str:
    """Its stories, examples, laws and golden replays by number, and the test files that name it."""
    told = sum(row.detector == detector.name for row in stories.ROWS)
    shown = sum(bool(example.want) for example in doctest.DocTestParser().get_examples(detector.doc))
    bound = len(laws.OF_A_JOURNEY) + len(laws.OF_ITSELF) if detector in registry() else 0
    replays = sum(f'"detector":"{detector.name}"' in path.read_text() for path in (TESTS / "golden/stories").glob("*.jsonl"))
    counts = (counted(told, "story"), counted(shown, "example"), counted(bound, "law"), counted(replays, "golden replay"))
    files = (f"`{path.stem}`" for path in naming(detector))
    return ", ".join(text for text in (*counts, *files) if text)


def counted(number: int, name: str) -> str:
    """So many of these, or nothing.

    >>> counted(1, "law"), counted(3, "story"), counted(0, "law")
    ('1 law', '3 stories', '')
    """
    many = f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
    return f"{number} {name if number == 1 else many}" if number else ""


def naming(detector: Detector) -> list[Path]:
    """The test files of detectors' own, beside that of the stories, which stand for this one's module or name it."""
    own = f"test_{detector.module.rpartition('.')[2]}"
    return [path for path, words in _words().items() if detector.name in words or path.stem.startswith(own)]


@cache
def _words() -> dict[Path, set[str]]:
    """Per test file of detectors' own: every text in its source, word for word."""
    own = [f"**/test_{detector.module.rpartition('.')[2]}*.py" for detector in OVER_ALL_CUSTOMERS]
    files = {path for pattern in ("friction/test_*.py", "test_detector*.py", *own) for path in (TESTS / "streams").glob(pattern)}
    trees = {path: ast.parse(path.read_text()) for path in sorted(files - {Path(stories.__file__)})}
    return {
        path: {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)} for path, tree in trees.items()
    }
