"""A cluster of this folder's own: its tests remove topics and stop servers, which nobody else must notice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from agents.kafka.admin import Admin
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import Addresses, key_file
from agents.tools.embedded.valkey import Valkey
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.conftest import CACHE


@dataclass(frozen=True)
class Cluster:
    """A running Kafka and Valkey, found by the command line through the run file in `home`."""

    home: Path
    settings: Settings

    def sojourn(self, *words: str, stdin: bytes = b"", **env: str) -> Answer:
        """Run a command against this cluster."""
        return sojourn(*words, home=self.home, stdin=stdin, **env)


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    home = tmp_path_factory.mktemp("home")
    with Kafka(home / "kafka", cache=CACHE) as kafka, Valkey(home / "valkey") as valkey:
        settings = _as_up_does(home, kafka.bootstrap, valkey.url)
        with Admin(settings) as admin:
            admin.create()
        yield Cluster(home, settings)


def _as_up_does(home: Path, brokers: str, redis_url: str) -> Settings:
    """Write the run file of `sojourn up`, with a key. Return the settings that follow from it."""
    (home / "run.json").write_text(json.dumps(asdict(Addresses(brokers, redis_url, str(key_file(home))))))
    return Settings.from_env({"SOJOURN_HOME": str(home)})


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A broker of one file's own, where nothing was ever published."""
    home = tmp_path_factory.mktemp("fresh")
    with Kafka(home / "kafka", cache=CACHE) as kafka:
        settings = _as_up_does(home, kafka.bootstrap, "redis://127.0.0.1:1/0")
        with Admin(settings) as admin:
            admin.create()
        yield Cluster(home, settings)
