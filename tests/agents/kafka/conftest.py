"""A broker for the tests of producers, with every topic of the catalogue: they write to all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.kafka.admin import Admin
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import key_file
from tests.conftest import CACHE


@pytest.fixture(scope="package")
def settings(server_folder: Path) -> Iterator[Settings]:
    """Return the settings of a company with three partitions, whose topics exist."""
    with Kafka(server_folder / "kafka-producers", cache=CACHE, brief=True) as kafka:
        made = Settings(home=server_folder / "producers", brokers=kafka.bootstrap, partitions=3, control_key_file=key_file(server_folder))
        with Admin(made) as admin:
            admin.create()
        yield made
