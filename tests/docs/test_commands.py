"""Commands on the pages exist, with the options they are given; so do make's targets, settings, and commands that errors name."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from agents.tools.reference.commands import leaves, root
from agents.tools.reference.settings import printed
from tests.conftest import REPOSITORY
from tests.docs.written import PAGES, WRITTEN, blocks, name, spans

ROOT = root()
LEAVES = {path[1:]: command for path, command in leaves(ROOT, ("sojourn",))}
GIVEN = (
    "acme.toml",
    "events.jsonl",
    "shop.csv",
    "shop.toml",
    "till.csv",
    "till.toml",
    "orders.toml",
    "cdnow.csv",
    "bpic2012.csv.gz",
    "orders.csv.gz",
)
SHELL = ("", "sh")


def lines(page: Path) -> list[str]:
    """Lines of a page's shell blocks, without remarks, as one types them."""
    text = "\n".join(block.text for block in blocks(page, *SHELL))
    found = (line.partition("  #")[0].strip().removeprefix(".venv/bin/") for line in text.splitlines())
    return [line for line in found if line and not line.startswith("#")]


COMMANDS = [(name(page), line) for page in WRITTEN for line in lines(page) if line.startswith("sojourn ")]
TARGETS = sorted({word for page in WRITTEN for line in [*lines(page), *spans(page)] for word in re.findall(r"^make ([a-z-]+)$", line)})
SOURCES = [path for room in ("schemas", "streams", "agents") for path in sorted((REPOSITORY / room).rglob("*.py"))]


def leaf(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words call, and the words that are left for it."""
    for length in (2, 1):
        if tuple(words[:length]) in LEAVES:
            return LEAVES[tuple(words[:length])], words[length:]
    raise LookupError(f"there is no command `sojourn {' '.join(words)}`")


def parsed(line: str) -> Any:
    """What the real command line makes of this line; raises where it would refuse it."""
    words = shlex.split(line.partition(" > ")[0])[1:]
    if words == ["--version"]:
        return ROOT.make_context("sojourn", [], resilient_parsing=True)
    command, rest = leaf(words)
    return command.make_context(command.name, rest)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files that the pages speak of."""
    for file in GIVEN:
        (tmp_path / file).write_text("")
    (tmp_path / "deploy").symlink_to(REPOSITORY / "deploy")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=[f"{page}: {line}" for page, line in COMMANDS])
def test_a_command_on_a_page_is_understood(page: str, line: str, folder: Path) -> None:
    """Mutants: an option renamed, or a command taken away, that a page still names."""
    assert folder.is_dir()
    assert parsed(line).params


def test_what_the_command_line_refuses_is_noticed(folder: Path) -> None:
    assert folder.is_dir()
    with pytest.raises(LookupError):
        parsed("sojourn explode everything")
    with pytest.raises(typer.BadParameter.__mro__[1]):
        parsed("sojourn follow offers --no-such-option")


def known(words: str) -> bool:
    """Whether a command begins so, as far as these are names of commands."""
    first, *rest = words.split()
    inner = {path[1] for path in LEAVES if path[0] == first and len(path) > 1}
    return any(path[0] == first for path in LEAVES) and (not inner or not rest or rest[0] in inner or "|" in words)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_named_in_the_text_exist(page: Path) -> None:
    """Mutant: prose, or a refusal's fix, that names a command which was never written."""
    named = [span.removeprefix("sojourn ") for span in spans(page) if re.match(r"sojourn [a-z]", span)]
    assert [words for words in named if not known(words)] == []


def test_commands_named_in_errors_and_docstrings_exist() -> None:
    """Mutant: `sojourn topics acls`, which a refusal recommended and nobody had written."""
    found = [(path, words) for path in SOURCES for words in re.findall(r"`sojourn ([a-z][^`{]*)", path.read_text())]
    assert len(found) > 50
    assert [f"{path.name}: sojourn {words}" for path, words in found if not known(words)] == []


def test_makes_targets_exist() -> None:
    text = (REPOSITORY / "Makefile").read_text()
    assert {"demo", "test", "docs"} <= set(TARGETS)
    assert [target for target in TARGETS if f"\n{target}:" not in text] == []


def test_settings_named_on_pages_exist() -> None:
    """Mutant: a variable on a page that no setting has."""
    variables = {row["variable"] for row in printed()}
    named = {word for page in PAGES for word in re.findall(r"SOJOURN_[A-Z_]+\b", page.read_text())}
    assert "SOJOURN_BROKERS" in named
    assert sorted(named - variables) == []
