"""Control records for whole partitions: what each of them changes in the partition."""

from __future__ import annotations

from schemas.control import BaselinePublished, Broadcast, HistoryEnded, ModelPublished, RulesPublished, WorthPublished
from schemas.control.models import Models
from streams.state import RULES, WORTH, Partition


def apply_control(partition: Partition, control: Broadcast) -> None:
    """Update the partition by a control record. A record of an older or equal version changes nothing.

    >>> from schemas.control import Norm
    >>> partition = Partition()
    >>> apply_control(partition, BaselinePublished(detector="long_handling", version=2, norms={"refund": Norm(30, 300.0, 60.0)}))
    >>> apply_control(partition, BaselinePublished(detector="long_handling", version=1, norms={}))
    >>> partition.norms["long_handling"]["refund"].mean
    300.0
    """
    if isinstance(control, HistoryEnded):
        partition.event_time = max(partition.event_time, control.until)
    elif isinstance(control, BaselinePublished) and _adopt_version(partition, f"baseline/{control.detector}", control.version):
        partition.norms[control.detector] = control.norms
    elif isinstance(control, RulesPublished) and _adopt_version(partition, RULES, control.version):
        partition.rules, partition.blueprint = control.hash, control.name
    elif isinstance(control, WorthPublished) and _adopt_version(partition, WORTH, control.version):
        partition.worth = control.worth
    elif isinstance(control, ModelPublished) and _adopt_version(partition, f"model/{control.name}", control.version):
        known = partition.models
        cadence, weights = (control.cadence, known.weights) if control.name == "cadence" else (known.cadence, control.weights)
        partition.models = Models(cadence, weights, known.changes + 1)


def _adopt_version(partition: Partition, name: str, version: int) -> bool:
    """Take over this version if it is newer than the one in force. Return whether it was."""
    if version <= partition.versions.get(name, 0):
        return False
    partition.versions[name] = version
    return True
