"""The carrier's options of a role. Options that differ by role are all here."""

from __future__ import annotations

from agents.carrier import CarrierOptions
from agents.running.roles import CarrierRole
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.topics import INTERACTIONS, REJECTIONS, TOPICS, TOUCHPOINTS


def heartbeat_s(session_timeout_ms: int) -> float:
    """Return the seconds between two heartbeats: a twelfth of the session, at most 0.3.

    The answer to a heartbeat tells a member that the group distributes its partitions anew. All partitions are silent until the last
    member knows. So the time between heartbeats is part of every rebalance.

    >>> heartbeat_s(10_000), heartbeat_s(1_200)
    (0.3, 0.1)
    """
    return min(0.3, session_timeout_ms / 12_000)


def carrier_options(settings: Settings, role: CarrierRole, failpoint: str = "") -> CarrierOptions:
    """Return the carrier's options of this role. `failpoint` is only for tests."""
    front = role == "ingest"
    return CarrierOptions(
        role=role,
        app_id=f"sojourn-{role}",
        table="progress" if front else "journeys",
        source=INTERACTIONS if front else TOUCHPOINTS,
        outputs=(TOUCHPOINTS,) if front else tuple(row.name for row in TOPICS if "journey" in row.writers and not row.compacted),
        rejections=REJECTIONS,
        worker=settings.worker,
        brokers=settings.brokers,
        security=librdkafka_security(settings),
        allow_plaintext=settings.allow_plaintext,
        partitions=settings.partitions,
        data_dir=settings.home / "workers",
        commit_interval=settings.commit_interval_ms / 1000,
        session_timeout=settings.session_timeout_ms / 1000,
        heartbeat_interval=heartbeat_s(settings.session_timeout_ms),
        transaction_timeout=settings.transaction_timeout_ms / 1000,
        failpoint=failpoint,
    )
