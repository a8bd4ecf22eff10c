"""What tests share: real servers, started once and only where a test asks for them, and the folder of real data.

They die with the test run, however it ends. `SOJOURN_TEST_KAFKA` (a bootstrap string) reuses a running Kafka.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.valkey import Valkey
from tests.servers import RemoteServers, Servers

REPOSITORY = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("SOJOURN_HOME", REPOSITORY / ".sojourn")) / "cache"

# A law holds or does not, however slow the machine is at drawing examples: no test fails for what else runs beside it.
settings.register_profile("sojourn", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sojourn")

SERVERS = pytest.StashKey[Servers | RemoteServers]()


def pytest_configure(config: pytest.Config) -> None:
    """Servers are this process's own, or the controller's where it is one of several."""
    where = getattr(config, "workerinput", {}).get("servers")
    config.stash[SERVERS] = RemoteServers(where) if where else Servers(CACHE)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist's controller is about to start a process: it is told where the servers are asked for."""
    servers = node.config.stash[SERVERS]
    node.workerinput["servers"] = servers.listen()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what this process has started."""
    config.stash[SERVERS].end()


FIRST = ("faults", "long", "kafka")  # files with such a test begin in this order: whoever waits for a file at the end waits for a short one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first; within a file the order stays."""
    ranks: dict[Path, int] = {}
    for item in items:
        rank = next((place for place, name in enumerate(FIRST) if item.get_closest_marker(name)), len(FIRST))
        ranks[item.path] = min(rank, ranks.get(item.path, rank))
    items.sort(key=lambda item: ranks[item.path])


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Return a folder for the servers' files, removed at the end: gigabytes must not pile up over runs."""
    folder = Path(tempfile.mkdtemp(prefix="sojourn-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka(pytestconfig: pytest.Config) -> str:
    """Return the bootstrap string of a real Apache Kafka, one node, shared by all processes of the run.

    Topics are not created by themselves; tests create their own, under names of their own.
    """
    return os.environ.get("SOJOURN_TEST_KAFKA") or pytestconfig.stash[SERVERS].kafka()


@pytest.fixture(scope="session")
def three_brokers(server_folder: Path) -> Iterator[Kafka]:
    """Return a real Kafka of three nodes (three copies, two in sync) whose nodes a test may kill and must restart."""
    with Kafka(server_folder / "kafka-three", cache=CACHE, nodes=3) as started:
        yield started


@pytest.fixture(scope="session")
def valkey(server_folder: Path) -> Iterator[str]:
    """Return the URL of a real Valkey, shared by the whole run."""
    with Valkey(server_folder / "valkey") as started:
        yield started.url


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """Return the folder of real data beside the project (`SOJOURN_DATA`, else `../shared/data`); skip where it is absent."""
    folder = Path(os.environ.get("SOJOURN_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no folder of real data: put one beside the project (../shared/data) or name it in SOJOURN_DATA")
    return folder
