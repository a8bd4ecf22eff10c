"""Paths and modules that pages and docstrings name are there."""

from __future__ import annotations

import importlib
import re
import tokenize
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.docs.written import PAGES, name, spans

MADE = ("streams/friction/slow_checkout.py", "streams/churn/paused_again.py", "schemas/inputs/amplitude.py")  # by those who follow a page
ELSEWHERE = ("/", ".sojourn", ".venv", "~")  # places of a shop; what a run leaves behind
ROOMS = ("schemas", "streams", "agents", "tests")
_PATH = re.compile(r"[\w.\-]+(?:/[\w.\-]+)*/?")
_DOTTED = re.compile(r"\b(?:schemas|streams|agents|tests)(?:\.[A-Za-z_]\w*)+")


def missing(page: Path) -> list[str]:
    """Paths on a page that are not in the repository."""
    named = [span for span in spans(page) if "/" in span and _PATH.fullmatch(span) and not span.startswith(ELSEWHERE)]
    return [path for path in named if path not in MADE and not (REPOSITORY / path).exists()]


def unresolved(text: str) -> list[str]:
    """Dotted names of ours in a text that are neither a module nor something in one."""
    return sorted({dotted for dotted in _DOTTED.findall(text) if not resolves(dotted)})


def resolves(dotted: str) -> bool:
    """Whether this is a module of ours, or a name in one.

    >>> resolves("streams.replay"), resolves("streams.replay.Replay"), resolves("streams.reply")
    (True, True, False)
    """
    parts = dotted.removesuffix(".py").split(".")
    for cut in range(len(parts), 0, -1):
        folder = REPOSITORY.joinpath(*parts[:cut])
        if folder.with_suffix(".py").exists() or folder.is_dir():
            module, rest = ".".join(parts[:cut]), parts[cut:]
            return not rest or (len(rest) == 1 and hasattr(importlib.import_module(module), rest[0]))
    return False


def words(path: Path) -> str:
    """The comments and texts of a module."""
    with tokenize.open(path) as source:
        said = (tokenize.COMMENT, tokenize.STRING)
        return "\n".join(token.string for token in tokenize.generate_tokens(source.readline) if token.type in said)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_paths_named_on_a_page_exist(page: Path) -> None:
    """Mutant: a file moved, and the page left with its old place."""
    assert missing(page) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_modules_named_on_a_page_exist(page: Path) -> None:
    assert unresolved(page.read_text()) == []


@pytest.mark.parametrize("room", ROOMS[:3])
def test_modules_named_in_docstrings_and_comments_exist(room: str) -> None:
    """Mutant: a module moved, and a docstring left with its old name."""
    wrong = {name(path): found for path in sorted((REPOSITORY / room).rglob("*.py")) if (found := unresolved(words(path)))}
    assert wrong == {}


def test_a_path_and_a_module_that_are_gone_are_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`streams/replay.py`, `streams/gone.py`, `/pay`, `deploy/blueprints/`\n")
    assert missing(page) == ["streams/gone.py"]
    assert unresolved("see streams.replay.Replay, streams.gone and streams.replay.gone") == ["streams.gone", "streams.replay.gone"]
