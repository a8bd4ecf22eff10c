"""The likely refusals: the state is produced, the command that the words name is run as written, and what was refused goes on."""

from __future__ import annotations

import os
import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient  # type: ignore[import-untyped]  # ships no types

from agents.kafka.admin import Admin
from agents.running.roles import ROLES
from agents.tools.embedded.children import found
from agents.tools.embedded.servers import stop_detached
from schemas.topics import TOPICS
from streams.blueprints.writing import text_of
from streams.rules.blueprint import Blueprint
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, company, until
from tests.conftest import CACHE

pytestmark = pytest.mark.kafka
EVENT = b'{"kind":"page_viewed","id":"e1","customer":"c1","at":1767225600000,"channel":"web","page":"/a"}'
NEED_TOPICS = (
    "explain c1", "follow decisions --until-end", "insights", "rejections list", "rejections names", "rejections replay --dry-run",
    "send - --no-wait", "blueprint versions", "models show", "models fit", "winback", "topics check",
)  # fmt: skip


@pytest.fixture(scope="module")
def bare(server_folder: Path) -> Iterator[Company]:
    """A company without topics."""
    with company(server_folder / "bare", 1) as here:
        client = KafkaAdminClient(bootstrap_servers=here.variables["SOJOURN_BROKERS"])
        client.delete_topics([row.name for row in TOPICS])
        client.close()
        with Admin(here.settings) as admin:
            until(lambda: not admin.partitions(row.name for row in TOPICS))
        yield here


def run(here: Company, *words: str) -> Answer:
    env = {name.removeprefix("SOJOURN_"): text for name, text in here.variables.items() if name != "SOJOURN_HOME"}
    return sojourn(*words, home=here.home, stdin=EVENT, **env)


def commands(said: str) -> set[str]:
    """The commands that these words name: in backticks, or alone behind `fix:` or in the last column of a table."""
    return set(re.findall(r"`(sojourn [^`]+)`", said)) | set(re.findall(r"(?:fix: +| {2,})(sojourn [a-z -]+?) *$", said, re.MULTILINE))


def test_missing_topics_are_created_by_the_command_that_each_refusal_names(bare: Company) -> None:
    """Mutants: a fix that names another command; a role that waits for a topic in silence in place of a refusal."""
    refused = {words: run(bare, *shlex.split(words)) for words in NEED_TOPICS}
    workers = {role: bare.worker("--only", role, HTTP_PORT="0", WORKER=f"w-{role}") for role in ROLES}
    ended = {role: worker.wait(90) for role, worker in workers.items()}
    assert ended == dict.fromkeys(ROLES, 2), bare.log()
    silent = [each for each in refused.items() if not (each[1].code and "sojourn topics create" in commands(each[1].err + each[1].out))]
    assert silent == []
    assert bare.log().count("run `sojourn topics create`") >= len(ROLES)

    assert run(bare, "topics", "create").code == 0
    bare.worker()
    until(lambda: bare.ready(*ROLES), bare.log)
    later = {words: run(bare, *shlex.split(words)) for words in NEED_TOPICS}
    assert [each for each in later.items() if "sojourn topics create" in each[1].err + each[1].out] == []
    assert "no worker runs" not in run(bare, "doctor", "--json").out


def test_a_first_blueprint_is_published_by_the_command_named(bare: Company, tmp_path: Path) -> None:
    """Mutant: the fix of `sojourn blueprint rollback` names a command that publishes nothing."""
    if not run(bare, "topics", "create").out:
        bare.worker("--only", "journey")
    refused = run(bare, "blueprint", "rollback")
    (command,) = commands(refused.err)
    assert refused.code == 2
    file = tmp_path / "acme.toml"
    file.write_text(text_of(Blueprint(name="acme", holdout=0.2)))
    published = run(bare, *shlex.split(command.replace("FILE", str(file)))[1:], "--why", "first")
    assert published.code == 0, published.err
    back = run(bare, "blueprint", "rollback")
    assert back.code == 0, back.err


def test_a_rebuild_runs_as_its_refusal_says(bare: Company) -> None:
    """Mutant: the fix names another role."""
    refused = run(bare, "worker", "--rebuild")
    (command,) = commands(refused.err)
    assert refused.code == 2
    bare.end()
    bare.worker(*shlex.split(command)[2:])
    until(lambda: bare.ready("serving"), bare.log)
    bare.end()


def test_servers_that_are_gone_come_back_by_the_commands_that_the_error_names(tmp_path: Path) -> None:
    """Mutants: `sojourn up` believes the old run file; `sojourn down` fails where a server is dead; a second start is not refused."""
    (tmp_path / "cache").symlink_to(CACHE.resolve(), target_is_directory=True)
    try:
        nothing = sojourn("topics", "check", home=tmp_path, BROKERS="127.0.0.1:1")
        assert commands(nothing.err) == {"sojourn up"}
        assert sojourn("up", home=tmp_path).code == 0
        (child,) = [each for path in tmp_path.glob("kafka/node-*/server.pid") if (each := found(path))]
        again = sojourn("up", home=_without_run_file(tmp_path))
        assert (again.code, "sojourn down" in " ".join(commands(again.err))) == (2, True), again.err
        assert sojourn("down", home=tmp_path).code == 0
        assert sojourn("up", home=tmp_path).code == 0
        (child,) = [each for path in tmp_path.glob("kafka/node-*/server.pid") if (each := found(path))]
        os.kill(child.pid, signal.SIGKILL)
        until(lambda: not child.alive())
        gone = sojourn("topics", "check", home=tmp_path)
        assert (gone.code, commands(gone.err)) == (2, {"sojourn down", "sojourn up"}), gone.err
        for command in ("down", "up"):
            assert sojourn(command, home=tmp_path).code == 0
        assert sojourn("topics", "check", home=tmp_path).code == 0
    finally:
        stop_detached(tmp_path)


def _without_run_file(home: Path) -> Path:
    (home / "run.json").unlink()
    return home
