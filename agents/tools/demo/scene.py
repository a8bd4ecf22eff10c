"""The files of a demo, and its worker: what the demos have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

from agents.kafka.admin import Admin
from agents.published.publish_blueprint import publish
from agents.settings import Settings
from agents.tools.demo.worker import TendedWorker, environment
from agents.tools.embedded.servers import Addresses
from agents.tools.reports.terminal import Terminal, styled
from streams.rules.blueprint import Blueprint

REPORT, RUN_FILE = "report.html", "run.json"
DOT = ("· ", "dim")  # how a line about a step begins


class Scene:
    """A demo with its files under `home/demo`. Downloads and the converted year stay in `home/cache` for the next demo."""

    def __init__(self, home: Path) -> None:
        self.folder, self.cache = home / "demo", home / "cache"

    @contextmanager
    def worker(
        self,
        console: Terminal,
        addresses: Addresses,
        rules: Blueprint,
        words: Sequence[str],
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> Iterator[tuple[Settings, TendedWorker]]:
        """Create the topics, publish the rules and start a worker with these words. Stop the worker when the block ends.

        `more` are environment variables beside those of every demo.
        """
        variables = {**environment(self.folder, addresses.brokers, addresses.redis_url), **more}
        settings = Settings.from_env(variables)
        (self.folder / RUN_FILE).write_text(json.dumps(asdict(addresses)) + "\n")
        with Admin(settings) as admin:
            admin.create()
        publish(settings, rules, "a demo's rules")
        worker = TendedWorker(self.folder / "worker", variables, words, lambda words: console.print(styled(("· ", "yellow"), words)))
        try:
            worker.start()
            console.print(styled(DOT, f"the worker runs as pid {worker.pid}; kill -9 it if you like"))
            yield settings, worker
        finally:
            worker.stop()
            (self.folder / RUN_FILE).unlink(missing_ok=True)


def download_reporter(console: Terminal) -> Callable[[str, int], None]:
    """Return a callback for downloads. It prints one line when the first file arrives."""
    names: set[str] = set()

    def arrived(name: str, _bytes: int) -> None:
        if not names:
            console.print(styled(DOT, "fetching Apache Kafka (45 MB, once)"))
        names.add(name)

    return arrived
