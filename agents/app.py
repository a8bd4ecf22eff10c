"""The composition root: it builds a role from the settings and runs it. A process runs one role.

`journey` and `ingest` run on the carrier. `serving`, `insights` and `learning` are plain loops. Each role has its own consumer group, HTTP
port and run file. So each can be started, watched and ended alone.
"""

from __future__ import annotations

import gc
import logging
import os
from functools import partial
from traceback import format_tb
from typing import Any, NoReturn

from confluent_kafka import Consumer

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
from agents.kafka.brokers import Brokers
from agents.kafka.lags import Lags
from agents.observing.carried import Carried, CarrierJob, of_job
from agents.observing.health import serve
from agents.observing.witness import Beginning, Witness, blindness
from agents.published.blueprints import BlueprintLookup, ExpectedBlueprint
from agents.published.conventions import published_conventions
from agents.running.access import ASKS
from agents.running.carrier_options import carrier_options
from agents.running.endings import EXPECTED, stop_on_signals, verdict
from agents.running.leader import Leader
from agents.running.roles import ROLES, Role
from agents.running.runfiles import record
from agents.running.wall_clock import wall_ms
from agents.serving.layouts import Layouts, newest_record
from agents.serving.log_id import log_id
from agents.serving.redis import ReadModel, connect
from agents.serving.role import GROUP, Serving
from agents.serving.rules_in_force import InForce
from agents.settings import Settings
from agents.settings.security import TO_OUR_LOG, librdkafka_security
from schemas.topics import INSIGHTS as INSIGHTS_TOPIC
from schemas.topics import JOURNEY_CHANGELOG, TOUCHPOINTS
from streams.rules import Rules
from streams.rules.in_force import Rulebook

__all__ = ["ROLES", "Role", "add_up", "learn", "run_ingest", "run_journey", "run_role", "serve_views"]
log = logging.getLogger(__name__)


def run_role(settings: Settings, role: Role, *, failpoint: str = "", rebuild: bool = False) -> NoReturn:
    """Run the role until the process ends: with 0 after SIGTERM, 2 on a refusal, 70 on a failure or a defect. Never returns."""
    witness = Witness(role, settings.worker)
    try:
        announce(settings, witness)
        brokers = Brokers(librdkafka_security(settings))
        witness.away = brokers.trouble
        brokers.start()
        brokers.wait()
        lags = Lags(settings)
        witness.lags = lags.known
        lags.start()
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
    except EXPECTED as error:
        die(verdict(error))
    except Exception as error:  # a defect: another start may get past it, and the supervisor makes that attempt
        frames = "".join(format_tb(error.__traceback__))  # without the message, which may contain customer data
        log.error("our own code raised %s\n%s", type(error).__name__, frames)
        die(f"a defect of ours, {type(error).__name__}; the lines above say where")


def preload() -> None:
    """Load what every role needs. The supervisor calls this before it forks the roles."""
    Rules()


def announce(settings: Settings, witness: Witness) -> int:
    """Start the role's HTTP server, write its run file, and return the port. Raises Refusal if the port cannot be opened."""
    try:
        port = serve(witness, settings.http_host, settings.http_port)
    except OSError as error:
        where = f"{settings.http_host}:{settings.http_port}"
        raise Refusal(f"{where} is not ours to answer on: {error.strerror}", "set SOJOURN_HTTP_PORT to a free port, or to 0") from error
    record(settings, witness.role, os.getpid(), f"{settings.http_host}:{port}")
    return port


def spare_the_collector() -> None:
    """Make Python's cycle collector run rarely. Journeys have no cycles, and walking them took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def run_ingest(settings: Settings, witness: Witness, failpoint: str = "") -> NoReturn:
    """Run the ingest role until the process ends."""
    job = IngestJob(published_conventions(settings))
    witness.observed = Beginning(partial(of_job, witness.role, job))
    run(carrier_options(settings, "ingest", failpoint), job, built=lambda worker: _observe(worker, job, witness))


def run_journey(settings: Settings, witness: Witness, failpoint: str = "") -> NoReturn:
    """Run the journey role, with its clock, until the process ends."""
    keys = settings.control_keys()
    history = settings.mode == "events"
    noted = ExpectedBlueprint(settings.blueprint).note
    job = JourneyJob(Rules(), keys, body_of=BlueprintLookup(settings), noted=noted, by_event_time=history, partitions=settings.partitions)
    witness.observed = Beginning(partial(of_job, witness.role, job))
    sender = TickProducer(librdkafka_security(settings), TOUCHPOINTS)
    clock = Clock(sender, keys[0], "events" if history else "wall")

    def built(worker: CarrierWorker) -> None:
        _observe(worker, job, witness)
        worker.app.ledger.after_commit.append(partial(_note_commit, worker.app.ledger, job))

    run(carrier_options(settings, "journey", failpoint), job, [clock.run], built)


def _observe(worker: CarrierWorker, job: CarrierJob, witness: Witness) -> None:
    witness.observed = Carried(witness.role, job, worker.app.ledger)
    witness.sick = partial(blindness, worker.watchdog)


def _note_commit(ledger: AnyLedger, job: JourneyJob, number: int) -> None:
    if (partition := ledger.owned.get(number)) is not None:
        job.note_commit(partition, wall_ms())


def serve_views(settings: Settings, witness: Witness, *, rebuild: bool = False) -> NoReturn:
    """Run the serving role until SIGTERM. With `rebuild`, delete all views first: the workers that own the partitions fill them again."""
    views, rules, record_of = ReadModel(connect(settings)), Rules(), newest_record(settings, JOURNEY_CHANGELOG)
    in_force = InForce(Rulebook(rules, BlueprintLookup(settings)), record_of)
    consumer, layouts = Consumer(_serving_consumer(settings)), Layouts(rules.codec, record_of)
    serving = witness.observed = Serving(consumer, views, in_force, layouts, log_id(settings, JOURNEY_CHANGELOG))
    stop_on_signals(serving.stop)
    if rebuild:
        views.clear()
    serving.run()
    raise SystemExit(0)


def add_up(settings: Settings, witness: Witness) -> NoReturn:
    """Run the insights role until SIGTERM."""
    rulebook = Rulebook(Rules(), BlueprintLookup(settings))

    def begin() -> Insights:
        return Insights(KafkaAnnouncer(settings), lambda partition: rulebook.rules_for(partition).blueprint)

    adding = witness.observed = InsightsRole(settings, Leader(settings, INSIGHTS, INSIGHTS_TOPIC), begin)
    stop_on_signals(adding.loop.stop)
    adding.loop.run()
    raise SystemExit(0)


def learn(settings: Settings, witness: Witness) -> NoReturn:
    """Run the learning role until SIGTERM: it learns the weights of the risk and fits the cadence model."""
    from agents.learning.beginning import learning  # noqa: PLC0415  # numpy, scipy and river: no other role needs their memory

    witness.observed = role = learning(settings)
    stop_on_signals(role.loop.stop)
    role.run()
    raise SystemExit(0)


def _serving_consumer(settings: Settings) -> dict[str, Any]:
    return {
        **librdkafka_security(settings),
        "group.id": GROUP,
        "client.id": f"{GROUP}-{settings.worker}",
        "session.timeout.ms": settings.session_timeout_ms,  # a group waits so long for a member that its broker has forgotten
        "enable.auto.commit": False,  # the role commits an offset when Redis has everything before it
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "fetch.queue.backoff.ms": 5,  # ms; with the default of a second a backlog is read much more slowly
        "fetch.wait.max.ms": 50,
        "enable.partition.eof": True,  # the end of a partition shows that we may read it
        "reconnect.backoff.max.ms": 2_000,
        **ASKS,
        **TO_OUR_LOG,
    }
