"""The composition root: settings -> job -> carrier options -> worker. One role a process.

`journey` and `ingest` are workers on the carrier; `serving`, `insights` and `learning` are plain loops. Each has its own consumer
group, its own HTTP port and its own entry under the home folder, so that each can be run, watched and ended alone.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any, NoReturn

from confluent_kafka import Consumer, KafkaException
from redis.exceptions import RedisError

from agents.carrier import Refusal, run
from agents.carrier.exits import die
from agents.carrier.ledger import AnyLedger
from agents.carrier.worker import CarrierWorker
from agents.ingest import IngestJob
from agents.insights.role import GROUP as INSIGHTS
from agents.insights.role import InsightsRole, KafkaAnnouncer
from agents.insights.totals import Insights
from agents.journey.clock import Clock
from agents.journey.job import JourneyJob
from agents.journey.tick_producer import TickProducer
from agents.observing.carried import Carried, CarrierJob, of_job
from agents.observing.health import serve
from agents.observing.witness import Beginning, Witness, blindness
from agents.published.blueprints import BlueprintLookup, ExpectedBlueprint
from agents.running.carrier_options import carrier_options
from agents.running.leader import Leader
from agents.running.roles import ROLES, Role
from agents.running.runfiles import record
from agents.running.wall_clock import wall_ms
from agents.serving.layouts import Layouts, newest_record
from agents.serving.redis import ReadModel, connect
from agents.serving.role import GROUP, Serving
from agents.serving.rules_in_force import InForce
from agents.settings import Settings, SettingsError
from agents.settings.security import librdkafka_security
from schemas.topics import INSIGHTS as INSIGHTS_TOPIC
from schemas.topics import JOURNEY_CHANGELOG, TOUCHPOINTS
from streams.rules import Rules
from streams.rules.in_force import Rulebook, UnknownRulesError

__all__ = ["ROLES", "Role", "add_up", "learn", "run_ingest", "run_journey", "run_role", "serve_views"]


def run_role(settings: Settings, role: Role, *, failpoint: str = "", rebuild: bool = False) -> NoReturn:
    """This process is that role until it ends: 0 after SIGTERM, 2 when it must not run like this, 70 when it failed."""
    witness = Witness(role, settings.worker)
    try:
        announce(settings, witness)
        if role == "serving":
            serve_views(settings, witness, rebuild=rebuild)
        if role == "insights":
            add_up(settings, witness)
        if role == "learning":
            learn(settings, witness)
        spare_the_collector()
        if role == "ingest":
            run_ingest(settings, witness, failpoint)
        run_journey(settings, witness, failpoint)
    except (Refusal, OSError, KafkaException, RedisError, SettingsError, UnknownRulesError) as error:
        die(error)


def preload() -> None:
    """Load what every role needs, before the supervisor forks them."""
    Rules()


def announce(settings: Settings, witness: Witness) -> int:
    """The role answers over HTTP and can be found; returns its port. Raises Refusal where it cannot have that port."""
    try:
        port = serve(witness, settings.http_host, settings.http_port)
    except OSError as error:
        where = f"{settings.http_host}:{settings.http_port}"
        raise Refusal(f"{where} is not ours to answer on: {error.strerror}", "set SOJOURN_HTTP_PORT to a free port, or to 0") from error
    record(settings, witness.role, os.getpid(), f"{settings.http_host}:{port}")
    return port


def spare_the_collector() -> None:
    """Python's cycle collector looks at living journeys rarely: they hold no cycles, and walking them took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def run_ingest(settings: Settings, witness: Witness, failpoint: str = "") -> NoReturn:
    """This process is the ingest worker."""
    job = IngestJob()
    witness.observed = Beginning(partial(of_job, witness.role, job))
    run(carrier_options(settings, "ingest", failpoint), job, built=lambda worker: _show(worker, job, witness))


def run_journey(settings: Settings, witness: Witness, failpoint: str = "") -> NoReturn:
    """This process is the journey worker, with its clock."""
    key = settings.control_key()
    job = JourneyJob(Rules(), key, body_of=BlueprintLookup(settings), noted=ExpectedBlueprint(settings.blueprint).note)
    witness.observed = Beginning(partial(of_job, witness.role, job))
    sender = TickProducer(librdkafka_security(settings), TOUCHPOINTS)
    clock = Clock(sender, key, "events" if settings.mode == "events" else "wall")

    def built(worker: CarrierWorker) -> None:
        _show(worker, job, witness)
        worker.app.ledger.after_commit.append(_noting(worker.app.ledger, job))

    run(carrier_options(settings, "journey", failpoint), job, [clock.run], built)


def _show(worker: CarrierWorker, job: CarrierJob, witness: Witness) -> None:
    witness.observed = Carried(witness.role, job, worker.app.ledger)
    witness.sick = partial(blindness, worker.watchdog)


def _noting(ledger: AnyLedger, job: JourneyJob) -> Callable[[int], None]:
    def note(number: int) -> None:
        if (partition := ledger.owned.get(number)) is not None:
            job.note_commit(partition, wall_ms())

    return note


def serve_views(settings: Settings, witness: Witness, *, rebuild: bool = False) -> NoReturn:
    """This process writes the read model until SIGTERM."""
    views, rules, record_of = ReadModel(connect(settings)), Rules(), newest_record(settings, JOURNEY_CHANGELOG)
    in_force = InForce(Rulebook(rules, BlueprintLookup(settings)), record_of)
    serving = witness.observed = Serving(Consumer(_serving_consumer(settings)), views, in_force, Layouts(rules.codec, record_of))
    _end_with(serving.stop)
    if rebuild:
        views.clear()
    serving.run(rebuild=rebuild)
    raise SystemExit(0)


def add_up(settings: Settings, witness: Witness) -> NoReturn:
    """This process publishes what all partitions have counted until SIGTERM."""
    rulebook = Rulebook(Rules(), BlueprintLookup(settings))

    def begin() -> Insights:
        return Insights(KafkaAnnouncer(settings), lambda partition: rulebook.rules_for(partition).blueprint)

    adding = witness.observed = InsightsRole(settings, Leader(settings, INSIGHTS, INSIGHTS_TOPIC), begin)
    _end_with(adding.loop.stop)
    adding.loop.run()
    raise SystemExit(0)


def learn(settings: Settings, witness: Witness) -> NoReturn:
    """This process learns what risks weigh, and how customers come and go, until SIGTERM."""
    from agents.learning.beginning import learning  # noqa: PLC0415  # numpy, scipy and river: in no other role's memory

    witness.observed = role = learning(settings)
    _end_with(role.loop.stop)
    role.run()
    raise SystemExit(0)


def _end_with(stop: Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


def _serving_consumer(settings: Settings) -> dict[str, Any]:
    return {
        **librdkafka_security(settings),
        "group.id": GROUP,
        "client.id": f"{GROUP}-{settings.worker}",
        "enable.auto.commit": False,  # a position is committed when Redis has everything before it
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "fetch.queue.backoff.ms": 5,  # the default, a second, costs most of the speed on a backlog
        "fetch.wait.max.ms": 50,
    }
