"""The pages are short and in plain English, and the glossary's words are the code's."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.docs.written import DOCS, WRITTEN, name, prose, sentences, spans

GLOSSARY = DOCS / "glossary.md"
ADRS = sorted((DOCS / "adr").glob("*.md"))
LONGEST = 20  # words of a sentence
SIZES = {"README.md": 8 * 1024, "docs/start.md": 4 * 1024, "docs/glossary.md": 4 * 1024}  # bytes
FOLDERS = {"how-to": 3_200, "explanation": 5 * 1024}  # bytes of each page
RIDDLES = ("that which", "of whom", "whosoever")


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_sentences_are_short(page: Path) -> None:
    """One fact a sentence."""
    assert [said for said in sentences(prose(page)) if len(said.split()) > LONGEST] == []
    assert [riddle for riddle in RIDDLES if riddle in prose(page)] == []


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_a_page_has_no_more_than_its_room(page: Path) -> None:
    room = SIZES.get(name(page), FOLDERS.get(page.parent.name, 8 * 1024))
    assert len(page.read_bytes()) <= room


@pytest.mark.parametrize("page", ADRS, ids=lambda page: page.stem)
def test_a_decision_has_its_parts_on_at_most_twenty_five_lines(page: Path) -> None:
    text = page.read_text()
    assert text.count("\n") <= 25
    assert re.match(rf"# {page.name[:4]}\. .+\n\nStatus: (accepted|superseded by \d{{4}}), \d{{4}}-\d\d-\d\d\.\n", text)
    assert [part for part in ("**Context.**", "**Decision.**", "**Consequence.**") if part not in text] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in ADRS] == list(range(1, len(ADRS) + 1))
    assert len(ADRS) > 20


def names() -> set[str]:
    """Every name in the code: modules, definitions, fields, and texts of one word (stages, keys); of records also the name on the wire."""
    found: set[str] = set()
    for path in (path for room in ("schemas", "streams", "agents") for path in (REPOSITORY / room).rglob("*.py")):
        found.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
                found.add(node.value)
    return found | {re.sub(r"(?<=.)([A-Z])", r"_\1", each).lower() for each in found if each.isidentifier()}


def test_every_word_of_the_glossary_that_stands_as_code_is_a_name_in_the_code() -> None:
    """Mutant: a class renamed, and the glossary left with a word that nobody can look up."""
    assert sorted(set(spans(GLOSSARY)) - names()) == []
