"""Control records for whole partitions: what each changes in what its journeys share."""

from __future__ import annotations

from schemas.control import BaselinePublished, Broadcast, HistoryEnded, ModelPublished, RulesPublished, WorthPublished
from schemas.models import Models
from streams.state import RULES, WORTH, Partition


def apply_control(partition: Partition, control: Broadcast) -> None:
    """What the record says holds from here on in the log; one that came before, or an older version, changes nothing.

    >>> from schemas.control import Norm
    >>> partition = Partition()
    >>> apply_control(partition, BaselinePublished(detector="long_handling", version=2, norms={"refund": Norm(30, 300.0, 60.0)}))
    >>> apply_control(partition, BaselinePublished(detector="long_handling", version=1, norms={}))
    >>> partition.norms["long_handling"]["refund"].mean
    300.0
    """
    if isinstance(control, HistoryEnded):
        partition.event_time = max(partition.event_time, control.until)
    elif isinstance(control, BaselinePublished) and _newer(partition, f"baseline/{control.detector}", control.version):
        partition.norms[control.detector] = control.norms
    elif isinstance(control, RulesPublished) and _newer(partition, RULES, control.version):
        partition.rules, partition.blueprint = control.hash, control.name
    elif isinstance(control, WorthPublished) and _newer(partition, WORTH, control.version):
        partition.worth = control.worth
    elif isinstance(control, ModelPublished) and _newer(partition, f"model/{control.name}", control.version):
        known = partition.models
        cadence, weights = (control.cadence, known.weights) if control.name == "cadence" else (known.cadence, control.weights)
        partition.models = Models(cadence, weights, known.changes + 1)


def _newer(partition: Partition, name: str, version: int) -> bool:
    """Whether this version is newer than the one in force; it is in force from now on."""
    if version <= partition.versions.get(name, 0):
        return False
    partition.versions[name] = version
    return True
