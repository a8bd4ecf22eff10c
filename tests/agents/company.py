"""A small company of its own: a real Kafka, a real Valkey, the topics, and the worker's processes, all ended with the test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from agents.kafka.admin import Admin
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import key_file
from agents.tools.embedded.valkey import Valkey
from tests.agents.cli.terminal_session import SOJOURN
from tests.agents.headers import headers_of
from tests.conftest import CACHE

T = TypeVar("T")
PATIENCE = 90.0  # seconds: the machine may have much else to do


@dataclass
class Company:
    """Where everything is. `variables` is the environment of every process."""

    home: Path
    variables: dict[str, str]
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings.from_env(self.variables)

    def worker(self, *words: str, **env: str) -> subprocess.Popen[bytes]:
        """`sojourn worker words`, with its log in `worker.log`."""
        clean = {name: text for name, text in os.environ.items() if not name.startswith("SOJOURN_")}
        ours = {**self.variables, **{f"SOJOURN_{name}": text for name, text in env.items()}}
        with (self.home / "worker.log").open("ab") as log:
            child = subprocess.Popen([str(SOJOURN), "worker", *words], env={**clean, **ours}, stdout=log, stderr=log)
        self.children.append(child)
        return child

    def log(self) -> str:
        return (self.home / "worker.log").read_text()

    def facts(self, role: str, worker: str = "worker-1") -> dict[str, Any]:
        """What the role wrote about itself when it started; nothing before."""
        path = self.home / "workers" / f"{worker}-{role}.json"
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def ask(self, role: str, path: str, worker: str = "worker-1") -> tuple[int, bytes]:
        """What the role answers over HTTP; status 0 where nobody does."""
        try:
            with urllib.request.urlopen(f"http://{self.facts(role, worker)['http']}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except (KeyError, OSError):
            return 0, b""

    def ready(self, *roles: str) -> bool:
        """Whether each of these roles says that it is."""
        return all(self.ask(role, "/readyz")[0] == 200 for role in roles)

    def records(self, topic: str) -> list[tuple[int, bytes | None, bytes | None, list[tuple[str, bytes]], int]]:
        """Everything committed on a topic: (partition, key, value, headers, log time in ms)."""
        rows = []
        with LogReader(self.settings, topic, beginning=True) as reader:
            for message in reader.until_end():
                headers = headers_of(message)
                key, value = message.key(), message.value()
                assert not isinstance(key, str)
                assert not isinstance(value, str)
                rows.append((message.partition() or 0, key, value, headers, message.timestamp()[1]))
        return rows

    def end(self) -> None:
        """Every process we started is gone."""
        for child in self.children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(10)
        self.children.clear()


def until(seen: Callable[[], T | None], why: Callable[[], str] = str, patience_s: float = PATIENCE) -> T:
    """What `seen` returns, once it is something; asked ten times a second."""
    give_up = time.monotonic() + patience_s
    while not (found := seen()):
        if time.monotonic() > give_up:
            raise AssertionError(f"not within {patience_s:.0f} s. {why()[-3000:]}")
        time.sleep(0.1)
    return found


@contextmanager
def company(home: Path, partitions: int) -> Iterator[Company]:
    """Return one whose servers run and whose topics exist."""
    with Kafka(home / "kafka", cache=CACHE, heap_mb=256) as kafka, Valkey(home / "valkey") as valkey:
        variables = {
            "SOJOURN_HOME": str(home),
            "SOJOURN_BROKERS": kafka.bootstrap,
            "SOJOURN_REDIS_URL": valkey.url,
            "SOJOURN_CONTROL_KEY_FILE": str(key_file(home)),
            "SOJOURN_PARTITIONS": str(partitions),
            "SOJOURN_HTTP_PORT": "0",
        }
        made = Company(home, variables)
        with Admin(made.settings) as admin:
            admin.create()
        try:
            yield made
        finally:
            made.end()


def alive(pid: int) -> bool:
    """Whether the process still is one; a zombie has an empty command line."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False
