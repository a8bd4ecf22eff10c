"""What tests share: real servers, started once and only where a test asks for them, and the folder of real data.

They die with the test run, however it ends. `SOJOURN_TEST_KAFKA` (a bootstrap string) reuses a running Kafka.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.valkey import Valkey

REPOSITORY = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("SOJOURN_HOME", REPOSITORY / ".sojourn")) / "cache"

# A law holds or does not, however slow the machine is at drawing examples: no test fails for what else runs beside it.
settings.register_profile("sojourn", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sojourn")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Return a folder for the servers' files, removed at the end: gigabytes must not pile up over runs."""
    folder = Path(tempfile.mkdtemp(prefix="sojourn-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka(server_folder: Path) -> Iterator[str]:
    """Return the bootstrap string of a real Apache Kafka, one node, shared by the whole run.

    Topics are not created by themselves; tests create their own, under names of their own.
    """
    running = os.environ.get("SOJOURN_TEST_KAFKA")
    if running:
        yield running
        return
    with Kafka(server_folder / "kafka", cache=CACHE) as started:
        yield started.bootstrap


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
