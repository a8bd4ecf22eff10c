"""A published blueprint is told as taken only where a worker took it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.published.in_force import standing
from agents.tools.embedded.servers import key_file
from streams.blueprints.writing import text_of
from streams.rules.blueprint import Blueprint
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, company, until

pytestmark = pytest.mark.kafka


def publish(made: Company, holdout: float, *words: str, **env: str) -> Answer:
    """Publish a blueprint of this holdout, with the company's settings but for `env`."""
    path = made.home / "acme.toml"
    path.write_text(text_of(Blueprint(name="acme", holdout=holdout)))
    ours = {name.removeprefix("SOJOURN_"): text for name, text in made.variables.items() if name != "SOJOURN_HOME"}
    return sojourn("blueprint", "publish", str(path), *words, home=made.home, stdin=b"", **(ours | env))


def test_whoever_publishes_hears_what_each_partition_made_of_it(server_folder: Path) -> None:
    """Mutants: what was sent is told as taken; a rejection is not looked for; a wait although no worker runs; 0 where one rejected."""
    with company(server_folder / "reception", 2) as made:
        made.worker("--only", "journey")
        until(lambda: made.ready("journey"), made.log)
        taken = publish(made, 0.2)
        assert (taken.code, "acme, version 1 (" in taken.err, "): taken by partitions 0, 1" in taken.err) == (0, True, True), taken.err

        other = str(key_file(made.home / "another"))
        refused = publish(made, 0.3, CONTROL_KEY_FILE=other)
        assert (refused.code, "taken" in refused.err) == (1, False)
        assert "acme, version 2 (" in refused.err
        assert "): rejected by partitions 0, 1 (unsigned_control): RulesPublished without the workers' signature" in refused.err
        assert "give both the same SOJOURN_CONTROL_KEY_FILE" in refused.err
        assert standing(made.settings).versions == {0: 1, 1: 1}
        [told] = publish(made, 0.3, "--json", CONTROL_KEY_FILE=other).documents()[-1:]
        assert {number: each["reason"] for number, each in told["rejected"].items()} == dict.fromkeys("01", "unsigned_control")
        assert (told["taken"], told["unread"], told["again"]) == ([], [], True)

        mended = publish(made, 0.3)
        assert (mended.code, "), again: taken by partitions 0, 1" in mended.err) == (0, True), mended.err
        assert standing(made.settings).versions == {0: 2, 1: 2}
        made.end()
        alone = publish(made, 0.4)
        assert (alone.code, "not read yet by partitions 0, 1: no worker runs" in alone.err) == (0, True), alone.err
