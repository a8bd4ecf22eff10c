"""A step of a plan happens: to a worker, to a server, or to the group's offsets."""

from __future__ import annotations

from collections.abc import Callable

from agents.tools.embedded.valkey import Valkey
from tests.faults.cluster import Cluster
from tests.faults.evidence import FRONT, LOG
from tests.faults.plans import Step
from tests.faults.workers import Workers

OFFSETS = {"journeys": (LOG, "journey-"), "interactions": (FRONT, "ingest-")}


def take(step: Step, cluster: Cluster, workers: Workers, say: Callable[[str], None]) -> None:
    """Does what the step says. Raises KeyError where nobody of that name or no such action exists."""
    if step.who == "kafka":
        say(f"kafka {step.action}")
        {"kill": cluster.kafka.kill, "restart": cluster.kafka.restart}[step.action](1)
        say(f"kafka {step.action}: done")
    elif step.who == "valkey":
        say(f"valkey {step.action}")
        _valkey(cluster.valkey, step.action)
    elif step.who in OFFSETS:
        topic, role = OFFSETS[step.who]
        workers.stop(name for name in workers.names if name.startswith(role))  # a group with members refuses
        say(f"offsets of {step.who}: {step.action}")
        {"rewind": cluster.rewind, "forget": cluster.forget}[step.action](topic)
    elif step.action == "start":
        workers.start(step.who)
    elif step.action == "rebuild":
        workers.rebuild(step.who)
    else:
        workers.signal(step.who, step.action)


def _valkey(server: Valkey | None, action: str) -> None:
    if server is None:
        raise KeyError("this scenario has no Valkey")
    {"kill": server.kill, "start": server.start, "flush": server.flush}[action]()
