"""Every command that a message names can be typed, and every one that mends something is run by a test, from the state that it mends.

`CURES` says which test runs which. A new message with a command fails here until its row is written.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from agents.tools.reference.commands import leaves, root
from tests.conftest import REPOSITORY
from tests.docs.named import PLACE, Named, named_in_docstrings, named_in_messages
from tests.docs.written import PAGES, name, spans

LEAVES = {path[1:]: command for path, command in leaves(root(), ("sojourn",))}
FAMILIES = {path[:1] for path in LEAVES if len(path) > 1}
CLI = "tests/agents/cli/"
CREATE = CLI + "test_cures.py::test_missing_topics_are_created_by_the_command_that_each_refusal_names"
UP = CLI + "test_cures.py::test_servers_that_are_gone_come_back_by_the_commands_that_the_error_names"
PLAY = CLI + "test_playing.py::test_it_refuses_without_topics_and_without_a_worker"
BLUEPRINT = CLI + "test_blueprint.py::test_a_blueprint_comes_into_force_and_is_taken_back"
# What mends nothing: it only shows. Options that make a command show are in `_shows`.
SHOWS = {
    ("doctor",), ("explain",), ("follow",), ("insights",), ("settings",), ("rehearse",), ("winback",), ("evaluate",), ("demo",),
    ("rejections", "list"), ("rejections", "show"), ("rejections", "names"), ("topics", "check"), ("topics", "transactions"),
    ("models", "show"), ("models", "history"), ("blueprint", "check"), ("blueprint", "diff"), ("blueprint", "show"),
    ("blueprint", "versions"),
}  # fmt: skip
CURES: Mapping[tuple[str, str], str] = {
    ("agents/carrier/fetching.py", "topics skip"): CLI + "test_skip.py::test_the_worker_names_the_command_and_goes_on_behind_the_batch",
    ("agents/carrier/guards.py", "topics create"): CREATE,
    ("agents/carrier/progress.py", "topics trust"): CLI + "test_trust.py::test_the_command_that_a_refusal_names_cures_it",
    ("agents/cli/blueprint.py", "blueprint publish"): CLI + "test_cures.py::test_a_first_blueprint_is_published_by_the_command_named",
    ("agents/cli/explain.py", "topics create"): CREATE,
    ("agents/cli/follow.py", "topics create"): CREATE,
    ("agents/cli/insights.py", "topics create"): CREATE,
    ("agents/cli/send.py", "topics create"): CREATE,
    ("agents/cli/terminal/blueprints.py", "topics create"): CREATE,
    ("agents/cli/terminal/errors.py", "down"): UP,
    ("agents/cli/terminal/fits.py", "topics create"): CREATE,
    ("agents/cli/terminal/worlds.py", "topics create"): PLAY,
    ("agents/cli/terminal/worlds.py", "worker"): PLAY,
    ("agents/cli/terminal/mappings.py", "files"): (
        CLI + "test_files.py::test_a_mapping_that_is_missing_is_written_by_the_command_that_the_error_names"
    ),
    ("agents/cli/terminal/models.py", "models fit"): CLI + "test_models.py::test_a_model_comes_into_force_and_is_taken_back",
    ("agents/cli/terminal/models.py", "topics create"): CREATE,
    ("agents/cli/terminal/reach.py", "down"): UP,
    ("agents/cli/terminal/reach.py", "topics create"): CREATE,
    ("agents/cli/terminal/reach.py", "up"): UP,
    ("agents/cli/up.py", "down"): UP,
    ("agents/cli/up.py", "send"): CLI + "test_send.py::*",
    ("agents/cli/up.py", "worker"): CREATE,
    ("agents/cli/winback.py", "topics create"): CREATE,
    ("agents/cli/worker.py", "worker"): CLI + "test_cures.py::test_a_rebuild_runs_as_its_refusal_says",
    ("agents/kafka/admin.py", "topics create"): CREATE,
    (
        "agents/kafka/producer.py",
        "topics create",
    ): "not run: commands look for the topic first; it would have to vanish between two requests",
    ("agents/kafka/signing.py", "topics create"): CREATE,
    ("agents/learning/role.py", "models fall-back"): CLI + "test_models.py::test_a_model_comes_into_force_and_is_taken_back",
    ("agents/published/blueprints.py", "blueprint publish"): BLUEPRINT,
    ("agents/published/in_force.py", "blueprint publish"): BLUEPRINT,
    ("agents/running/leader.py", "topics create"): CREATE,
    ("agents/serving/role.py", "topics create"): CREATE,
    ("agents/settings/settings.py", "up"): UP,
    ("agents/tools/embedded/kafka.py", "down"): UP,
    ("agents/tools/embedded/valkey.py", "down"): "not run: `sojourn up` starts both servers, and Kafka is the first that says so",
    ("agents/tools/operating/doctor.py", "up"): UP,
    ("agents/tools/operating/doctor.py", "worker"): CREATE,
    ("agents/tools/operating/read_model.py", "up"): UP,
    ("agents/tools/operating/read_model.py", "worker"): CREATE,
    ("agents/tools/operating/remedies.py", "rejections replay"): CLI + "test_replaying.py::test_after_new_names_each_event_is_applied_once",
    ("agents/tools/operating/skip.py", "topics skip"): CLI + "test_skip.py::test_the_worker_names_the_command_and_goes_on_behind_the_batch",
    ("agents/tools/operating/transactions.py", "topics transactions"): (
        CLI + "test_transactions.py::test_an_open_transaction_is_seen_named_and_ended"
    ),
    ("schemas/reading/__init__.py", "blueprint publish"): (
        "tests/agents/published/test_blueprints.py::test_a_real_worker_rejects_a_missing_body_and_takes_it_when_it_is_there"
    ),
}
SAID = ("sojourn worker gives up", "sojourn worker refuses to run")  # words of the log, not commands
NOT_RUN = 2  # rows of CURES that no test runs: fewer is better, more wants a reason that a reviewer accepts


def leaf(words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the command that these words call, and the words left for it. Raises LookupError."""
    for length in (2, 1):
        if tuple(words[:length]) in LEAVES:
            return tuple(words[:length]), words[length:]
    raise LookupError(" ".join(words))


def faults(command: str) -> list[str]:
    """Return what the real command line would refuse in a command as a message names it. A name alone, without its arguments, is allowed.

    >>> faults("sojourn topics trust 3 --yes"), faults("sojourn topics")
    ([], [])
    >>> faults("sojourn topics acls"), faults("sojourn topics trust 3 --force"), faults("sojourn topics trust 3 --job nobody")
    (['no such command'], ['no option --force'], ['nobody is no value of --job'])
    >>> faults("sojourn topics check 3"), faults("sojourn send --mapping"), faults("sojourn follow offers --json | head")
    (['too many arguments: 3'], [], [])
    """
    words = shlex.split(re.split(r" [>|] ", command)[0])[1:]
    if tuple(words) in FAMILIES or words in (["--help"], ["--version"]):
        return []
    try:
        path, rest = leaf(words)
    except LookupError:
        return ["no such command"]
    return list(_faults(LEAVES[path], rest))


def _faults(command: Any, rest: list[str]) -> Iterator[str]:
    options = {name: each for each in command.params if each.param_type_name == "option" for name in (*each.opts, *each.secondary_opts)}
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    given: list[str] = []
    words = iter(rest)
    for word in words:
        if word in ("-h", "--help"):
            continue
        if not word.startswith("-") or word == "-":
            given.append(word)
        elif word not in options:
            yield f"no option {word}"
        elif not options[word].is_flag:
            value = next(words, "")
            choices = [each for each in get_args(options[word].type_descriptor.annotation) if isinstance(each, str)]
            if choices and value and value != PLACE and value not in choices:
                yield f"{value} is no value of {word}"
    if len(given) > len(arguments) and all(each.nargs == 1 for each in arguments):
        yield f"too many arguments: {' '.join(given[len(arguments) :])}"


def test_every_command_in_a_message_can_be_typed() -> None:
    """Mutants: `sojourn topics trust {place} --really`, or `--job reader`, in a refusal."""
    found = named_in_messages()
    assert len(found) > 60
    assert {each: wrong for each in found if (wrong := faults(each.command))} == {}


def test_every_command_in_a_docstring_can_be_typed() -> None:
    assert {each: wrong for each in named_in_docstrings() if (wrong := faults(each.command))} == {}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_on_a_page_can_be_typed(page: Any) -> None:
    named = [span for span in spans(page) if re.match(r"sojourn [a-z]", span) and "..." not in span and "|" not in span]
    named = [span for span in named if span not in SAID]
    assert {span: wrong for span in named if (wrong := faults(span))} == {}


def cures() -> set[tuple[str, str]]:
    """Return the commands of messages that change something, by file. The pages of the reference are no messages."""
    found: set[Named] = {each for each in named_in_messages() if not each.file.startswith("agents/tools/reference/")}
    parts = ((each.file, *leaf(shlex.split(each.command)[1:])) for each in found)
    return {(file, " ".join(path)) for file, path, rest in parts if not _shows(path, rest)}


def _shows(path: tuple[str, ...], rest: list[str]) -> bool:
    return "--dry-run" in rest or (path in SHOWS and "--yes" not in rest)


def test_every_cure_has_a_test_that_runs_it() -> None:
    """Mutants: a row taken out; a message with a new command; a test renamed."""
    assert cures() == set(CURES)
    tests = {row for row in CURES.values() if not row.startswith("not run: ")}
    assert [row for row in sorted(tests) if not _exists(row)] == []
    assert sum(row.startswith("not run: ") for row in CURES.values()) <= NOT_RUN


def _exists(row: str) -> bool:
    file, _, function = row.partition("::")
    path = REPOSITORY / file
    defined = {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)} if path.exists() else set()
    return function in defined or (function == "*" and bool(defined))


def test_what_only_shows_is_a_command() -> None:
    """Mutant: a name in SHOWS that no command has any more."""
    assert set(LEAVES) >= SHOWS
