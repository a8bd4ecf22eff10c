"""One run of one scenario: warm-up, fault, heal, drain, and everything read back and judged."""

from __future__ import annotations

import random
import shutil
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from confluent_kafka.admin import AdminClient

from agents.carrier.exits import CRASHED
from agents.carrier.topics import describe
from agents.settings.security import librdkafka_security
from tests.faults.cluster import Cluster, now_ms
from tests.faults.evidence import GRACE_MS, LOG, Evidence, Seal
from tests.faults.faulting import take
from tests.faults.producer import Producer
from tests.faults.reading import Follower
from tests.faults.recovery import committing, flowing, late, pauses, settled, silences, slowest, woken
from tests.faults.scenarios import Scenario
from tests.faults.verdict import Verdict
from tests.faults.verify import verify
from tests.faults.view import shown_wrong
from tests.faults.workers import Workers

WARM_S, STRIKE_S, DRAIN_S, QUIET_S, SLICE_S = 60.0, 120.0, 75.0, 0.6, 0.1
AFTER_S = 2.0  # the load goes on for so long after the last step


class StoppedError(Exception):
    """Somebody wants the suite to stop; this run says nothing."""


@dataclass(slots=True)
class Outcome:
    """What is recorded of a finished run. `slowest_s`: the longest wait of an event for its commit, `p99_s`: that of 99 in 100 events of
    the journey, `silent_s`: the longest by partition of the journey. `problems`: what else was wrong."""

    scenario: str
    seed: int
    seconds: float = 0.0
    restarts: int = 0
    slowest_s: float = 0.0
    p99_s: float = 0.0
    silent_s: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def good(self) -> bool:
        """Exact, and nothing else was wrong."""
        return self.verdict.good and not self.problems

    def line(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "good": self.good}


class Run:
    """The parts of a run while it lasts. `say` hears what happens, `stopping` ends it early."""

    def __init__(self, scenario: Scenario, seed: int, folder: Path, say: Callable[[str], None], stopping: threading.Event) -> None:
        self.scenario, self.folder, self._stopping, self._told = scenario, folder.resolve(), stopping, say
        self._rng = random.Random(f"{scenario.name} {seed}")
        self._begun, self._begun_at = time.monotonic(), time.time()
        self.outcome = Outcome(scenario.name, seed)
        folder = self.folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._cluster = Cluster(folder, valkey=scenario.serving)
        failpoints = scenario.failpoints(self._rng)
        thaw_s = self._rng.uniform(*(scenario.short_thaw if seed % 2 else scenario.long_thaw))
        variables = {name: value for name, value in {**self._cluster.variables, **scenario.variables}.items() if value}
        self._workers = Workers(folder, variables, self._say, failpoints, stubborn=scenario.stubborn, thaw_s=thaw_s)

    def play(self) -> Outcome:
        """Everything from empty servers to the verdict; the folder stays only where something was wrong."""
        begun, outcome = time.monotonic(), self.outcome
        with self._cluster:
            try:
                self._play()
            except StoppedError:
                raise
            except Exception as error:  # one run that fails must not end the suite: it is recorded, and counts as wrong
                (self.folder / "error.txt").write_text(traceback.format_exc())
                outcome.problems.append(f"{type(error).__name__}: {error}")
            finally:
                self._workers.kill_all()
        self._check_workers()
        outcome.seconds = round(time.monotonic() - begun, 1)
        if outcome.good:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            (self.folder / "outcome.json").write_bytes(orjson.dumps(outcome.line(), option=orjson.OPT_INDENT_2))
        return outcome

    def _check_workers(self) -> None:
        """Nobody ended for no reason."""
        workers, outcome = self._workers, self.outcome
        outcome.restarts = workers.restarts
        outcome.problems += workers.unexpected
        if self.scenario.gives_up:
            outcome.problems += [f"{name} woke up and did not give up" for name in workers.thawed if CRASHED not in workers.exits(name)]

    def _play(self) -> None:
        bootstrap, seed = self._cluster.kafka.bootstrap, self.outcome.seed
        follower = Follower(bootstrap, self._cluster.settings.partitions).start()
        producer = Producer(bootstrap, seed, self.scenario.mix)
        try:
            self._fault(follower, producer)
            stopped_at = self._drain(follower, producer)
        finally:
            producer.finish()
            follower.close()
        self._judge(Evidence(producer.manifest, follower.reading, self._cluster.committed(), stopped_at, self._seal))

    def _fault(self, follower: Follower, producer: Producer) -> None:
        """The load begins; once the first workers have committed, so does the plan."""
        for name in self.scenario.workers:
            self._workers.start(name)
        producer.start()
        self._await(lambda: committing(follower.reading), WARM_S, "the first workers did not commit")
        self._begun, self._begun_at = time.monotonic(), time.time()
        self._say("the first workers have committed")
        for step in sorted(self.scenario.plan(self._rng), key=lambda step: step.at):
            self._pass_until(step.at)
            if step.action == "flow":
                before = dict(follower.reading.progress)
                self._await(lambda: flowing(follower.reading, before), WARM_S, "the workers did not commit again")  # noqa: B023
                self._say("the workers commit again")
            else:
                take(step, self._cluster, self._workers, self._say)
        if self.scenario.strikes:  # a slow machine makes fewer transactions in the same time: the load waits for the fault
            self._await(lambda: self._workers.struck > 0, STRIKE_S, "no failpoint was reached: the fault did not happen")
        self._pass_until(max(self.scenario.seconds, time.monotonic() - self._begun + AFTER_S))

    def _drain(self, follower: Follower, producer: Producer) -> int:
        """All that was sent is applied, the workers have left; returns when (ms UTC)."""
        producer.finish()
        self._say(f"{producer.manifest.events} events sent")
        if self.scenario.stubborn:
            self._workers.relent()
        reading = follower.reading
        self._await(lambda: follower.quiet(0.0) and settled(reading), DRAIN_S, "not all was applied")
        self._await(lambda: woken(reading, now_ms() - GRACE_MS) and settled(reading), DRAIN_S, "not every wake that was due was fired")
        carriers = self._workers.stop(each for each in self._workers.names if not each.startswith("serving"))
        self._say(f"all of it applied; the last worker left {carriers:.1f} s after SIGTERM")
        stopped_at = now_ms()
        self._await(lambda: follower.quiet(QUIET_S), DRAIN_S, "the topics were not read to their ends")
        if self._cluster.valkey is not None:
            url = self._cluster.valkey.url
            self._await(lambda: not shown_wrong(url, follower.reading), DRAIN_S, "the read model did not heal")
            self._workers.stop()
        return stopped_at

    def _judge(self, evidence: Evidence) -> None:
        self.outcome.verdict = verify(evidence)
        self.outcome.slowest_s = slowest(evidence.reading)
        since = int(self._begun_at * 1000)
        for number, came, wait in pauses(evidence.reading, since):
            self._say(f"partition {number} was silent for {wait / 1000:.1f} s, from {came / 1000 - self._begun_at:.1f} s on")
        self.outcome.p99_s, self.outcome.silent_s = late(evidence.reading, since, 0.99), silences(evidence.reading, since)
        if not self.outcome.verdict.good:
            evidence.manifest.write(self.folder / "manifest.jsonl")
            evidence.reading.write(self.folder / "records")

    @property
    def _seal(self) -> Seal:
        settings = self._cluster.settings
        topic = describe(AdminClient({**librdkafka_security(settings)}), [LOG])[LOG]
        return Seal(settings.control_keys()[0], topic.topic_id if topic else "")

    def _pass_until(self, at: float) -> None:
        self._await(lambda: time.monotonic() - self._begun >= at, float("inf"), "")

    def _await(self, condition: Callable[[], bool], seconds: float, else_: str) -> None:
        """The condition holds, or TimeoutError; meanwhile whoever gives up is started again."""
        deadline = time.monotonic() + seconds
        while not condition():
            self._workers.supervise()
            if self._workers.unexpected:
                raise RuntimeError("a worker ended that nobody had told to")
            if time.monotonic() > deadline:
                raise TimeoutError(f"{else_} within {seconds:.0f} s")
            if self._stopping.wait(SLICE_S):
                raise StoppedError

    def _say(self, text: str) -> None:
        line = f"{time.monotonic() - self._begun:6.1f} s  {text}"
        with (self.folder / "run.log").open("a") as log:
            log.write(line + "\n")
        self._told(line)
