"""What people see is text: whatever a stranger writes, no command obeys it, none ends by it, and all of it is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.cli.terminal.errors import shown as ending
from agents.cli.terminal.progress import waiting
from schemas.characters import visible
from tests.agents.cli.printers import FROM_FILES, PEOPLE, PROGRAMS

MEAN = (
    "[/]", "[/nope]", "[bold]", "[link=http://evil.example]", "[@click=x]", ":cat:", "\\[", "\\", "%s", "{x}", "<b>", "x", "7", "猫",
    *("\x1b[2J", "\x1b]0;t\x07", "\x1b]8;;u\x1b\\", "\r\n", "\n", "\t", "\x00", "\x7f", "\x85", "\x9b2J", "\u2028", "\u2029", "\ud800"),
    *("\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(MEAN), min_size=1, max_size=4).map(lambda parts: f"a{''.join(parts)}z")
ALL_MEAN = [f"a{each}z" for each in MEAN]


@pytest.fixture(autouse=True, scope="module")
def _wide() -> Iterator[None]:
    """A line so long that no text is wrapped."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("COLUMNS", "4000")
        yield


def printed(command: Any, text: str) -> str:
    """Return all that a command prints, on both outputs. The test fails if it exits with another code than 0."""
    kept = BytesIO()
    page = TextIOWrapper(kept, encoding="utf-8", errors="strict", newline="")
    with redirect_stdout(page), redirect_stderr(page), ending():
        command(text)
    page.flush()
    return kept.getvalue().decode()


@cache
def lines_of(name: str) -> int:
    """Return how many lines a command prints where the text is an ordinary one."""
    return printed(PEOPLE[name], "az").count("\n")


def is_text(page: str) -> bool:
    """Return whether a terminal obeys nothing in these lines but their ends."""
    return page.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", PEOPLE)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_people_see_every_text_as_it_is(name: str, text: str) -> None:
    """Mutants caught: `Terminal` with markup, or with emoji; `render_str` without `visible`; `styled` without `visible`; a cell as rich's
    `Text`; the cause of an error printed as it is.
    """
    text = text if name in FROM_FILES else text.replace("\ud800", "")
    page = printed(PEOPLE[name], text)
    assert is_text(page)
    assert visible(text) in page
    assert page.count("\n") == lines_of(name)


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("text", ALL_MEAN, ids=ascii)
def test_programs_read_every_text_as_it_is(name: str, text: str) -> None:
    """Mutants caught: `print_line` writes the bytes as they are; a lone surrogate ends the command."""
    text = text if name in FROM_FILES else text.replace("\ud800", "")
    page = printed(PROGRAMS[name], text)
    assert is_text(page)
    assert json.dumps(text)[1:-1] in json.dumps([json.loads(line) for line in page.splitlines()])


@pytest.mark.parametrize("text", ALL_MEAN, ids=ascii)
def test_what_a_command_waits_for_is_text(text: str) -> None:
    """Mutant caught: the words of a spinner given to rich as they are."""

    def wait(words: str) -> None:
        with waiting(words) as say:
            say(words)

    assert is_text(printed(wait, text))
