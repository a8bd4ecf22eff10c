"""The composition root: settings -> rules -> job -> carrier options -> worker. One role a process.

`journey` and `ingest` are workers on the carrier; `serving` is a plain loop. Each has its own consumer group, its own HTTP port and
its own entry under the home folder, so that each can be run, watched and ended alone.
"""

from __future__ import annotations

from typing import Literal, NoReturn

import msgspec

from agents.carrier import CarrierOptions, Refusal, run
from agents.clock import Clock
from agents.ingest import TOUCHPOINTS, IngestJob
from agents.journey import JourneyJob
from agents.security import librdkafka_security
from agents.settings import Settings
from agents.ticks import TickProducer
from schemas.topics import TOPICS
from streams.blueprint import Blueprint
from streams.rules import Rules

Role = Literal["journey", "ingest", "serving"]
ROLES: tuple[Role, ...] = ("journey", "ingest", "serving")
REJECTIONS = "journey.rejections.v1"


def rules_of(settings: Settings) -> Rules:
    """The rules in force: the company's blueprint, or complete defaults. Raises Refusal where it cannot be read."""
    blueprint = Blueprint()
    if settings.blueprint is not None:
        try:
            blueprint = msgspec.toml.decode(settings.blueprint.read_bytes(), type=Blueprint)
        except (OSError, msgspec.MsgspecError, ValueError) as error:
            raise Refusal(f"the blueprint {settings.blueprint.name} cannot be read: {error}", "correct it") from error
    if settings.origin("market_timezone") != "default":
        blueprint = msgspec.structs.replace(blueprint, market_zones=(settings.market_timezone,))
    return Rules(blueprint)


def carrier_options(settings: Settings, role: Literal["journey", "ingest"], failpoint: str = "") -> CarrierOptions:
    """What the carrier must be told for this role; `failpoint` is for tests alone."""
    front = role == "ingest"
    return CarrierOptions(
        role=role,
        app_id=f"sojourn-{role}",
        table="progress" if front else "journeys",
        source="interactions.v1" if front else TOUCHPOINTS,
        outputs=(TOUCHPOINTS,) if front else tuple(row.name for row in TOPICS if row.writers == ("journey",) and not row.compacted),
        rejections=REJECTIONS,
        worker=settings.worker,
        brokers=settings.brokers,
        security=librdkafka_security(settings),
        allow_plaintext=settings.allow_plaintext,
        partitions=settings.partitions,
        data_dir=settings.home / "workers",
        commit_interval=settings.commit_interval_ms / 1000,
        session_timeout=settings.session_timeout_ms / 1000,
        heartbeat_interval=settings.session_timeout_ms / 3000,
        transaction_timeout=settings.transaction_timeout_ms / 1000,
        failpoint=failpoint,
    )


def run_role(settings: Settings, role: Role, failpoint: str = "") -> NoReturn:
    """This process is that role until it ends."""
    if role == "ingest":
        run(carrier_options(settings, role, failpoint), IngestJob())
    rules, key = rules_of(settings), settings.control_key()
    sender = TickProducer(librdkafka_security(settings), TOUCHPOINTS)
    clock = Clock(sender, key, "events" if settings.mode == "events" else "wall", rules.lateness_of(""))
    run(carrier_options(settings, "journey", failpoint), JourneyJob(rules, key), tasks=(clock.run,))
