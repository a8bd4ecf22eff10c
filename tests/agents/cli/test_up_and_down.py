"""Real servers start in the background, are found by other commands, keep their records over a restart, and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.tools.embedded.children import found
from agents.tools.embedded.servers import stop_detached
from schemas.topics import TOPICS
from tests.agents.cli.terminal_session import sojourn
from tests.conftest import CACHE


@pytest.mark.kafka
def test_up_down_up_down(tmp_path: Path, kafka: str) -> None:  # `kafka`: the jars are in the cache by now
    (tmp_path / "cache").symlink_to(CACHE.resolve(), target_is_directory=True)
    try:
        up = sojourn("up", "--json", home=tmp_path)
        assert up.code == 0, up
        addresses = up.documents()[0]
        assert addresses["topics_created"] == [row.name for row in TOPICS]
        assert sojourn("topics", "check", home=tmp_path).code == 0
        assert sojourn("up", "--json", home=tmp_path).documents()[0] == addresses | {"topics_created": []}
        pids = [found(path) for path in sorted(tmp_path.glob("**/server.pid"))]
        down = sojourn("down", "--json", home=tmp_path)
        assert down.documents() == [{"ended": ["kafka/node-1", "valkey"], "erased": False}]
        assert len(pids) == 2
        assert not any(child and child.alive() for child in pids)
        assert not (tmp_path / "run.json").exists()
        assert sojourn("up", "--json", home=tmp_path).documents()[0]["topics_created"] == []
        assert sojourn("down", "--erase", home=tmp_path).code == 0
        assert sorted(path.name for path in tmp_path.iterdir()) == ["cache"]
        assert sojourn("down", "--json", home=tmp_path).documents() == [{"ended": [], "erased": False}]
    finally:
        stop_detached(tmp_path)
